#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Local mobility seen from outside: what passes beyond an anchor point, and the differences of Hsieh's topology."""
import glob, os, shutil, sqlite3, subprocess, tempfile
from tap import check, plan

roam = os.path.abspath(os.environ.get('ROAM', 'build/roam'))
work = tempfile.mkdtemp()

def run(scenario, name, *sets):
    out = f'{work}/{name}'
    arguments = [roam, 'run', scenario, '-o', out + '.db', '--pcap', out]
    for s in sets:
        arguments += ['--set', s]
    p = subprocess.run(arguments, capture_output=True, text=True)
    if p.returncode:
        raise SystemExit(f'Bail out! {p.stderr}')
    db = sqlite3.connect(out + '.db')
    db.row_factory = sqlite3.Row
    return db, glob.glob(out + '/*.pcapng')[0]

# ---- nothing beyond the anchor point ------------------------------------------------------------------------------------
db, trace = run('scenarios/smoke/hmip.yaml', 'hmip')
if shutil.which('tshark'):
    p = subprocess.run(['tshark', '-r', trace, '-T', 'fields', '-E', 'separator=|', '-e', 'frame.interface_name', '-e', 'frame.time_relative', '-e',
                        'mip6.mhtype', '-e', 'icmpv6.type'], capture_output=True, text=True)
    rows = [l.split('|') for l in p.stdout.splitlines()]
    start = float(rows[0][1])
    def between(nodes, since, until):
        return [r for r in rows if r[0].split('/')[0] in nodes and since <= float(r[1]) < until]
    local = between(('map1', 'ar1', 'ar2', 'mn'), 5, 8)
    beyond = between(('core', 'ha', 'cn'), 5, 8)
    check('the move within the domain is signalled to the anchor point', any(r[2] == '5' for r in local) and any(r[2] == '6' for r in local))
    check(f'{len(beyond)} frames beyond the anchor point during a move within its domain: none carries a Mobility Header',
          len(beyond) > 100 and not any(r[2] for r in beyond), [r for r in beyond if r[2]][:9])
    check('a move to another domain is signalled to home agent and correspondent', len([r for r in between(('ha', 'cn'), 8, 11) if r[2]]) >= 8)
h = db.execute('select * from sim_handover order by seq').fetchall()
check('within the domain: local registration only', h[0]['t_local_ba'] and not h[0]['t_ha_bu'], dict(h[0]))
check('to another domain: first the new anchor point, then the home agent', h[1]['t_local_ba'] and h[1]['t_ha_bu'] >= h[1]['t_local_ba'], dict(h[1]))
lost = db.execute("select sum(sim_gap.lost) from sim_gap join sim_flow using(flow_id) where name = 'down'").fetchone()[0]
check('the anchor point left behind forwards: a handover loses no more than the link-layer gap and detection do', lost <= 8, lost)

# ---- the anchor point fails ---------------------------------------------------------------------------------------------
db, trace = run('scenarios/smoke/hmip.yaml', 'failing', 'nodes.map1.fails=6500ms')
h = db.execute("select h.*, g.lost as lost from sim_handover h join sim_gap g using(handover_id) join sim_flow using(flow_id) where name = 'down' order by seq").fetchall()
check('without an anchor point the home agent gets the address on the link: lost is what its detection and the registration take',
      h[0]['t_ha_ba'] and 6500000000 < h[0]['t_ha_bu'] < 6600000000 and 5 < h[0]['lost'] < 25, dict(h[0]))
check('back where the anchor point is announced with lifetime 0, it is not asked', h[2]['t_ha_ba'] and h[2]['t_local_ba'] is None or
      h[2]['t_ha_bu'] == h[2]['t_coa'], dict(h[2]))

# ---- which anchor point -----------------------------------------------------------------------------------------------------
def binds_at(name, *sets):
    db, trace = run('scenarios/smoke/hmip.yaml', name, 'nodes.map1.anchor=map2', 'duration=7s', *sets)
    return {r[0] for r in db.execute("select node from sim_message where type = 'BU(local)' and direction = 'received'")}
# ar1 announces map1 (2) and above it map2 (3).
check('of a hierarchy the furthest is taken', binds_at('furthest') == {'map2'})
check('or the nearest', binds_at('nearest', 'protocol.anchor-selection=nearest') == {'map1'})
check('or the preferred one', binds_at('preferred', 'protocol.anchor-selection=preference', 'nodes.map1.preference=12') == {'map1'})
check('one with preference 0 is not', binds_at('zero', 'nodes.map2.preference=0') == {'map1'})
check('when it fails the next one of the hierarchy takes over', binds_at('next', 'nodes.map2.fails=5500ms') == {'map1', 'map2'})
db, trace = run('scenarios/smoke/hmip.yaml', 'only', 'nodes.map1.domain-only=on')
h = db.execute("select h.*, g.lost as lost from sim_handover h join sim_gap g using(handover_id) join sim_flow using(flow_id) where name = 'down' order by seq").fetchall()
check('an anchor point that serves its domain only does not forward to another: status 129, and more is lost', h[1]['lost'] > 8 and h[0]['lost'] <= 8, [dict(x) for x in h])

# ---- without Mobile IPv6 beyond the domain (RFC 5380 6.5) -----------------------------------------------------------------------
db, trace = run('scenarios/smoke/hmip-regional.yaml', 'regional')
told = {r[0] for r in db.execute("select distinct node from sim_message where direction = 'received' and type in"
                                 " ('BU(home)', 'BU', 'HoTI', 'CoTI', 'BU(local)', 'EBU')")}
check('a regional address as the only one: anchor points are told where the node is, nobody else', told == {'map1', 'map2'}, told)
h = db.execute("select h.*, g.lost as lost, g.t_first_after as after from sim_handover h join sim_gap g using(handover_id) join sim_flow using(flow_id)"
               " where name = 'down' order by seq").fetchall()
check('within and, for as long as the binding lasts, beyond the domain it is reached', h[0]['lost'] <= 5 and h[1]['lost'] <= 5, [dict(x) for x in h])
# The last acknowledgement from beyond: told at about 8.03 s, for 12 s. Back in the domain: a second of duplicate address detection.
check('then no more until it is back', 500 < h[2]['lost'] < 600 and 31000000000 < h[2]['after'] < 31200000000, dict(h[2]))
p = subprocess.run([roam, 'run', 'scenarios/smoke/hmip-regional.yaml', '--set', 'protocol.scheme=standard', '-o', work + '/x.db'], capture_output=True, text=True)
check('regional-home without local: hmip is refused', p.returncode == 2 and 'regional-home needs' in p.stderr, p.stderr)

# ---- fast handovers --------------------------------------------------------------------------------------------------------
db, trace = run('scenarios/smoke/fmip.yaml', 'fmip')
gaps = [r[0] for r in db.execute("select g.lost from sim_handover h join sim_gap g using(handover_id) join sim_flow using(flow_id) where name = 'down' order by seq")]
check('announced in time nothing is lost, unannounced something is', gaps[0] == 0 and gaps[1] > 0 and gaps[2] == 0, gaps)
if shutil.which('tshark'):
    p = subprocess.run(['tshark', '-r', trace, '-T', 'fields', '-e', 'mip6.mhtype', '-e', 'icmpv6.fmip6.subtype', '-e', '_ws.malformed'],
                       capture_output=True, text=True)
    fields = [l.split('\t') for l in p.stdout.splitlines()]
    seen = {f[0] for f in fields} | {'s' + f[1] for f in fields}
    check('tshark reads FBU, FBack, HI, HAck, RtSolPr, PrRtAdv', {'8', '9', '14', '15', 's2', 's3'} <= seen and not any(f[2] for f in fields), seen)
db, trace = run('scenarios/smoke/fmip-addresses.yaml', 'addresses')
f = db.execute("select * from sim_flow where name = 'down'").fetchone()
check('the previous address served over a second of duplicate address detection, one assigned, one accepted: nothing lost', f['lost'] == 0 and f['received'] == f['sent'], dict(f))
if shutil.which('tshark'):
    p = subprocess.run(['tshark', '-r', trace, '-T', 'fields', '-e', 'icmpv6.fmip6.subtype', '-e', 'icmpv6.code', '-e', 'icmpv6.opt.naack.status', '-e', 'mip6.mhtype',
                        '-e', 'mip6.hack.code', '-e', '_ws.malformed'], capture_output=True, text=True)
    fields = [l.split('\t') for l in p.stdout.splitlines()]
    check('tshark reads what the network initiates (PrRtAdv code 1), the acknowledgement of the arrival (4), HAck 2 and 3', ['3', '1'] in [f[:2] for f in fields] and
          '4' in {f[2] for f in fields} and {'2', '3'} <= {f[4] for f in fields} and not any(f[5] for f in fields), (p.stderr, sorted({tuple(f) for f in fields})[:12]))
for name, switch in (('missed', 'protocol.prediction.missed=1'), ('wrong', 'protocol.prediction.wrong=1'), ('false', 'protocol.prediction.false=1')):
    db, trace = run('scenarios/smoke/fmip.yaml', name, switch, 'duration=16s', 'traffic.0.stop=15s')
    row = db.execute("select received, t_recv from sim_flow, (select max(t_recv) t_recv from sim_registration) where name = 'down'").fetchone()
    check(f'predictions {name}: the node ends up reachable directly', row['t_recv'] is not None and row['t_recv'] > 11000000000, dict(row))
db, trace = run('scenarios/smoke/hmip.yaml', 'f-hmip', 'protocol.scheme=f-hmip', 'movement.mn.2.lead=200ms', 'movement.mn.3.lead=200ms')
gaps = [r[0] for r in db.execute("select g.lost from sim_handover h join sim_gap g using(handover_id) join sim_flow using(flow_id) where name = 'down' order by seq")]
check('fast handovers by the anchor point: announced in time nothing is lost', gaps[1] == 0 and gaps[2] == 0, gaps)

for name, sets in (('f-hmip', ['protocol.scheme=f-hmip', 'movement.mn.2.lead=200ms', 'movement.mn.3.lead=200ms', 'protocol.previous-buffer=3']), ('fmip-reactive', None)):
    if not shutil.which('tshark'):
        break
    db, trace = run('scenarios/smoke/hmip.yaml', 'all-' + name, *sets) if sets else run('scenarios/smoke/fmip.yaml', 'all-' + name, 'protocol.scheme=fmip-reactive')
    p = subprocess.run(['tshark', '-r', trace, '-T', 'fields', '-E', 'separator=|', '-e', '_ws.malformed', '-e', '_ws.expert.severity', '-e', 'icmpv6.checksum.status'],
                       capture_output=True, text=True)
    rows = [l.split('|') for l in p.stdout.splitlines()]
    bad = [r for r in rows if r[0] or any(int(s) >= 0x600000 for s in r[1].split(',') if s) or '0' in r[2].split(',')]
    check(f'tshark reads all {len(rows)} frames of a run with {name}', len(rows) > 1000 and not bad, bad[:9])

# ---- Hsieh's topology ------------------------------------------------------------------------------------------------------
ms = 1000000
db, trace = run('scenarios/study/hsieh.yaml', 'hsieh-standard', 'protocol.scheme=standard')
mip = db.execute('select * from sim_handover join sim_registration using(handover_id)').fetchone()
db, trace = run('scenarios/study/hsieh.yaml', 'hsieh-hmip', 'protocol.scheme=hmip')
hmip = db.execute('select * from sim_handover join sim_gap using(handover_id)').fetchone()
difference = (mip['t_ha_ba'] - mip['t_ha_bu']) - (hmip['t_local_ba'] - hmip['t_local_bu'])
check('registration takes 104 ms less with an anchor point', difference == 104 * ms, difference)
direct = (mip['t_recv'] - mip['t_coa'] + 999999) // ms - (hmip['t_first_after'] - hmip['t_coa'] + 999999) // ms
check('the first direct packet comes 224 ms earlier, to the stream\'s interval', abs(direct - 224) <= 1, direct)
check('to the correspondent it is 176 ms exactly', mip['t_bu_rx'] - mip['t_coa'] == 176 * ms, mip['t_bu_rx'] - mip['t_coa'])
shutil.rmtree(work)
plan()
