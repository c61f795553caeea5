#!/usr/bin/env python3
"""Runs `postern find` over the corpus' bounces and compares with truth.tsv.

usage: bounce_truth.py POSTERN CORPUS [derived] [postfix]

Rows of the Exim (or Postfix) gateway whose ID survived must lead to their session with probability >= 0.95.
"""
import collections
import csv
import json
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor


def main():
    postern, corpus = sys.argv[1], sys.argv[2]
    derived = 'derived' in sys.argv[3:]
    gateway = 'postfix' if 'postfix' in sys.argv[3:] else 'exim'
    folder = os.path.join(corpus, 'bounces')
    with tempfile.TemporaryDirectory() as tmp:
        index = os.path.join(tmp, 'index.db')
        env = dict(os.environ, HOME=tmp, TZ='UTC')
        for v in sorted(os.listdir(os.path.join(corpus, 'logs/exim'))):
            subprocess.run([postern, '--index', index, 'import', '--gateway', v,
                            os.path.join(corpus, 'logs/exim', v)], capture_output=True, env=env)
        for p in ('p1-default', 'p2-footer'):
            subprocess.run([postern, '--index', index, 'import',
                            os.path.join(corpus, 'logs/postfix', p, 'postfix.log')], capture_output=True, env=env)
        rows = []
        if derived:
            for r in csv.DictReader(open(os.path.join(folder, 'derived/truth.tsv')), delimiter='\t',
                                    quoting=csv.QUOTE_NONE):
                rows.append((os.path.join('derived', r['file']), r['gateway'], r['session_id'], r['variant'],
                             r['id_verbatim_in_file']))
        else:
            for r in csv.DictReader(open(os.path.join(folder, 'truth.tsv')), delimiter='\t',
                                    quoting=csv.QUOTE_NONE):
                rows.append((r['file'], r['gateway'], r['session_id'], r['file'].split('/')[0],
                             r['id_survived']))
        rows = [r for r in rows if r[1] == gateway and not r[2].startswith('conn:') and r[2]]

        def run(row):
            out = subprocess.run([postern, '--index', index, '--json', 'find', os.path.join(folder, row[0])],
                                 capture_output=True, env=env).stdout
            d = json.loads(out)
            c = d['candidates']
            first = bool(c) and row[2] in c[0]['identifiers']
            return row, first, c[0]['probability'] if c else 0, d['refused_by']

        total, good, firsts, us = (collections.Counter() for _ in range(4))
        with ThreadPoolExecutor(2) as pool:
            for row, first, p, refused_by in pool.map(run, rows):
                key = (row[3], row[4])
                total[key] += 1
                firsts[key] += first
                good[key] += first and p >= 0.95
                us[key] += first and refused_by == 'us'
                if row[4] == 'yes' and not (first and p >= 0.95):
                    print('  missed: %s wants %s, first %s, probability %.2f' % (row[0], row[2], first, p))
                if not first and p >= 0.95:
                    print('  WRONG AND SURE: %s wants %s, probability %.2f' % (row[0], row[2], p))
        for key in sorted(total):
            print('%-18s survived %-3s  %3d rows  %3d first  %3d at >= 0.95  %3d by us' % (
                key[0], key[1], total[key], firsts[key], good[key], us[key]))


main()
