#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""No file that is given as a scenario makes roam crash, hang or go on: a clear error with its place, and exit 2.

Mutated files may by chance stay good; of these only the exit code is asked. TAP on stdout; the program is $ROAM or build/roam."""
import os
import random
import re
import resource
import subprocess
import sys
import tempfile

ROAM = os.environ.get('ROAM', 'build/roam')
QUICK = 'ROAM_QUICK' in os.environ
ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')
GOOD = open(os.path.join(ROOT, 'scenarios', 'smoke', 'handover.yaml'), 'rb').read()
# Seconds of processor time, so that a busy machine does not matter; sanitizers are slow.
LIMIT_S = 25 if b'__asan_init' in open(ROAM, 'rb').read() else 5
PLACE = re.compile(r'^[^\n]*:\d+:\d+: error: \S', re.M)
work = tempfile.TemporaryDirectory()
count = failed = 0


def tell(good, name, why=''):
    global count, failed
    count += 1
    failed += not good
    print(f"{'ok' if good else 'not ok'} {count} - {name}" + (f'  # {why}' if not good else ''), flush=True)


def check(data, *arguments):
    """Of octets, or of a file by its name: exit code (None: took too long) and standard error."""
    name = data
    if isinstance(data, bytes):
        name = os.path.join(work.name, 'bad.yaml')
        with open(name, 'wb') as f:
            f.write(data)
    try:
        p = subprocess.run([ROAM, 'check', name, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                           timeout=20 * LIMIT_S, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (LIMIT_S, LIMIT_S + 1)))
    except subprocess.TimeoutExpired:
        return None, ''
    return p.returncode, p.stderr.decode('utf-8', 'backslashreplace')


def refused(name, data, *arguments, pattern=PLACE):
    code, errors = check(data, *arguments)
    if code is None:
        return tell(False, name, f'not done after {20 * LIMIT_S} s')
    if code != 2:
        return tell(False, name, f'exit {code}: {errors[:200]!r}')
    tell(bool(re.search(pattern, errors)), name, f'no place: {errors[:200]!r}')


def endured(name, inputs):
    """Many inputs, one line of TAP: each is refused with its place, or good."""
    bad = []
    tried = accepted = 0
    for data in inputs:
        code, errors = check(data)
        tried += 1
        accepted += code == 0
        if code not in (0, 2) or (code == 2 and not PLACE.search(errors)):
            kept = os.path.join(tempfile.gettempdir(), f'bad-input-{os.getpid()}-{tried}.yaml')
            with open(kept, 'wb') as f:
                f.write(data)
            bad.append(f'exit {code}, kept as {kept}: {errors[:100]!r}')
    tell(not bad, f'{name}: {tried} inputs, {accepted} of them good', '; '.join(bad[:3]))


def line(number, old, new):
    lines = GOOD.split(b'\n')
    assert old in lines[number]
    lines[number] = lines[number].replace(old, new, 1)
    return b'\n'.join(lines)


def where(text):
    return next(i for i, one in enumerate(GOOD.split(b'\n')) if text in one)


def mutations(seed, number):
    """Octets changed, taken out, put in, doubled; half of them with ASCII only, so that they reach the parser."""
    r = random.Random(seed)
    for i in range(number):
        data = bytearray(GOOD)
        for _ in range(r.randint(1, 6)):
            at = r.randrange(len(data))
            what = r.randrange(6)
            octet = r.choice(b'{}[]:,-?&*!|>\'"%@`# \n\tab0~') if i % 2 else r.randrange(256)
            if what < 2:
                data[at] = octet
            elif what == 2:
                del data[at:at + r.randint(1, 20)]
            elif what == 3:
                data[at:at] = bytes([octet]) * r.randint(1, 40)
            elif what == 4:
                data[at:at] = data[at:at + r.randint(1, 60)]
            else:
                other = r.randrange(len(data))
                data[at:at + 8], data[other:other + 8] = data[other:other + 8], data[at:at + 8]
            if not data:
                data = bytearray(b'x')
        yield bytes(data)


# What is good stays good; else all of the following proves nothing.
tell(check(GOOD)[0] == 0, 'the example itself is good')

# Truncated. At some lengths what is left is a whole scenario, or one that only lacks traffic.
endured('truncated at every 50th octet', (GOOD[:n] for n in range(1, len(GOOD), 50)))
refused('truncated within a flow mapping', GOOD[:GOOD.index(b'{between') + 12])
refused('truncated after the nodes', GOOD[:GOOD.index(b'cells:')])

# Mistyped.
for name, old, new in [('key', b'delay: 25ms', b'dealy: 25ms'), ('unit', b'25ms', b'25mz'), ('no unit', b'25ms', b'25'),
                       ('rate', b'1Gbps', b'1Gb/s'), ('node', b'[ha, core]', b'[ha, croe]'), ('cell', b'cell: cell2', b'cell: cel2'),
                       ('type', b'type: host', b'type: hots'), ('scheme', b'scheme: ebu', b'scheme: ebv'),
                       ('later scheme', b'scheme: ebu', b'scheme: ero'), ('number', b'replications: 30', b'replications: thirty'),
                       ('swept path', b'protocol.scheme', b'protocol.shceme'), ('swept value', b'[standard, ebu]', b'[standard, eub]'),
                       ('bracket', b'[cn, core]', b'[cn, core'), ('quote', b'title: one', b'title: "one'), ('tab', b'  core:', b'\tcore:'),
                       ('loss', b'loss: 0', b'loss: 1.5')]:
    refused(f'mistyped {name}', line(where(old), old, new))
refused('a duplicate key', GOOD + b'title: again\n')
code, errors = check(line(where(b'25ms'), b'25ms', b'25mz').replace(b'rate: 11Mbps, loss', b'rat: 11Mbps, loss'))
tell(code == 2 and len(PLACE.findall(errors)) == 2 and "did you mean 'rate'?" in errors and '^~~~' in errors, 'two mistakes, two complaints', errors)

# No text at all.
refused('empty', b'')
refused('only a comment', b'# nothing\n')
refused('only spaces', b' ' * 1000)
refused('NUL octets', bytes(1000))
refused('a NUL within', GOOD.replace(b'core', b'co\0re', 1))
refused('Latin-1', GOOD.replace(b'one handover', b'one \xe9change', 1))
refused('UTF-16', GOOD.decode().encode('utf-16'))
refused('binary', random.Random(1).randbytes(100000))
refused('a program', open(sys.executable, 'rb').read(1 << 20))
refused('a directive with bad UTF-8', b'%\xff\xfe YAML\n---\na: b\n')
refused('a control character', GOOD.replace(b'one handover', b'one \x01', 1) + b'x: y\n')

# Too much. The first three cannot have a line.
whole = re.compile(r': error: (too large|is a directory|cannot be opened|cannot be read)')
with open(os.path.join(work.name, 'huge.yaml'), 'wb') as f:
    for _ in range(64):
        f.write(b'# comment\n' * 104857 + b'#1234\n')
refused('64 MiB', os.path.join(work.name, 'huge.yaml'), pattern=whole)
os.unlink(os.path.join(work.name, 'huge.yaml'))
refused('/dev/zero', '/dev/zero', pattern=whole)
refused('a directory', work.name, pattern=whole)
refused('no such file', os.path.join(work.name, 'none.yaml'), pattern=whole)
p = subprocess.run(f'head -c 67108864 /dev/zero | {ROAM} check -', shell=True, capture_output=True, timeout=60)
tell(p.returncode == 2 and b'too large' in p.stderr, '64 MiB by a pipe')
bomb = b'a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n' + b''.join(
    b'a%d: &a%d [%s]\n' % (i, i, b', '.join([b'*a%d' % (i - 1)] * 10)) for i in range(1, 30))
refused('an alias bomb', bomb)
refused('an alias bomb in the title', b'title: *a29\n' + bomb)
refused('an alias in what it names', b'nodes: &a {b: *a}\n')
refused('many aliases to much', b'a: &a [%s]\nb: [%s]\n' % (b'x, ' * 10000, b'*a, ' * 100000))
near = (1 << 20 if QUICK else 8 << 20) - 100
for name, unit in [('flow lists', b'['), ('flow maps', b'{a: '), ('block lists', b'- '), ('keys', b'? '), ('closed lists', b'[],'),
                   ('documents', b'---\n'), ('keys without value', b'a:\n'), ('directives', b'%A\n'), ('quotes', b"'"), ('anchors', b'&a '),
                   ('lists of one', b'[a,'), ('empty lines', b'\n'), ('colons', b'a:'), ('escapes', b'"\\n'), ('bars', b'|\n'), ('tags', b'!!a '),
                   ('merge keys', b'<<: '), ('carets', b'\t')]:
    # libfyaml 0.7.12 itself loses the table it makes for a scalar with millions of quotes: not ours to report.
    os.environ['ASAN_OPTIONS'] = 'detect_leaks=0' if name == 'quotes' else ''
    refused(f'8 MiB of {name}', unit * (near // len(unit)))
wide = b'duration: 1s\nnodes: {' + b', '.join(b'n%d: {type: host}' % i for i in range(100000)) + b'}\ntraffic:\n'
refused('100 000 flows to unknown nodes', wide + b''.join(b' - {name: f%d, from: n1, to: m%d, interval: 1s, size: 16B}\n' % (i, i) for i in range(50000)))
refused('a long line of mistakes', b'{' + b', '.join(b'k%d: 1' % i for i in range(100000)) + b'}')

# --set is input, too.
named = re.compile(r'^--set [^\n]*: error: \S', re.M)
good_file = os.path.join(work.name, 'good.yaml')
open(good_file, 'wb').write(GOOD)
for text in ['x=1', 'links.0.delay=', 'links.0.delay=fast', 'links.99999999999999999999.delay=1s', 'links.-1.delay=1s', '.=1', 'a..b=1',
             'nodes.mn.protocol.dad=maybe', 'links.0.between=[ha', 'links=' + '[' * 1000, 'title=\x01\x02: {' + 'nodes.' * 1000 + '=1',
             'nodes.' * 5000 + 'x=1', 'protocol.credit.factor=8/7', 'movement.mn.1.at=0s']:
    refused(f'--set {text[:40]!r}', good_file, '--set', text, pattern=named) if not text.startswith('title') else \
        tell(check(good_file, '--set', text)[0] == 0, '--set title with odd characters')
code, errors = check(good_file, '--set', 'links.0.delay')
tell(code == 2 and 'PATH=VALUE' in errors, '--set without a value', errors)

# Mutations with a fixed seed.
endured('random mutations', mutations(1, int(os.environ.get('ROAM_MUTATIONS', '150' if QUICK else '1500'))))

print(f'1..{count}')
sys.exit(bool(failed))
