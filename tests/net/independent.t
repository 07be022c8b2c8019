#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A second opinion on what is keyed and summed: every Mobility Header checksum by scapy's sum over headers that scapy parsed, every
token, binding key and authenticator by Python's hmac from the secrets that --keys writes."""
import glob, hashlib, hmac, json, os, socket, struct, subprocess, sys, tempfile
sys.dont_write_bytecode = True
from pcapng import frames
from tap import check, plan

try:
    from scapy.layers.inet6 import (HAO, IPv6, IPv6ExtHdrDestOpt, IPv6ExtHdrRouting, _MobilityHeader, in6_chksum)
    from scapy.layers.l2 import Ether
    from scapy.utils import checksum as scapy_checksum
except ImportError:
    print('1..0 # SKIP python3-scapy is not installed (make deps)')
    raise SystemExit

roam = os.path.abspath(os.environ.get('ROAM', 'build/roam'))
work = tempfile.mkdtemp()

def address(text):
    return socket.inet_pton(socket.AF_INET6, text)

def mobility_headers(packet):
    """Innermost packet with a Mobility Header: (logical source, logical destination, wire source, wire destination, header)."""
    source, destination = packet.src, packet.dst
    layer = packet.payload
    while layer:
        if isinstance(layer, IPv6):
            return mobility_headers(layer)
        if isinstance(layer, IPv6ExtHdrDestOpt):
            for o in layer.options:
                if isinstance(o, HAO):
                    source = o.hoa
        raw = bytes(layer)
        if layer.name.startswith('IPv6 Extension Header - Routing') or type(layer).__name__.startswith('IPv6ExtHdrRouting') or (
                hasattr(layer, 'segleft')):
            if raw[2] == 2:
                destination = socket.inet_ntop(socket.AF_INET6, raw[8:24])
        if isinstance(layer, _MobilityHeader):
            size = 8 * (raw[1] + 1)
            return source, destination, packet.src, packet.dst, raw[:size]
        layer = layer.payload
    return None

def options(mh):
    start = {5: 12, 6: 12, 11: 14}.get(mh[2])
    found, at = {}, start
    while start and at < len(mh):
        if mh[at] == 0:
            at += 1
            continue
        found[mh[at]] = (at + 2, mh[at + 2:at + 2 + mh[at + 1]])
        at += 2 + mh[at + 1]
    return found

total_checked = total_macs = 0
for scenario in sorted(glob.glob('scenarios/smoke/*.yaml')):
    name = os.path.basename(scenario)[:-5]
    out, keys_file = f'{work}/{name}', f'{work}/{name}.keys'
    p = subprocess.run([roam, 'run', os.path.abspath(scenario), '-o', out + '.db', '--pcap', out, '--keys', keys_file],
                       capture_output=True, text=True, cwd=work)
    if p.returncode:
        check(f'{name}: runs', False, p.stderr)
        continue
    keys = [json.loads(l) for l in open(keys_file)]
    # tokens from node keys and nonces
    node_key, nonce, bad, tokens = {}, {}, [], 0
    for k in keys:
        if k['kind'] == 'node-key':
            node_key[k['node']] = bytes.fromhex(k['hex'])
        elif k['kind'] == 'nonce':
            nonce[k['node'], k['index']] = bytes.fromhex(k['hex'])
    issued = set()
    # Preconfigured keys (RFC 4449): Kcn and the two nonces of a pair; tokens made with them have index 0.
    for k in keys:
        if k['kind'] == 'preconfigured':
            shared = bytes.fromhex(k['hex'])
            for who in {o['peer'] for o in keys if o['kind'].endswith('-token') and o['index'] == 0 and o['node'] == k['node']}:
                for kind, octet, at in (('home-token', b'\0', 20), ('care-of-token', b'\1', 28)):
                    issued.add((kind, who, 0, hmac.new(shared[:20], address(who) + shared[at:at + 8] + octet, 'sha1').digest()[:8].hex()))
    for (node, index), value in nonce.items():
        for who in {k['peer'] for k in keys if k['kind'].endswith('-token')}:
            for kind, octet in (('home-token', b'\0'), ('care-of-token', b'\1')):
                issued.add((kind, who, index, hmac.new(node_key[node], address(who) + value + octet, 'sha1').digest()[:8].hex()))
    # A mobile node that is a correspondent, too, also tells of tokens it was given: those come from another node's key.
    given = {(kind, index, token) for kind, _, index, token in issued}
    for k in keys:
        if k['kind'] in ('home-token', 'care-of-token') and k['node'] in node_key:
            tokens += 1
            if (k['kind'], k['index'], k['hex']) not in (given if len(node_key) > 1 else
                                                         {(a, c, d) for a, b, c, d in issued if b == k['peer']}):
                bad.append(k)
    check(f'{name}: {tokens} keygen tokens are what HMAC-SHA1 of node key, address and nonce says', not bad, bad)
    home = {k['hex'] for k in keys if k['kind'] == 'home-token'}
    care = {k['hex'] for k in keys if k['kind'] == 'care-of-token'}
    kbm = {hashlib.sha1(bytes.fromhex(h + c)).hexdigest() for h in home for c in care | {''}}
    used = {k['hex'] for k in keys if k['kind'] == 'binding-key'}
    check(f'{name}: {len(used)} binding keys are SHA1 of tokens', used <= kbm, used - kbm)
    # headers on the wire
    sums, macs, bad_sums, bad_macs, seen = 0, 0, [], [], set()
    for _, link, _, octets in frames(glob.glob(out + '/*.pcapng')[0]):
        if octets in seen:
            continue
        seen.add(octets)
        ip = octets[14:] if link == 1 else octets
        if ip[0] >> 4 != 6 or b'\x3b' not in ip[40:140] or len(ip) < 48:
            continue
        found = mobility_headers(IPv6(ip))
        if not found:
            continue
        source, destination, wire_source, wire_destination, mh = found
        pseudo = address(source) + address(destination) + struct.pack('>IHBB', len(mh), 0, 0, 135)
        sums += 1
        if scapy_checksum(pseudo + mh[:4] + b'\0\0' + mh[6:]) != struct.unpack_from('>H', mh, 4)[0]:
            bad_sums.append((source, destination, mh.hex()))
        opts = options(mh)
        if 5 in opts:
            at, mac = opts[5]
            update = mh[2] == 5 or (mh[2] == 11 and mh[6] == 1)
            lifetime = struct.unpack_from('>H', mh, 12 if mh[2] == 11 else 10)[0]
            if update:
                care_of, peer = (address(source) if not lifetime else opts[3][1] if 3 in opts else address(wire_source)), address(destination)
            else:
                care_of, peer = address(wire_destination), address(source)
            data = mh[:4] + b'\0\0' + mh[6:at]
            macs += 1
            if not any(hmac.new(bytes.fromhex(k), care_of + peer + data, 'sha1').digest()[:12] == mac for k in used):
                bad_macs.append((mh[2], source, destination, mh.hex()))
    total_checked += sums
    total_macs += macs
    check(f'{name}: {sums} Mobility Header checksums', not bad_sums, bad_sums)
    check(f'{name}: {macs} authenticators', not bad_macs, bad_macs)
check('there was something to check', total_checked > 100 and total_macs > 20, (total_checked, total_macs))
plan()
