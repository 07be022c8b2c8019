#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The six latencies of the EBU document's section 5 against the simulation, to the nanosecond.

The formulas stand here once more, away from analysis/closed_forms.c, and take the link delays of each run from its parameters.
ROAM_REPLICATIONS: how many replications of scenarios/study/closed-forms.yaml (default 40; the study has 1 000)."""
import os, re, sqlite3, subprocess, sys, tempfile
from tap import check, plan

roam = os.path.abspath(os.environ.get('ROAM', 'build/roam'))
count = int(os.environ.get('ROAM_REPLICATIONS', '40'))
work = tempfile.mkdtemp()
text = open('scenarios/study/closed-forms.yaml').read()
open(work + '/closed-forms.yaml', 'w').write(re.sub(r'replications: \d+', f'replications: {count}', text))
p = subprocess.run([roam, 'study', 'run', 'closed-forms.yaml', '-o', 'r.db'], cwd=work, capture_output=True, text=True)

check('the study runs', p.returncode == 0, p.stderr[-600:])
db = sqlite3.connect(work + '/r.db')
runs = dict(db.execute('select run_id, replication from sim_run where status = ?', ('ok',)).fetchall())
check(f'all {8 * count} runs are there', len(runs) == 8 * count, len(runs))

def ns(text):
    value, unit = re.fullmatch(r'([\d.]+)(ns|us|ms|s)', text).groups()
    whole = {'ns': 1, 'us': 10**3, 'ms': 10**6, 's': 10**9}[unit]
    integer, _, fraction = value.partition('.')
    return int(integer) * whole + (int(fraction) * whole // 10**len(fraction) if fraction else 0)

wrong = {k: [] for k in ('send', 'receive', 'early update at the peer', 'confirming update at the peer', 'first direct packet')}
exceeds = reuse = optimistic = 0
for run in runs:
    par = dict(db.execute('select name, value from sim_param where run_id = ?', (run,)))
    a, b, d, e = (ns(par[f'links.{i}.delay']) for i in range(4))
    ha, bt, ro = 2 * a, 2 * (a + b + e), 2 * (d + e)
    exceeds += ro > bt
    reused = par['protocol.reuse-home-token'] == 'on'
    reuse += reused
    early, patient = par['protocol.scheme'] == 'ebu', par['protocol.wait'] == 'conservative'
    tests = max(ha, 0 if reused else bt, ro)
    coa, t_early_rx, t_bu_rx, t_send, t_recv = db.execute(
        '''select t_coa, t_early_bu_rx, t_bu_rx, t_send, t_recv from sim_handover join sim_registration using(handover_id)
           where run_id = ? and peer = 'cn' ''', (run,)).fetchone()
    if None in (coa, t_bu_rx, t_send, t_recv) or (early and t_early_rx is None):
        for k in wrong:
            wrong[k].append((run, par, coa, t_early_rx, t_bu_rx, t_send, t_recv))
        continue
    if early:
        send, switch = (max(ha, ro) if patient else 0), t_early_rx
        if t_early_rx - coa != ro // 2:
            wrong['early update at the peer'].append((run, t_early_rx - coa, ro // 2))
        confirm = max(ha, ro) + ro // 2
    else:
        send, switch, confirm = tests + (ro if patient else 0), t_bu_rx, tests + ro // 2
    if t_send - coa != send:
        wrong['send'].append((run, par['protocol.scheme'], par['protocol.wait'], reused, t_send - coa, send))
    if t_bu_rx - coa != confirm:
        wrong['confirming update at the peer'].append((run, par['protocol.scheme'], reused, t_bu_rx - coa, confirm))
    receive = ro if early else tests + ro
    if switch + ro // 2 - coa != receive:
        wrong['receive'].append((run, par['protocol.scheme'], reused, switch + ro // 2 - coa, receive))
    instant = 5 * 10**9 + -(-(switch - 5 * 10**9) // (20 * 10**6)) * 20 * 10**6
    if t_recv != instant + ro // 2:
        wrong['first direct packet'].append((run, par['protocol.scheme'], t_recv, instant + ro // 2))
for name, bad in wrong.items():
    check(f'{name}: 0 ns off in every run', not bad, '\n'.join(map(str, bad)))
check('the draws hold enough of RTT_RO > RTT_BT', exceeds >= len(runs) // 20, exceeds)
check('a third and more reuse the home token', 3 * reuse >= len(runs), reuse)
plan()
