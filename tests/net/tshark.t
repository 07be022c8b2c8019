#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""tshark decodes every frame of every smoke scenario: nothing malformed, no warning, every ICMPv6 and UDP checksum good."""
import glob, os, shutil, subprocess, tempfile

roam = os.path.abspath(os.environ.get('ROAM', 'build/roam'))
if not shutil.which('tshark'):
    print('1..0 # SKIP tshark is not installed (make deps)')
    raise SystemExit
work = tempfile.mkdtemp()
n = 0
def check(name, ok, why=''):
    global n
    n += 1
    print(f"{'ok' if ok else 'not ok'} {n} - {name}")
    if not ok:
        print('\n'.join('# ' + l for l in str(why).split('\n')[:12]))

def tshark(trace, *args):
    p = subprocess.run(['tshark', '-r', trace, '-o', 'udp.check_checksum:TRUE', *args], capture_output=True, text=True)
    return p.stdout, p.returncode, p.stderr

for scenario in sorted(glob.glob('scenarios/smoke/*.yaml')):
    name = os.path.basename(scenario)[:-5]
    out = f'{work}/{name}'
    p = subprocess.run([roam, 'run', os.path.abspath(scenario), '-o', out + '.db', '--pcap', out], capture_output=True, text=True, cwd=work)
    traces = glob.glob(out + '/*.pcapng')
    check(f'{name}: runs and leaves one trace', p.returncode == 0 and len(traces) == 1, p.stderr)
    if len(traces) != 1:
        continue
    bad, code, err = tshark(traces[0], '-Y', '_ws.malformed || _ws.expert.severity >= "Warning"')
    check(f'{name}: no malformed frame, no warning', code == 0 and not bad, bad or err)
    bad, code, err = tshark(traces[0], '-Y', 'icmpv6.checksum.status == 0 || udp.checksum.status == 0')
    check(f'{name}: no bad checksum', code == 0 and not bad, bad or err)
    good, code, err = tshark(traces[0], '-Y', 'icmpv6.checksum.status == 1 || udp.checksum.status == 1', '-T', 'fields', '-e', 'frame.number')
    check(f'{name}: checksums were there to be checked', code == 0 and len(good.split()) > 10, err)
print(f'1..{n}')
