# SPDX-License-Identifier: GPL-3.0-or-later
"""pcapng by hand (draft-ietf-opsawg-pcapng), for tests that look into the packets of --pcap."""
import struct

ETHERNET = 1

def frames(path):
    """(interface's name, link type, time, octets) of every packet; the time in ns."""
    data, at, interfaces = open(path, 'rb').read(), 0, []
    while at < len(data):
        kind, length = struct.unpack_from('<II', data, at)
        if kind == 1:
            name, options = '', at + 16
            while options < at + length - 4:
                code, size = struct.unpack_from('<HH', data, options)
                if code == 2:
                    name = data[options + 4:options + 4 + size].decode()
                options += 4 + (size + 3) // 4 * 4
            interfaces.append((name, struct.unpack_from('<H', data, at + 8)[0]))
        elif kind == 6:
            interface, high, low, size = struct.unpack_from('<IIII', data, at + 8)
            yield *interfaces[interface], high << 32 | low, data[at + 28:at + 28 + size]
        at += length

def packets(path):
    """The octets of every packet from its IP header on."""
    for _, link, _, octets in frames(path):
        yield octets[14:] if link == ETHERNET else octets
