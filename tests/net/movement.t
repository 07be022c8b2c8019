#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two behaviours of a mobile node on a new link, read off the frames at its interface by tshark: optimistic addresses (RFC 4429) and
movement detection by unreachability of the old router (RFC 6275 11.5.1)."""
import os, shutil, sqlite3, subprocess, tempfile
from tap import check, plan

roam = os.path.abspath(os.environ.get('ROAM', 'build/roam'))
if not shutil.which('tshark'):
    print('1..0 # SKIP tshark is not installed (make deps)')
    raise SystemExit
work = tempfile.mkdtemp()

FIELDS = ['frame.time_epoch', 'frame.packet_flags_direction', 'eth.src', 'eth.dst', 'ipv6.src', 'ipv6.dst', 'icmpv6.type', 'icmpv6.nd.ns.target_address',
          'icmpv6.nd.na.target_address', 'icmpv6.nd.na.flag.o', 'icmpv6.opt.linkaddr', 'mip6.mhtype', 'udp.length', 'ipv6.routing.mipv6.home_address']
def run(name, *sets):
    out = f'{work}/{name}'
    command = [roam, 'run', os.path.abspath(f'scenarios/regress/{name}.yaml'), '-o', out + '.db', '--pcap', out]
    for s in sets:
        command += ['--set', s]
    p = subprocess.run(command, capture_output=True, text=True, cwd=work)
    if p.returncode:
        check(f'{name}: runs', False, p.stderr)
        plan()
        raise SystemExit(1)
    t = subprocess.run(['tshark', '-r', f'{out}/{name}-s1.pcapng', '-Y', 'frame.interface_name == "mn/0"', '-T', 'fields', '-E', 'separator=|'] +
                       [a for f in FIELDS for a in ('-e', f)], capture_output=True, text=True)
    rows = [dict(zip(FIELDS, l.split('|'))) for l in t.stdout.splitlines()]
    for r in rows:
        whole, _, fraction = r['frame.time_epoch'].partition('.')
        r['t'], r['sent'] = int(whole) * 10**9 + int(fraction.ljust(9, '0')[:9]), r['frame.packet_flags_direction'][-1] == '2'
    return sqlite3.connect(out + '.db'), rows

# ---- RFC 4429 ------------------------------------------------------------------------------------------------------------
S = 10**9
db, rows = run('optimistic')
up, router, coa, bu = db.execute("select t_up, t_router, t_coa, t_ha_bu from sim_handover where node = 'mn' and seq = 1").fetchone()
check('the address is usable, and registered, the instant the router is known', router == coa == bu, (up, router, coa, bu))
address = '2001:db8:0:7:0:ff:fe00:5'
mine = [r for r in rows if r['sent'] and r['t'] >= up]
optimistic = [r for r in mine if coa <= r['t'] < coa + S]
probes = [r for r in mine if r['icmpv6.type'] == '135' and r['icmpv6.nd.ns.target_address'] == address]
check('it is probed once, from ::, at once in spite of dad-delay', [(r['t'], r['ipv6.src']) for r in probes] == [(coa, '::')], probes)
used = [r for r in optimistic if r['ipv6.src'] == address]
check(f'{len(used)} packets leave from it while it is optimistic', len(used) > 50, len(used))
check('no Neighbor Solicitation is sent from it, then or on its behalf (3.2)',
      not [r for r in optimistic if r['icmpv6.type'] == '135' and r['ipv6.src'] != '::'], [r for r in optimistic if r['icmpv6.type'] == '135'])
solicitations = [r for r in mine if r['icmpv6.type'] == '133']
check('the Router Solicitation on the new link names no link-layer address (3.2)', solicitations and all(not r['icmpv6.opt.linkaddr']
      for r in solicitations if r['t'] < coa + S), solicitations)
asked = [r for r in rows if not r['sent'] and r['icmpv6.type'] == '135' and r['icmpv6.nd.ns.target_address'] == address and coa < r['t'] < coa + S]
answers = [r for r in optimistic if r['icmpv6.type'] == '136' and r['icmpv6.nd.na.target_address'] == address]
check(f'the {len(asked)} neighbours that ask for it get an answer without Override (3.3)', len(asked) >= 2 and len(answers) == len(asked) and
      all(r['icmpv6.nd.na.flag.o'] == '0' for r in answers), (asked, answers))
neighbour = '02:00:00:00:00:06'
told = min((r['t'] for r in asked if r['eth.src'] == neighbour), default=0)
direct = [r for r in used if r['udp.length'] and r['ipv6.dst'] == '2001:db8:0:7:0:ff:fe00:6']
before = [r for r in direct if r['t'] < told]
check('data for a neighbour on the link goes by the router until the neighbour has made itself known (3.2)',
      before and all(r['eth.dst'] == '02:01:00:00:00:02' for r in before) and [r for r in direct if r['t'] > told and r['eth.dst'] == neighbour], before[:3])
lost = dict(db.execute('select name, lost from sim_flow'))
check('nothing is lost after the address is there: only what was under way and a link down of 50 ms with its wait cost', all(v <= 7 for v in lost.values()),
      lost)

# ---- unreachability --------------------------------------------------------------------------------------------------------
db, rows = run('unreachability')
(up1, router1, coa1, bu1), (up2, router2, coa2, bu2) = db.execute('select t_up, t_router, t_coa, t_ha_bu from sim_handover order by seq').fetchall()
check('back on the same link: no new address, no registration', coa1 is None and bu1 is None, (up1, router1, coa1, bu1))
quiet = [r for r in rows if r['sent'] and up1 <= r['t'] < up2 and (r['mip6.mhtype'] or r['icmpv6.type'] == '133')]
check('and no signalling', not quiet, quiet[:3])
old, new = '02:01:00:00:00:01', '02:01:00:00:00:02'
first = next(r['t'] for r in rows if not r['sent'] and r['t'] >= up2 and r['icmpv6.type'] == '134' and r['eth.src'] != old)
probes = [r for r in rows if r['sent'] and r['icmpv6.type'] == '135' and r['ipv6.src'] != '::' and first <= r['t'] < first + 3 * S]
asked_old = [(r['t'] - first) for r in probes if r['eth.dst'] == probes[0]['eth.dst'] and not r['eth.dst'].startswith('33:33')]
check('the first advertisement of a new router makes it solicit the old one, three times, a second apart', asked_old == [0, S, 2 * S], probes)
check('after the third second of silence it has moved: the address is made, and registered, then', (router2, coa2, bu2) == (first + 3 * S,) * 3,
      (first, router2, coa2, bu2))
check('until then nothing is sent from a new address', not [r for r in rows if r['sent'] and up2 <= r['t'] < coa2 and r['ipv6.src'].startswith('2001:db8:0:6')])
losses = [l for (l,) in db.execute("select g.lost from sim_gap g join sim_flow using(flow_id) where name = 'down' order by handover_id")]
# 20 ms apart; 10 ms from the correspondent to the access router. At the same link: what reaches it in the 200 ms.
sent = [12 * S + k * 20 * 10**6 for k in range(1600)]
rebound = coa2 + 40 * 10**6 + 10 * 10**6 # max(RTT_HA, RTT_BT, RTT_RO) = RTT_BT = 40 ms, then half of RTT_RO
expected = [sum(1 for s in sent if 20001 * 10**6 < s + 10**7 < 20201 * 10**6), sum(1 for s in sent if 30001 * 10**6 < s + 10**7 and s < rebound)]
check('lost is what comes while the link is down, or before the binding update is at the correspondent', losses == expected, (losses, expected))
plan()
