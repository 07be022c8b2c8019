#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The message ladders of the Simultaneous document: what each scenario's messages do, in order, as its figures and sections draw them.

A line of the expected ladders: sender > receiver, message, what became of it. The first transmission of each is compared; what
retransmission adds is said separately. `roam run --ladder` is derived from frames, so this looks at no model's state."""
import sys
sys.dont_write_bytecode = True
from ladder import check, done, events, expect, ladder, work

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
    # Figure 4: both sides write to where the other was, and the routers there pass everything on.
    'simultaneous-figure-4': ['a > ar1 BU(home) arrives', 'a > ha-a BU(home) arrives', 'a > b HoTI arrives', 'a > b CoTI arrives',
                              'ar1 > a BA(home) arrives', 'b > ar3 BU(home) arrives', 'b > ha-b BU(home) arrives', 'b > a HoTI arrives',
                              'b > a CoTI arrives', 'ar3 > b BA(home) arrives', 'b > a CoT arrives', 'a > b CoT arrives',
                              'ha-a > a BA(home) arrives', 'ha-b > b BA(home) arrives', 'a > b HoT arrives', 'b > a HoT arrives',
                              'b > a BU arrives', 'a > b BU arrives', 'a > b BA arrives', 'b > a BA arrives'],
    # Figure 5: (1) the update by A's home agent, (2) passed on and lost, (3) the question, its answer, (4) B's registration, (5) A's home agent
    # is told, (6) the update again. B's own test inits take the same way to A.
    'simultaneous-figure-5': ['a > ha-a BU(home) arrives', 'a > b HoTI arrives', 'a > b CoTI arrives', 'ha-a > a BA(home) arrives',
                              'ha-a > b LocationQuery ends at ha-b', 'b > a HoT arrives', 'b > a CoT arrives', 'ha-b > ha-a Location arrives',
                              'a > b BU lost ar3', 'b > ha-b BU(home) arrives', 'b > a HoTI lost ar1', 'b > a CoTI lost ar1',
                              'ha-b > b BA(home) arrives', 'ha-b > a LocationQuery ends at ha-a', 'ha-a > b BU again arrives',
                              'ha-a > ha-b Location arrives', 'b > a BA arrives', 'ha-b > a HoTI again arrives', 'ha-b > a CoTI again arrives',
                              'a > b HoT arrives', 'a > b CoT arrives', 'b > a BU arrives', 'a > b BA arrives'],
    # Figure 6: (1) update to the home address, (2) lost, (3) home registration, (4) the update again; then B's own registration.
    'simultaneous-figure-6': ['a > ha-a BU(home) arrives', 'a > b HoTI arrives', 'a > b CoTI arrives', 'ha-a > a BA(home) arrives',
                              'b > a CoT arrives', 'b > a HoT arrives', 'a > b BU lost ar3', 'b > ha-b BU(home) arrives', 'b > a HoTI arrives',
                              'b > a CoTI arrives', 'ha-b > b BA(home) arrives', 'ha-b > b BU again arrives', 'b > a BA arrives',
                              'a > b CoT arrives', 'a > b HoT arrives', 'b > a BU arrives', 'a > b BA arrives'],
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

# A re-forwarded duplicate: B has had everything when it moves. It answers the copy by an acknowledgement that A did not ask for, and no
# exchange comes of it: A sends nothing but answers to B's own tests.
rows = ladder('scenarios/regress/simultaneous-figure-6.yaml', 'protocol.reforward=1s', 'movement.b.1.at=20.5s')
again = [r for r in rows if 'again' in r['how']]
check('re-forwarded duplicates: of the three messages the update replaced its test inits, and is sent again', [r['name'] for r in again] == ['BU'] and
      again[0]['arrival'] is not None, again)
answer = [r for r in rows if r['sender'] == 'b' and r['name'] == 'BA' and again and r['at'] > again[0]['at']]
check('... it is answered by status 135', [r['how'][-1] for r in answer] == ['status 135'], answer)
check('... and starts no exchange', [r['name'] for r in rows if r['sender'] == 'a' and again and r['at'] > again[0]['at']] == ['CoT', 'HoT', 'BA'], rows)
for lost, x in (('CoTI', '20.15s'), ('HoTI', '20.2s')):
    rows = ladder('scenarios/regress/simultaneous-figure-6.yaml', f'movement.b.1.at={x}')
    check(f'a lost {lost} is sent again and answered', any(r['name'] == lost and 'again' in r['how'] and r['arrival'] for r in rows) and
          sum(r['name'] == 'BA' and r['arrival'] is not None and r['at'] > 20 * S for r in rows) == 2, rows)

# Forwarders: back on a link its forwarding is deleted, the link left last forwards; each router asked before hears of the new address.
text = open('scenarios/regress/simultaneous-figure-4.yaml').read()
third = '    - {at: 20s, cell: a2, down: 100ms}\n'
open(work + '/back.yaml', 'w').write(text.replace(third, third + '    - {at: 23s, cell: a1, down: 100ms}\n'))
back = ladder(work + '/back.yaml')
expect('forwarders: there and back', [f"{r['to']} {(r['at'] - 20 * S) // 10**6} {'arrives' if r['arrival'] else 'lost'}" for r in back
                                      if r['sender'] == 'a' and r['to'] in ('ar1', 'ar2') and r['at'] >= 20 * S],
       ['ar1 100 arrives', 'ar1 3100 arrives', 'ar2 3100 arrives'])
check('... and both register, twice', sum(r['name'] == 'BA' and r['arrival'] is not None and r['at'] > 20 * S for r in back) == 3, back)

# Partial deployment: with A's home agent alone, B's updates always reach A.
ok = []
for ms in range(-500, 501, 25):
    rows = ladder('scenarios/regress/simultaneous-home.yaml', 'nodes.ha-a.protocol.reforward=1s', f'movement.b.1.at={20000 + ms}ms')
    ok.append(any(r['name'] == 'BU' and r['sender'] in ('b', 'ha-a') and r['to'] == 'a' and r['arrival'] is not None and r['at'] > 20 * S for r in rows))
check("partial deployment: with A's home agent alone B's updates reach A at all 41 offsets", all(ok), ok)

# Two mobile nodes optimise towards each other, one of them returning home: every exchange ends, nothing is lost.
rows = ladder('scenarios/smoke/two-mobiles.yaml')
check('two-mobiles: no signal is lost', len(rows) > 40 and all(r['arrival'] is not None for r in rows), [r for r in rows if r['arrival'] is None])
check('two-mobiles: each registers with the other at each movement, and deletes at home',
      [sum(r['name'] == 'BA' and r['to'] == x for r in rows) for x in 'ab'] == [3, 3], rows)
done()
