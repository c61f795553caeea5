#!/usr/bin/env python3
"""How many scanner lines end in the session of the MTA's message that they are about.

usage: scanner_truth.py POSTERN CORPUS-LOGS   (holds exim/, rspamd/ and spamd/)

Imports all logs as one gateway, the scanners' once after the MTA's, once before and once alone, and
compares digests. A line counts if its key (rspamd: queue ID; spamd: Message-ID) stands in the Exim
logs as the ID of a message, or in its id= or Message-ID field. Exit status 1 below 99 %.
"""
import collections
import glob
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile

QID = re.compile(r'rspamd_task_write_log: id: <([^>]*)>, qid: <([^>]*)>')
MID = re.compile(r'spamd: result: .*,mid=<([^>]*)>')


def read(path):
    opened = gzip.open(path, 'rb') if path.endswith('.gz') else open(path, 'rb')
    with opened as f:
        return f.read().decode('utf-8', 'replace')


def main():
    postern, logs = sys.argv[1], sys.argv[2]
    mta = [p for p in sorted(glob.glob(logs + '/exim/*/*')) if
           re.match(r'(mainlog|rejectlog|mail\.rfc3164)', os.path.basename(p))]
    scanners = [logs + '/rspamd/rspamd.log', logs + '/spamd/spamd.log']
    text = '\n'.join(read(p) for p in mta)
    ids = set(re.findall(r'\b\w{6}-(?:\w{11}-\w{4}|\w{6}-\w{2})\b', text))
    mids = set(re.findall(r' id=(\S+)', text)) | set(re.findall(r'Message-I[Dd]: <([^>]+)>', text))
    rspamd = QID.findall(read(scanners[0]))
    spamd = MID.findall(read(scanners[1]))

    with tempfile.TemporaryDirectory() as tmp:
        def run(name, *args):
            return subprocess.run([postern, '--index', os.path.join(tmp, name), *args],
                                  capture_output=True, text=True, errors='replace',
                                  env=dict(os.environ, XDG_CONFIG_HOME=tmp)).stdout

        def load(name, *calls):
            for paths in calls:
                run(name, 'import', '--gateway', 'gw', *paths)
            return run(name, 'doctor', '--digest').split()[-1]

        digests = {load('after', mta, scanners), load('before', scanners, mta),
                   load('together', mta + scanners), load('one', *[[p] for p in scanners[1:] + mta + scanners[:1]])}
        found = json.loads(run('after', '--json', 'sessions', '--limit', '1000000'))['sessions']
        alone = collections.Counter()   # sessions without a word of the MTA, by identifier
        for s in found:
            if s['verdict'] is None and not s['recipients'] and s['connection'] is None \
                    and s['sender'] is None:
                alone.update(s['identifiers'])
        # Of a message that a scanner alone speaks of, nothing is known but what the scanner said.
        joined_r = total_r = 0
        for mid, qid in rspamd:
            if qid not in ids:
                continue
            total_r += 1
            lines = json.loads(run('after', '--json', 'session', '--lines', qid) or '{}').get('lines', [])
            texts = [str(l) for l in lines]
            joined_r += any('rspamd_task_write_log' in t and qid in t for t in texts) and \
                any('rspamd_task_write_log' not in t for t in texts)
        total_s = joined_s = 0
        for mid in spamd:
            if mid not in mids:
                continue
            total_s += 1
            if alone[mid] > 0:
                alone[mid] -= 1
                print('not joined: spamd', mid)
            else:
                joined_s += 1
    print('rspamd: %d task lines, %d with an ID in the Exim logs, %d joined' %
          (len(rspamd), total_r, joined_r))
    print('spamd: %d results, %d with a Message-ID in the Exim logs, %d joined' %
          (len(spamd), total_s, joined_s))
    print('digests of four orders: %s' % ('equal' if len(digests) == 1 else digests))
    good = joined_r >= 0.99 * total_r and joined_s >= 0.99 * total_s and len(digests) == 1
    return 0 if good and total_r and total_s else 1


sys.exit(main())
