#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""roam explore: the ends of the vulnerable intervals are those of closed expressions, to 1 us, for several sets of delays.

The expressions are derived in the heads of scenarios/regress/simultaneous-*.yaml; they stand here once more."""
import json, os, re, subprocess, tempfile
from tap import check, plan

roam = os.path.abspath(os.environ.get('ROAM', 'build/roam'))
work = tempfile.mkdtemp()
slow = bool(os.environ.get('ROAM_SANITIZED'))

def run(scenario, *sets, code=0, options=()):
    p = subprocess.run([roam, 'explore', os.path.abspath(f'scenarios/regress/{scenario}.yaml'), *options, *(f'--set={s}' for s in sets)],
                       capture_output=True, text=True, cwd=work)
    if p.returncode != code:
        check(f'{scenario} {sets}: exit code {code}', False, f'{p.returncode} {p.stderr}')
    return p

def intervals(scenario, good, *sets):
    """(from, to) in us of what is not good, relative to A's movement."""
    x = json.loads(run(scenario, *sets, options=['--json']).stdout)
    bad = [((i['from_ns'] - x['origin_ns']) / 1000, (i['to_ns'] - x['origin_ns']) / 1000) for i in x['intervals'] if i['outcome'] != good]
    return [(round(a), round(b)) for a, b in bad]

def delays(r, p, q, d):
    """in us, as sets"""
    links = [f'links.{i}.delay={v}us' for i, v in enumerate((p, q, r, r, r, r))]
    return links + [f'movement.a.1.down={d}us', f'movement.b.1.down={d}us']

def merge(parts):
    out = []
    for a, b in sorted(parts):
        if out and a <= out[-1][1] + 1:
            out[-1] = (out[-1][0], max(b, out[-1][1]))
        else:
            out.append((a, b))
    return out

def care_of(r, p, q, d):
    return [(-(d + 6 * r + 4 * q + 2 * p), d + 6 * r + 4 * p + 2 * q)]

def forwarder(r, p, q, d):
    a = [(m - (d + 2 * r), m) for m in (d + 2 * r, d + 2 * r + 2 * p, d + 6 * r + 4 * p + 2 * q)]
    b = [(-m, d + 2 * r - m) for m in (d + 2 * r, d + 2 * r + 2 * q, d + 6 * r + 4 * q + 2 * p)]
    return merge(a + b)

def passing(r, p, q, d):
    """When A's three messages pass B's home agent, after A left."""
    return (d + r + q, d + r + 2 * p + q, d + 4 * (r + p + q) + r + q)

def home(r, p, q, d):
    a = [(m - (d + r + q), m + q + r) for m in passing(r, p, q, d)]
    b = [(-(m + p + r), -(m - (d + r + p))) for m in passing(r, q, p, d)]
    return merge(a + b)

cases = [(10000, 30000, 20000, 100000), (7001, 42003, 13007, 60011), (1000, 80000, 5000, 50000), (25000, 2000, 90000, 250000)]
for case in cases[:1] if slow else cases:
    for scenario, good, want in (('simultaneous-care-of', 'whole', care_of(*case)), ('simultaneous-home', 'registered', home(*case)),
                                 ('simultaneous-forwarder', 'registered', forwarder(*case))):
        got = intervals(scenario, good, *delays(*case), 'explore.from=19s', 'explore.to=21s', 'explore.step=15ms')
        # Where a message and a closing cell meet in one instant, the order of their events decides: 1 us.
        close = len(got) == len(want) and all(abs(g - w) <= 1 for gs, ws in zip(got, want) for g, w in zip(gs, ws))
        check(f'{scenario}: r, p, q, d = {case} us: {len(want)} intervals', close, f'got {got}\nwant {want}')

# Expedited return routability (section III.C): shorter, for no Home Test is waited for.
for r, p, q, d in cases[:1] if slow else cases[:3]:
    got = intervals('simultaneous-care-of', 'whole', *delays(r, p, q, d), 'protocol.reuse-home-token=on', 'explore.from=19.4s', 'explore.to=20.6s', 'explore.step=15ms')
    want = [(-(d + max(4 * r + 2 * p, 2 * r + 2 * q) + 2 * r), d + max(4 * r + 2 * q, 2 * r + 2 * p) + 2 * r)]
    check(f'section III.C: r, p, q, d = {r, p, q, d} us', len(got) == 1 and all(abs(g - w) <= 1 for g, w in zip(got[0], want[0])), f'got {got}\nwant {want}')

# Smart re-forwarding: T_b has to be greater than RTT(home agent - mobile node) + down, detection and address time. From just above that on
# every offset ends registered both ways; at the bound itself one message is forgotten in the instant in which it is wanted.
r, p, q, d = cases[0]
bound = d + 2 * (r + max(p, q))
for t_b, want in ((bound + 1, []), (5 * bound, []), (10**7, [])):
    got = intervals('simultaneous-home', 'registered', f'protocol.reforward={t_b}us', 'explore.from=15s', 'explore.to=25s', 'explore.step=50ms')
    check(f're-forwarding, T_b = {t_b} us: registered at every offset', got == want, got)
# A's home agent keeps B's messages, so the longest wait is for B's, when A leaves as late as it can be lost: at -x = m + p + r.
late = sorted(m + p + r for m in passing(r, q, p, d))
for x in late:
    for t_b, good in ((bound - 1, False), (bound, False), (bound + 1, True)):
        j = json.loads(run('simultaneous-home', f'protocol.reforward={t_b}us', f'explore.from={20 * 10**6 - x}us', f'explore.to={20 * 10**6 - x}us',
                           options=['--json']).stdout)
        check(f're-forwarding, T_b = bound {t_b - bound:+} us, x = -{x} us: {"" if good else "not "}registered',
              [s['outcome'] for s in j['samples']] == ['registered' if good else 'unregistered'], j)

# Stationary proxies: T_p > d + 2r and T_h > T_p + 2 (p + q) for every offset. With a shorter T_p what was lost last is not told of: B leaves
# just before A's Care-of Test Init arrives, d + 2 (r + p) after A left.
t_h, t_p = d + 2 * r + 1 + 2 * (p + q) + 1, d + 2 * r + 1
got = intervals('simultaneous-proxies', 'registered', f'protocol.proxy-hold={t_h}us', f'protocol.proxy-wait={t_p}us', 'explore.from=19.4s',
                'explore.to=20.6s', 'explore.step=10ms')
check(f'proxies, T_h = {t_h} us, T_p = {t_p} us: every offset', got == [], got)
last = d + 2 * (r + p)
got = intervals('simultaneous-proxies', 'registered', f'protocol.proxy-hold={10 * d}us', f'protocol.proxy-wait={d + 2 * r - 1000}us',
                f'explore.from={20 * 10**6 + last - 5000}us', f'explore.to={20 * 10**6 + last + 5000}us', 'explore.step=500us')
check('proxies, T_p 1 ms below: the last millisecond of offsets is lost', len(got) == 1 and abs(got[0][0] - (last - 1000)) <= 1 and abs(got[0][1] - last) <= 1, got)

# ... and the reader does not let one home agent keep for a shorter time than another tells.
for sets, words in ((['protocol.proxy-hold=121ms'], 'proxy-hold has to be longer than proxy-wait'),
                    (['nodes.ha-b.protocol.proxy-hold=2s', 'nodes.ha-b.protocol.proxy-wait=222ms'], "proxy-hold 222ms of 'ha-a' has to be longer than proxy-wait 222ms of 'ha-b'")):
    answer = run('simultaneous-proxies', *sets, code=2)
    check(f'refused: {sets[-1]}', words in answer.stderr and not answer.stdout, answer.stderr)

# Fast handovers in the place of the forwarder: predictive, nothing is lost; reactive, what comes to the old link until Handover Acknowledge.
def reactive(r, p, q, d):
    a = [(m - (d + 6 * r), m) for m in (d + 2 * r, d + 2 * r + 2 * p, d + 6 * r + 4 * p + 2 * q)]
    b = [(-m, d + 6 * r - m) for m in (d + 2 * r, d + 2 * r + 2 * q, d + 6 * r + 4 * q + 2 * p)]
    return merge(a + b)

for case in ((10000, 30000, 20000, 100000), (2000, 80000, 60000, 30000))[slow:]:
    for local, want in (('fmip-predictive', []), ('fmip-reactive', reactive(*case))):
        got = intervals('simultaneous-fmip', 'registered', *delays(*case), f'protocol.local={local}', 'explore.from=19.4s', 'explore.to=20.6s', 'explore.step=15ms')
        close = len(got) == len(want) and all(abs(g - w) <= 1 for gs, ws in zip(got, want) for g, w in zip(gs, ws))
        check(f'{local} as forwarder: r, p, q, d = {case} us: {len(want)} intervals', close, f'got {got}\nwant {want}')

# Partial deployment: of the intervals of signalling to the home address, those of A's messages are left; with retransmission none.
got = intervals('simultaneous-partial', 'registered', 'explore.from=19.4s', 'explore.to=20.6s', 'explore.step=15ms')
want = merge([(m - (d + r + q), m + q + r) for m in passing(r, p, q, d)])
check("re-forwarding by A's home agent alone: only what A sends is lost", len(got) == len(want) and
      all(abs(g - w) <= 1 for gs, ws in zip(got, want) for g, w in zip(gs, ws)), f'got {got}\nwant {want}')
got = intervals('simultaneous-partial', 'registered', 'protocol.retransmission=on', 'explore.from=19.4s', 'explore.to=20.6s', 'explore.step=20ms')
check('... which retransmission heals: every offset ends registered both ways', got == [], got)

# Mobile IPv4 is immune, whatever is sent where, since home agents do not move; with route optimization as soon as the previous agent is told.
for sets in ([], ['protocol.route-optimization=on', 'protocol.mip4.smooth-handoff=on']):
    got = intervals('simultaneous-ipv4', 'direct', *sets, 'explore.from=19.4s', 'explore.to=20.6s', 'explore.step=20ms')
    check(f'Mobile IPv4 {" ".join(sets)}: no offset breaks the session', got == [], got)

# The outcome `session` tells how it is broken: nothing arrives, rather than by the home agent.
x = json.loads(run('simultaneous-care-of', 'explore.outcome=session', options=['--json']).stdout)
check('section III: not even by the home agents does data arrive', [i['outcome'] for i in x['intervals']] == ['direct', 'silent', 'direct'], x['intervals'])

# Two free instants: a map, on whose diagonal the session breaks.
p = run('simultaneous-care-of', 'explore.from=19s', 'explore.to=21s', 'explore.step=100ms', 'explore.across.path=movement.a.1.at',
        'explore.across.from=19.5s', 'explore.across.to=20.5s', 'explore.across.step=100ms', options=['--json', '-o', 'map.svg'])
x = json.loads(p.stdout)
wrong = [s for s in x['samples'] if (s['outcome'] == 'broken') != (-300000000 <= s['at_ns'] - s['across_ns'] <= 320000000)]
check('a map of two free instants: 21 by 11 runs, broken near the diagonal and nowhere else', len(x['samples']) == 231 and not wrong, wrong[:5])
check('... drawn', all(os.path.getsize(f'{work}/map.{e}') > 300 for e in ('svg', 'dat', 'gp')))
rows = run('simultaneous-care-of', 'explore.step=1s', 'explore.across.path=movement.a.1.at', 'explore.across.from=18s',
           'explore.across.to=22s', 'explore.across.step=1s').stdout.splitlines()
check('... and as text', [r.split()[1] for r in rows[2:]] == ['#....', '.#...', '..#..', '...#.', '....#'], rows)

# Recovery time with retransmission is what back-off predicts. Whichever test init or update is lost goes again 1 s after it was sent
# (INITIAL_BINDACK_TIMEOUT); then everybody knows where to send. Direct data of both directions is there 2r after the later update, and
# then its next packet, 5 ms apart here.
def update_arrives(own, other, r, p, q, d):
    """of the node that leaves at `own`, whose home agent is p from the core, at its peer, which leaves at `other`"""
    def lost(m):
        return m - (d + r + q) <= other - own <= m + q + r
    care_of_test = d + (10**6 if lost(d + r + q) else 0) + 4 * (r + q)
    home_test = d + (10**6 if lost(d + r + 2 * p + q) else 0) + 4 * (r + p + q)
    update = max(care_of_test, home_test)
    return own + update + (10**6 if lost(update + r + q) else 0) + 2 * (r + q)

for case in cases[:1] if slow else cases[:2]:
    r, p, q, d = case
    x = json.loads(run('simultaneous-home', *delays(*case), 'explore.outcome=recovery', 'protocol.retransmission=on', 'explore.from=19499501us', 'explore.to=20.5s',
                       'explore.step=11ms', 'traffic.0.interval=5ms', 'traffic.1.interval=5ms', 'traffic.0.start=18s', 'traffic.1.start=18s', options=['--json']).stdout)
    wrong, late = [], 0
    for s in x['samples']:
        offset = (s['at_ns'] - x['origin_ns']) / 1000
        want = max(update_arrives(0, offset, r, p, q, d), update_arrives(offset, 0, r, q, p, d)) + 2 * r - max(0, offset)
        late += want > 10**6
        if not want - 2 <= s.get('recovery_ns', 0) / 1000 <= want + 5002:
            wrong.append((offset, s, want))
    check(f'recovery by retransmission: r, p, q, d = {case} us: {len(x["samples"])} offsets as back-off predicts, {late} of them by it', not wrong and late > 30, wrong[:5])
r, p, q, d = cases[0]

# In the deadlock of care-of addresses three transmissions, 1, 2 and 4 s apart, go the wrong way. A, which moved first, gives up 7 s after its first,
# tries again when it next has something to send 60 s later, and by then Destination Unreachable (RFC 6275 9.3.4) has made it forget where
# it believed B to be. With its update B has the tests of its own.
x = json.loads(run('simultaneous-care-of', 'explore.outcome=recovery', 'protocol.retransmission=on', 'explore.from=20.1s', 'explore.to=20.2s', 'explore.step=100ms',
                   'traffic.0.stop=110s', 'traffic.1.stop=110s', 'duration=110s', options=['--json']).stdout)
times = [(s['at_ns'] - x['origin_ns'] + s.get('recovery_ns', 0)) / 10**9 for s in x['samples']]
check('deadlock: healed 67 s after the first test init, by a new attempt', all(67 + d / 10**6 < t < 67.5 + d / 10**6 for t in times), times)

# Coarse, with the scenario's own traffic.
x = json.loads(run('simultaneous-home', 'explore.outcome=recovery', 'protocol.retransmission=on', 'explore.step=100ms',
                   options=['--json', '-o', 'recovery.svg']).stdout)
times = {(s['at_ns'] - x['origin_ns']) // 1000000: s.get('recovery_ns') for s in x['samples']}
check('recovery by retransmission: within 1.5 s, and at once far from each other', None not in times.values() and max(times.values()) < 15 * 10**8 and
      times[2000] < 5 * 10**8 and times[0] > 10**9, times)

for sets, words in (
        (['explore.path=movement.c.1.at'], "nothing called 'c'"), (['explore.path=protocol.dad'], 'no duration'),
        (['explore.from=23s'], 'from is larger than to'), (['explore.to=60s'], 'ends before sessions are judged'),
        (['explore.path=explore.step'], 'no duration that could be left free'),
        (['duration=31s'], 'the run ends before'), (['traffic.0.stop=21s'], "flow 'there' ends before"), (['explore.across.from=1s'], "explore.across needs 'path'"),
        (['explore.from=0s'], 'error')):
    p = run('simultaneous-care-of', *sets, code=2)
    check(f'refused: {sets[0]}', words in p.stderr and not p.stdout, p.stderr)
p = subprocess.run([roam, 'explore', 'scenarios/smoke/home.yaml'], capture_output=True, text=True)
check('refused: a scenario that leaves nothing free', p.returncode == 2 and "no 'explore' section" in p.stderr, p.stderr)
p = run('simultaneous-care-of', code=1, options=['--results', 'nowhere/x.db'])
check('results that cannot be kept: said before anything runs', 'nowhere/x.db' in p.stderr and not p.stdout, p.stderr)
# Random movements of which none is drawn break nothing.
open(f'{work}/rare.yaml', 'w').write("""duration: 20s
nodes: {ha: {type: home-agent}, ar: {type: access-router}, core: {type: router}, cn: {type: host}, mn: {type: mobile-node, home: home}}
links: [{between: [ha, core]}, {between: [cn, core]}, {between: [ar, core]}]
cells: {home: {router: ha}, away: {router: ar}}
movement: {mn: [{at: 5s, every: 24h, until: 6s, cells: [away]}]}
traffic: [{name: down, from: cn, to: mn, start: 2s, interval: 20ms, size: 100B}]
explore: {outcome: session, path: movement.mn.0.at, from: 4s, to: 5s, step: 1s}
""")
for outcome, word in (('session', 'direct'), ('recovery', 'recovers')):
    p = subprocess.run([roam, 'explore', f'{work}/rare.yaml', '--json', f'--set=explore.outcome={outcome}'], capture_output=True, text=True)
    check(f'nothing has moved: {word}', p.returncode == 0 and [i['outcome'] for i in json.loads(p.stdout)['intervals']] == [word], p.stdout + p.stderr)
plan()
