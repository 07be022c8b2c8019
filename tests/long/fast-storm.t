#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Nodes that move fast, to and fro, on predictions that are late, wrong or missing, with every kind of local mobility and every treatment
of addresses: whatever happened, two and a half seconds after the last movement every packet arrives again.

STORM_SEED and STORM_ROUNDS choose other storms."""
import os, random, sqlite3, subprocess, tempfile

roam = os.path.abspath(os.environ.get('ROAM', 'build/roam'))
work = tempfile.mkdtemp()
seed = int(os.environ.get('STORM_SEED', '5568'))
rounds = int(os.environ.get('STORM_ROUNDS', '600'))
r = random.Random(seed)
base = open('scenarios/study/three-schemes.yaml').read()
base = base[base.index('title:'):base.index('movement:')].replace('duration: 13s', 'duration: 14s')
base = base.replace('  mn:   {type: mobile-node, home: home}', '  ar3:  {type: access-router, anchor: map2}\n  map2: {type: anchor-point}\n  mn:   {type: mobile-node, home: home}')
base = base.replace('cells:', '  - {between: [core, map2], delay: 1ms}\n  - {between: [map2, ar3], delay: 2ms}\n  - {between: [ar1, ar2], delay: 3ms}\ncells:')
base += '  cell3: {router: ar3, delay: 1ms}\n'
bad = []
for k in range(rounds):
    local = r.choice(['hmip', 'fmip-predictive', 'fmip-predictive', 'fmip-reactive', 'f-hmip', 'f-hmip'])
    at, here, moves = 5000, 1, []
    for m in range(r.randint(2, 8)):
        stay = r.choice([r.randint(2, 60), r.randint(60, 400), r.randint(400, 1500)])
        at += stay
        there = r.choice([c for c in (1, 2, 3) if c != here])
        down = r.choice([0, r.randint(0, 30), r.randint(0, 200)])
        lead = r.choice(['', f', lead: {r.randint(0, 1000 * min(stay, 15))}us', f', lead: {r.randint(0, min(stay, 300))}ms'])
        moves.append(f'    - {{at: {at}ms, cell: cell{there}, down: {down}ms{lead}}}')
        at, here = at + down, there
        if at > 9500:
            break
    text = base + 'movement:\n  mn:\n    - {at: 0s, cell: cell1}\n' + '\n'.join(moves) + f'''
traffic:
  - {{name: before, from: cn, to: mn, kind: cbr, interval: 5ms, size: 160B, start: 4s, stop: {at}ms}}
  - {{name: after, from: cn, to: mn, kind: cbr, interval: 10ms, size: 160B, start: {at + 2500}ms, stop: 13500ms}}
  - {{name: up, from: mn, to: cn, kind: cbr, interval: 10ms, size: 160B, start: {at + 2500}ms, stop: 13500ms}}
protocol:
  scheme: {r.choice(['standard', 'ebu', 'ebu+credit'])}
  local: {local}
  dad: {r.choice(['off', 'optimistic', 'on'])}
  handover-address: {r.choice(['proposed', 'assigned', 'previous'])}
  handover-initiation: {r.choice(['mobile', 'network'])}
  buffer-release: {r.choice(['at-once', 'metered'])}
  previous-buffer: {r.choice([0, 0, 7])}
  prediction: {{wrong: {r.choice(['0', '0', '0.4'])}, false: {r.choice(['0', '0', '0.3'])}}}
'''
    with open(f'{work}/s.yaml', 'w') as f:
        f.write(text)
    p = subprocess.run([roam, 'run', f'{work}/s.yaml', '-o', f'{work}/r.db', '--force', '--seed', str(k + 1)], capture_output=True, text=True)
    if p.returncode:
        bad.append((k, p.stderr[-300:], text[text.index('movement:'):]))
        continue
    db = sqlite3.connect(f'{work}/r.db')
    rows = db.execute("select name, sent, received, lost from sim_flow where name <> 'before' and run_id = (select max(run_id) from sim_run)").fetchall()
    # Metered, a queue may stand as long as packets come: late, not lost.
    late = 40 if 'metered' in text else 1
    if any(sent - received > late for _, sent, received, _ in rows) or len(rows) != 2:
        bad.append((k, rows, text[text.index('movement:'):]))
for b in bad[:3]:
    print('\n'.join('# ' + l for l in f'{b[0]}: {b[1]}\n{b[2]}'.split('\n')))
print(f"{'not ' if bad else ''}ok 1 - {rounds} nodes in a hurry are all reached again (seed {seed}; {len(bad)} are not)")

# A lead at which HI and the node reach the new router together: both may probe the address at once.
missed = []
for local in ('fmip-predictive', 'f-hmip'):
    for lead in range(4000, 10000, 100):
        with open(f'{work}/s.yaml', 'w') as f:
            f.write(base + f'''movement:
  mn:
    - {{at: 0s, cell: cell1}}
    - {{at: 6s, cell: cell2, lead: {lead}us}}
traffic:
  - {{name: after, from: cn, to: mn, kind: cbr, interval: 10ms, size: 160B, start: 9s, stop: 13500ms}}
protocol: {{local: {local}, dad: on}}
''')
        subprocess.run([roam, 'run', f'{work}/s.yaml', '-o', f'{work}/r.db', '--force'], capture_output=True, check=True)
        sent, received = sqlite3.connect(f'{work}/r.db').execute(
            'select sent, received from sim_flow where run_id = (select max(run_id) from sim_run)').fetchone()
        if sent - received > 1:
            missed.append((local, lead))
print(f"{'not ' if missed else ''}ok 2 - router and node may probe at once {missed[:3] if missed else ''}")
print('1..2')
