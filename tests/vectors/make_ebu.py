#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Early Binding Update and Acknowledgement packets, and options without numbers, for tests/vectors, made without any code of the project under test.

The layout is the one drawn in models/wire/mh.h, keys and authenticators follow RFC 6275 5.2.5 and 6.2.7, all with Python's hmac and
hashlib. Secrets and addresses are those of the other vectors. Run from the project root; with --check nothing is written: the files
must be what this script makes, and Scapy must find the same addresses, options and Mobility Header checksum in every mh-*.hex.
"""
import glob
import hashlib
import hmac
import ipaddress
import struct
import sys

from vector_files import write_or_check

HOME, CARE_OF, CORRESPONDENT = (ipaddress.ip_address(a).packed for a in
                                ("2001:db8:1::10", "2001:db8:2::10", "2001:db8:3::20"))
NODE_KEY = bytes(range(20))
HOME_NONCE, HOME_INDEX = bytes(range(0x10, 0x18)), 4
MH = 135


def checksum(octets):
    if len(octets) % 2:
        octets += b"\0"
    total = sum(struct.unpack("!%dH" % (len(octets) // 2), octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def early_key():
    token = hmac.new(NODE_KEY, HOME + HOME_NONCE + b"\0", hashlib.sha1).digest()[:8]
    return hashlib.sha1(token).digest()


def mobility_header(fields, options, source, destination, authenticated):
    body = bytes([59, 0, 11, 0, 0, 0]) + fields + options
    if authenticated:
        gap = (2 - len(body)) % 8
        tail = b"" if gap == 0 else b"\0" if gap == 1 else bytes([1, gap - 2]) + bytes(gap - 2)
        body += tail + bytes([5, 12])
        body = body[:1] + bytes([(len(body) + 12) // 8 - 1]) + body[2:]
        body += hmac.new(early_key(), CARE_OF + CORRESPONDENT + body, hashlib.sha1).digest()[:12]
    else:
        gap = -len(body) % 8
        body += b"" if gap == 0 else b"\0" if gap == 1 else bytes([1, gap - 2]) + bytes(gap - 2)
        body = body[:1] + bytes([len(body) // 8 - 1]) + body[2:]
    assert len(body) % 8 == 0
    pseudo = source + destination + struct.pack("!II", len(body), MH)
    return body[:4] + struct.pack("!H", checksum(pseudo + body)) + body[6:]


def ipv6(source, destination, next_header, payload):
    return struct.pack("!IHBB", 0x60000000, len(payload), next_header, 64) + source + destination + payload


def early_update(sequence, flags, lifetime_10ms):
    fields = struct.pack("!BBHHH", 1, 0, sequence, flags, lifetime_10ms)
    mh = mobility_header(fields, struct.pack("!BBHH", 4, 4, HOME_INDEX, 0), HOME, CORRESPONDENT, True)
    home_address = bytes([MH, 2, 1, 2, 0, 0, 201, 16]) + HOME
    return ipv6(CARE_OF, CORRESPONDENT, 60, home_address + mh)


def early_acknowledgement(status, sequence, lifetime_10ms, authenticated):
    fields = struct.pack("!BBBBHH", 2, 0, status, 0, sequence, lifetime_10ms)
    mh = mobility_header(fields, b"", CORRESPONDENT, HOME, authenticated)
    routing = bytes([MH, 2, 2, 1, 0, 0, 0, 0]) + HOME
    return ipv6(CORRESPONDENT, CARE_OF, 43, routing + mh)


HOME_AGENT = ipaddress.ip_address("2001:db8:1::1").packed


def options_padded(head, options):
    body = head + options
    gap = -len(body) % 8
    return body + (b"" if gap == 0 else b"\0" if gap == 1 else bytes([1, gap - 2]) + bytes(gap - 2))


def finished(body, source, destination):
    body = body[:1] + bytes([len(body) // 8 - 1]) + body[2:]
    assert len(body) % 8 == 0
    return body[:4] + struct.pack("!H", checksum(source + destination + struct.pack("!II", len(body), MH) + body)) + body[6:]


HOME_TOKEN = hmac.new(NODE_KEY, HOME + HOME_NONCE + b"\0", hashlib.sha1).digest()[:8]
CARE_OF_TOKEN = hmac.new(NODE_KEY, CARE_OF + bytes(range(0x20, 0x28)) + b"\1", hashlib.sha1).digest()[:8]
BINDING_KEY = hashlib.sha1(HOME_TOKEN + CARE_OF_TOKEN).digest()


def home_test(lifetime_s):
    head = struct.pack("!BBBBHH", 59, 0, 3, 0, 0, HOME_INDEX) + bytes(range(0xa0, 0xa8)) + HOME_TOKEN
    mh = finished(options_padded(head, struct.pack("!BBBBH", 18, 4, 1, 0, lifetime_s)), CORRESPONDENT, HOME)
    return ipv6(CORRESPONDENT, HOME, MH, mh)


def with_credit(head, options, updates, credit_key, source, destination):
    # Header Len is in what both authenticators cover: 12 + options + 18 + padding and 14 of the authenticator.
    length = (len(head + options) + 6 + 12 + 7) // 8 * 8 + 2 + 14
    head = head[:1] + bytes([length // 8 - 1]) + head[2:]
    body = head + options + struct.pack("!BBBBH", 18, 16, 2, 0, updates)
    body += hmac.new(credit_key, CARE_OF + CORRESPONDENT + body, hashlib.sha1).digest()[:12]
    gap = (2 - len(body)) % 8
    body += (b"" if gap == 0 else b"\0" if gap == 1 else bytes([1, gap - 2]) + bytes(gap - 2)) + bytes([5, 12])
    body += hmac.new(BINDING_KEY, CARE_OF + CORRESPONDENT + body, hashlib.sha1).digest()[:12]
    assert len(body) == length
    return finished(body, source, destination)


def credit_key(updates):
    key = b""
    for _ in range(updates):
        key = hashlib.sha1(BINDING_KEY + key).digest()
    return key


def update_with_credit(sequence, lifetime_4s, updates):
    head = struct.pack("!BBBBHHHH", 59, 0, 5, 0, 0, sequence, 0x8000, lifetime_4s)
    mh = with_credit(head, struct.pack("!BBHH", 4, 4, HOME_INDEX, 8), updates, credit_key(updates), HOME, CORRESPONDENT)
    return ipv6(CARE_OF, CORRESPONDENT, 60, bytes([MH, 2, 1, 2, 0, 0, 201, 16]) + HOME + mh)


def acknowledgement_with_credit(sequence, lifetime_4s, updates):
    head = struct.pack("!BBBBHBBHH", 59, 0, 6, 0, 0, 0, 0, sequence, lifetime_4s)
    mh = with_credit(head, b"", updates, credit_key(updates), CORRESPONDENT, HOME)
    return ipv6(CORRESPONDENT, CARE_OF, 43, bytes([MH, 2, 2, 1, 0, 0, 0, 0]) + HOME + mh)


def location_query(sequence):
    fields = struct.pack("!BBHHH", 3, 0, sequence, 0, 0)
    return ipv6(HOME_AGENT, CORRESPONDENT, MH, mobility_header(fields, b"", HOME_AGENT, CORRESPONDENT, False))


def location(sequence, lifetime_10ms):
    fields = struct.pack("!BBBBHH", 4, 0, 0, 0, sequence, lifetime_10ms)
    return ipv6(CORRESPONDENT, HOME_AGENT, MH, mobility_header(fields, bytes([3, 16]) + CARE_OF, CORRESPONDENT, HOME_AGENT, False))


VECTORS = {
    "mh-location-query": ("Location Query 9 of a binding update proxy", location_query(9)),
    "mh-location": ("Location 9, changes are told for 0.3 s more; it fits without padding: 14 octets in front of an 8n + 6 option", location(9, 30)),
    "mh-hot-token-lifetime": ("Home Test, the token is recognised for 232 s", home_test(232)),
    "mh-bu-lifetime-credit": ("Binding Update 9 for 8 h, the third of a row", update_with_credit(9, 7200, 3)),
    "mh-ba-lifetime-credit": ("Binding Acknowledgement of it for 18 min", acknowledgement_with_credit(9, 270, 3)),
    "mh-ebu": ("Early Binding Update, A, sequence 7, 3 s, home nonce index 4", early_update(7, 0x8000, 300)),
    "mh-eba": ("Early Binding Acknowledgement, status 0, sequence 7, 3 s", early_acknowledgement(0, 7, 300, True)),
    "mh-eba-expired-nonce": ("Early Binding Acknowledgement, status 136, no authenticator", early_acknowledgement(136, 7, 0, False)),
}


def text(title, packet):
    lines = [packet.hex()[i:i + 96] for i in range(0, 2 * len(packet), 96)]
    return "# %s\n# Source: tests/vectors/make_ebu.py; layout: models/wire/mh.h\n%s\n" % (title, "\n".join(lines))


def read(name):
    with open(name) as f:
        return bytes.fromhex("".join(line for line in f if not line.startswith("#")))


def scapy_agrees(name, packet):
    from scapy.layers import inet6
    from scapy.utils import checksum as scapy_checksum
    p = inet6.IPv6(packet)
    while inet6.IPv6 in p.payload:
        p = p.payload[inet6.IPv6]
    source, destination, at, offset, data = p.src, p.dst, p.nh, 40, bytes(p)
    for header in p.payload.iterpayloads():
        if isinstance(header, inet6.IPv6ExtHdrDestOpt):
            source = [o.hoa for o in header.options if isinstance(o, inet6.HAO)][0]
        elif isinstance(header, inet6.IPv6ExtHdrRouting):
            destination = header.addresses[0]
        else:
            break
        at, offset = header.nh, offset + 8 * (data[offset + 1] + 1)
    if at != MH:
        return False
    mh = data[offset:]
    pseudo = ipaddress.ip_address(source).packed + ipaddress.ip_address(destination).packed + struct.pack("!II", len(mh), MH)
    if scapy_checksum(pseudo + mh[:4] + b"\0\0" + mh[6:]) != header.cksum:
        return False
    return header.mhtype == mh[2] and header.len == mh[1] and header.nh == 59


def main():
    bad = write_or_check({name: text(title, packet) for name, (title, packet) in VECTORS.items()})
    if sys.argv[1:] == ["--check"]:
        for path in sorted(glob.glob("tests/vectors/mh-*.hex")):
            if not scapy_agrees(path, read(path)):
                print("%s: Scapy disagrees" % path)
                bad = 1
    return bad


sys.exit(main())
