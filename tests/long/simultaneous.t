#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Smart re-forwarding over all offsets of the two movements, 100 us steps over +-5 s: with T_b just above its bound every one of 100 001 runs
ends registered both ways. (tests/net/explore.t has a thinned form, and what happens below the bound.)"""
import json, os, subprocess

roam = os.path.abspath(os.environ.get('ROAM', 'build/roam'))
parts = max(2, os.cpu_count() or 2)
edges = [15_000_000 + 10_000_000 * i // parts // 100 * 100 for i in range(parts + 1)]
jobs = [subprocess.Popen([roam, 'explore', 'scenarios/regress/simultaneous-home.yaml', '--json', '--set=protocol.reforward=180001us',
                          f'--set=explore.from={a}us', f'--set=explore.to={b}us', '--set=explore.step=100us'],
                         stdout=subprocess.PIPE, text=True) for a, b in zip(edges, edges[1:])]
samples, bad = set(), []
for job in jobs:
    out = json.loads(job.communicate()[0])
    samples |= {s['at_ns'] for s in out['samples']}
    bad += [i for i in out['intervals'] if i['outcome'] != 'registered']
print(f"{'ok' if len(samples) == 100001 else 'not ok'} 1 - {len(samples)} offsets")
print(f"{'ok' if not bad else 'not ok'} 2 - every one ends registered both ways")
for i in bad[:10]:
    print('#', i)
print('1..2')
