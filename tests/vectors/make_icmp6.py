#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""ICMPv6 packets for tests/vectors, made by Scapy, an encoder that is not ours. Run from the project root; --check writes nothing
and fails if a file is not what Scapy makes."""
import sys

from scapy.layers.inet import UDP
from scapy.layers.inet6 import (
    ICMPv6DestUnreach, ICMPv6EchoReply, ICMPv6EchoRequest, ICMPv6ND_NA, ICMPv6ND_NS, ICMPv6ND_RA, ICMPv6ND_RS,
    ICMPv6ND_Redirect, ICMPv6NDOptAdvInterval, ICMPv6NDOptDstLLAddr, ICMPv6NDOptHAInfo, ICMPv6NDOptMTU,
    ICMPv6NDOptPrefixInfo, ICMPv6NDOptSrcLLAddr, ICMPv6PacketTooBig, ICMPv6ParamProblem, ICMPv6TimeExceeded, IPv6)

from vector_files import scapy_text, write_or_check

HOST, ROUTER, MAC_HOST, MAC_ROUTER = "fe80::ff:fe00:10", "fe80::ff:fe00:1", "02:00:00:00:00:10", "02:00:00:00:00:01"
CARE_OF, CORRESPONDENT = "2001:db8:2::10", "2001:db8:3::20"
INVOKING = IPv6(src=CARE_OF, dst=CORRESPONDENT, hlim=64) / UDP(sport=4000, dport=4001) / b"hello"

VECTORS = {
    "icmp6-rs": IPv6(src=HOST, dst="ff02::2", hlim=255) / ICMPv6ND_RS() / ICMPv6NDOptSrcLLAddr(lladdr=MAC_HOST),
    "icmp6-ra": IPv6(src=ROUTER, dst="ff02::1", hlim=255)
    / ICMPv6ND_RA(chlim=64, M=0, O=1, H=1, prf=0, routerlifetime=1800, reachabletime=30000, retranstimer=1000)
    / ICMPv6NDOptSrcLLAddr(lladdr=MAC_ROUTER) / ICMPv6NDOptMTU(mtu=1500)
    / ICMPv6NDOptPrefixInfo(prefixlen=64, L=1, A=1, R=1, validlifetime=2592000, preferredlifetime=604800, prefix="2001:db8:1::1")
    / ICMPv6NDOptPrefixInfo(prefixlen=64, L=0, A=1, R=0, validlifetime=7200, preferredlifetime=0, prefix="2001:db8:9::")
    / ICMPv6NDOptAdvInterval(advint=70) / ICMPv6NDOptHAInfo(pref=5, lifetime=1800),
    "icmp6-ns": IPv6(src=HOST, dst="ff02::1:ff00:1", hlim=255) / ICMPv6ND_NS(tgt=ROUTER) / ICMPv6NDOptSrcLLAddr(lladdr=MAC_HOST),
    "icmp6-ns-dad": IPv6(src="::", dst="ff02::1:ff00:10", hlim=255) / ICMPv6ND_NS(tgt=CARE_OF),
    "icmp6-na": IPv6(src=ROUTER, dst=HOST, hlim=255) / ICMPv6ND_NA(tgt=ROUTER, R=1, S=1, O=0)
    / ICMPv6NDOptDstLLAddr(lladdr=MAC_ROUTER),
    "icmp6-redirect": IPv6(src=ROUTER, dst=CARE_OF, hlim=255) / ICMPv6ND_Redirect(tgt=HOST, dst=CORRESPONDENT)
    / ICMPv6NDOptDstLLAddr(lladdr=MAC_HOST),
    "icmp6-echo-request": IPv6(src=CARE_OF, dst=CORRESPONDENT, hlim=64) / ICMPv6EchoRequest(id=0x1234, seq=7, data=b"odd data!"),
    "icmp6-echo-reply": IPv6(src=CORRESPONDENT, dst=CARE_OF, hlim=64) / ICMPv6EchoReply(id=0x1234, seq=7, data=b""),
    "icmp6-unreachable": IPv6(src=CORRESPONDENT, dst=CARE_OF, hlim=64) / ICMPv6DestUnreach(code=3) / INVOKING,
    "icmp6-too-big": IPv6(src=CORRESPONDENT, dst=CARE_OF, hlim=64) / ICMPv6PacketTooBig(mtu=1280) / INVOKING,
    "icmp6-time-exceeded": IPv6(src=CORRESPONDENT, dst=CARE_OF, hlim=64) / ICMPv6TimeExceeded(code=0) / INVOKING,
    "icmp6-parameter-problem": IPv6(src=CORRESPONDENT, dst=CARE_OF, hlim=64) / ICMPv6ParamProblem(code=1, ptr=6) / INVOKING,
}


sys.exit(write_or_check({name: scapy_text("make_icmp6.py", packet) for name, packet in VECTORS.items()}))
