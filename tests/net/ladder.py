# SPDX-License-Identifier: GPL-3.0-or-later
"""Message ladders (`roam run --ladder`) for the tests that compare them, and TAP lines."""
import os, re, subprocess, tempfile

roam = os.path.abspath(os.environ.get('ROAM', 'build/roam'))
work = tempfile.mkdtemp()
n = 0

def check(name, ok, why=''):
    global n
    n += 1
    print(f"{'ok' if ok else 'not ok'} {n} - {name}")
    if not ok:
        print('\n'.join('# ' + l for l in str(why).split('\n')[:60]))

def ladder(scenario, *sets):
    p = subprocess.run([roam, 'run', os.path.abspath(scenario), '--ladder', '--force', '-o', work + '/r.db', *(f'--set={s}' for s in sets)],
                       capture_output=True, text=True)
    rows = []
    for line in p.stdout.splitlines():
        m = re.fullmatch(r' *(\d+)\.(\d{9})  (\S+) -> (\S+)  (.*)  (arrives +(\d+)\.(\d{9})|lost behind \S+|ends at \S+)', line)
        if m:
            name, *how = m[5].split(', ')
            rows.append(dict(at=int(m[1]) * 10**9 + int(m[2]), sender=m[3], to=m[4], name=name, how=how,
                             fate=m[6].split('  ')[0].split(' ')[0] if m[7] else m[6].replace('lost behind', 'lost'),
                             arrival=int(m[7]) * 10**9 + int(m[8]) if m[7] else None))
        elif not re.fullmatch(r' *\d+\.\d{9}  \S+ (leaves|enters \S+)', line):
            check(f'{scenario}: a ladder line reads', False, line)
    return rows

def events(rows, start, first_only=True):
    seen, out = set(), []
    for r in rows:
        key = (r['sender'], r['to'], r['name'], 'again' in r['how'])
        if r['at'] < start or (first_only and key in seen):
            continue
        seen.add(key)
        out.append(f"{r['sender']} > {r['to']} {r['name']}{' again' if 'again' in r['how'] else ''} {r['fate']}")
    return out

def expect(name, got, want):
    check(name, got == want, 'got:\n' + '\n'.join(got) + '\nwant:\n' + '\n'.join(want))

def done():
    print(f'1..{n}')
