#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random settings, many at once, over the scenarios of smoke/ and regress/: a run ends well, or says before anything runs why these do not go
together; no combination ends in an assertion, a crash or a time-out. ROAM_COMBINATIONS: how many; ROAM_SEED: repeats what was printed."""
import glob, os, random, re, subprocess, sys, tempfile

roam = os.path.abspath(os.environ.get('ROAM', 'build/roam'))
count = int(os.environ.get('ROAM_COMBINATIONS', 20 if 'ROAM_QUICK' in os.environ or 'ROAM_SANITIZED' in os.environ else 40))
seed = int(os.environ.get('ROAM_SEED', random.SystemRandom().randrange(10 ** 9)))
draw = random.Random(seed)
work = tempfile.mkdtemp()
OF_KIND = (('duration', ['1ms', '20ms', '1s', '4s', '30s', '400s']), ('fraction', ['0', '1/8', '1']), ('probability', ['0', '0.3', '1']),
           ('rate', ['1kbps', '1Mbps']), ('size', ['1B', '1kB', '1MiB']), ('whole', ['0', '1', '3', '100']))


def keys():
    """{key: values worth trying}; what is not available, and lists, are left out."""
    found = {}
    for line in subprocess.run([roam, 'check', '--schema'], capture_output=True, text=True, check=True).stdout.splitlines():
        key, kind = re.match(r'(\S+)\s+(.*?)(?:  |$)', line + '  ').groups()
        if not key.startswith('protocol.') or 'list' in kind:
            continue
        values = next((v for k, v in OF_KIND if kind.startswith(k)), None)
        if values:
            values = values + ['off'] * kind.endswith('or off')
        elif '|' in kind:
            values = [v for v in kind.split('|') if not v.endswith('*')]
        if values:
            found[key] = values
    return found


def run(scenario, sets, name):
    command = [roam, 'run', scenario, '--seed', str(seed % 1000), '-o', f'{work}/{name}.db', '--force'] + [f'--set={s}' for s in sets]
    try:
        p = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, timeout=300)
    except subprocess.TimeoutExpired:
        return None, 'takes longer than five minutes'
    return p.returncode, p.stderr


print(f'1..2\n# ROAM_SEED={seed}')
table = keys()
scenarios = sorted(glob.glob('scenarios/smoke/*.yaml') + glob.glob('scenarios/regress/*.yaml'))
bad, ran, k = [], 0, 0
while ran < count and k < 20 * count:
    k += 1
    scenario = draw.choice(scenarios)
    ipv4 = 'family: ipv4' in open(scenario).read()
    # Half of the keys of the other family would only be refused.
    names = [n for n in table if ipv4 or '.mip4.' not in n]
    sets = [f'{n}={draw.choice(table[n])}' for n in draw.sample(names, draw.randrange(1, 8))]
    code, words = run(scenario, sets, 'one')
    ran += code == 0
    if code not in (0, 2) or 'internal error' in words:
        bad.append((code, scenario, sets, words))
for code, scenario, sets, words in bad[:5]:
    print(f'# {scenario} {" ".join("--set " + s for s in sets)}: {code}')
    print('\n'.join('# ' + line for line in words.splitlines()[:15]))
print(('not ' if bad else '') + f'ok 1 - no combination of settings breaks a run ({k} drawn, {ran} ran)')
print(('not ' if ran < count else '') + 'ok 2 - enough of them go together')
sys.exit(bool(bad) or ran < count)
