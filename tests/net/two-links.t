#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A mobile node on two links at once: care-of tests ahead of the movement, and each point at which it may be optimistic, against closed forms."""
import itertools, os, sqlite3, subprocess, tempfile
from tap import check, plan

roam = os.path.abspath(os.environ.get('ROAM', 'build/roam'))
scenario = os.path.abspath('scenarios/smoke/overlap.yaml')
work = tempfile.mkdtemp()
MS = 10**6
runs = 0

def run(*sets, pcap=False):
    global runs
    runs += 1
    out = f'{work}/{runs}'
    p = subprocess.run([roam, 'run', scenario, '-o', out + '.db'] + (['--pcap', out] if pcap else []) + [a for s in sets for a in ('--set', s)],
                       capture_output=True, text=True)
    if p.returncode:
        check('runs', False, p.stderr)
        plan()
        raise SystemExit(1)
    return sqlite3.connect(out + '.db')

REGISTRATION = """select h.t_down, h.t_up, h.t_router, h.t_coa, h.t_ha_ba, g.t_coti, g.t_bu, g.t_bu_rx, g.t_ba, g.t_send, g.outcome, h.to_cell
                  from sim_handover h left join sim_registration g on g.handover_id = h.handover_id where h.seq = ?"""
def metric(db, name, node='mn'):
    row = db.execute('select value from sim_metric where name = ? and node = ?', (name, node)).fetchone()
    return row[0] if row else 0

# ---- closed forms: RTT_HA, RTT_RO of the first movement; home tokens are kept, so RTT_BT is out of it ---------------------------------
grid = [(25, 15), (5, 40), (70, 3)]
wrong = []
for (ha, ro), ahead, update, wait, early in itertools.product(grid, ('on', 'off'), ('after-home', 'at-once'), ('conservative', 'optimistic'), (0, 1)):
    db = run(f'links.0.delay={ha}ms', f'links.1.delay={ro}ms', f'protocol.care-of-test-ahead={ahead}', f'protocol.update={update}',
             f'protocol.wait={wait}', 'duration=15s', 'traffic.0.stop=14s', 'traffic.1.stop=14s',
             *(['protocol.care-of-test=concurrent', 'protocol.unverified=lifetime'] if early else []))
    down, up, router, coa, ha_ba, coti, bu, bu_rx, ba, send, outcome, _ = db.execute(REGISTRATION, (1,)).fetchone()
    rtt_ha, rtt_ro = 2 * (ha + 5) * MS, 2 * (ro + 5) * MS
    told = max(0 if ahead == 'on' else rtt_ro, 0 if update == 'at-once' else rtt_ha)
    early = early and told > 0      # with everything there the update itself leaves at once
    want_send = told + (0 if wait == 'optimistic' else rtt_ro)
    if early:
        want_send = 0 if wait == 'optimistic' else min(want_send, max(rtt_ha, rtt_ro))
    if (down, up, router, coa) != (10000 * MS,) * 4 or (bu - coa, bu_rx - coa, ba - coa) != (told, told + rtt_ro // 2, told + rtt_ro) or \
       send - coa != want_send or outcome != 'registered' or (coti is None) != (ahead == 'on'):
        wrong.append(((ha, ro, ahead, update, wait, early), (told, want_send), (down, up, router, coa, bu - coa, bu_rx - coa, ba - coa, send - coa, coti, outcome)))
check(f'{runs} runs: what is told and when data may leave are the closed forms, for tests ahead, updates at once, waiting, early updates', not wrong, '\n'.join(map(str, wrong)))

# ---- the whole smoke scenario ---------------------------------------------------------------------------------------------------------
db = run()
rows = [db.execute(REGISTRATION, (k,)).fetchone() for k in (1, 2, 3, 4)]
check('cell, home, cell with two radios, then with one: every binding is made, and deleted at home', [r[10] for r in rows if r[11] != 'home'] == ['registered'] * 3
      and metric(db, 'binding-deleted', 'cn') >= 1, rows)
check('the instant the old link goes the next address is in use', all(r[3] == r[0] for r in rows if r[11] in ('cell2', 'cell1') and r[0] < 35000 * MS), rows)
check('a test ahead for each care-of address to come', metric(db, 'care-of-test-ahead') == 1, metric(db, 'care-of-test-ahead'))
# Lost is what was on its way to the old link: sent after the last that arrived there, until the correspondent knows.
r = rows[0]
lost = db.execute("select g.lost from sim_gap g join sim_handover h using (handover_id) join sim_flow f using (flow_id) where h.seq = 1 and f.name = 'down'").fetchone()[0]
sent = sum(1 for k in range(500, 4900) if r[0] - 20 * MS <= k * 10 * MS < r[7])
check('the first movement loses what was on its way, packet for packet, and nothing more', abs(lost - sent) <= 1, (lost, sent))
up = db.execute("select h.seq, g.lost from sim_gap g join sim_handover h using (handover_id) join sim_flow f using (flow_id) where f.name = 'up' order by 1").fetchall()
check('with two radios nothing is lost on the way up; but on leaving home what does not fit the queue while the home agent probes the home address',
      [l for k, l in up if k < 3] == [0, 0] and up[2][1] == 107 - 64 and up[3][1] > 0, up)

# ---- what does not fit ------------------------------------------------------------------------------------------------------------------
db = run('movement.mn.1.overlap=500ms', 'protocol.dad=on', 'duration=15s', 'traffic.0.stop=14s', 'traffic.1.stop=14s')
r = db.execute(REGISTRATION, (1,)).fetchone()
check('an address still in duplicate address detection when the old link goes is used when it is done, and tested then',
      10500 * MS < r[3] <= 10570 * MS and r[5] == r[3] and r[10] == 'registered' and metric(db, 'care-of-test-ahead') == 0, r)
db = run('cells.cell2.loss=0.3', 'protocol.care-of-test-ahead=on', 'seed=5', 'duration=18s', 'traffic.0.stop=14s', 'traffic.1.stop=14s')
r = db.execute(REGISTRATION, (1,)).fetchone()
check('with loss tests are repeated, ahead or after, and the binding is made', r[10] == 'registered' and r[8] is not None, r)
for extra in (['protocol.ipsec=aes'], ['protocol.movement-detection=eager'], ['protocol.movement-detection=unreachability'], ['protocol.dad=optimistic'],
              ['protocol.dad=off'], ['protocol.register=sequential'], ['protocol.scheme=ebu+credit'], ['protocol.peer-signalling=care-of'],
              ['protocol.home-agent-discovery=on']):
    db = run(*extra)
    rows = [db.execute(REGISTRATION, (k,)).fetchone() for k in (1, 2, 3, 4)]
    check(f'{extra[0]}: all four movements', [r[10] for r in rows if r[11] != 'home'] == ['registered'] * 3, rows)
plan()
