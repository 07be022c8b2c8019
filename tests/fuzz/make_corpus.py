#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Seed inputs for the fuzz targets of the codecs, cut out of tests/vectors. Run from the project root."""
import glob
import os


def read(name):
    with open(name) as f:
        return bytes.fromhex("".join(line for line in f if not line.startswith("#")))


def upper_layer(packet):
    at, protocol = 40, packet[6]
    while protocol in (0, 41, 43, 60):
        if protocol == 41:
            protocol, at = packet[at + 6], at + 40
        else:
            protocol, at = packet[at], at + 8 * (packet[at + 1] + 1)
    return packet[at:]


def write(target, name, octets):
    os.makedirs("tests/fuzz/corpus/" + target, exist_ok=True)
    with open("tests/fuzz/corpus/%s/%s" % (target, name), "wb") as f:
        f.write(octets)


for path in sorted(glob.glob("tests/vectors/*.hex")):
    name, packet = os.path.basename(path)[:-4], read(path)
    kind = name.split("-")[0]
    if kind == "mip4":
        write("fuzz_mip4", name, b"\0" + packet[28:])
    elif kind == "ip4":
        chosen = {1: 3, 4: 1, 47: 5, 55: 4}[packet[9]]
        write("fuzz_mip4", name, bytes([chosen]) + packet[0 if chosen == 1 else 20:])
    if kind == "mh":
        write("fuzz_mh", name, upper_layer(packet))
    elif kind == "icmp6":
        write("fuzz_icmp6", name, upper_layer(packet))
    elif kind == "fast":
        icmp = packet[6] == 58
        write("fuzz_fast", name, bytes([1]) + packet[44:] if icmp else b"\0" + upper_layer(packet))
    elif kind == "udp":
        write("fuzz_udp", name, b"\0" + upper_layer(packet))
        write("fuzz_udp", name + "-bulk", b"\x40" + upper_layer(packet))
    elif kind == "esp":
        write("fuzz_esp", name, b"\0" + upper_layer(packet))
        write("fuzz_esp", name + "-aes", b"\1" + upper_layer(packet)[:52])
    elif kind == "tcp":
        write("fuzz_tcp", name, b"\0" + upper_layer(packet))
        write("fuzz_tcp", name + "-bulk", b"\x40" + upper_layer(packet))
    if kind in ("mh", "esp") or name in ("udp-17-home-address", "udp-18-routing-header", "icmp6-ns", "icmp6-unreachable"):
        write("fuzz_ipv6", name, packet)
home = bytes.fromhex("20010db8000100000000000000000010")
fixed = bytes.fromhex("6000000000003c40" "20010db8000200000000000000000010" "20010db8000300000000000000000020")
chains = {
    "hop-by-hop": (0, "3a00050200000100"),
    "unknown-option": (60, "1100010080020000"),
    "fragment": (44, "1100000012345678"),
    "all": (0, "2b00010400000000" "3c02020100000000" + home.hex() + "2c0201020000c910" + home.hex() + "8700000012345678" "3b00000000000000"),
}
for name, (first, chain) in chains.items():
    body = bytes.fromhex(chain)
    write("fuzz_ipv6", name, fixed[:4] + len(body).to_bytes(2, "big") + bytes([first]) + fixed[7:] + body)
write("fuzz_mip4", "arp", b"\2" + bytes.fromhex("0001080006040002020000000001c000020a020000000002c0000201"))
spot_checks = {
    "ask": "1e0a01030102030405060708",
    "answer-two": "1e130200aaaaaaaaaaaaaaaa0ebbbbbbbbbbbbbbbb",
    "none": "1e0101",
    "short": "1e0a0103",
}
for name, octets in spot_checks.items():
    write("fuzz_spot_check", name, bytes.fromhex(octets))
