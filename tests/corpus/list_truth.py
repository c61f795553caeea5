#!/usr/bin/env python3
"""Compares what Postern made of a list mailer's log with the final outcome of every recipient.

usage: list_truth.py POSTERN CORPUS (exim|postfix)

A row of truth-final.tsv is right when a session of its Message-ID has its recipient with the
outcome, and for failures with the stage and code of the last refusal.
"""
import collections
import csv
import json
import os
import re
import subprocess
import sys
import tempfile

REJECTED, EITHER = ('rejected',), ('rejected', 'deferred')
VERDICTS = {'delivered': ('accepted',), 'delivered-after-temp': ('accepted',), 'perm': REJECTED, 'perm-dns': REJECTED,
            'temp-expired': EITHER, 'temp-expired-connect': EITHER, 'perm-or-temp-banner554': EITHER}
STAGES = {'predata': 'data', 'data-body': 'data'}


def main():
    postern, corpus, mta = sys.argv[1:4]
    log = {'exim': 'logs/list-exim/mainlog', 'postfix': 'logs/list-postfix/postfix.log'}[mta]
    with tempfile.TemporaryDirectory() as tmp:
        index = os.path.join(tmp, 'index.db')
        env = dict(os.environ, HOME=tmp, TZ='UTC')
        report = json.loads(subprocess.run([postern, '--index', index, '--json', 'import', '--gateway', 'lists',
                                            os.path.join(corpus, log)], capture_output=True, env=env).stdout)
        sessions = []
        lines = subprocess.run([postern, '--index', index, '--json', 'sessions', '--limit', '1000000'],
                               capture_output=True, env=env).stdout
        sessions = json.loads(lines)['sessions']
    for s in report['sources']:
        print('%-24s %7d lines %6d unknown' % (os.path.basename(s['path']), s['lines'], s['unknown']))
    by_id = {x['identifiers'][0]: x for x in sessions if x['identifiers']}
    queue = {}
    for row in csv.DictReader(open(os.path.join(corpus, 'lists/runA/injected.tsv')), delimiter='\t',
                              quoting=csv.QUOTE_NONE):
        found = re.search(r'(?:id=|queued as )(\S+)', row['queue_reply'])
        if row['mta'] == mta and found:
            for recipient in re.split(r'[ ,]+', row['recipients']):
                queue[(row['message_id'], recipient.lower())] = found.group(1)

    def recipients(message_id, recipient):
        session = by_id.get(queue.get((message_id, recipient)))
        for r in session['recipients'] if session else []:
            if recipient in (r['address'].lower(), (r.get('original') or '').lower()):
                yield r

    right, rows, wrong = 0, 0, collections.defaultdict(list)
    for row in csv.DictReader(open(os.path.join(corpus, 'lists/runA/truth-final.tsv')), delimiter='\t',
                              quoting=csv.QUOTE_NONE):
        if row['mta'] != mta:
            continue
        rows += 1
        found = list(recipients(row['message_id'], row['recipient'].lower()))
        problem = 'no recipient'
        for r in found:
            problem = ''
            if r['verdict'] not in VERDICTS.get(row['outcome'], (row['outcome'],)):
                problem = 'outcome %s for %s' % (r['verdict'], row['outcome'])
            elif row['outcome'] == 'perm' and r['stage'] != STAGES.get(row['last_stage'], row['last_stage']):
                problem = 'stage %s for %s' % (r['stage'], row['last_stage'])
            elif row['outcome'] == 'perm' and str(r['code']) != row['last_code']:
                problem = 'code %s for %s' % (r['code'], row['last_code'])
            if not problem:
                break
        if problem:
            wrong[problem].append((row['envelope_sender'], row['recipient'], row['mailing'], row['last_reply'][:80]))
        else:
            right += 1
    print('%s: %d of %d right (%.2f %%)' % (log, right, rows, 100.0 * right / max(rows, 1)))
    for problem, list_ in sorted(wrong.items(), key=lambda x: -len(x[1])):
        print('  %4d  %s   e.g. %s' % (len(list_), problem, list_[0]))


main()
