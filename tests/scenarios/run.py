#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Plays the stories of tests/scenarios: TAP, one line per story.

usage: run.py [NAME...]   (part of a name is enough; POSTERN is the program, TEST_TMP where indexes go)

A story is a directory: GATEWAY/ with its logs, postern.conf, what is asked (`paste` for find, `trace` with the
operands of trace), and `truth`: what a postmaster would answer, one expectation a line (README there).
"""
import calendar
import json
import os
import shlex
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
POSTERN = os.environ.get('POSTERN', './postern')
NEAR_S = 2  # a session begins when its first line was written


def seconds(text):
    return calendar.timegm(time.strptime(text[:19].replace('T', ' '), '%Y-%m-%d %H:%M:%S'))


def holds(session, what, value):
    """One `first WHAT VALUE` or `has WHAT VALUE` of a session."""
    if what == 'id':
        return value in session['identifiers']
    if what == 'recipient':
        return any(value in (r['address'], r.get('original')) for r in session['recipients'])
    if what == 'time':
        return abs(seconds(session['time']) - seconds(value)) <= NEAR_S
    return session[what] == value


def count_tied(candidates):
    if not candidates:
        return 0
    top = candidates[0]['probability']
    return sum(c['probability'] > top * 0.95 for c in candidates)


def check(answer, sessions, words, value):
    """What came instead, or None where the expectation holds."""
    word = words[0]
    if word in ('refused_by', 'kind', 'outcome', 'reported_by'):
        return None if answer.get(word) == value else answer.get(word)
    if word == 'first':
        if not sessions:
            return 'no session'
        return None if holds(sessions[0], words[1], ' '.join(words[2:])) else brief(sessions[0])
    if word == 'has':
        seen = [a for s in sessions for a in [s] + s.get('attempts', [])]
        return None if any(holds(s, words[1], words[2]) for s in seen) else 'it is missing'
    if word == 'probability':
        p = sessions[0]['probability'] if sessions else 0
        return None if p >= float(words[2]) else '%.3f' % p
    if word == 'none':
        p = sessions[0]['probability'] if sessions else 0
        return None if p <= 0.5 else '%.3f for %s' % (p, brief(sessions[0]))
    if word == 'tied':
        n = count_tied(answer['candidates'])
        return None if n == int(value) else '%d: %s' % (n, ['%.3f' % s['probability'] for s in sessions])
    if word == 'message':
        found = value.split(' ', 1)[1] in answer['message']
        return None if found == (words[1] == 'contains') else answer['message']
    if word == 'stories':
        return None if len(answer['stories']) == int(value) else '%d' % len(answer['stories'])
    if word == 'sessions':
        n = len(answer['stories'][0]['sessions']) if answer['stories'] else 0
        return None if n == int(value) else '%d' % n
    if word in ('covered', 'gap'):
        gaps = any(c.get('gaps') for c in answer['coverage'] if c['gateway'] == words[1])
        return None if gaps == (word == 'gap') else json.dumps(answer['coverage'])
    return 'no such expectation'


def brief(s):
    return '%s %s %s %s -> %s' % (s['gateway'], s['time'], s['identifiers'][:1], s['sender'],
                                  [r['address'] for r in s['recipients']])


def play(story):
    """The lines of a story's failures."""
    folder = os.path.join(HERE, story)
    with tempfile.TemporaryDirectory(dir=os.environ.get('TEST_TMP')) as tmp:
        env = dict(os.environ, HOME=tmp, TZ='UTC', POSTERN_CONF=os.path.join(folder, 'postern.conf'))
        postern = [POSTERN, '--index', os.path.join(tmp, 'index.db'), '--json']
        for gateway in sorted(os.listdir(folder)):
            if os.path.isdir(os.path.join(folder, gateway)):
                done = subprocess.run(postern + ['import', '--gateway', gateway, '--year', '2026', '--timezone', 'UTC',
                                                 os.path.join(folder, gateway)], capture_output=True, env=env)
                if done.returncode != 0 or any(s['unknown'] for s in json.loads(done.stdout)['sources']):
                    return ['import: %s%s' % (done.stdout.decode(), done.stderr.decode())]
        trace = os.path.join(folder, 'trace')
        if os.path.exists(trace):
            asked = ['trace'] + shlex.split(open(trace).read())
        else:
            asked = ['find', os.path.join(folder, 'paste')]
        done = subprocess.run(postern + asked, capture_output=True, env=env)
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        return ['exit %d: %s' % (done.returncode, done.stderr.decode())]
    if 'stories' in answer:
        sessions = [s for one in answer['stories'] for s in one['sessions']]
    else:
        sessions = answer['candidates']
    failures = []
    for line in open(os.path.join(folder, 'truth')):
        words = line.split()
        if line.startswith('#') or not words:
            continue
        got = check(answer, sessions, words, line.strip().split(' ', 1)[-1])
        if got is not None:
            failures.append('%s: got %s' % (line.strip(), got))
    if failures and 'message' in answer:
        failures.append('(message: %s)' % answer['message'])
    return failures


def main():
    wanted = sys.argv[1:]
    stories = [d for d in sorted(os.listdir(HERE)) if os.path.exists(os.path.join(HERE, d, 'truth'))
               and (not wanted or any(w in d for w in wanted))]
    with ThreadPoolExecutor(2) as pool:
        for n, (story, failures) in enumerate(zip(stories, pool.map(play, stories)), 1):
            print('%sok %d - %s' % ('not ' if failures else '', n, story))
            for line in failures:
                print('#   ' + line.replace('\n', ' '))
    print('1..%d' % len(stories))


if __name__ == '__main__':
    main()
