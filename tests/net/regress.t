#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What other simulators got wrong and scenarios/regress shows right, seen in the database of a run."""
import hashlib, hmac, json, os, socket, sqlite3, struct, subprocess, sys, tempfile
sys.dont_write_bytecode = True
from pcapng import packets

ROAM = os.path.abspath(os.environ.get('ROAM', 'build/roam'))
DIR = tempfile.TemporaryDirectory()
TESTS = []


def run(scenario, *sets, pcap=False, keys=False):
    db = os.path.join(DIR.name, 'r.db')
    arguments = [x for s in sets for x in ('--set', s)]
    arguments += ['--pcap', DIR.name + '/pcap'] * pcap + ['--keys', DIR.name + '/keys'] * keys
    subprocess.run([ROAM, 'run', f'scenarios/{scenario}.yaml', '-o', db, '--force', *arguments], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    connection = sqlite3.connect(db)
    os.unlink(db)
    return connection


def count(db, node, message, direction):
    return db.execute('select coalesce(sum(count), 0) from sim_message where node = ? and type = ? and direction = ?',
                      (node, message, direction)).fetchone()[0]


def ok(holds, name, *found):
    TESTS.append(bool(holds))
    print(f"{'ok' if holds else 'not ok'} {len(TESTS)} - {name}")
    if not holds:
        print('#', *found)


for timer, updates in ('1500ms', 1), ('1s', 2):
    db = run('regress/first-registration', f'protocol.first-registration-timeout={timer}')
    sent, acknowledged = count(db, 'mn', 'BU(home)', 'sent'), count(db, 'mn', 'BA(home)', 'received')
    ok(sent == updates and acknowledged == 1, f'first registration with a first timer of {timer} takes {updates}', sent, acknowledged)
    probes = count(db, 'ha', 'NS', 'sent')
    ok(probes >= 2, 'the home agent really probes the home address and, with L, the link-local address', probes)

db = run('regress/second-visit')
rows = db.execute('select h.seq, h.to_cell, h.t_ha_ba, r.outcome, r.t_ba from sim_handover h join sim_registration r using (handover_id) '
                  'order by h.seq').fetchall()
ok([r[1] for r in rows] == ['cell2', 'cell1', 'cell2', 'home'], 'four handovers, two of them to a subnet seen before', rows)
ok(all(r[2] is not None and r[3] == 'registered' and r[4] is not None for r in rows),
   'each registers with home agent and correspondent again; at home both bindings are deleted', rows)
direct = db.execute("select count(*) from sim_gap g join sim_handover h using (handover_id) join sim_flow f using (flow_id) "
                    "where f.name = 'down' and h.to_cell <> 'home' and g.via = 'direct'").fetchone()[0]
ok(direct == 3, 'away, data comes directly after each handover', direct)
last = db.execute("select max(g.t_first_after) from sim_gap g join sim_handover h using (handover_id) where h.to_cell = 'home'").fetchone()[0]
ok(last is not None and last < 90 * 10**9, 'at home traffic resumes', last)

def metric(db, node, name):
    row = db.execute('select value from sim_metric where node = ? and name = ?', (node, name)).fetchone()
    return row[0] if row else 0


def dropped(db, *nodes):
    return db.execute(f"select coalesce(sum(value), 0) from sim_metric where name like 'drop:%' and node in ({','.join('?' * len(nodes))})",
                      nodes).fetchone()[0]


db = run('regress/contested-care-of')
rows = db.execute("select h.to_cell, h.t_coa, h.t_ha_bu, h.t_ha_ba from sim_handover h where node = 'mn' order by seq").fetchall()
ok([r[0] for r in rows] == ['taken', 'cell1'] and rows[0][1:] == (None, None, None), 'a contested care-of address is never registered', rows)
ok(metric(db, 'mn', 'duplicate-address') == 1, 'its owner has answered the probe')
ok(rows[1][1] is not None and rows[1][2] >= rows[1][1] >= 20 * 10**9 + 50 * 10**6 + 10**9,
   'an address is registered after a second of probing, not before', rows)
ok(db.execute("select lost from sim_flow where name = 'local'").fetchone()[0] == 0, 'its owner does not notice')

db = run('regress/contested-home-address')
ok(metric(db, 'mn', 'home-registration-refused') == 1 and metric(db, 'mn', 'duplicate-address') == 1 and
   count(db, 'mn', 'BU(home)', 'sent') == 1 and count(db, 'mn', 'BA(home)', 'received') == 1,
   'a home address that somebody uses is refused (134) once and for all')
sent, received = db.execute("select sent, received from sim_flow").fetchone()
ok(sent == 700 and received == 0 and dropped(db, 'mn') == sent, 'nothing leaves from it, all is counted', sent, received, dropped(db, 'mn'))

db = run('regress/ten-handovers')
rows = db.execute('select h.to_cell, r.t_hoti, r.t_hot, r.t_coti, r.t_cot, r.t_bu, r.t_bu_rx, r.t_ba, r.outcome from sim_handover h '
                  'join sim_registration r using (handover_id) order by h.seq').fetchall()
away = [r for r in rows if r[0] != 'home']
ok(len(away) >= 10 and all(None not in r and r[8] == 'registered' for r in away), 'return routability runs again at each of ten handovers', rows)

db = run('regress/return-home')
update, deleted = db.execute("select r.t_bu_rx, r.t_ba from sim_registration r join sim_handover h using (handover_id) where h.to_cell = 'home'").fetchone()
resumed, lost, via = db.execute("select g.t_first_after, g.lost, g.via from sim_gap g join sim_flow f using (flow_id) where f.name = 'down'").fetchone()
ok(update and deleted and resumed > update and via == 'home-link', 'the binding at the correspondent is deleted before traffic resumes',
   update, deleted, resumed, via)
ok(metric(db, 'cn', 'binding-deleted') == 1 and metric(db, 'ha', 'binding-deleted') == 1, 'both bindings are gone')
ok(lost == dropped(db, 'ar1') and db.execute("select max(t_first_after) - min(t_last_before) from sim_gap").fetchone()[0] < 250 * 10**6,
   'what is lost was on the old link', lost, dropped(db, 'ar1'))

db = run('regress/registration-in-flight')
sent, received, lost = db.execute('select sent, received, lost from sim_flow').fetchone()
ok(sent - received == lost == metric(db, 'mn', 'drop:no-route') + metric(db, 'mn', 'drop:queue-full') > 0,
   'whatever leaves while a registration is in flight arrives or is counted', sent, received, lost)
ok(count(db, 'mn', 'data+tunnel', 'sent') > 0, 'what was queued goes through the tunnel')

# Every length and every checksum, by hand.
def summed(packet, protocol, upper, source, destination):
    octets = source + destination + struct.pack('>II', len(upper), protocol) + upper
    total = sum(struct.unpack(f'>{(len(octets) + 1) // 2}H', octets + b'\0' * (len(octets) % 2)))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total == 0xffff


def look(packet, seen):
    if len(packet) != 40 + struct.unpack('>H', packet[4:6])[0]:
        return 'length'
    source, destination, protocol, at, headers = packet[8:24], packet[24:40], packet[6], 40, []
    while protocol in (43, 60):
        header = packet[at:at + 8 + 8 * packet[at + 1]]
        if protocol == 43:
            destination = header[8:24]
        else:
            source = header[8:24]
        headers.append(protocol)
        protocol, at = header[0], at + len(header)
    seen.add((protocol, tuple(headers)))
    if protocol == 41:
        return look(packet[at:], seen)
    return None if summed(packet, protocol, packet[at:], source, destination) else f'checksum of {protocol}'


run('regress/header-growth', pcap=True)
seen, wrong, total = set(), [], 0
for f in packets(f'{DIR.name}/pcap/header-growth-s1.pcapng'):
    total += 1
    problem = look(f, seen)
    if problem:
        wrong.append(problem)
ok(total > 1000 and not wrong, f'lengths and checksums of {total} frames, inside tunnels too', wrong[:5])
ok({(41, ()), (17, (60,)), (17, (43,)), (135, (60,)), (135, (43,)), (17, ()), (58, ())} <= seen, 'every header there is was among them', seen)

db = run('regress/early-unknown')
errors = count(db, 'mn', 'BE', 'received')
rows = db.execute('select outcome, t_ba from sim_registration').fetchall()
ok(errors == 1 and count(db, 'mn', 'EBU', 'sent') == 1, 'a correspondent without early updates is asked once', errors, count(db, 'mn', 'EBU', 'sent'))
ok(len(rows) == 3 and all(o == 'registered' and t is not None for o, t in rows), 'and keeps standard route optimization at every handover', rows)
via = [v for v, in db.execute("select via from sim_gap")]
ok(via == ['direct'] * 3, 'data comes directly after each of them', via)

db = run('regress/two-mobiles')
rows = db.execute('select h.node, r.peer, r.outcome, r.t_send, r.t_recv from sim_handover h join sim_registration r using (handover_id) '
                  'order by h.node').fetchall()
ok([r[:3] for r in rows] == [('a', 'b', 'registered'), ('b', 'a', 'registered')] and all(None not in r for r in rows),
   'two mobile nodes optimise towards each other', rows)
delays = db.execute('select name, delay_p95_s from sim_flow').fetchall()
ok(all(abs(d - 0.01) < 1e-9 for _, d in delays), 'by the shortest way, which passes no home agent', delays)

run('regress/real-keys', keys=True)
keys = [json.loads(line) for line in open(f'{DIR.name}/keys')]
by = lambda kind: [(k['peer'], k['index'], k['hex']) for k in keys if k['kind'] == kind and k['node'] == 'cn']
secrets = {kind: set(by(kind)) for kind in ('node-key', 'nonce', 'home-token', 'care-of-token', 'binding-key')}
node_key = bytes.fromhex(by('node-key')[0][2])
nonces = {index: bytes.fromhex(x) for _, index, x in secrets['nonce']}
token = lambda address, index, zero: hmac.new(node_key, socket.inet_pton(socket.AF_INET6, address) + nonces[index] + bytes([zero]), 'sha1').hexdigest()[:16]
ok(len(nonces) >= 3 and len({x for _, _, x in secrets['nonce']}) == len(nonces) and len(node_key) == 20, 'nonces change, the key has its length', secrets)
ok(secrets['home-token'] and all(x == token(a, i, 0) for a, i, x in secrets['home-token']) and
   secrets['care-of-token'] and all(x == token(a, i, 1) for a, i, x in secrets['care-of-token']), 'tokens are made of address, nonce and test')
tokens = [x for kind in ('home-token', 'care-of-token') for _, _, x in secrets[kind]]
ok(len(set(tokens)) == len(tokens) >= 6, 'no two tokens are equal', tokens)
made = {hashlib.sha1(bytes.fromhex(h) + bytes.fromhex(c)).hexdigest() for _, _, h in secrets['home-token'] for _, _, c in secrets['care-of-token']}
ok(len(secrets['binding-key']) >= 3 and all(x in made for _, _, x in secrets['binding-key']), 'binding keys are made of both tokens')

# Beyond that list: a host without Mobile IPv6.
db = run('regress/legacy-host')
sent = [count(db, 'mn', x, 'sent') for x in ('HoTI', 'CoTI', 'BU', 'BU(home)')]
ok(sent[:3] == [1, 1, 0] and count(db, 'cn', 'ICMPv6Error', 'sent') == 2, 'a host without Mobile IPv6 says so once; nothing more is tried with it', sent)
rows = db.execute('select h.to_cell, f.name, g.via, g.lost from sim_gap g join sim_handover h using (handover_id) join sim_flow f using (flow_id)').fetchall()
ok(len(rows) == 6 and all(via == ('home-link' if cell == 'home' else 'tunnel') for cell, _, via, _ in rows), 'everything goes on through the tunnel', rows)
lost = db.execute('select sum(lost) from sim_flow').fetchone()[0]
ok(lost == dropped(db, 'ar1', 'ar2', 'mn') and all(n <= 58 for *_, n in rows), 'what is lost was on a link that had been left', lost, rows)

# And: two home agents on a home link, found by discovery.
for ipsec in 'off', 'aes':
    db = run('regress/two-home-agents', f'protocol.ipsec={ipsec}')
    asked = [count(db, 'mn', x, d) for x, d in (('HAADRequest', 'sent'), ('HAADReply', 'received'), ('BU(home)', 'sent'), ('BA(home)', 'received'))]
    ok(asked == [1, 1, 4, 4] and count(db, 'ha', 'BU(home)', 'received') == 1 and count(db, 'ha2', 'BU(home)', 'received') == 3,
       f'the preferred home agent refuses, the other one registers (ipsec: {ipsec})', asked)
    rows = db.execute('select h.to_cell, h.t_ha_ba, g.via from sim_handover h join sim_gap g using (handover_id) order by h.seq').fetchall()
    ok([r[::2] for r in rows] == [('cell2', 'direct'), ('home', 'home-link')] and metric(db, 'ha2', 'binding-deleted') == 1,
       'it serves over a handover, and is told of the return', rows)
    lost = db.execute('select lost from sim_flow').fetchone()[0]
    ok(lost == dropped(db, 'ar1', 'ar2'), 'packets reach it by way of the other one, too: all that is lost was on a link left', lost)

# And: the home network gets another prefix.
db = run('regress/renumbering')
ok(count(db, 'ha', 'MPA', 'sent') >= 2 and count(db, 'mn', 'MPS', 'sent') >= 1 and
   count(db, 'ha', 'MPS', 'received') == count(db, 'mn', 'MPS', 'sent'), 'mobile nodes are told of the new prefix, ask, and are answered')
ok(metric(db, 'ha', 'binding-expired') == 1 and metric(db, 'ha', 'binding-deleted') == 1 and metric(db, 'cn', 'binding-expired') == 1,
   'the old home address ends with its prefix, the new one is registered until the return home')
last = db.execute("select lost, received from sim_flow").fetchone()
ok(6500 < last[1] < 6800, 'the old address works as long as its prefix', last)
for ipsec in 'null', 'aes':
    db = run('regress/renumbering', f'protocol.ipsec={ipsec}')
    ok(metric(db, 'ha', 'binding-deleted') == 1 and metric(db, 'ha', 'binding-expired') == 1 and not metric(db, 'mn', 'drop:unprotected'),
       f'the same with ipsec: {ipsec}')
db = run('regress/headers-in-front')
passed = dict(db.execute("select name, value from sim_metric where name like 'spot-check-%'").fetchall())
received = dict(db.execute('select name, received from sim_flow').fetchall())
ok(passed.get('spot-check-passed:a', 0) > 0 and received['there'] > 100 and received['back'] > 0,
   'spot checks and their answers have room beside both mobility headers and an anchor point\'s tunnel', passed, received)
print(f'1..{len(TESTS)}')
raise SystemExit(not all(TESTS))
