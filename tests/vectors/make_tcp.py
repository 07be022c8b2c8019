#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""TCP segments for tests/vectors, made by Scapy, an encoder that is not ours. Run from the project root; --check writes nothing
and fails if a file is not what Scapy makes."""
import sys

from scapy.layers.inet import TCP
from scapy.layers.inet6 import IPv6

from vector_files import scapy_text, write_or_check

HOST, CORRESPONDENT = "2001:db8:1::10", "2001:db8:3::20"
NETWORK = IPv6(src=HOST, dst=CORRESPONDENT, hlim=64)

VECTORS = {
    "tcp-syn": NETWORK / TCP(sport=10001, dport=10001, seq=0x01020304, ack=0, flags="S", window=65535,
                             options=[("MSS", 1220), ("NOP", None), ("WScale", 4), ("NOP", None), ("NOP", None), ("SAckOK", b"")]),
    "tcp-syn-timestamps": NETWORK / TCP(sport=10001, dport=10001, seq=0xffffffff, ack=0, flags="S", window=1024,
                                        options=[("MSS", 1440), ("NOP", None), ("NOP", None), ("Timestamp", (123456, 0))]),
    "tcp-ack": NETWORK / TCP(sport=10001, dport=10002, seq=7, ack=0x80000001, flags="A", window=512, options=[]),
    "tcp-sack": NETWORK / TCP(sport=10001, dport=10001, seq=7, ack=1000, flags="A", window=512,
                              options=[("NOP", None), ("NOP", None), ("SAck", (3000, 4220, 1500, 2000, 0xfffffff0, 16))]),
    "tcp-sack-four": NETWORK / TCP(sport=10001, dport=10001, seq=7, ack=1000, flags="A", window=512,
                                   options=[("NOP", None), ("NOP", None), ("SAck", (1, 2, 3, 4, 5, 6, 7, 8))]),
    "tcp-data": NETWORK / TCP(sport=10001, dport=10001, seq=1, ack=1, flags="PA", window=512, options=[]) / (b"\0" * 1220),
    "tcp-fin": NETWORK / TCP(sport=10001, dport=10001, seq=1221, ack=1, flags="FA", window=512, options=[]) / (b"\0" * 3),
    "tcp-reset": NETWORK / TCP(sport=10001, dport=10001, seq=1221, ack=0, flags="R", window=0, options=[]),
}


sys.exit(write_or_check({name: scapy_text("make_tcp.py", packet) for name, packet in VECTORS.items()}))
