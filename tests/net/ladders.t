#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The message ladders of the Simultaneous document: what each scenario's messages do, in order, as its figures and sections draw them.

A line of the expected ladders: sender > receiver, message, what became of it. The first transmission of each is compared; what
retransmission adds is said separately. `roam run --ladder` is derived from frames, so this looks at no model's state."""
import os, re, subprocess, tempfile

roam = os.path.abspath(os.environ.get('ROAM', 'build/roam'))
work = tempfile.mkdtemp()
n = 0
def check(name, ok, why=''):
    global n
    n += 1
    print(f"{'ok' if ok else 'not ok'} {n} - {name}")
    if not ok:
        print('\n'.join('# ' + l for l in str(why).split('\n')[:60]))

def ladder(scenario, *sets):
    p = subprocess.run([roam, 'run', os.path.abspath(scenario), '--ladder', '--force', '-o', work + '/r.db', *(f'--set={s}' for s in sets)],
                       capture_output=True, text=True)
    rows = []
    for line in p.stdout.splitlines():
        m = re.fullmatch(r' *(\d+)\.(\d{9})  (\S+) -> (\S+)  (.*)  (arrives +(\d+)\.(\d{9})|lost behind \S+|ends at \S+)', line)
        if m:
            name, *how = m[5].split(', ')
            rows.append(dict(at=int(m[1]) * 10**9 + int(m[2]), sender=m[3], to=m[4], name=name, how=how,
                             fate=m[6].split('  ')[0].split(' ')[0] if m[7] else m[6].replace('lost behind', 'lost'),
                             arrival=int(m[7]) * 10**9 + int(m[8]) if m[7] else None))
        elif not re.fullmatch(r' *\d+\.\d{9}  \S+ (leaves|enters \S+)', line):
            check(f'{scenario}: a ladder line reads', False, line)
    return rows

def events(rows, start, first_only=True):
    seen, out = set(), []
    for r in rows:
        key = (r['sender'], r['to'], r['name'], 'again' in r['how'])
        if r['at'] < start or (first_only and key in seen):
            continue
        seen.add(key)
        out.append(f"{r['sender']} > {r['to']} {r['name']}{' again' if 'again' in r['how'] else ''} {r['fate']}")
    return out

def expect(name, got, want):
    check(name, got == want, 'got:\n' + '\n'.join(got) + '\nwant:\n' + '\n'.join(want))

S = 10**9
EXPECTED = {
    # Figure 1, section III.A: both sides' test inits are lost.
    'simultaneous-3a': ['a > ha-a BU(home) arrives', 'a > b HoTI lost ar3', 'a > b CoTI lost ar3', 'ha-a > a BA(home) arrives',
                        'b > ha-b BU(home) arrives', 'b > a HoTI lost ar1', 'b > a CoTI lost ar1', 'ha-b > b BA(home) arrives'],
    # Figure 3, section III.B: A has both tokens, its Binding Update is lost; B's test inits are.
    'simultaneous-3b': ['a > ha-a BU(home) arrives', 'a > b HoTI arrives', 'a > b CoTI arrives', 'b > a CoT arrives', 'ha-a > a BA(home) arrives',
                        'b > a HoT arrives', 'a > b BU lost ar3', 'b > ha-b BU(home) arrives', 'b > a HoTI lost ar1',
                        'b > a CoTI lost ar1', 'ha-b > b BA(home) arrives'],
    # Section III.C: expedited return routability, a Care-of Test Init each.
    'simultaneous-3c': ['a > ha-a BU(home) arrives', 'a > b CoTI lost ar3', 'ha-a > a BA(home) arrives',
                        'b > ha-b BU(home) arrives', 'b > a CoTI lost ar1', 'ha-b > b BA(home) arrives'],
}
for name, want in EXPECTED.items():
    expect(f'{name}: the ladder', events(ladder(f'scenarios/regress/{name}.yaml'), 20 * S), want)

for name in ('simultaneous-3a', 'simultaneous-3c'):
    rows = [r for r in ladder(f'scenarios/regress/{name}.yaml') if r['at'] >= 20 * S and r['name'] == 'CoTI']
    check(f'{name}: two retransmissions each, 1 s and 2 s later, are lost too',
          [sum(r['sender'] == x for r in rows) for x in 'ab'] == [3, 3] and all(r['arrival'] is None for r in rows) and
          [y['at'] - x['at'] for x, y in zip(rows, rows[2:])] == [S, S, 2 * S, 2 * S], rows)

# The same movements with signalling to home addresses (RFC 6275 6.1): retransmission heals, everything is sent to the home address.
rows = ladder('scenarios/regress/simultaneous-3a.yaml', 'protocol.peer-signalling=home')
check('signalling to the home address: both register', sum(r['name'] == 'BA' and r['arrival'] is not None and r['at'] > 20 * S for r in rows) == 2, rows)
check('signalling to the home address: only acknowledgements have a routing header',
      all(('to the care-of address' in r['how']) == (r['name'] in ('BA', 'BA(home)')) for r in rows), rows)

# Two mobile nodes optimise towards each other, one of them returning home: every exchange ends, nothing is lost.
rows = ladder('scenarios/smoke/two-mobiles.yaml')
check('two-mobiles: no signal is lost', len(rows) > 40 and all(r['arrival'] is not None for r in rows), [r for r in rows if r['arrival'] is None])
check('two-mobiles: each registers with the other at each movement, and deletes at home',
      [sum(r['name'] == 'BA' and r['to'] == x for r in rows) for x in 'ab'] == [3, 3], rows)
print(f'1..{n}')
