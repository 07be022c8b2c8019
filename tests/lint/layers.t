#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The house's arrows point one way; files stay readable; every file says its licence."""
import glob, re, subprocess

files = sorted(f for p in ('models', 'sim', 'analysis', 'tests') for f in glob.glob(p + '/**/*.[ch]', recursive=True))
problems = {'layers': [], 'length': [], 'licence': [], 'unfinished': []}
rank = {'wire': 0, 'crypto': 0, 'link': 1, 'ip6': 1, 'ip4': 1, 'app': 2, 'mip6': 2, 'mip4': 2, 'hmip6': 3, 'fmip6': 3, 'attack': 3}
sim_rank = {'core': 0, 'scenario': 1, 'world': 2, 'record': 3, 'study': 4, 'bench': 4, 'cli': 5}
for f in files:
    text = open(f).read()
    lines = text.split('\n')
    if len(lines) > 800:
        problems['length'].append(f'{f}: {len(lines)} lines')
    if not lines[0].startswith('// SPDX-License-Identifier: GPL-3.0-or-later'):
        problems['licence'].append(f)
    if re.search(r'\b(TODO|FIXME|XXX)\b', text):
        problems['unfinished'].append(f)
    for inc in re.findall(r'#include "([^"]+)"', text):
        parts, target = f.split('/'), inc.split('/')
        if parts[0] == 'models' and target[0] != 'models':
            problems['layers'].append(f'{f} includes {inc}')
        if parts[0] == 'models' and len(parts) == 3 and len(target) == 3:
            a, b = parts[1], target[1]
            if a != b and (rank[b] > rank[a] or rank[a] == rank[b] == 0 or (rank[a] == rank[b] == 2)):
                problems['layers'].append(f'{f} includes {inc}')
        if parts[0] == 'sim' and target[0] == 'sim' and len(target) == 3 and len(parts) == 3 and sim_rank[target[1]] > sim_rank[parts[1]]:
            problems['layers'].append(f'{f} includes {inc}')
for i, (name, found) in enumerate(problems.items(), 1):
    print(f"{'not ok' if found else 'ok'} {i} - {name}")
    for p in found:
        print('# ' + p)
print(f'1..{len(problems)}')
