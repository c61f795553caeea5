#!/usr/bin/env python3
"""Compares sessions that Postern made of a corpus folder with what the clients saw.

usage: gateway_truth.py POSTERN FOLDER   (FOLDER holds the logs and truth-sessions.jsonl)

Each refused command and each answer to the end of DATA in the dialogues is one row; a row is right
when a session exists with its stage, verdict, peer, sender and recipient. Rows that the gateway does
not log at all (503 after a refusal, refused commands it has no selector for) are counted apart.
"""
import collections
import datetime
import json
import os
import re
import subprocess
import sys
import tempfile

EXIM_ID = re.compile(r'[0-9A-Za-z]{6}-(?:[0-9A-Za-z]{11}-[0-9A-Za-z]{4}|[0-9A-Za-z]{6}-[0-9A-Za-z]{2})')
POSTFIX_ID = re.compile(r'\b(?:[0-9A-F]{8,12}|[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{10,}z[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-ty]+)\b')


def id_in(reply, known):
    for pattern in (EXIM_ID, POSTFIX_ID):
        for found in pattern.findall(reply or ''):
            if found in known:
                return found
    return None


def verdict_of(code):
    return {'2': 'accepted', '4': 'deferred', '5': 'rejected'}.get(code[:1], '')


def rows_of(dialogue):
    sender, rcpts, refused = None, [], []
    for command, reply in dialogue:
        code = (reply or '   ')[:3]
        up = command.upper()
        if command == 'connect':
            if code[0] in '45':
                yield ('connect', code, None, None, reply)
        elif up.startswith(('EHLO', 'HELO')):
            if code[0] in '45':
                yield ('helo', code, None, None, reply)
        elif up.startswith('MAIL FROM:'):
            address = re.search(r'<(.*?)>', command)
            address = address.group(1) if address else command[10:].strip()
            if code[0] == '2':
                sender, rcpts = address, []
            else:
                yield ('mail', code, address, None, reply)
        elif up.startswith('RCPT TO:'):
            address = re.search(r'<(.*?)>', command)
            address = address.group(1) if address else command[8:].strip()
            if code[0] == '2':
                rcpts.append(address)
            else:
                yield ('rcpt', code, sender, address, reply)
        elif up == 'DATA' and code[0] in '45':
            yield ('data', code, sender, None, reply)
        elif command == '<body>':
            yield ('data', code, sender, list(rcpts), reply)
            sender, rcpts = None, []
        elif up in ('RSET',):
            sender, rcpts = None, []


def main():
    postern, folder = sys.argv[1], sys.argv[2]
    logs = [os.path.join(folder, f) for f in sorted(os.listdir(folder))
            if re.match(r'(main|reject|panic)log', f) or f in ('mail.iso8601.log', 'postfix.log')]
    with tempfile.TemporaryDirectory() as tmp:
        index = os.path.join(tmp, 'index.db')
        env = dict(os.environ, HOME=tmp, TZ='UTC')
        report = json.loads(subprocess.run([postern, '--index', index, '--json', 'import', '--gateway', 'gw'] + logs,
                                           capture_output=True, env=env).stdout)
        out = subprocess.run([postern, '--index', index, '--json', 'sessions', '--limit', '1000000'],
                             capture_output=True, env=env).stdout
        sessions = json.loads(out)['sessions']
    for s in report['sources']:
        ok = s['lines'] == s['understood'] + s['ignored'] + s['unknown']
        print('%-24s %7d lines %6d unknown %s' % (os.path.basename(s['path']), s['lines'], s['unknown'],
                                                  '' if ok else 'NOT ACCOUNTED FOR'))
    by_id = collections.defaultdict(list)
    by_peer = collections.defaultdict(list)
    for s in sessions:
        s['t'] = datetime.datetime.fromisoformat(s['time'].replace('Z', '+00:00')).timestamp() if s['time'] else 0
        s['t2'] = datetime.datetime.fromisoformat(s['end'].replace('Z', '+00:00')).timestamp() if s['end'] else 0
        for i in s['identifiers']:
            by_id[i].append(s)
        by_peer[s['peer']].append(s)

    count = collections.Counter()
    wrong = collections.defaultdict(list)
    logged = ''.join(open(f, errors='replace').read() if not f.endswith('gz') else
                     __import__('gzip').open(f, 'rt', errors='replace').read() for f in logs)
    for line in open(os.path.join(folder, 'truth-sessions.jsonl')):
        d = json.loads(line)
        for stage, code, sender, what, reply in rows_of(d['dialogue']):
            count['rows'] += 1
            verdict = verdict_of(code)
            found = id_in(reply, by_id) if isinstance(what, list) else None
            candidates = [s for s in by_peer[d['ip']] if d['start'] - 2 <= s['t2'] and s['t'] <= d['end'] + 2]
            if found:
                candidates = by_id[found]
            want_rcpt = what if isinstance(what, list) else [what] if what else []
            best, miss = None, None
            for s in candidates:
                addresses = {}
                for r in s['recipients']:
                    addresses[r['address'].lower()] = r
                    if r.get('original'):
                        addresses[r['original'].lower()] = r
                problems = []
                if stage == 'rcpt':
                    r = addresses.get(what.lower())
                    if not r:
                        problems.append('recipient')
                    elif r['by_remote'] or r['stage'] != 'rcpt' or r['verdict'] not in (verdict, 'dropped'):
                        problems.append('outcome %s %s' % (r['stage'], r['verdict']))
                else:
                    if s['stage'] != stage:
                        problems.append('stage ' + str(s['stage']))
                    if s['verdict'] != verdict and not (s['verdict'] == 'dropped' and verdict != 'accepted') and not (
                            s['verdict'] in ('held', 'discarded') and verdict == 'accepted'):
                        problems.append('verdict ' + str(s['verdict']))
                    if any(w.lower() not in addresses for w in want_rcpt) and not s['recipients_incomplete']:
                        problems.append('recipients')
                if s['peer'] != d['ip']:
                    problems.append('peer')
                if sender is not None and (s['sender'] or '').lower() != sender.lower():
                    problems.append('sender %r' % s['sender'])
                if not problems:
                    best = s
                    break
                if miss is None or len(problems) < len(miss):
                    miss = problems
            if best:
                count['right'] += 1
            elif (miss is None and d['ip'] not in logged) or code == '503' or not reply or \
                    (code == '421' and 'too many errors' in reply):
                count['not logged'] += 1
            else:
                kind = '%s %s %s' % (stage, code, ' '.join(miss or ['no session']))
                count['wrong'] += 1
                wrong[kind].append((d['ip'], d['port'], sender, what, (reply or '')[:100]))
    checked = count['rows'] - count['not logged']
    print('%s: %d rows, %d not logged, %d of %d right (%.2f %%)' % (
        os.path.basename(folder), count['rows'], count['not logged'], count['right'], checked,
        100.0 * count['right'] / max(checked, 1)))
    for kind, list_ in sorted(wrong.items(), key=lambda x: -len(x[1])):
        print('  %4d  %s   e.g. %s' % (len(list_), kind, list_[0]))


main()
