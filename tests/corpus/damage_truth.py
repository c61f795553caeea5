#!/usr/bin/env python3
"""Damages the corpus' bounces in many ways and asks `postern find` for their sessions.

usage: damage_truth.py POSTERN CORPUS [--bare] [--every N] [--only DAMAGE] [--lost] [--keep DIR]

--bare pastes the refusal alone, as somebody would who copies one line: then nothing but the ID leads to the session.

A row counts where the ID can still be told from all that were issued: it is in the text, or so much of it that no other
issued ID is as near. For the rest the table shows how many are still first by other clues.
"""
import argparse
import collections
import csv
import email
import email.policy
import json
import os
import random
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
import zlib
from concurrent.futures import ThreadPoolExecutor

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import damage  # noqa: E402

ID = re.compile(r'(?<![0-9A-Za-z])(?:[0-9A-Za-z]{6}-(?:[0-9A-Za-z]{6}-[0-9A-Za-z]{2}|[0-9A-Za-z]{11}-[0-9A-Za-z]{4})|'
                r'[0-9A-F]{10,12}|4[0-9B-Zb-z]{14,16})(?![0-9A-Za-z])')
CODE = re.compile(r'^(\d{3})[- ](\d\.\d+\.\d+ )?')


def run(cmd, env):
    return subprocess.run(cmd, capture_output=True, env=env)


def import_all(postern, corpus, tmp, env):
    index = os.path.join(tmp, 'index.db')
    formats = os.path.join(tmp, '.config/postern/formats.d')
    os.makedirs(formats)
    here = os.path.dirname(os.path.abspath(__file__))
    shutil.copy(os.path.join(here, '../../examples/formats.d/rawgw.conf'), formats)
    logs = os.path.join(corpus, 'logs')
    for v in sorted(os.listdir(os.path.join(logs, 'exim'))):
        run([postern, '--index', index, 'import', '--gateway', v, os.path.join(logs, 'exim', v)], env)
    for p in ('p1-default', 'p2-footer'):
        run([postern, '--index', index, 'import', os.path.join(logs, 'postfix', p, 'postfix.log')], env)
    run([postern, '--index', index, 'import', '--gateway', 'raw', os.path.join(logs, 'rawgw/rawgw.jsonl')], env)
    out = run([postern, '--index', index, '--json', 'sessions', '--limit', '100000'], env).stdout
    issued = set()
    for s in json.loads(out)['sessions']:
        issued.update(i for i in s['identifiers'] if ID.fullmatch(i))
    return index, issued


def readable(data):
    """What a person sees of a mail: its first text part; all of anything else."""
    if not re.match(rb'(?i)(return-path|received|from|message-id|date|delivered-to|subject)\b', data):
        return data.decode('utf-8', 'replace')
    m = email.message_from_bytes(data, policy=email.policy.default)
    for part in m.walk():
        if part.get_content_maintype() == 'text':
            try:
                return part.get_content()
            except (LookupError, AttributeError):
                break
    return data.decode('utf-8', 'replace')


class Case:
    def __init__(self, row, damage_name):
        self.id = row['session_id']
        self.random = random.Random(zlib.crc32((row['file'] + damage_name).encode()))
        self.damaged_id = None
        self.reply_lines = row['full_reply_text'].split('\\n')
        self.code = row['code']
        m = CODE.match(self.reply_lines[0])
        self.enhanced = (m.group(2) or '').strip() if m else ''
        self.reply_text = ' '.join(CODE.sub('', l) for l in self.reply_lines)
        self.reply_line = ' '.join(([self.code] + ([self.enhanced] if self.enhanced else [])) + [self.reply_text])


def distance(a, b, most):
    """Edits between a and b, or most + 1."""
    if abs(len(a) - len(b)) > most:
        return most + 1
    row = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        before, row[0] = row[0], i
        for k, y in enumerate(b, 1):
            before, row[k] = row[k], min(before + (x != y), row[k] + 1, row[k - 1] + 1)
        if min(row) > most:
            return most + 1
    return row[-1]


def squash(text):
    """The text without what breaks a token: blanks, and codes at the head of lines."""
    text = re.sub(r'\s+(?:[45]\d\d[- ](?:\d\.\d+\.\d+ )?)?', '', text)
    return ''.join(x for x in text if unicodedata.category(x) not in ('Cf', 'Zs'))


def nearest(token, id, issued, most):
    d = distance(token, id, most)
    return d <= most and all(distance(token, other, d) > d for other in issued if other != id)


def recoverable(text, case, issued, lossless, before):
    """Can the ID be told from all issued ones by what is left of it?"""
    if case.id not in squash(before):
        return False
    if lossless:
        return True
    if case.damaged_id is not None:
        return nearest(case.damaged_id, case.id, issued, 2)
    flat = squash(text)
    if case.id in flat:
        return True
    if case.id.lower() in flat.lower():
        return sum(case.id.lower() == other.lower() for other in issued) == 1
    # Cut at the end, or with a few characters changed anywhere.
    for n in range(len(case.id) - 1, 8, -1):
        if flat.endswith(case.id[:n]):
            return sum(other.startswith(case.id[:n]) for other in issued) == 1
    for n in (len(case.id), len(case.id) - 1, len(case.id) + 1):
        for at in range(len(flat) - n + 1):
            token = flat[at:at + n]
            if token[:2] == case.id[:2] and distance(token, case.id, 1) <= 1:
                return nearest(token, case.id, issued, 1)
    return False


def main():
    a = argparse.ArgumentParser()
    a.add_argument('postern')
    a.add_argument('corpus')
    a.add_argument('--bare', action='store_true')
    a.add_argument('--every', type=int, default=1)
    a.add_argument('--only')
    a.add_argument('--lost', action='store_true', help='list what is not first')
    a.add_argument('--keep', help='keep the pastes that were lost in this directory')
    o = a.parse_args()
    folder = os.path.join(o.corpus, 'bounces')
    rows = [r for r in csv.DictReader(open(os.path.join(folder, 'truth.tsv')), delimiter='\t', quoting=csv.QUOTE_NONE)
            if r['id_survived'] == 'yes' and r['session_id'] and not r['session_id'].startswith('conn:')][::o.every]
    with tempfile.TemporaryDirectory() as tmp:
        env = dict(os.environ, HOME=tmp, TZ='UTC', XDG_CONFIG_HOME=os.path.join(tmp, '.config'))
        index, issued = import_all(o.postern, o.corpus, tmp, env)
        work = []
        for name, part, function, lossless in damage.DAMAGES:
            if o.only and o.only not in name:
                continue
            for i, r in enumerate(rows):
                data = open(os.path.join(folder, r['file']), 'rb').read()
                before = readable(data) if part == 'text' else data.decode('utf-8', 'replace')
                case = Case(r, name)
                if o.bare and part == 'file':
                    continue
                if o.bare:
                    before = case.reply_line
                text = function(before, case)
                # Some damages show the reply itself.
                seen = before if case.id in squash(before) or case.id not in squash(text) else text
                allowed = recoverable(text, case, issued, lossless, seen)
                path = os.path.join(tmp, '%s-%d.txt' % (re.sub('[^a-z0-9]+', '_', name.lower()), i))
                with open(path, 'w', encoding='utf-8', newline='') as f:
                    f.write(text)
                work.append((name, r, allowed, path))

        def ask(item):
            p = run([o.postern, '--index', index, '--json', 'find', item[3]], env)
            try:
                c = json.loads(p.stdout)['candidates']
            except ValueError:
                print('  FAILED: %s %s: %s' % (item[0], item[1]['file'], p.stderr[-200:]))
                return item, False, 0, ''
            return item, bool(c) and item[1]['session_id'] in c[0]['identifiers'], c[0]['probability'] if c else 0, \
                ' + '.join(c[0]['reasons']) if c else ''

        count = collections.defaultdict(collections.Counter)
        with ThreadPoolExecutor(2) as pool:
            for (name, r, allowed, path), first, p, why in pool.map(ask, work):
                n = count[name]
                group = 'allowed' if allowed else 'other'
                n[group] += 1
                n[group + ' first'] += first
                n[group + ' sure'] += first and p >= 0.95
                n['wrong and sure'] += not first and p >= 0.95
                if not first and p >= 0.95:
                    print('  WRONG AND SURE: %s: %s, %.2f %s' % (name, r['file'], p, why))
                if o.lost and allowed and not first:
                    print('  lost: %s: %s wants %s, %.2f %s' % (name, r['file'], r['session_id'], p, why))
                if o.keep and allowed and not first:
                    os.makedirs(o.keep, exist_ok=True)
                    shutil.copy(path, o.keep)
        print('%-26s %5s %6s %6s %6s   %5s %6s   %s' % (
            'damage', 'n', 'first', '%', '>=.95', 'no ID', 'first', 'wrong>=.95'))
        total = collections.Counter()
        for name in count:
            n = count[name]
            total.update(n)
            print('%-26s %5d %6d %6.1f %6d   %5d %6d   %d' % (
                name, n['allowed'], n['allowed first'], 100 * n['allowed first'] / max(1, n['allowed']),
                n['allowed sure'], n['other'], n['other first'], n['wrong and sure']))
        n = total
        print('%-26s %5d %6d %6.1f %6d   %5d %6d   %d' % (
            'all', n['allowed'], n['allowed first'], 100 * n['allowed first'] / max(1, n['allowed']),
            n['allowed sure'], n['other'], n['other first'], n['wrong and sure']))


main()
