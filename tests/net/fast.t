#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fast handovers, as properties over random gaps, leads and phases of the stream: predictive loses nothing and delays nothing beyond its
bound; reactive loses exactly what the previous router put on the old link from one cell delay before link down until it starts tunnelling.

Times of scenarios/smoke/fmip.yaml: cn to ar1 25 ms, cell 1 ms, ar1 to ar2 3 ms. Predictive: ar1 tunnels 9 ms after the signal (2 ms
RtSolPr and PrRtAdv, 1 FBU, 6 HI and HAck). Reactive: 10 ms after link up (1 + 3 FBU, 6 HI and HAck)."""
import os, random, sqlite3, subprocess, tempfile
from tap import check, plan

roam = os.path.abspath(os.environ.get('ROAM', 'build/roam'))
work = tempfile.mkdtemp()

DOWN, INTERVAL = 5000000, 5000  # microseconds
LATER = ('movement.mn.2.at=9s', 'movement.mn.3.at=9900ms')
def run(scheme, gap, lead, phase, *more, scenario='scenarios/smoke/fmip.yaml', later=LATER):
    sets = ['protocol.scheme=' + scheme, 'duration=10s', f'movement.mn.1.down={gap}us', f'movement.mn.1.lead={lead}us', 'traffic.0.interval=5ms',
            f'traffic.0.start={4000000 + phase}us', 'traffic.0.stop=7s', *later, *more]
    arguments = [roam, 'run', scenario, '-o', f'{work}/r.db', '--force']
    for s in sets:
        arguments += ['--set', s]
    p = subprocess.run(arguments, capture_output=True, text=True)
    if p.returncode:
        raise SystemExit(f'Bail out! {p.stderr}')
    db = sqlite3.connect(f'{work}/r.db')
    db.row_factory = sqlite3.Row
    return db.execute("select f.*, g.reordered as gap_reordered, g.duplicated as gap_duplicated from sim_flow f join sim_gap g using(flow_id)"
                      " join sim_handover h using(handover_id) where name = 'down' and seq = 1 order by flow_id desc").fetchone()

# One stream of random numbers for all: a failure can be run again.
r = random.Random(5568)
rounds = 12 if os.environ.get('ROAM_QUICK') else 40
bad = []
for k in range(rounds):
    gap, lead, phase = r.randint(0, 500000), r.randint(10000, 400000), r.randint(0, INTERVAL - 1)
    f = run('fmip', gap, lead, phase, 'protocol.handover-buffer=1000')
    # The stream's first packets go by the home agent, 126 ms; a shorter bound could not be seen beside them.
    bound = max(126000, 26000 + (gap + lead - 9000) + 3000 + 1000)
    if f['lost'] or f['received'] != f['sent'] or f['delay_max_s'] * 1e6 > bound or f['duplicated']:
        bad.append((gap, lead, phase, bound, dict(f)))
check(f'predictive: {rounds} gaps of 0 to 500 ms at any phase: nothing lost, nothing twice, no delay beyond link up - diversion + detour', not bad, bad[:3])

# With address probing at the new router, a lead of that second more does.
f = run('fmip', 300000, 1200000, 1234, 'protocol.handover-buffer=1000', 'protocol.dad=on')
check('predictive with duplicate address detection at the new router and a lead that covers it: nothing lost', f['lost'] == 0 and f['received'] == f['sent'], dict(f))

bad = []
for k in range(rounds):
    gap, phase = r.randint(0, 500000), r.randint(0, INTERVAL - 1)
    f = run('fmip-reactive', gap, 100000, phase)
    at_router = [4000000 + phase + INTERVAL * i + 25000 for i in range(f['sent'])]
    expected = sum(DOWN - 1000 < t < DOWN + gap + 10000 for t in at_router)
    if f['lost'] != expected:
        bad.append((gap, phase, expected, dict(f)))
check(f'reactive: {rounds} gaps: lost is exactly what was put on the old link', not bad, bad[:3])

# Copies at the previous router, from the answer to RtSolPr on: as many of the last packets come again as it keeps; what had arrived comes twice.
bad = []
for k in range(rounds // 2):
    gap, phase, size, lead = r.randint(0, 300000), r.randint(0, INTERVAL - 1), r.randint(0, 60), r.randint(20000, 200000)
    f = run('fmip-reactive', gap, lead, phase, f'protocol.previous-buffer={size}')
    at_router = [4000000 + phase + INTERVAL * i + 25000 for i in range(f['sent'])]
    base = sum(DOWN - 1000 < t < DOWN + gap + 10000 for t in at_router)
    copies = min(size, sum(DOWN - lead + 1000 < t < DOWN + gap + 10000 for t in at_router))
    if (f['lost'], f['gap_duplicated']) != (max(0, base - copies), max(0, copies - base)):
        bad.append((gap, phase, size, lead, base, copies, dict(f)))
check(f'reactive with copies at the previous router: {rounds // 2} times lost is what they do not cover, twice what had arrived', not bad, bad[:3])

# The rest composes with what a predictive handover promises: nothing lost and, released at once, in order and within the bound. Metered, all
# that is for the new address queues up, acknowledgements too, and what comes for another address by another way overtakes it.
bad = []
for k in range(rounds // 2):
    gap, lead, phase = r.randint(0, 500000), r.randint(10000, 400000), r.randint(0, INTERVAL - 1)
    variant = r.choice([['protocol.buffer-release=metered'], ['protocol.handover-address=assigned'], ['protocol.handover-address=previous'],
                        ['protocol.handover-initiation=network'], ['protocol.handover-initiation=network', 'protocol.handover-address=previous',
                                                                   'protocol.buffer-release=metered', 'protocol.scheme=ebu', 'protocol.local=fmip-predictive']])
    f = run('fmip', gap, lead, phase, 'protocol.handover-buffer=1000', *variant)
    # By way of the previous router, and the new one's for an address it serves.
    bound = max(126000, 26000 + (gap + lead - 8000) + 3000 + 1000)
    late = 'protocol.buffer-release=metered' not in variant and (f['delay_max_s'] * 1e6 > bound or f['gap_reordered'])
    if f['lost'] or f['received'] != f['sent'] or f['duplicated'] or late:
        bad.append((gap, lead, phase, variant, bound, dict(f)))
check(f'predictive, {rounds // 2} times with metered release, assigned or previous addresses, initiated by the network: the same', not bad, bad[:3])

# Too late by anything from all of the signalling to the last message of it: no worse than unannounced, whatever was under way.
bad = []
for k in range(rounds):
    gap, lead, phase = r.choice([0, r.randint(0, 20000), r.randint(0, 500000)]), r.randint(0, 12000), r.randint(0, INTERVAL - 1)
    variant = [r.choice(v) for v in (['protocol.handover-address=proposed', 'protocol.handover-address=assigned', 'protocol.handover-address=previous'],
                                     ['protocol.handover-initiation=mobile', 'protocol.handover-initiation=network'],
                                     ['protocol.scheme=fmip', 'protocol.scheme=ebu'])]
    f = run('fmip', gap, lead, phase, 'protocol.handover-buffer=1000', 'protocol.local=fmip-predictive', *variant)
    # Too late even to be told of the next router: that is found by an advertisement, 70 ms at most.
    until = DOWN + gap + 10000 + (71000 if lead < 2000 else 0)
    expected = sum(DOWN - 1000 < t < until for t in (4000000 + phase + INTERVAL * i + 25000 for i in range(f['sent'])))
    if f['lost'] > expected:
        bad.append((gap, lead, phase, variant, expected, dict(f)))
check(f'{rounds} leads shorter than the signalling: no more is lost than without', not bad, bad[:3])

# The same with the anchor point in the place of the previous router: FBU and FBack take 6 ms, HI and HAck 4 ms, so 12 ms after the signal it
# redirects; without route optimization a regional address may be the only one.
bad = []
for k in range(rounds // 2):
    gap, lead, phase = r.randint(0, 500000), r.randint(13000, 400000), r.randint(0, INTERVAL - 1)
    variant = [r.choice(v) for v in (['protocol.handover-address=proposed', 'protocol.handover-address=assigned', 'protocol.handover-address=previous'],
                                     ['protocol.handover-initiation=mobile', 'protocol.handover-initiation=network'],
                                     ['protocol.wait=conservative', 'nodes.mn.regional-home=map'], ['protocol.lifetime=420s', 'nodes.mn.protocol.dad=on'])]
    # Probing takes a second in which there is an address only where the previous one is served, or one was given.
    if variant[0].endswith('proposed'):
        variant[3] = 'protocol.lifetime=420s'
    f = run('f-hmip', gap, lead, phase, 'protocol.handover-buffer=1000', 'movement.mn.1.at=5s', 'traffic.1.stop=7s', *variant,
            scenario='scenarios/study/three-schemes.yaml', later=())
    if f['lost'] or f['received'] != f['sent'] or f['duplicated'] or f['gap_reordered'] or f['delay_max_s'] * 1e6 > max(104000, 24000 + gap + lead + 6000):
        bad.append((gap, lead, phase, variant, dict(f)))
check(f'predictive over HMIPv6, {rounds // 2} times, with every treatment of addresses: the same', not bad, bad[:3])

# A buffer too small drops the rest, and no more. One place goes to the FBack's copy for the new link.
full = run('fmip', 200000, 100000, 777, 'protocol.handover-buffer=1000')
for size in (0, 1, 10, 30):
    f = run('fmip', 200000, 100000, 777, f'protocol.handover-buffer={size}')
    kept = sum(DOWN - 100000 + 9000 + 3000 <= 4000777 + INTERVAL * i + 28000 < DOWN + 200000 + 1000 for i in range(f['sent']))
    check(f'a buffer of {size} packets', f['lost'] == kept - max(0, size - 1) and full['lost'] == 0, (kept, dict(f)))
plan()
