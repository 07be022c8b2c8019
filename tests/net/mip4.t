#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mobile IPv4 against what can be worked out by hand: losses of a handoff at every phase of the stream, no black hole once the previous
agent is told, triangle and direct delays, overhead of the encapsulations, clocks and nonces brought back in step."""
import glob, json, os, shutil, sqlite3, subprocess, sys
sys.dont_write_bytecode = True
from ladder import check, done, roam, work

MS = 10**6
HA, CN, FA1, FA2 = 25 * MS, 15 * MS, 5 * MS, 7 * MS     # to the core
DOWN_AT, BLACKOUT, INTERVAL = 5000 * MS, 60 * MS, 10 * MS
TEMPLATE = """
family: ipv4
duration: 9s
nodes:
  ha: {{type: home-agent}}
  fa1: {{type: foreign-agent}}
  fa2: {{type: foreign-agent{fa2}}}
  core: {{type: router}}
  cn: {{type: host}}
  mn: {{type: mobile-node, home: home}}
links:
  - {{between: [ha, core], delay: 25ms}}
  - {{between: [cn, core], delay: 15ms}}
  - {{between: [fa1, core], delay: 5ms}}
  - {{between: [fa2, core], delay: 7ms}}
cells:
  home: {{router: ha, delay: 0ms}}
  cell1: {{router: fa1, delay: 0ms}}
  cell2: {{router: fa2, delay: 0ms}}
movement:
  mn:
    - {{at: 0s, cell: cell1}}
    - {{at: 5s, cell: cell2, down: 60ms}}
traffic:
  - {{name: down, from: cn, to: mn, interval: 10ms, size: 100B, start: {start}us, stop: 8s}}
protocol:
  route-optimization: {ro}
  router-advertisement: {{min: 1s, max: 2s}}
  mip4: {{{mip4}}}
"""
runs = 0
def run(mip4='', ro='off', start=2000000, fa2='', pcap=None):
    global runs
    runs += 1
    path = f'{work}/{runs}.yaml'
    open(path, 'w').write(TEMPLATE.format(mip4=mip4, ro=ro, start=start, fa2=fa2))
    p = subprocess.run([roam, 'run', path, '--json', '-o', f'{work}/r.db', '--force', *(['--pcap', pcap] if pcap else [])], capture_output=True, text=True)
    if p.returncode:
        check('a run', False, p.stderr)
        return None
    return json.loads(p.stdout)

def between(start, low, high):
    """Packets sent every INTERVAL from `start` whose instant lies in [low, high)."""
    ceil = lambda x: -(-x // INTERVAL)
    return ceil(high - start) - ceil(low - start)

wrong = []
for phase_us in range(300, 10000, 1300):
    start = 2000 * MS + phase_us * 1000
    us = start // 1000
    # Base: lost is what passes the home agent from one old path before link down until the new registration is there.
    t_old, t_new = HA + FA1, FA2 + HA
    at_ha = start + CN + HA
    base = between(at_ha, DOWN_AT - t_old, DOWN_AT + BLACKOUT + t_new)
    # Notified: what passes the previous agent from link down until the update is there; the old path from it takes no time here.
    at_pfa = at_ha + HA + FA1
    notified = between(at_pfa, DOWN_AT, DOWN_AT + BLACKOUT + FA2 + FA1)
    for mip4, want in (('', base), ('smooth-handoff: on', notified), ('smooth-handoff: on, buffer: 4', max(0, notified - 4)),
                       ('smooth-handoff: on, buffer: 20', 0)):
        got = run(mip4, start=us)
        if not got:
            continue
        gap = [g for g in got['handovers'][0]['gaps'] if g['flow'] == 'down'][0]
        if gap['lost'] != want or gap['duplicated']:
            wrong.append((us, mip4, want, gap))
    if base <= notified:
        wrong.append((us, 'the closed forms themselves', base, notified))
check('losses of base, notified and buffered handoffs are the closed forms at every phase, no packet twice', not wrong, wrong)

def last_gap(got):
    return got['handovers'][0]['gaps'][0]

# Route optimized, a correspondent that tunnels to the previous agent: without a notice its visitor list is a black hole.
hole = last_gap(run('', ro='on'))
check('unnotified, the previous agent is a black hole for an optimized route', hole['t_first_after'] is None, hole)
# The new agent does not offer smooth handoffs: the first notice is the mobile node's own, 1 s after it asked to register.
late = last_gap(run('smooth-handoff: on', ro='on', fa2=', protocol: {mip4: {smooth-handoff: off}}'))
silent = (late['t_first_after'] or 10**12) - (DOWN_AT + BLACKOUT + 1000 * MS)
check('a notice that comes late ends it: by the pointer, the way of the notice and back', 0 < silent <= 2 * (FA1 + FA2) + INTERVAL, (late, silent))
prompt = last_gap(run('smooth-handoff: on', ro='on'))
check('a notice in time: silent for blackout and the way', prompt['t_first_after'] - prompt['t_last_before'] <= BLACKOUT + 2 * (FA1 + FA2) + 2 * INTERVAL, prompt)

# Delays: by way of the home agent, and straight. 95 % of the packets are after the first second in a place.
def flow_of_last_run():
    db = sqlite3.connect(f'{work}/r.db')
    db.row_factory = sqlite3.Row
    return dict(db.execute('SELECT * FROM sim_flow ORDER BY flow_id DESC LIMIT 1').fetchone())

for ro, want in (('off', CN + HA + HA + FA2), ('on', CN + FA2)):
    run('', ro=ro, start=5500000)
    flow = flow_of_last_run()
    check(f'route optimization {ro}: 95 % of the delays are {want // MS} ms at most, none lost', abs(flow['delay_p95_s'] * 1e9 - want) < 1 and not flow['lost'], flow)

for name, mip4 in (('a clock five minutes ahead', 'clock-offset: 300s'), ('nonces', 'replay-protection: nonces'), ('keyed MD5', 'authentication: keyed-md5'),
                   ('minimal encapsulation', 'encapsulation: minimal'), ('GRE', 'encapsulation: gre'), ('reverse tunnels', 'reverse-tunnel: on'), ('agents authenticated', 'agent-authentication: both'),
                   ('a co-located address', 'care-of: co-located'), ('... registered through the agent', 'care-of: co-located, registration-required: on'),
                   ('... with agents authenticated, GRE and reverse tunnels', 'care-of: co-located, agent-authentication: both, encapsulation: gre, reverse-tunnel: on')):
    got = run(mip4, ro='on')
    h = got['handovers'][0]
    check(f'{name}: registered after the handover', h['t_ha_ba'] is not None and h['t_ha_ba'] - h['t_ha_bu'] in (2 * (FA2 + HA), 4 * (FA2 + HA)), h)
# Its own care-of address: tunnels end at the mobile node, by way of the home agent and straight; 100 ms more until it has one.
for ro, want in (('off', CN + HA + HA + FA2), ('on', CN + FA2)):
    run('care-of: co-located', ro=ro, start=5500000)
    flow = flow_of_last_run()
    check(f'co-located, route optimization {ro}: 95 % of the delays are {want // MS} ms at most, none lost', abs(flow['delay_p95_s'] * 1e9 - want) < 1 and not flow['lost'], flow)
wrong = []
for delay in (0, 100):
    for us in range(2000300, 2010000, 2600):
        gap = [g for g in run(f'care-of: co-located, address-delay: {delay}ms', start=us)['handovers'][0]['gaps'] if g['flow'] == 'down'][0]
        want = between(us * 1000 + CN + HA, DOWN_AT - HA - FA1, DOWN_AT + BLACKOUT + delay * MS + FA2 + HA)
        if gap['lost'] != want:
            wrong.append((delay, us, want, gap))
check('co-located: losses of a handoff are the closed form at every phase', not wrong, wrong)
# What the mobile node sends is lost until the home agent has answered, or, if it is optimistic, while the link is down.
for wait, silent in (('conservative', BLACKOUT + 2 * (FA2 + HA)), ('optimistic', BLACKOUT)):
    for care_of in ('foreign-agent', 'co-located'):
        open(f'{work}/up.yaml', 'w').write(open(f'{work}/1.yaml').read().replace('from: cn, to: mn', 'from: mn, to: cn'))
        p = subprocess.run([roam, 'run', f'{work}/up.yaml', '--json', '-o', f'{work}/up.db', '--force', f'--set=protocol.wait={wait}', f'--set=protocol.mip4.care-of={care_of}'],
                           capture_output=True, text=True)
        gap = [g for g in json.loads(p.stdout)['handovers'][0]['gaps'] if g['flow'] == 'down'][0]
        want = between(2000 * MS + 300000, DOWN_AT, DOWN_AT + silent)
        check(f'wait: {wait}, {care_of}: {want} packets of its own are lost', gap['lost'] == want, gap)
# Movement detection without a signal from the link: by the first advertisement from another subnet (2.4.2.2), or when three advertisements of
# the old agent are missing (2.4.2.1). Both agents advertise every second, at their own instants.
steady = open(f'{work}/1.yaml').read().replace('{min: 1s, max: 2s}', '{min: 1s, max: 1s}')
for how in ('eager', 'unreachability'):
    for seed in range(1, 6):
        open(f'{work}/steady.yaml', 'w').write(steady)
        p = subprocess.run([roam, 'run', f'{work}/steady.yaml', '--json', '-o', f'{work}/s{how}{seed}.db', f'--set=protocol.movement-detection={how}',
                            '--seed', str(seed)], capture_output=True, text=True)
        h = json.loads(p.stdout)['handovers'][0]
        heard, first = h['t_router'] - DOWN_AT, h['t_router'] - h['t_up']
        # Old agent: the last one was heard at most a second before link down. New agent: the first one within a second of link up.
        good = 0 <= first <= 1000 * MS if how == 'eager' else 2000 * MS < heard <= 3000 * MS
        check(f'{how}, seed {seed}: the new agent is taken when it should be, and registered with', good and h['t_ha_ba'], h)
run('private: on', ro='on', start=5500000)
flow = flow_of_last_run()
check('private: nobody but the home agent tunnels', abs(flow['delay_p95_s'] * 1e9 - (CN + HA + HA + FA2)) < 1, flow)

# The other kinds of flows, over the same handover. A stream arrives whole; where its segments are lost they are sent again.
text = open(f'{work}/1.yaml').read()
open(f'{work}/flows.yaml', 'w').write(text.replace('interval: 10ms, size: 100B', 'kind: tcp, receive-buffer: 64KiB').replace(
    'protocol:', '  - {name: ask, from: mn, to: cn, kind: request-response, request: 100B, response: 3000B, think: 50ms, timeout: 500ms, start: 2s, stop: 8s}\nprotocol:'))
for ro in ('off', 'on'):
    p = subprocess.run([roam, 'run', f'{work}/flows.yaml', '--json', '-o', f'{work}/f{ro}.db', '--set', f'protocol.route-optimization={ro}',
                        '--set', f'protocol.mip4.smooth-handoff={ro}'], capture_output=True, text=True)
    db = sqlite3.connect(f'{work}/f{ro}.db')
    metric = dict(db.execute('SELECT name, value FROM sim_metric'))
    gap = db.execute("SELECT g.t_last_before, g.t_first_after FROM sim_gap g JOIN sim_flow f USING(flow_id) WHERE f.name = 'down'").fetchone()
    check(f'a TCP transfer over a handover, route optimization {ro}: what was lost is sent again, the transfer goes on', p.returncode == 0 and
          metric['retransmissions:down'] > 0 and gap[1] and gap[0] > DOWN_AT - 10**9 and gap[1] - gap[0] < 2 * 10**9, (p.stderr, gap, metric))
    # The request goes straight; the answer too, or by way of the home agent. The second agent is 2 ms further in each direction.
    trip = FA1 + CN + (CN + FA1 if ro == 'on' else CN + HA + HA + FA1)
    mean = metric['transaction-mean:ask'] * 1e9
    check(f'transactions, route optimization {ro}: the mean lies between the round trips of the two cells, one at most is lost',
          trip - 1 <= mean <= trip + 2 * (FA2 - FA1) + 1 and metric['transactions:ask'] > 30 and metric['transactions-failed:ask'] <= 1, metric)

# Third parties: tshark reads registrations, advertisements and tunnels; minimal encapsulation, which it does not know, is read here.
def tshark(trace, *fields):
    p = subprocess.run(['tshark', '-r', trace, '-o', 'udp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE', '-T', 'fields', '-E', 'separator=|',
                        *(x for field in fields for x in ('-e', field))], capture_output=True, text=True)
    return [dict(zip(fields, l.split('|'))) for l in p.stdout.splitlines()]

def minimal_ok(octets):
    """RFC 2004: an IP header, then protocol, S, checksum, destination, source where S; sums to zero; the datagram behind is UDP."""
    header = octets[20:32] if octets[21] & 0x80 else octets[20:28]
    total = sum(int.from_bytes(header[i:i + 2], 'big') for i in range(0, len(header), 2))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total == 0xffff and header[0] == 17 and int.from_bytes(octets[2:4], 'big') == len(octets) and int.from_bytes(octets[20 + len(header):][4:6], 'big') == len(octets) - 20 - len(header)

if shutil.which('tshark'):
    for encapsulation, protocols, bits in (('ip-in-ip', '4,17', ('0', '0')), ('gre', '47,17', ('0', '1')), ('minimal', '55', ('1', '0'))):
        run(f'smooth-handoff: on, encapsulation: {encapsulation}, agent-authentication: both, reverse-tunnel: on', start=4700000, pcap=f'{work}/{encapsulation}')
        os.remove(f'{work}/r.db')
        trace = glob.glob(f'{work}/{encapsulation}/*.pcapng')[0]
        rows = tshark(trace, '_ws.malformed', 'ip.proto', 'ip.checksum.status', 'udp.checksum.status', 'icmp.checksum.status', 'gre.proto', 'mip.type', 'mip.m', 'mip.g',
                      'mip.t', 'mip.ext.type', 'mip.auth.spi', 'icmp.type', 'icmp.mip.type', 'icmp.mip.m', 'icmp.mip.g', 'icmp.mip.f', 'icmp.mip.rt', 'icmp.mip.u',
                      'icmp.mip.coa', 'icmp.mip.prefixlength', 'udp.payload')
        draft = [r for r in rows if r['udp.payload'].split(',')[-1][:2] in ('12', '13')]
        rows = [r for r in rows if r not in draft]
        bad = [r for r in rows if (r['_ws.malformed'] or '0' in ','.join(r[k] for k in r if k.endswith('status')).split(','))]
        check(f'{encapsulation}: no malformed frame, no bad checksum in {len(rows)}', len(rows) > 500 and not bad, bad[:3])
        requests = [r for r in rows if r['mip.type'] == '1']
        check(f'{encapsulation}: requests have the right bits, extensions 32, 33 and 34, and 96 with the notification',
              requests and all((r['mip.m'], r['mip.g'], r['mip.t']) == (*bits, '1') for r in requests) and
              {r['mip.ext.type'] for r in requests} == {'32,33', '32,34', '96,32,33', '96,32,34'}, [r['mip.ext.type'] for r in requests])
        check(f'{encapsulation}: replies have extensions 32, 33 and 34', {r['mip.ext.type'] for r in rows if r['mip.type'] == '3'} == {'32,33', '32,34'})
        tunnelled = [r for r in rows if r['ip.proto'] == protocols]
        check(f'{encapsulation}: data goes in tunnels of the kind asked for, both ways, and in no other',
              len(tunnelled) > 200 and not [r for r in rows if r['ip.proto'] in ('4,17', '47,17', '55') and r['ip.proto'] != protocols] and
              (encapsulation != 'gre' or all(r['gre.proto'] == '0x0800' for r in tunnelled)), len(tunnelled))
        advertisements = [r for r in rows if r['icmp.type'] == '9' and r['icmp.mip.f'] == '1']
        check(f'{encapsulation}: advertisements name care-of address and prefix and offer M, G, T and S',
              advertisements and all(r['icmp.mip.type'] == '16,19' and r['icmp.mip.coa'] and r['icmp.mip.prefixlength'] and
                                     [r[f'icmp.mip.{k}'] for k in ('m', 'g', 'rt', 'u')] == ['1'] * 4 for r in advertisements), advertisements[:2])
    raw = subprocess.run(['tshark', '-r', trace, '-Y', 'ip.proto == 55', '-T', 'jsonraw', '-j', 'ip data', '-x'], capture_output=True, text=True)
    frames = [bytes.fromhex(''.join(x['_source']['layers'][k][0] for k in ('ip_raw', 'data_raw'))) for x in json.loads(raw.stdout)]
    check(f'minimal: {len(frames)} forwarding headers add up, with the length of what they carry', len(frames) > 200 and all(map(minimal_ok, frames)))

text = open(f'{work}/1.yaml').read()
for name, old, new, message in (('a prefix', 'cell1: {router: fa1,', 'cell1: {prefix: "2001:db8:9::/64", router: fa1,', 'prefixes are assigned'),
                                ('local mobility', 'protocol:\n', 'protocol:\n  local: hmip\n', 'not available')):
    open(f'{work}/bad.yaml', 'w').write(text.replace(old, new))
    p = subprocess.run([roam, 'check', f'{work}/bad.yaml'], capture_output=True, text=True)
    check(f'{name} in an IPv4 world is refused with its place', p.returncode == 2 and message in p.stderr and 'bad.yaml:' in p.stderr, p.stderr)
done()
