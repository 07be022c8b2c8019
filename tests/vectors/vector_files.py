# SPDX-License-Identifier: GPL-3.0-or-later
"""What the make_*.py of this folder share: vectors become files, or with --check are compared with the files that are there."""
import sys


def scapy_text(script, packet):
    octets = bytes(packet).hex()
    return "# Source: tests/vectors/%s (Scapy)\n%s\n" % (script, "\n".join(octets[i:i + 96] for i in range(0, len(octets), 96)))


def write_or_check(texts):
    """texts: {name: contents}. The exit status."""
    bad = 0
    for name, text in texts.items():
        path = "tests/vectors/%s.hex" % name
        if sys.argv[1:] == ["--check"]:
            with open(path) as f:
                if f.read() != text:
                    print("%s: differs from what this script makes" % path)
                    bad = 1
        else:
            with open(path, "w") as f:
                f.write(text)
    return bad
