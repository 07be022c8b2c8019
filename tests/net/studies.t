#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the studies of unverified care-of addresses and of signalling say they show, against closed expressions; and their figures.
ROAM_REPLICATIONS: how many of each (default 3; `all`: as the studies have it). ROAM: the program (default build/roam)."""
import math, os, re, resource, shutil, sqlite3, subprocess, tempfile
from tap import check, plan

roam = os.path.abspath(os.environ.get('ROAM', 'build/roam'))
replications = os.environ.get('ROAM_REPLICATIONS', '3')
work = tempfile.mkdtemp()

def study(name, *figures):
    text = open(f'scenarios/study/{name}.yaml').read()
    if replications != 'all':
        text = re.sub(r'replications: \d+', f'replications: {replications}', text)
    open(f'{work}/{name}.yaml', 'w').write(text)
    p = subprocess.run([roam, 'study', 'run', f'{work}/{name}.yaml', '-o', f'{work}/{name}.db'], capture_output=True, text=True)
    check(f'{name}: runs', p.returncode == 0, p.stderr)
    for figure in figures:
        q = subprocess.run([roam, 'plot', f'{work}/{name}.db', figure, '-o', f'{work}/{figure}.svg'], capture_output=True, text=True)
        check(f'{name}: the figure {figure} is drawn', q.returncode == 0 and os.path.getsize(f'{work}/{figure}.svg') > 5000, q.stderr)
        check(f'{name}: ... and stands in the study', figure in text.split('title:')[0])
    return sqlite3.connect(f'{work}/{name}.db')

PATH = "(SELECT value FROM sim_param p WHERE p.run_id = u.run_id AND p.name = '{}')"
METRIC = "(SELECT sum(value) FROM sim_metric m WHERE m.run_id = u.run_id AND m.name = '{}')"

def seconds(text):
    number, unit = re.fullmatch(r'([\d.]+)(ms|s)', text).groups()
    return float(number) / (1000 if unit == 'ms' else 1)

# ---- flooding --------------------------------------------------------------------------------------------------------------
db = study('flooding', 'amplification-bars')
a = {}
for point, value in db.execute(f"SELECT point, ifnull({METRIC.format('amplification')}, 0) FROM sim_run u"):
    a.setdefault(point, []).append(value)
unlimited, lifetime, heuristic, outbound, no_checks, drafts, rfc, refuse = (a[i] for i in range(8))
check('flooding: credit earned inbound never gives more than was spent', max(drafts + rfc) <= 1, (drafts, rfc))
check('flooding: refusing gives nothing', max(refuse) == 0, refuse)
check('flooding: the rest amplifies, a longer lifetime more', min(lifetime + heuristic + outbound + no_checks) > 1 and min(unlimited) > 2 * max(lifetime), a)

# ---- tentative lifetime: without losses the time that is to be bridged is max(RTT_HA, RTT_RO), and 1 s more where that is 1 s or more -----------
db = study('tentative-lifetime', 'tentative-lifetime', 'tentative-cost')
bad, lossy, tunnelled, gain = [], {}, {}, {}
for delay, loss, lifetime, early, update, by_tunnel, amplification in db.execute(
        f"SELECT {PATH.format('links.1.delay')}, {PATH.format('cells.cell2.loss')}, {PATH.format('protocol.tentative-lifetime')}, t_early_bu_rx, t_bu_rx,"
        f" tunnelled, {METRIC.format('amplification')} FROM sim_run u JOIN sim_handover h USING(run_id) JOIN sim_registration r USING(handover_id)"
        " JOIN sim_gap g USING(handover_id) JOIN sim_flow f USING(flow_id) WHERE f.name = 'voice' AND t_early_bu_rx IS NOT NULL"):
    rtt, lifetime = max(2 * (seconds(delay) + .005), .13), seconds(lifetime)
    ended = update is None or update - early > lifetime * 1e9
    if loss == '0':
        needed = rtt if rtt < .999 else 2.0
        if ended != (lifetime < needed) or update - early != round(needed * 1e9):
            bad.append((delay, lifetime, (update - early) / 1e9))
        tunnelled.setdefault(lifetime, set()).add(by_tunnel > 0 and lifetime >= needed)
        gain.setdefault(lifetime, []).append(amplification)
    else:
        lossy.setdefault(lifetime, []).append(ended)
check('tentative lifetime: too short exactly when shorter than max(RTT_HA, RTT_RO) without losses', not bad, bad[:5])
check('tentative lifetime: long enough, no packet goes by the home agent', not any(True in s for s in tunnelled.values()), tunnelled)
share = {k: sum(v) / len(v) for k, v in sorted(lossy.items())}
check('tentative lifetime: with losses a longer one ends less often', share[.25] > share[3.0] > 0 and share[3.0] >= share[10.0], share)
means = [sum(v) / len(v) for k, v in sorted(gain.items())]
check('tentative lifetime: the attacker gains with it', means == sorted(means) and means[0] < 1 and means[-1] > 8, means)

# ---- credit ageing: worth i / (1 - factor) seconds of the inbound rate, 1.2 at most of it with what has come since the last ageing ---------------
db = study('credit-ageing', 'credit-ageing')
shares = {}
for every, factor, quench, interval, stop, short, sent in db.execute(
        f"SELECT {PATH.format('protocol.credit.interval')}, {PATH.format('protocol.credit.factor')}, {PATH.format('protocol.credit.quench')},"
        f" {PATH.format('traffic.1.interval')}, {PATH.format('traffic.1.stop')}, sum(ifnull((SELECT sum(value) FROM sim_metric m WHERE m.run_id ="
        f" u.run_id AND m.name = 'credit-short:mn'), 0)), sum(ifnull((SELECT sum(value) FROM sim_metric m WHERE m.run_id = u.run_id AND m.name ="
        " 'unverified-packets:mn'), 0)) FROM sim_run u GROUP BY point"):
    shares[quench, interval, stop, seconds(every), eval(factor)] = short / (short + sent)
falls = all(shares[k] >= shares[k[:4] + (f,)] - 1e-9 for k in shares if k[0] == '1' for f in (.25, .5, .75, .875, .95) if f > k[4])
check('credit ageing: a larger factor covers more', falls, shares)
check('credit ageing: the presets', all(v == 0 for k, v in shares.items() if k[0] == '1' and k[3:] == (5.0, .875))
      and shares['1/2', '200ms', '64s', 3.0, .5] > .5 and shares['1/2', '50ms', '64s', 3.0, .5] < .25, shares)
worth = lambda k: k[3] / (1 - k[4]) * (1 if k[2] == '64s' else k[4] ** (10 // k[3]))
needs = lambda k: .6 * (5 if k[1] == '50ms' else 20)
wrong = [(k, v) for k, v in shares.items() if k[0] == '1' and (worth(k) > 2.5 * needs(k) and v > .02 or worth(k) < needs(k) / 2.5 and v < .1)]
check('credit ageing: covered where it is worth enough', not wrong, wrong)

# ---- credit for TCP: acknowledgments are 84 octets for two segments of 1304; ages in whole intervals and a rest ---------------------------------
db = study('credit-tcp', 'credit-tcp')
first, claim = {}, []
for start, preset, delay, short, age in db.execute(
        f"SELECT {PATH.format('traffic.0.start')}, {PATH.format('protocol.credit.preset')}, {PATH.format('links.1.delay')},"
        f" max(ifnull({METRIC.format('credit-short:mn')}, 0)), avg(h.t_down) FROM sim_run u JOIN sim_handover h USING(run_id) GROUP BY u.point"):
    rtt, age = round(2 * (seconds(delay) + .005), 3), age / 1e9 - seconds(start)
    if short and rtt < .999:
        first[preset, round(age)] = min(first.get((preset, round(age)), 9), rtt)
    claim.append(short) if preset == 'rfc4866' and age > 50 and rtt <= .5 else None
for age in (8, 16, 32, 60):
    # Before the next ageing: what whole intervals left, and the rest. Not counted: slow start, and the round trips until all is registered.
    k, rest = int(age // 5), age % 5
    most = 84 / 2608 * (sum(5 * (7 / 8) ** i for i in range(1, k + 1)) + rest)
    got = first.get(('rfc4866', age), 9)
    check(f'credit for TCP: after {age} s it runs out at {got if got < 9 else "no"} round trip below 1 s, at {most:.2f} s by the closed form',
          most - .25 <= got <= most + .15 or most > .85 and got == 9, first)
check("credit for TCP: an old download has enough at up to 500 ms (RFC 4866 4.11)", len(claim) == 5 and not any(claim), claim)
check("credit for TCP: the drafts' values have not, at any round trip", first.get(('draft-2004', 60)) == .1, first)

# ---- signalling: the messages of a refresh, in octets at the IP layer -----------------------------------------------------------------------
db = study('signalling', 'signalling-bars')
points = {}
for key, s, type_, count, octets in db.execute(
        "SELECT (SELECT group_concat(replace(name, 'protocol.', '') || '=' || value) FROM (SELECT * FROM sim_param p WHERE p.run_id = u.run_id AND is_sweep AND name <>"
        " 'duration' ORDER BY name)), sim_s, type, count, octets FROM sim_run u JOIN sim_message USING(run_id) WHERE node = 'mn'"):
    points.setdefault(key, {}).setdefault(type_, {})[s] = (count, octets)
def a_refresh(key):
    """Octets of each message for one Binding Update, how many of these, and the rate of all, from the longer run beyond the shorter."""
    short, long = 28 * 3600., 60 * 3600.
    more = {t: v[long][1] - v[short][1] for t, v in points[key].items() if t in ('HoTI', 'HoT', 'CoTI', 'CoT', 'BU', 'BA', 'HoTI+tunnel', 'HoT+tunnel')}
    updates = points[key]['BU'][long][0] - points[key]['BU'][short][0]
    return {t: v / updates for t, v in more.items()}, updates, sum(more.values()) * 8 / (long - short)
STANDARD = {'HoTI': 56, 'HoT': 64, 'CoTI': 56, 'CoT': 64, 'BU': 96, 'BA': 96, 'HoTI+tunnel': 40, 'HoT+tunnel': 40}
m, updates, rate = a_refresh('scheme=standard')
check('signalling: octets of each message', m == STANDARD, m)
inner = sum(v for t, v in m.items() if '+' not in t)
check('signalling: 336 octets without the acknowledgment, 432 with it, 512 with tunnel headers', (inner - m['BA'], inner, sum(m.values())) == (336, 432, 512), m)
check('signalling: 6.40, 8.23 and 9.75 bit/s at 420 s', [round(o * 8 / 420, 2) for o in (inner - m['BA'], inner, sum(m.values()))] == [6.4, 8.23, 9.75], m)
check('signalling: 9.96 bit/s as it refreshes 8 s early', updates == round(115200 / 412) and rate == updates * 512 * 8 / 115200 and round(rate, 2) == 9.96, rate)
m, updates, rate = a_refresh('scheme=standard,unacknowledged=on')
check('signalling: without the A flag there is none but for the first', {**m, 'BA': 0} == {**STANDARD, 'BA': 0} and m.get('BA', 0) == 0, m)
m, updates, rate = a_refresh('ipsec=aes,scheme=standard')
check('signalling: ESP puts 96 octets on top', m == STANDARD | {'HoTI+tunnel': 84, 'HoT+tunnel': 92}, m)
m, updates, rate = a_refresh('scheme=ebu')
check('signalling: early updates want a home test every 200 s', round(m['HoTI'] / 56 * updates, 6) == 115200 / 200 and m['BU'] == 96 and m['CoTI'] == 56, (m, updates))
m, updates, rate = a_refresh('lifetime-credit=on,scheme=standard')
check('signalling: lifetimes of 8 h make four refreshes in 32 h', updates == 4 and m == STANDARD | {'BU': 120, 'BA': 112} and rate < .16, (m, updates, rate))

if replications == 'all':
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(f'# all five: {spent.ru_utime + spent.ru_stime:.0f} s of CPU time, half of that on two cores')
    check('all five take less than ten minutes on two cores', spent.ru_utime + spent.ru_stime < 1200)
plan()
shutil.rmtree(work)
