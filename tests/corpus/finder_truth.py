#!/usr/bin/env python3
"""Runs `postern find` over all bounces of the corpus, every gateway, and judges the answers.

usage: finder_truth.py POSTERN CORPUS [--index FILE] [--derived] [--missed] [--lists]

Rows whose ID survived must lead to their session first. Of the others, those that some clue left in
the bounce tells apart (sender, recipient, peer: counted in the index) should be first, or among the
first three; where nothing tells them apart no candidate may exceed 50 %. `conn:` rows name a
connection: the right peer and stage, within two seconds. --index keeps the index for the next run.
"""
import argparse
import collections
import csv
import datetime
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))


def build_index(run, corpus):
    """Every gateway of the corpus in one index, the raw gateway through an operator's format."""
    for v in sorted(os.listdir(os.path.join(corpus, 'logs/exim'))):
        run('import', '--gateway', v, os.path.join(corpus, 'logs/exim', v))
    for p in ('p1-default', 'p2-footer'):
        run('import', os.path.join(corpus, 'logs/postfix', p, 'postfix.log'))
    run('import', '--gateway', 'raw', '--format', 'rawgw', os.path.join(corpus, 'logs/rawgw/rawgw.jsonl'))


def when(session):
    return datetime.datetime.fromisoformat(session['time'].replace('Z', '+00:00')).timestamp()


def stage_fits(want, session):
    # After refused recipients Postfix answers DATA with 554 and logs the recipients only.
    return session['stage'] == want or (want in ('predata', 'data') and session['stage'] in ('rcpt', 'data'))


def is_right(row, text, s):
    want = row['session_id']
    if not want.startswith('conn:'):
        return want in s['identifiers']
    m = re.match(r'conn:(.*):(\d+)@([0-9.]+)$', want)
    # A greylisted mail was refused again and again: the row names one of its attempts.
    times = [float(m.group(3))]
    if row['reply_time_epoch']:
        times.append(float(row['reply_time_epoch']))
    # Refusals at connect and HELO were joined by order alone; where the reply itself names its
    # second ("ref 1795277104.13638") and its client, that is the truth.
    named = re.search(r'ref\W+(?:\d{3}[- ])?(\d{10})\.\d+', text.replace('\\n', ' '))
    if named:
        return stage_fits(row['stage'], s) and s['peer'] in text and abs(when(s) - float(named.group(1))) <= 2
    return (s['peer'] == m.group(1) and stage_fits(row['stage'], s)
            and any(abs(when(s) - t) <= 2 for t in times))


def attempts(candidate):
    return [candidate] + candidate.get('attempts', [])


def addresses(session):
    return {r['address'].lower() for r in session['recipients']}


def near_a_time_of(text):
    """Whether a session lies within seconds of a time of day that the text names."""
    named = [int(h) * 3600 + int(m) * 60 + int(s)
             for h, m, s in re.findall(r'\b(\d\d):(\d\d):(\d\d)\b', text)]
    named += [int(e) % 86400 for e in re.findall(r'\b(1[67]\d{8})\.\d', text)]
    return lambda s: any(abs(when(s) % 86400 - t) <= 5 for t in named)


def separable(text, truth, sessions):
    """Do addresses, peer, code and time that stand in the text leave this session alone (or its retries)?"""
    low = text.lower()
    left = [s for s in sessions if s['stage'] == truth['stage'] and s['code'] == truth['code']]
    for key in ('sender', 'peer'):
        value = (truth[key] or '').lower()
        if value and value in low:
            left = [s for s in left if (s[key] or '').lower() == value]
    there = {r for r in addresses(truth) if r in low}
    if there:
        left = [s for s in left if there & addresses(s)]
    near = near_a_time_of(text)
    if near(truth):
        left = [s for s in left if near(s)]
    return len({(s['gateway'], s['sender'], frozenset(addresses(s)), s['peer']) for s in left}) == 1


def judge(row, text, answer, sessions):
    c = answer['candidates']
    rank = next((i for i, s in enumerate(c)
                 if any(is_right(row, text, a) for a in attempts(s))), None)
    tied = rank is not None and c[rank]['probability'] >= c[0]['probability'] - 0.005
    if row['session_id'].startswith('conn:'):
        kind = 'conn. nothing left'
        if any(separable(text, s, sessions) for s in sessions if is_right(row, text, s)):
            kind = 'connection'
    elif row['id_survived'] == 'yes':
        kind = 'survived'
    else:
        truth = next((s for s in sessions if row['session_id'] in s['identifiers']), None)
        kind = 'lost' if truth and separable(text, truth, sessions) else 'nothing left'
    return {'row': row, 'kind': kind, 'rank': rank, 'tied': tied,
            'p': c[0]['probability'] if c else 0.0, 'refused_by': answer['refused_by'],
            'bounce': answer['kind']}


def read_rows(folder, derived):
    path = os.path.join(folder, 'derived/truth.tsv' if derived else 'truth.tsv')
    with open(path, newline='') as f:
        rows = list(csv.DictReader(f, delimiter='\t', quoting=csv.QUOTE_NONE))
    if not derived:
        return rows
    by_file = {r['file']: r for r in read_rows(folder, False)}
    for r in rows:
        source = by_file.get(r['source'], {})
        r.update({k: source.get(k, '') for k in ('stage', 'template', 'reply_time_epoch')})
        r['file'] = os.path.join('derived', r['file'])
        r['id_survived'] = r['id_verbatim_in_file']
        r['client'] = r['variant']
    return rows


def table(results, key, title):
    groups = collections.defaultdict(list)
    for r in results:
        groups[(key(r), r['kind'])].append(r)
    print('%-22s %-18s %5s %6s %7s %6s %7s' % (title, 'kind', 'rows', 'first', 'first 3', '>= .95', 'wrong>=.95'))
    for (name, kind), rs in sorted(groups.items()):
        print('%-22s %-18s %5d %6d %7d %6d %7d' % (
            name, kind, len(rs), sum(r['rank'] == 0 or r['tied'] for r in rs),
            sum(r['rank'] is not None and r['rank'] < 3 for r in rs),
            sum(r['rank'] == 0 and r['p'] >= 0.95 for r in rs),
            sum(r['rank'] != 0 and r['p'] >= 0.95 for r in rs)))


def judge_lists(run, corpus):
    """What list mailers got back: our own delivery must be found, and nobody of us have refused it."""
    run('import', os.path.join(corpus, 'logs/list-exim'), os.path.join(corpus, 'logs/list-postfix'))
    seen = collections.Counter()
    for path in sorted(glob.glob(os.path.join(corpus, 'bounces/list-dsn-A/*'))):
        final = re.search(r'Final-Recipient: rfc822; ?(\S+)', open(path, errors='replace').read())
        answer = json.loads(run('--json', 'find', path))
        first = answer['candidates'][0] if answer['candidates'] else None
        right = first is not None and final is not None and final.group(1).lower() in addresses(first)
        sure = right and first['probability'] >= 0.95
        seen['right, >= 0.95' if sure else 'right' if right else 'wrong', answer['refused_by'], answer['kind']] += 1
    for key, n in seen.most_common():
        print('%5d  %s' % (n, ', '.join(key)))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument('postern')
    ap.add_argument('corpus')
    ap.add_argument('--index')
    ap.add_argument('--derived', action='store_true')
    ap.add_argument('--missed', action='store_true')
    ap.add_argument('--lists', action='store_true', help='the DSNs that list mailers got, instead')
    o = ap.parse_args()
    with tempfile.TemporaryDirectory() as tmp:
        formats = os.path.join(tmp, '.config/postern/formats.d')
        os.makedirs(formats)
        with open(os.path.join(HERE, '../../examples/formats.d/rawgw.conf')) as f:
            open(os.path.join(formats, 'rawgw.conf'), 'w').write(f.read())
        env = dict(os.environ, HOME=tmp, XDG_CONFIG_HOME=os.path.join(tmp, '.config'), TZ='UTC')
        index = o.index or os.path.join(tmp, 'index.db')

        def run(*args):
            return subprocess.run([o.postern, '--index', index, *args], capture_output=True, env=env).stdout

        if o.lists:
            return judge_lists(run, o.corpus)
        if not os.path.exists(index):
            build_index(run, o.corpus)
        sessions = json.loads(run('--json', 'sessions', '--limit', '1000000'))['sessions']
        folder = os.path.join(o.corpus, 'bounces')
        rows = [r for r in read_rows(folder, o.derived) if r['session_id'] and r['id_survived'] != 'no-rejection-seen']

        def one(row):
            path = os.path.join(folder, row['file'])
            return judge(row, open(path, errors='replace').read(), json.loads(run('--json', 'find', path)), sessions)

        with ThreadPoolExecutor(2) as pool:
            results = list(pool.map(one, rows))
    print('%d sessions in the index' % len(sessions))
    table(results, lambda r: (r['row']['client'] if o.derived else r['row']['file'].split('/')[0]), 'sender')
    if not o.derived:
        table(results, lambda r: r['row']['template'], 'template')
    table(results, lambda r: 'all', 'all')
    sure = [r for r in results if r['p'] >= 0.95]
    print('answers given at >= 0.95: %d, right %d (%.2f %%)' % (
        len(sure), sum(r['rank'] == 0 for r in sure),
        100.0 * sum(r['rank'] == 0 for r in sure) / max(1, len(sure))))
    loud = [r for r in results if r['kind'].endswith('nothing left') and r['p'] > 0.5]
    print('nothing left that separates, and yet above 50 %%: %d' % len(loud))
    if o.missed:
        for r in results:
            if not (r['rank'] == 0 or r['tied']) or (r['rank'] != 0 and r['p'] >= 0.95):
                print('  %-18s %-48s wants %s: rank %s, first at %.2f, refused by %s' % (
                    r['kind'], r['row']['file'], r['row']['session_id'], r['rank'], r['p'], r['refused_by']))
    sys.exit(1 if any(r['kind'] == 'survived' and r['rank'] != 0 for r in results) else 0)


main()
