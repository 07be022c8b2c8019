#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Vectors for the registration key extensions (MIPv4-RO document, sections 7 and 8), made with Python's pow, hashlib and hmac alone: a
request and a reply of each method. Writes tests/vectors/mip4-key-*.hex; --check only compares. Run from the project root.

Who they are between: mobile node 192.0.2.10, home agent 192.0.2.1, foreign agent 198.51.100.1. Keys: mobile node and home agent
0123456789abcdef, foreign and home agent fedcba9876543210, the registration key REGISTRATION-KEY, all ASCII."""
import hashlib, hmac, math, os, struct, sys

HOME, AGENT, FOREIGN = bytes([192, 0, 2, 10]), bytes([192, 0, 2, 1]), bytes([198, 51, 100, 1])
MN_HA, FA_HA, KEY = b"0123456789abcdef", b"fedcba9876543210", b"REGISTRATION-KEY"
SPI_MN_HA, SPI_FA_HA, SPI = 256, 259, 0x4b455931
IDENTIFICATION = bytes.fromhex("e000000012345678")
E = 65537


def is_prime(n):
    if any(n % p == 0 for p in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)):
        return n in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37)
    d, s = n - 1, 0
    while d % 2 == 0:
        d, s = d // 2, s + 1
    for a in (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37):
        x = pow(a, d, n)
        if x not in (1, n - 1) and all((x := x * x % n) != n - 1 for _ in range(s - 1)):
            return False
    return True


def stream():
    """The draws of the unit tests: octet k is 167 k + 13."""
    k = 0
    while True:
        yield (167 * k + 13) & 255
        k += 1


def draw_prime(octets, draws):
    while True:
        b = bytearray(next(draws) for _ in range(octets))
        b[0] |= 0xC0
        n = int.from_bytes(b, "big") + 1
        while not is_prime(n):
            n += 1
        if n % E != 1 and n.bit_length() == 8 * octets:
            return n


def pair(bits, draws):
    p, q = draw_prime(bits // 16, draws), draw_prime(bits // 16, draws)
    return p * q, pow(E, -1, math.lcm(p - 1, q - 1))


def oakley_1():
    """RFC 2409 6.1, from pi."""
    def arctan(x, one):
        term = total = one // x
        n, sign = 3, -1
        while term:
            term //= x * x
            total, n, sign = total + sign * (term // n), n + 2, -sign
        return total
    pi = 4 * (4 * arctan(5, 1 << 702) - arctan(239, 1 << 702)) >> 64
    return 2**768 - 2**704 - 1 + 2**64 * (pi + 149686)


def summed(data):
    data += b"\0" * (len(data) % 2)
    s = sum(struct.unpack(">%dH" % (len(data) // 2), data))
    while s >> 16:
        s = (s & 0xFFFF) + (s >> 16)
    return ~s & 0xFFFF


def datagram(source, destination, payload):
    udp = struct.pack(">HHHH", 434, 434, 8 + len(payload), 0) + payload
    sum_ = summed(source + destination + struct.pack(">HH", 17, len(udp)) + udp) or 0xFFFF
    udp = udp[:6] + struct.pack(">H", sum_) + udp[8:]
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(udp), 1, 0, 64, 17, 0) + source + destination
    return ip[:10] + struct.pack(">H", summed(ip)) + ip[12:] + udp


def long(type_, data):
    return struct.pack(">BH", type_, len(data)) + data


def signed(message, type_, spi, key):
    message += struct.pack(">BBI", type_, 20, spi)
    return message + hmac.new(key, message, "md5").digest()


def request(asked, appended=b"", foreign=False):
    m = struct.pack(">BBH", 1, 0, 300) + HOME + AGENT + FOREIGN + IDENTIFICATION + asked
    m = signed(m, 32, SPI_MN_HA, MN_HA) + appended
    return datagram(FOREIGN, AGENT, signed(m, 34, SPI_FA_HA, FA_HA) if foreign else m)


REPLY = struct.pack(">BBH", 3, 0, 300) + HOME + AGENT + IDENTIFICATION


def reply(supplied, foreign=False):
    m = signed(REPLY + supplied, 32, SPI_MN_HA, MN_HA)
    return datagram(AGENT, FOREIGN, signed(m, 34, SPI_FA_HA, FA_HA) if foreign else m)


def masked(secret):
    return bytes(a ^ b for a, b in zip(KEY, hashlib.md5(secret + REPLY + secret).digest()))


def rsa(n, padding):
    size = (n.bit_length() + 7) // 8
    block = b"\0\2" + bytes(padding for _ in range(size - 3 - len(KEY))) + b"\0" + KEY
    return pow(int.from_bytes(block, "big"), E, n).to_bytes(size, "big")


spi = struct.pack(">I", SPI)
n, d = pair(512, stream())
public = b"\3" + E.to_bytes(3, "big") + n.to_bytes(64, "big")
prime = oakley_1()
x, y = int.from_bytes(bytes(range(1, 21)), "big"), int.from_bytes(bytes(range(101, 121)), "big")
group = prime.to_bytes(96, "big") + (2).to_bytes(96, "big")
gx, gy = pow(2, x, prime).to_bytes(96, "big"), pow(2, y, prime).to_bytes(96, "big")
home_mobile = long(120, struct.pack(">I", SPI_MN_HA) + masked(MN_HA))
VECTORS = {
    "home-request": (request(long(116, b""), struct.pack(">BBI", 113, 4, SPI_FA_HA), True), "home agent distributes: 116 empty, 113, 34"),
    "home-reply": (reply(home_mobile + long(121, struct.pack(">I", SPI_FA_HA) + masked(FA_HA)) + struct.pack(">B", 125) + b"\4" + spi, True),
                   "home agent distributes: 120, 121, 125, 34"),
    "foreign-public-request": (request(long(116, b""), long(115, spi + public)), "foreign agent's RSA key of 512 bits: 115"),
    "foreign-public-reply": (reply(home_mobile + long(123, spi + rsa(n, 0x55))), "foreign agent's RSA key: 120, 123"),
    "mobile-public-request": (request(long(114, public), long(122, spi + rsa(n, 0xAA))), "mobile node's RSA key of 512 bits: 114, 122"),
    "mobile-public-reply": (reply(long(122, spi + rsa(n, 0xAA))), "mobile node's RSA key: 122 copied"),
    "diffie-hellman-request": (request(long(116, group + gx), long(124, spi + gy)), "Diffie-Hellman, RFC 2409 group 1: 116, 124"),
    "diffie-hellman-reply": (reply(long(124, spi + gy)), "Diffie-Hellman: 124 copied"),
}
SECRETS = {
    "rsa-private": (d.to_bytes(64, "big"), "private exponent of the RSA key in the vectors"),
    "diffie-hellman": (hashlib.md5(pow(2, x * y, prime).to_bytes(96, "big")).digest(), "key of the exchange: private numbers 01..14 and 65..78"),
}

bad = 0
for name, (octets, what) in [("mip4-key-" + k, v) for k, v in VECTORS.items()] + [("regkey-" + k, v) for k, v in SECRETS.items()]:
    path = "tests/vectors/%s.hex" % name
    text = "# %s\n# Source: tests/vectors/make_regkey.py (pow, hashlib and hmac of Python)\n" % what
    text += "".join(octets.hex()[i:i + 96] + "\n" for i in range(0, 2 * len(octets), 96))
    if "--check" in sys.argv:
        if not os.path.exists(path) or open(path).read() != text:
            print("%s differs" % path)
            bad = 1
    else:
        open(path, "w").write(text)
sys.exit(bad)
