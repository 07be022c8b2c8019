#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Local mobility composes with what is done towards correspondents: every pair, with both ways of waiting, registers and delivers, with
the properties of either; and at low load the order of the schemes is MIPv6 > HMIPv6 > FMIPv6 in silence and loss."""
import os, sqlite3, subprocess, tempfile
from tap import check, plan

roam = os.path.abspath(os.environ.get('ROAM', 'build/roam'))
work = tempfile.mkdtemp()

towards, local, waits = ['standard', 'ebu', 'ebu+credit'], ['none', 'hmip', 'fmip-predictive', 'fmip-reactive', 'f-hmip'], ['conservative', 'optimistic']
text = open('scenarios/study/three-schemes.yaml').read()
text = text[:text.index('study:')] + f'''study:
  replications: 1
  sweep:
    protocol.scheme: [{', '.join(towards)}]
    protocol.local: [{', '.join(local)}]
    protocol.wait: [{', '.join(waits)}]
'''
with open(f'{work}/all.yaml', 'w') as f:
    f.write(text)
p = subprocess.run([roam, 'study', 'run', f'{work}/all.yaml', '-o', f'{work}/all.db', '--jobs', '2'], capture_output=True, text=True)
if p.returncode:
    raise SystemExit(f'Bail out! {p.stderr}')
db = sqlite3.connect(f'{work}/all.db')
db.row_factory = sqlite3.Row
def param(name):
    return f"(select value from sim_param p where p.run_id = u.run_id and p.name = 'protocol.{name}')"
rows = db.execute(f"select {param('scheme')} scheme, {param('local')} local, {param('wait')} wait, u.run_id, h.*, d.lost lost, d.via via, d.t_first_after - h.t_down silence,"
                  " a.lost up_lost, f.sent, f.received, d.reordered, r.outcome, r.t_early_bu, r.t_bu, r.t_ba, r.t_recv"
                  " from sim_run u join sim_handover h using(run_id) join sim_flow f on f.run_id = u.run_id and f.name = 'down'"
                  " join sim_gap d on d.handover_id = h.handover_id and d.flow_id = f.flow_id join sim_flow g on g.run_id = u.run_id and g.name = 'up'"
                  " join sim_gap a on a.handover_id = h.handover_id and a.flow_id = g.flow_id"
                  " left join sim_registration r on r.handover_id = h.handover_id where u.status = 'ok'").fetchall()
check(f'{len(towards) * len(local) * len(waits)} combinations run', len(rows) == len(towards) * len(local) * len(waits), len(rows))
at = {(r['scheme'], r['local'], r['wait']): r for r in rows}
def legs(run):
    return {r[0].split(':')[1] for r in db.execute("select distinct name from sim_metric where run_id = ? and name like 'signalling:%'", (run,))}
wanted = {'none': {'mn-ha', 'mn-cn'}, 'hmip': {'mn-map'}, 'fmip-predictive': {'mn-ar', 'ar-ar', 'mn-ha', 'mn-cn'},
          'fmip-reactive': {'mn-ar', 'ar-ar', 'mn-ha', 'mn-cn'}, 'f-hmip': {'mn-ar', 'ar-ar', 'mn-map'}}
for (scheme, kind, wait), r in sorted(at.items()):
    why = []
    if r['received'] != r['sent'] - r['lost']:
        why.append('packets are missing outside the handover')
    if r['reordered']:
        why.append('reordered')
    # The proactive home test goes to the correspondent whatever comes.
    if legs(r['run_id']) != wanted[kind] | ({'mn-cn'} if scheme != 'standard' else set()):
        why.append(f"signals between {legs(r['run_id'])}")
    if kind in ('none', 'fmip-predictive', 'fmip-reactive'):
        if r['outcome'] != 'registered' or not r['t_ha_ba'] or not r['t_recv']:
            why.append('not registered')
        if bool(r['t_early_bu']) != (scheme != 'standard'):
            why.append('early binding update or not')
    elif r['t_ha_bu'] or r['t_bu'] or r['t_early_bu'] or not r['t_local_ba']:
        why.append('not the anchor point alone was told')
    if kind in ('fmip-predictive', 'f-hmip') and r['lost']:
        why.append('lost in spite of a prediction')
    if kind == 'fmip-reactive' and not 5 <= r['lost'] <= 9:
        why.append('reactive: lost is the gap, FBU, HI and HAck')
    check(f'{scheme}, {kind}, {wait}', not why, (why, dict(r)))
# The sizes of the messages: BU and BA 96 + 80, a local pair 80 + 80; RtSolPr 80, PrRtAdv 104, FBU 120, FBack to either link 72 + 96; HI 104,
# HAck 56; HoTI in its tunnel and HoT 96 + 64 (the home agent's tunnel header is not the correspondent's), CoTI and CoT 56 + 64, BU and BA 96 + 96.
octets = lambda kind: {r[0].split(':')[1]: r[1] for r in db.execute("select name, sum(value) from sim_metric where run_id = ? and name like 'signalling:%' group by 1",
                                                                     (at['standard', kind, 'conservative']['run_id'],))}
check('octets of signalling a handover without and with HMIPv6', octets('none') == {'mn-ha': 176, 'mn-cn': 472} and octets('hmip') == {'mn-map': 160}, (octets('none'), octets('hmip')))
check('octets of signalling a handover with FMIPv6', octets('fmip-predictive') == {'mn-ar': 80 + 104 + 120 + 72 + 96, 'ar-ar': 104 + 56, 'mn-ha': 176, 'mn-cn': 472},
      octets('fmip-predictive'))
check('octets of signalling a handover with both', octets('f-hmip') == {'mn-ar': 80 + 104, 'ar-ar': 104 + 56, 'mn-map': 160 + 120 + 72 + 96}, octets('f-hmip'))
# The one's gain stays the other's: early updates shorten what is left to the correspondent.
for kind in ('none', 'fmip-predictive', 'fmip-reactive'):
    t = {s: at[s, kind, 'conservative']['t_recv'] - at[s, kind, 'conservative']['t_coa'] for s in towards}
    check(f'with {kind}, early binding updates bring the direct way sooner', t['ebu'] < t['standard'] and t['ebu+credit'] < t['standard'], t)
for scheme in towards:
    o = [at[scheme, kind, 'conservative'] for kind in ('none', 'hmip', 'fmip-predictive')]
    check(f'{scheme}: without > HMIPv6 > FMIPv6 in silence from link down and in loss', o[0]['silence'] > o[1]['silence'] > o[2]['silence'] and
          o[0]['lost'] > o[1]['lost'] > o[2]['lost'] == 0, [(x['silence'], x['lost']) for x in o])
plan()
