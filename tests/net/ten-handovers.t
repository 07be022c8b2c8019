#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ten handovers in a row, a second visit to each subnet and a return home lose what the closed forms say, packet for packet.

Worked out here from the scenario's delays and, of each handover, the instants of link down, link up and the new address; whatever comes
after that is the protocol's and has to be as the formulas say."""
import os, re, sqlite3, subprocess, tempfile
from tap import check, plan

roam = os.path.abspath(os.environ.get('ROAM', 'build/roam'))
scenario = 'scenarios/regress/ten-handovers.yaml'
work = tempfile.mkdtemp()

MS = 10**6
text = open(scenario).read()
delay = {a: int(d) * MS for a, d in re.findall(r'\{between: \[(\w+), core\],\s+delay: (\d+)ms\}', text)}
router = dict(re.findall(r'(\w+): +\{router: (\w+),', text))
visits = re.findall(r'cell: (\w+)', text[text.index('movement:'):])
SENT = [5 * 10**9 + k * 10 * MS for k in range(13300)]
check('the scenario is the one this was written for', set(delay) == {'ha', 'cn', 'ar1', 'ar2', 'ar3', 'ar4', 'ar5'} and
      visits == ['cell1', 'cell2', 'cell3', 'cell4', 'cell5'] * 2 + ['cell1', 'home'], (delay, visits))

def lost_where(condition):
    return sum(1 for s in SENT if condition(s))

def judge(name, *sets):
    early = any('scheme=ebu' in s for s in sets)
    command = [roam, 'run', os.path.abspath(scenario), '-o', f'{work}/{name}.db']
    for s in sets:
        command += s.split() if s.startswith('--') else ['--set', s]
    p = subprocess.run(command, capture_output=True, text=True, cwd=work)
    if p.returncode:
        check(f'{name}: runs', False, p.stderr)
        return
    db = sqlite3.connect(f'{work}/{name}.db')
    rows = db.execute('''select h.handover_id, seq, from_cell, to_cell, t_down, t_up, t_router, t_coa, t_ha_ba, t_bu_rx, t_early_bu_rx, outcome
        from sim_handover h join sim_registration using(handover_id) where peer = 'cn' order by seq''').fetchall()
    check(f'{name}: eleven handovers, each with its registration', len(rows) == 11 and [r[3] for r in rows] == visits[1:], rows)
    check(f'{name}: every one of the ten is registered', all(r[11] == 'registered' for r in rows[:10]), [r[11] for r in rows])
    wrong, down_total, up_total = [], 0, 0
    for handover, seq, old, new, down, up, found, coa, ha_ba, bu_rx, early_rx, outcome in rows:
        a, ha, cn = delay[router[new]], delay['ha'], delay['cn']
        rtt_ha, rtt_bt, rtt_ro = 2 * (a + ha), 2 * (a + 2 * ha + cn), 2 * (a + cn)
        if new == 'home':  # deletion: the home agent is at hand, then a home test alone, or none where a token is held
            start, rtt_home = found, 2 * (ha + cn)
            rebound = start + (0 if early else rtt_home) + rtt_home // 2
            if ha_ba != found:
                wrong.append((seq, 'deleted at the home agent', ha_ba, found))
        else:
            start = coa
            rebound = start + (0 if early else max(rtt_ha, rtt_bt, rtt_ro)) + rtt_ro // 2
            if ha_ba != start + rtt_ha:
                wrong.append((seq, 'home registration', ha_ba - start, rtt_ha))
        if (early_rx if early and new != 'home' else bu_rx) not in (rebound, None if new == 'home' else rebound):
            wrong.append((seq, 'rebound', bu_rx, early_rx, rebound))
        to_old = cn + delay[router[old]]
        # Without a hint from the link it goes on as if it were on the old one.
        unaware = found if 'eager' in name else up
        expected = {'down': lost_where(lambda s: s + to_old > down and s < rebound), 'up': lost_where(lambda s: down <= s < unaware)}
        down_total += expected['down']
        up_total += expected['up']
        for flow, lost, twice in db.execute('select name, g.lost, g.duplicated from sim_gap g join sim_flow using(flow_id) where handover_id = ?',
                                            (handover,)):
            if lost != expected[flow] or twice:
                wrong.append((seq, flow, 'lost', lost, 'expected', expected[flow], 'twice', twice))
    check(f'{name}: registrations at their instants, losses as the closed forms say', not wrong, '\n'.join(map(str, wrong)))
    flows = dict((f, (sent, received, lost)) for f, sent, received, lost in db.execute('select name, sent, received, lost from sim_flow'))
    check(f'{name}: and nothing else is lost in the whole run', flows == {'down': (13300, 13300 - down_total, down_total),
          'up': (13300, 13300 - up_total, up_total)}, (flows, down_total, up_total))
    print(f'# {name}: {down_total} lost down, {up_total} up')
    check(f'{name}: the correspondent has deleted its binding, the home agent too',
          dict(db.execute("select node, value from sim_metric where name = 'binding-deleted'")) == {'cn': 1, 'ha': 1})

judge('standard')
judge('standard-optimistic', 'protocol.wait=optimistic', '--seed 2')
judge('ebu', 'protocol.scheme=ebu')
judge('ebu-optimistic', 'protocol.scheme=ebu', 'protocol.wait=optimistic', '--seed 3')
judge('standard-ipsec', 'protocol.ipsec=aes', 'protocol.ipsec-payload=on', '--seed 4')
judge('eager', 'protocol.movement-detection=eager', '--seed 5')
plan()
