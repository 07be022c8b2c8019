#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""tshark decrypts runs with IPsec with the keys that --keys writes, verifies every ICV, and finds the sizes that RFC 4303 gives; without
ipsec not one octet differs from a run that never heard of it."""
import collections, glob, json, os, re, shutil, sqlite3, subprocess, tempfile
from tap import check, plan

roam = os.path.abspath(os.environ.get('ROAM', 'build/roam'))
if not shutil.which('tshark'):
    print('1..0 # SKIP tshark is not installed (make deps)')
    raise SystemExit
work = tempfile.mkdtemp()

def run(name, scenario, *sets):
    out = f'{work}/{name}'
    command = [roam, 'run', os.path.abspath(scenario), '-o', out + '.db', '--pcap', out, '--keys', out + '.keys', '--json']
    for s in sets:
        command += ['--set', s]
    p = subprocess.run(command, capture_output=True, text=True, cwd=work)
    return p, f"{out}/{os.path.basename(scenario)[:-5]}-s1.pcapng", [json.loads(l) for l in open(out + '.keys')] if not p.returncode else []

def associations(keys):
    sa = collections.defaultdict(dict)
    for k in keys:
        if k['kind'] in ('esp-auth', 'esp-enc'):
            sa[k['index']][k['kind']] = k['hex']
    return sa

FIELDS = ['frame.number', 'frame.protocols', '_ws.malformed', '_ws.expert.severity', 'esp.spi', 'esp.sequence', 'esp.icv_good', 'esp.icv_bad',
          'ipv6.plen', 'ipv6.nxt', 'mip6.mhtype', 'udp.checksum.status', 'icmpv6.checksum.status', 'frame.interface_name']
def tshark(trace, sa):
    # No sequence analysis: it takes one packet on its second link for a replay. Numbers are checked below.
    command = ['tshark', '-r', trace, '-o', 'esp.do_esp_sequence_analysis:FALSE', '-o', 'esp.enable_encryption_decode:TRUE', '-o', 'esp.enable_authentication_check:TRUE', '-o',
               'udp.check_checksum:TRUE', '-T', 'fields', '-E', 'separator=|']
    for spi, k in sa.items():
        cipher, key = ('AES-CBC [RFC3602]', '0x' + k['esp-enc']) if 'esp-enc' in k else ('NULL', '')
        command += ['-o', f'uat:esp_sa:"IPv6","*","*","0x{spi:08x}","{cipher}","{key}","HMAC-SHA-1-96 [RFC2404]","0x{k["esp-auth"]}"']
    for f in FIELDS:
        command += ['-e', f]
    p = subprocess.run(command, capture_output=True, text=True)
    return p, [dict(zip(FIELDS, l.split('|'))) for l in p.stdout.splitlines()]

def esp(octets, aes):
    return 36 + 16 * -(-(octets + 2) // 16) if aes else 20 + 4 * -(-(octets + 2) // 4)

# use of an association: what is inside, whether there is a tunnel, octets inside
def judge(name, scenario, *sets, wanted):
    p, trace, keys = run(name, scenario, *sets)
    sa = associations(keys)
    if not check(f'{name}: runs', p.returncode == 0, p.stderr) and p.returncode:
        return
    t, rows = tshark(trace, sa)
    check(f'{name}: tshark reads all {len(rows)} frames', t.returncode == 0 and len(rows) > 100, t.stderr)
    bad = [r for r in rows if r['_ws.malformed'] or any(int(s) >= 0x600000 for s in r['_ws.expert.severity'].split(',') if s)]
    check(f'{name}: no malformed frame, no warning', not bad, bad[:3])
    esps = [r for r in rows if r['esp.spi']]
    check(f'{name}: all {len(esps)} ICVs are good', esps and all(r['esp.icv_good'] == '1' and r['esp.icv_bad'] != '1' for r in esps),
          [r for r in esps if r['esp.icv_good'] != '1'][:3])
    status = [s for r in rows for s in (r['udp.checksum.status'] + ',' + r['icmpv6.checksum.status']).split(',') if s]
    check(f'{name}: no bad checksum among {len(status)}, inside or out', '0' not in status and len(status) > 100)
    wrong, inside, before, uses = [], collections.Counter(), {}, set()
    base = min(sa)
    for r in esps:
        spi = int(r['esp.spi'], 16)
        use, aes = (spi - base) % 8 // 2, 'esp-enc' in sa[spi]
        types, lengths = r['mip6.mhtype'], [int(x) for x in r['ipv6.plen'].split(',')]
        uses.add(use)
        inside[use, types] += 1
        if use == 0:            # transport: Home Address option or routing header (24), or nothing at home, then BU 32 or BA 16
            octets = {'5': 32, '6': 16}.get(types)
            if octets is None or lengths not in ([24 + esp(octets, aes)], [esp(octets, aes)]):
                wrong.append(r)
        elif use == 2:          # transport: Mobile Prefix Solicitation, or Advertisement with as many prefixes as there are
            if lengths not in [[24 + esp(8 + 32 * n, aes)] for n in range(3)] or 'icmpv6' not in r['frame.protocols']:
                wrong.append(r)
        elif lengths[0] != esp(40 + lengths[1], aes) or (use == 1) != (bool(types) and 'icmpv6' not in r['frame.protocols']):
            wrong.append(r)
        # One packet crosses several links; where it starts numbers only go up. Some never start: a link went down.
        number, seen = int(r['esp.sequence']), before.setdefault(spi, [])
        if number not in seen:
            if number <= max(seen, default=0) or number > len(seen) + 4:
                wrong.append((r, seen[-1:]))
            seen.append(number)
    check(f'{name}: sizes and numbers are as they should be', not wrong, wrong[:3])
    check(f'{name}: ESP was used for {wanted}', {use for use in uses} == wanted, inside)
    # Nothing that ESP is for went without: home updates carry Payload Length and protocols in the open otherwise.
    open_tests = [r for r in rows if 'ipv6:ipv6:mipv6' in r['frame.protocols']]
    check(f'{name}: no Mobility Header in a tunnel without ESP', not open_tests, open_tests[:3])

judge('null', 'scenarios/smoke/handover.yaml', 'protocol.ipsec=null', 'duration=30s', wanted={0, 1})
judge('aes', 'scenarios/smoke/handover.yaml', 'protocol.ipsec=aes', 'duration=30s', wanted={0, 1})
judge('aes-payload', 'scenarios/smoke/handover.yaml', 'protocol.ipsec=aes', 'protocol.ipsec-payload=on', 'duration=30s', wanted={0, 1, 3})
judge('smoke', 'scenarios/smoke/ipsec.yaml', wanted={0, 1, 3})

slow = ('traffic.0.interval=200ms', 'duration=60s', 'protocol.router-advertisement.min=1s', 'protocol.router-advertisement.max=2s')
for cipher in 'null', 'aes':
    judge('prefixes-' + cipher, 'scenarios/regress/renumbering.yaml', f'protocol.ipsec={cipher}', *slow, wanted={0, 1, 2})

# A wrong key is noticed: the check above can fail.
p, trace, keys = run('spoilt', 'scenarios/smoke/handover.yaml', 'protocol.ipsec=aes', 'duration=8s')
sa = associations(keys)
for k in sa.values():
    k['esp-auth'] = k['esp-auth'][:-1] + ('0' if k['esp-auth'][-1] != '0' else '1')
t, rows = tshark(trace, sa)
check('with a wrong key tshark calls every ICV bad', any(r['esp.spi'] for r in rows) and all(r['esp.icv_bad'] == '1' for r in rows if r['esp.spi']))

# Off means off; on the same packets are exchanged, in the same order.
digest = {}
for name, sets in (('plain', []), ('off', ['protocol.ipsec=off', 'protocol.ipsec-payload=on'])):
    p, trace, keys = run(name, 'scenarios/smoke/handover.yaml', *sets)
    digest[name] = json.loads(p.stdout)['digest']
    check(f'{name}: no keys of ESP', not associations(keys))
check('ipsec off: the same digest, whatever ipsec-payload says', len(set(digest.values())) == 1, digest)

# Every smoke scenario of an IPv6 world with IPsec switched on: whatever else it does, no packet between the two ends is refused.
for scenario in sorted(glob.glob('scenarios/smoke/*.yaml')):
    if 'family: ipv4' in open(scenario).read():
        continue
    name = 'on-' + os.path.basename(scenario)[:-5]
    p = subprocess.run([roam, 'run', os.path.abspath(scenario), '-o', f'{work}/{name}.db', '--set', 'protocol.ipsec=aes', '--set',
                        'protocol.ipsec-payload=on'], capture_output=True, text=True, cwd=work)
    refused = sqlite3.connect(f'{work}/{name}.db').execute("""select node, name, value from sim_metric
        where name in ('drop:unprotected', 'drop:bad-icv', 'drop:replay', 'drop:no-association')""").fetchall() if not p.returncode else p.stderr
    check(f'{scenario} with AES for everything: nothing refused', not p.returncode and not refused, refused)

# A home agent that wants IPsec serves no mobile node that does not know it, and the other way round.
for name, who in (('only the home agent', 'ha'), ('only the mobile node', 'mn')):
    text = open('scenarios/smoke/handover.yaml').read()
    text, count = re.subn(r'(\n  %s: +\{type: [a-z-]+)' % who, r'\1, protocol: {ipsec: aes}', text)
    open(work + '/one.yaml', 'w').write(text)
    p, trace, keys = run(name.replace(' ', '-'), work + '/one.yaml', 'duration=15s')
    t, rows = tshark(trace, associations(keys))
    answers = [r for r in rows if '6' in r['mip6.mhtype'].split(',')]
    updates = [r for r in rows if r['mip6.mhtype'] == '5']
    check(f'{name} has IPsec: updates go unanswered', count == 1 and p.returncode == 0 and updates and not answers, (count, p.stderr, answers[:2]))
plan()
