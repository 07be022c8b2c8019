#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Movement detection and addressing without hints against their closed forms (validation: residual wait of U(a,b) intervals, a delay
U(0, 1 s), 1 s of probing), and home registrations of a new binding, 1 s + RTT_HA, to the nanosecond.

The formulas stand here once more, away from analysis/closed_forms.c. ROAM_REPLICATIONS: how many replications of
scenarios/study/detection.yaml (default 200, 80 where time is short; the study has 1000), each at three round-trip times. Seeds are fixed, so the outcome is too."""
import math, os, re, sqlite3, subprocess, tempfile
from tap import check, plan

roam = os.path.abspath(os.environ.get('ROAM', 'build/roam'))
fewer = os.environ.get('ROAM_QUICK') or os.environ.get('ROAM_SANITIZED')
count = int(os.environ.get('ROAM_REPLICATIONS', '80' if fewer else '200'))
work = tempfile.mkdtemp()
text = open('scenarios/study/detection.yaml').read()
text, changed = re.subn(r'replications: \d+', f'replications: {count}', text)
open(work + '/detection.yaml', 'w').write(text)
p = subprocess.run([roam, 'study', 'run', 'detection.yaml', '-o', 'r.db'], cwd=work, capture_output=True, text=True)

check('the study runs', changed == 1 and p.returncode == 0, p.stderr[-600:])
db = sqlite3.connect(work + '/r.db')
rows = db.execute('''select to_cell, l.value, u.replication, t_up, t_router, t_coa, t_ha_bu, t_ha_ba from sim_handover h join sim_run u using(run_id)
    join sim_param l on l.run_id = u.run_id and l.name = 'links.0.delay' where u.status = 'ok' ''').fetchall()
check(f'all {9 * count} runs are there, each with one handover that ended', len(rows) == 9 * count and all(None not in r for r in rows), len(rows))

def kolmogorov(values, cdf):
    """Largest distance from the distribution, in units of its 1 % critical value (1.628 / sqrt n)."""
    values, m = sorted(values), len(values)
    d = max(max((i + 1) / m - cdf(v), cdf(v) - i / m) for i, v in enumerate(values))
    return d * math.sqrt(m) / 1.628

def residual(a, b):
    mean = (a + b) / 2
    def cdf(t):  # P(R <= t) = 1/E[X] * integral of P(X > s) over 0..t
        if t <= a:
            return t / mean
        if t >= b:
            return 1.0
        return (a + ((b - a) ** 2 - (b - t) ** 2) / (2 * (b - a))) / mean
    return cdf

# Published: CNI testbed, xMIPv6, ns-3, MIPL.
settings = {'ra-1000-3000ms': (1.0, 3.0, 2.583, 0.759), 'ra-50-1500ms': (0.05, 1.5, 2.001, 0.456), 'ra-30-70ms': (0.03, 0.07, 1.526, 0.289)}
for cell, (a, b, stated_mean, stated_deviation) in settings.items():
    wait = (a * a + a * b + b * b) / (3 * (a + b))
    variance = (a * a + b * b) / 6 - wait * wait
    mean, deviation = wait + 1.5, math.sqrt(variance + 1 / 12)
    check(f'{cell}: closed form {mean:.4f} s, deviation {deviation:.4f} s, as stated',
          abs(mean - stated_mean) < 0.001 and abs(deviation - stated_deviation) < 0.001)
    mine = [r for r in rows if r[0] == cell and r[1] == '11ms']
    x = [(r[5] - r[3]) / 1e9 for r in mine]
    m = sum(x) / len(x)
    s = math.sqrt(sum((v - m) ** 2 for v in x) / (len(x) - 1))
    fourth = sum((v - m) ** 4 for v in x) / len(x)
    error_m, error_s = deviation / math.sqrt(len(x)), math.sqrt(max(fourth - s ** 4, 0) / len(x)) / (2 * s)
    print(f'# {cell}: n = {len(x)}, mean {m:.4f} +- {1.96 * error_m:.4f} s, deviation {s:.4f} +- {1.96 * error_s:.4f} s')
    check(f'{cell}: the mean is within 99 % of it', abs(m - mean) < 2.576 * error_m, (m, mean, error_m))
    check(f'{cell}: the deviation is within 99 % of it', abs(s - deviation) < 2.576 * error_s, (s, deviation, error_s))
    d = kolmogorov([(r[4] - r[3]) / 1e9 for r in mine], residual(a, b))
    check(f'{cell}: the wait for the advertisement has the distribution of a residual interval', d < 1, d)
    d = kolmogorov([(r[5] - r[4]) / 1e9 - 1 for r in mine], lambda t: min(max(t, 0), 1))
    check(f'{cell}: then a delay U(0, 1 s) and 1 s of probing', d < 1, d)
    others = {(r[2], r[5] - r[3]) for r in rows if r[0] == cell}
    check(f'{cell}: the home agent\'s distance changes nothing in it', len(others) == count, len(others))
for delay, rtt in (('20ms', 40), ('1500us', 3), ('11ms', 22)):
    took = {r[7] - r[6] for r in rows if r[1] == delay}
    check(f'home registration of a new binding at RTT_HA {rtt} ms: 1 s + RTT_HA, in all {3 * count} runs', took == {10**9 + rtt * 10**6}, took)
p = subprocess.run([roam, 'plot', 'r.db', 'detection', '-o', 'detection.svg'], cwd=work, capture_output=True, text=True)
data = open(work + '/detection.dat').read() if os.path.exists(work + '/detection.dat') else ''
check('the figure has three curves and eleven published points', p.returncode == 0 and data.count('"RA every') == 3 * count and
      sum(data.count(s) for s in ('"CNI testbed"', '"xMIPv6"', '"ns-3"', '"MIPL"')) == 11, p.stderr)
plan()
