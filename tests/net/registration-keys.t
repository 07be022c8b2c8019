#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Registration keys of Mobile IPv4 (MIPv4-RO document, sections 6 to 9): handoffs in a row with keys by each method lose what the closed form of a
notified handoff says, registrations take what links and computations add up to, and every key and authenticator is what Python's pow, hashlib
and hmac make of the packets and of the secrets that --keys writes."""
import glob, hashlib, hmac, json, os, sqlite3, struct, subprocess, sys
sys.dont_write_bytecode = True
from ladder import check, done, roam, work
from pcapng import packets

MS = 10**6
HA, CN, FA = 25 * MS, 15 * MS, {'cell1': 5 * MS, 'cell2': 7 * MS}     # to the core
BLACKOUT, INTERVAL = 60 * MS, 10 * MS
MOVES = [(5, 'cell2'), (10, 'cell1'), (15, 'cell2'), (20, 'home'), (22, 'cell1')]
TEMPLATE = """
family: ipv4
duration: 26s
nodes:
  ha: {{type: home-agent{ha}}}
  fa1: {{type: foreign-agent{fa1}}}
  fa2: {{type: foreign-agent{fa2}}}
  core: {{type: router}}
  cn: {{type: host}}
  mn: {{type: mobile-node, home: home{mn}}}
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
""" + ''.join(f'    - {{{{at: {at}s, cell: {cell}, down: 60ms}}}}\n' for at, cell in MOVES) + """
traffic:
  - {{name: down, from: cn, to: mn, interval: 10ms, size: 100B, start: 2003ms, stop: 25s}}
protocol:
  route-optimization: off
  router-advertisement: {{min: 1s, max: 2s}}
  mip4: {{smooth-handoff: on, {mip4}}}
"""
def run(name, mip4, *options, **nodes):
    path = f'{work}/{name}.yaml'
    text = {k: ', protocol: {mip4: {registration-keys: {%s}}}' % v for k, v in nodes.items()}
    open(path, 'w').write(TEMPLATE.format(mip4=mip4, **{k: text.get(k, '') for k in ('ha', 'fa1', 'fa2', 'mn')}))
    p = subprocess.run([roam, 'run', path, '--json', '-o', f'{work}/{name}.db', '--force', *options], capture_output=True, text=True)
    if p.returncode:
        check(name, False, p.stderr)
        raise SystemExit
    return json.loads(p.stdout)['handovers']

def metrics(name):
    return {(node, m): v for node, m, v in sqlite3.connect(f'{work}/{name}.db').execute('SELECT node, name, value FROM sim_metric')}

def between(low, high):
    """Packets that pass a place in [low, high), the first one at `start` there."""
    return lambda start: -(-(high - start) // INTERVAL) - -(-(low - start) // INTERVAL)

def lost(at, old, new, notified, before):
    """The closed forms of tests/net/mip4.t, one movement of the row. From home nobody can be notified: what is computed before the request
    reaches the home agent counts."""
    t_old = HA + FA[old] if old != 'home' else 0
    start = 2003 * MS + CN + HA + t_old
    if notified and old != 'home':
        told = HA + FA[old] if new == 'home' else FA[new] + FA[old]
        return between(at, at + BLACKOUT + told)(start)
    return between(at, at + BLACKOUT + HA + (FA[new] if new != 'home' else -HA) + t_old + before)(start)

ROW = [('cell1', *MOVES[0])] + [(MOVES[i][1], *MOVES[i + 1]) for i in range(len(MOVES) - 1)]
def losses(notified, before=0):
    return [lost(at * 1000 * MS, old, new, notified, before) for old, at, new in ROW]

def gaps(handovers):
    return [h['gaps'][0]['lost'] for h in handovers]

ENCRYPT, DECRYPT, POWER = 80 * MS, 930 * MS, 545 * MS
#        method: (what a registration takes beyond the way, until the key is there at the mobile node, octets: request in cell, on wire, reply)
METHODS = {
    'configured': (0, None), 'home-agent': (0, 0), 'foreign-public-key': (ENCRYPT, ENCRYPT), 'mobile-public-key': (ENCRYPT, ENCRYPT + DECRYPT),
    'diffie-hellman': (POWER, 2 * POWER),
}
for method, (more, key) in METHODS.items():
    h = run(method, f'registration-keys: {{method: {method}}}', '--keys', f'{work}/{method}.keys', '--pcap', f'{work}/{method}')
    m = metrics(method)
    want = losses(True, {'mobile-public-key': ENCRYPT, 'diffie-hellman': POWER}.get(method, 0))
    check(f'{method}: five movements in a row lose what notified handoffs do', gaps(h) == want, (gaps(h), want))
    took = [x['t_ha_ba'] - x['t_ha_bu'] for x, (_, new) in zip(h, MOVES) if new != 'home']
    want = [2 * (HA + FA[new]) + more for _, new in MOVES if new != 'home']
    check(f'{method}: a registration takes the way there and back and {more // MS} ms of computation', took == want, (took, want))
    if key is not None:
        want = sum(2 * (HA + FA[new]) + key for new in ['cell1'] + [c for _, c in MOVES if c != 'home']) / 5
        if method == 'diffie-hellman':
            want += POWER / 5  # the first value has to be computed before anything is asked
        got = m.get(('mn', f'registration-key-delay:{method}'), 0) * 1e9
        check(f'{method}: five keys at the mobile node, as many at the agents, after {want / MS:.0f} ms on average',
              m.get(('mn', f'registration-key:{method}')) == 5 and
              sum(m.get((a, f'registration-key:{method}'), 0) for a in ('fa1', 'fa2')) == 5 and abs(got - want) < 1, (got, m))

h = run('none', 'registration-keys: {method: none}')
check('none: they lose what base Mobile IP does', gaps(h) == losses(False) and gaps(h) != losses(True), (gaps(h), losses(False)))
# The key has ended before the movement, half way: no notification.
h = run('short', 'registration-keys: {method: home-agent, lifetime: 4s}')
check('a key that has ended notifies nobody', gaps(h) == losses(False), (gaps(h), losses(False)))
# At cell2 from 5060 ms on, a Diffie-Hellman key is there after 2 x 32 ms + 545 ms and another 545 ms, at 6214 ms. It is wanted 60 ms after leaving.
for at, notified in ((6150, False), (6155, True)):
    h = run(f'early-{at}', 'registration-keys: {method: diffie-hellman, value: once}', f'--set=movement.mn.2.at={at}ms')
    want = lost(at * MS, 'cell2', 'cell1', notified, 0 if notified else POWER)
    check(f'leaving at {at} ms, a key is {"there" if notified else "not there yet"} to notify with', gaps(h)[1] == want, (gaps(h), want))
# The home agent has no key with fa2: there the request goes unfulfilled, and leaving it is as in base Mobile IP.
h = run('unmet', 'registration-keys: {method: home-agent}', fa2='home-agent: off')
m = metrics('unmet')
want = [a if old == 'cell1' else b for (old, _, _), a, b in zip(ROW, losses(True), losses(False))]
check('a request that cannot be met costs the key, not the registration',
      gaps(h) == want and m.get(('mn', 'registration-key:none')) == 2 and m.get(('mn', 'registration-key:home-agent')) == 3, (gaps(h), want, m))
# On again before the new agent's reply is there: the agent left before that is told, with its key, as with a configured one.
hurried = {}
for method in ('configured', 'home-agent', 'diffie-hellman'):
    for cell in ('home', 'cell1'):
        h = run(f'hurried-{method}-{cell}', f'registration-keys: {{method: {method}}}, computation: {{machine: none}}', '--set=movement.mn.2.at=5100ms',
                f'--set=movement.mn.2.cell={cell}')
        db = sqlite3.connect(f'{work}/hurried-{method}-{cell}.db')
        told = db.execute("SELECT sum(count) FROM sim_message WHERE node = 'mn' AND type = 'BindingAck' AND direction = 'received'").fetchone()[0]
        hurried.setdefault(cell, []).append((gaps(h), told))
check('moving on before the new registration is through costs no key', all(len(set(map(str, v))) == 1 and v[0][1] for v in hurried.values()), hurried)
# Values of an exchange: on demand delays the request itself.
h = run('on-demand', 'registration-keys: {method: diffie-hellman, value: on-demand}')
check('a value computed on demand delays the request by one exponentiation, and nothing else',
      all(x['t_ha_bu'] - x['t_coa'] == POWER and x['t_ha_ba'] - x['t_ha_bu'] == 2 * (HA + FA[c]) + POWER for x, (_, c) in zip(h, MOVES) if c != 'home'), h)
h = run('once', 'registration-keys: {method: diffie-hellman, value: once}')
check('a value computed once: one computation for it, one for each key', metrics('once').get(('mn', 'computation:diffie-hellman')) == 6, metrics('once'))
h = run('free', 'registration-keys: {method: diffie-hellman}, computation: {machine: none}')
check('without a price nothing is delayed', all(x['t_ha_ba'] - x['t_ha_bu'] == 2 * (HA + FA[c]) for x, (_, c) in zip(h, MOVES) if c != 'home'), h)

h = run('slow-mobile', 'registration-keys: {method: mobile-public-key}, computation: {machine: xeon}', '--set=nodes.mn.protocol.mip4.computation.machine=sparc-2')
m = metrics('slow-mobile')
check('each node computes at its own pace: fast agents, a slow mobile node',
      all(x['t_ha_ba'] - x['t_ha_bu'] == 2 * (HA + FA[c]) + 8000 for x, (_, c) in zip(h, MOVES) if c != 'home') and
      m[('mn', 'computation-time')] == 5 * DECRYPT / 1e9 and abs(m[('fa1', 'computation-time')] - 3 * 8e-6) < 1e-12, (h, m))

# ---- the packets and the secrets ------------------------------------------------------------------------------------------------

def messages(path):
    """Every Mobile IP message once: (source, destination, payload)."""
    seen = {}
    for p in packets(path):
        while p and p[0] >> 4 == 4 and p[9] == 4:
            p = p[20:]
        if len(p) > 28 and p[0] >> 4 == 4 and p[9] == 17 and struct.unpack('>H', p[22:24])[0] == 434:
            seen.setdefault((p[12:16], p[16:20], p[28:struct.unpack('>H', p[2:4])[0]]))
    return list(seen)

FIXED = {1: 24, 3: 20, 18: 12, 19: 8}
def extensions(payload):
    """type: (offset, data); of the messages here, which have no Identification but in registrations."""
    at, out = FIXED[payload[0]], {}
    while at < len(payload):
        t = payload[at]
        if t == 36:
            head, size = 4, struct.unpack('>H', payload[at + 2:at + 4])[0]
        elif 114 <= t <= 116 or 120 <= t <= 124:
            head, size = 3, struct.unpack('>H', payload[at + 1:at + 3])[0]
        else:
            head, size = 2, payload[at + 1]
        out[t] = (at, payload[at + head:at + head + size])
        at += head + size
    return out

def signed(payload, ext, t, key):
    at, data = ext[t]
    return hmac.new(key, payload[:at + (4 if t == 36 else 2) + 4], 'md5').digest() == data[4:]

def unmask(data, secret, reply):
    return bytes(a ^ b for a, b in zip(data, hashlib.md5(secret + reply[:20] + secret).digest()))

def unpad(block):
    return block[block.index(b'\0', 2) + 1:] if block[:2] == b'\0\2' else None

for method in METHODS:
    secrets, pcap = [json.loads(l) for l in open(f'{work}/{method}.keys')], glob.glob(f'{work}/{method}/*.pcapng')[0]
    def of(kind, node=None):
        return [bytes.fromhex(s['hex']) for s in secrets if s['kind'] == kind and node in (None, s['node'])]
    def keys_at(node):
        return {s['index']: bytes.fromhex(s['hex']) for s in secrets if s['kind'] == 'registration-key' and s['node'] == node}
    mobile, agents = keys_at('mn'), keys_at('fa1') | keys_at('fa2')
    moduli = {s['node']: (int(s['hex'], 16), len(s['hex']) // 2) for s in secrets if s['kind'] == 'rsa-modulus'}
    private = {s['node']: int(s['hex'], 16) for s in secrets if s['kind'] == 'rsa-private'}
    exponents = [int.from_bytes(x, 'big') for x in of('dh-private')]
    mn_ha, fa_ha, mn_fa = of('mobile-home-key')[0], of('foreign-home-key'), of('mobile-foreign-key')
    wrong, found, updates, announced, sent, stays = [], {}, set(), set(), {}, set()
    for source, destination, p in messages(pcap):
        ext = extensions(p) if p[0] in FIXED else {}
        if p[0] in (1, 3) and 32 in ext and not signed(p, ext, 32, mn_ha):
            wrong.append(('32', p.hex()))
        if 34 in ext and not any(signed(p, ext, 34, k) for k in fa_ha):
            wrong.append(('34', p.hex()))
        if p[0] == 1:
            stays.add(p[16:24])
        if p[0] == 1 and 96 in ext:
            announced.add(ext[96][1][14:])
        if p[0] == 1 and 116 in ext and ext[116][1]:
            size = len(ext[116][1]) // 3
            prime, generator, value = (int.from_bytes(ext[116][1][i * size:(i + 1) * size], 'big') for i in range(3))
            sent[p[4:8]] = prime, value, size
            if value not in [pow(generator, x, prime) for x in exponents]:
                wrong.append(('value', p.hex()))
        if p[0] in (18, 19) and 36 in ext:
            spi = struct.unpack('>I', ext[36][1][:4])[0]
            if not any(signed(p, ext, 36, k) for k in ([hashlib.md5(k + i + k).digest() for k in mn_fa for i in stays] if spi == 258 else [mobile.get(spi, b'')])):
                wrong.append(('36', p.hex()))
            if p[0] == 18:
                updates.add(ext[36][1][4:])
        if p[0] != 3:
            continue
        # A reply: what key is in it?
        if 120 in ext:
            key = unmask(ext[120][1][4:], mn_ha, p)
            spi = struct.unpack('>I', ext[125][1] if 125 in ext else ext[123][1][:4])[0]
            found[spi] = key
            if 121 in ext and key not in [unmask(ext[121][1][4:], k, p) for k in fa_ha]:
                wrong.append(('121', p.hex()))
            if 123 in ext:
                texts = [unpad(pow(int.from_bytes(ext[123][1][4:], 'big'), private[f], moduli[f][0]).to_bytes(moduli[f][1], 'big'))
                         for f in ('fa1', 'fa2')]
                if key not in texts:
                    wrong.append(('123', p.hex()))
        elif 122 in ext:
            modulus, size = moduli['mn']
            found[struct.unpack('>I', ext[122][1][:4])[0]] = unpad(pow(int.from_bytes(ext[122][1][4:], 'big'), private['mn'], modulus).to_bytes(size, 'big'))
        elif 124 in ext:
            prime, value, size = sent[p[4:8]]
            theirs = int.from_bytes(ext[124][1][4:], 'big')
            secret = [pow(theirs, x, prime) for x in exponents if pow(2, x, prime) == value]
            if not secret or secret[0] not in [pow(value, y, prime) for y in exponents]:
                wrong.append(('124', p.hex()))
            else:
                found[struct.unpack('>I', ext[124][1][:4])[0]] = hashlib.md5(secret[0].to_bytes(size, 'big')).digest()
    # A configured key is mixed with the Identification of the registration at that agent, a registration key is its own: no two are alike.
    check(f'{method}: every authenticator is what Python says, of updates to previous agents too, and each was announced or its own',
          not wrong and announced < updates and len(updates) == 4, (wrong, announced, updates))
    if method != 'configured':
        check(f'{method}: the {len(found)} keys of the replies, computed anew, are those of both ends', len(found) == 5 and found == mobile == agents,
              (found, mobile, agents))
    if method == 'diffie-hellman':
        # 1024 bits of RFC 2409, from pi: a safe prime to fifty bases' satisfaction.
        def arctan(x, one):
            term = total = one // x
            k, sign = 3, -1
            while term:
                term //= x * x
                total, k, sign = total + sign * (term // k), k + 2, -sign
            return total
        pi = 4 * (4 * arctan(5, 1 << 958) - arctan(239, 1 << 958)) >> 64
        want = 2**1024 - 2**960 - 1 + 2**64 * (pi + 129093)
        check('the prime is that of RFC 2409, 6.2', {s[0] for s in sent.values()} == {want}, sent)

# ---- the study and its figures ---------------------------------------------------------------------------------------------------

db = f'{work}/study.db'
p = subprocess.run([roam, 'study', 'run', os.path.abspath('scenarios/study/registration-keys.yaml'), '--set=study.replications=2', '-o', db],
                   capture_output=True, text=True)
check('the study runs', p.returncode == 0, p.stderr)
data = {}
for figure in ('key-latency', 'key-octets', 'key-computation'):
    p = subprocess.run([roam, 'plot', db, figure, '-o', f'{work}/{figure}.svg'], capture_output=True, text=True)
    check(f'{figure} is drawn', p.returncode == 0 and os.path.getsize(f'{work}/{figure}.svg') > 1000, p.stderr)
    rows = [l.split('" ') for l in open(f'{work}/{figure}.dat') if l.strip()]
    data[figure] = {(r[0][1:], *(r[1].split()[:1] if figure == 'key-octets' else [])): [float(x) for x in r[1].split()] for r in rows}
# Four messages with their IP and UDP headers; four notifications, in the cell and on the wire, to five registrations.
plain = 4 * 28 + 2 * 46 + 2 * 42 + 2 * 32 * 4 / 5
want = {}
for bits in (512, 1024, 2048):
    size, group = bits // 8, max(bits, 768) // 8
    want |= {('configured', str(bits)): plain, ('home-agent', str(bits)): plain + 3 + 31 + 74 + 52,
             ('foreign-public-key', str(bits)): plain + 2 * 3 + 7 + 4 + size + 2 * (23 + 7 + size),
             ('mobile-public-key', str(bits)): plain + 2 * (3 + 4 + size) + 3 * (7 + size),
             ('diffie-hellman', str(8 * group)): plain + 2 * (3 + 3 * group) + 3 * (7 + group)}
got = {k: v[1] for k, v in data['key-octets'].items()}
check('octets of a registration are those of the layouts, for each method and size', got.keys() == want.keys() and all(abs(got[k] - want[k]) < 1e-6 for k in want), (got, want))
got = {k[0]: v[1:4] for k, v in data['key-computation'].items()}
# Ahead, the mobile node has one value more than it uses, and six for five registrations.
want = {'configured': [0, 0, 0], r'home\nagent': [0, 0, 0], r'foreign\npublic key': [0, 930, 80], r'mobile\npublic key': [930, 80, 0],
        r'Diffie-\nHellman': [545 * 11 / 5, 1090, 0], r'Diffie-\nHellman\non demand': [1090, 1090, 0]}
check('computing times are those of the operations', got == want, (got, want))
base = data['key-latency'][('configured',)][1]
got = {k[0]: v[1] - base for k, v in data['key-latency'].items()}
want = dict(zip(want, (0, 0, 80, 80, 545, 1090)))
# What is added to messages takes its time at 11 Mbit/s, up to 0.5 ms.
check('registrations take so much longer', all(0 <= got[k] - want[k] < 0.5 for k in want), (got, want))
done()
