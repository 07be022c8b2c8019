#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Mobile IPv4 studies show what their heads say, and their figures can be drawn."""
import math, sqlite3, subprocess, sys
sys.dont_write_bytecode = True
sys.path.insert(0, 'tests/net')
from ladder import check, done, roam, work

def study(name, *figures):
    p = subprocess.run([roam, 'study', 'run', f'scenarios/study/{name}.yaml', '-o', f'{work}/{name}.db'], capture_output=True, text=True)
    drawn = [subprocess.run([roam, 'plot', f'{work}/{name}.db', f, '-o', f'{work}/{f}.svg'], capture_output=True, text=True) for f in figures]
    check(f'{name}: runs, and {", ".join(figures)} can be drawn', not p.returncode and not any(d.returncode or d.stderr for d in drawn), (p.stderr, drawn))
    db = sqlite3.connect(f'{work}/{name}.db')
    db.create_function('ms', 1, lambda v: float(v[:-2]) if v.endswith('ms') else 1000 * float(v[:-1]))
    return db

def of(path):
    return f"(SELECT value FROM sim_param p WHERE p.run_id = u.run_id AND p.name = '{path}')"

rows = study('triangle', 'triangle').execute(f"""SELECT {of('protocol.route-optimization')}, ms({of('links.0.delay')}), f.delay_p95_s, b.delay_p95_s FROM sim_run u
    JOIN sim_flow f ON f.run_id = u.run_id AND f.name = 'to-mobile' JOIN sim_flow b ON b.run_id = u.run_id AND b.name = 'from-mobile'""").fetchall()
wrong = [r for r in rows if abs(r[2] - r[3] - (2e-3 * r[1] if r[0] == 'off' else 0)) > 1e-9]
check('triangle: twice the distance of the home agent more than the direct way, or nothing, to the nanosecond', len(rows) == 90 and not wrong, wrong[:5])

rows = study('smooth-handoff', 'smooth-handoff').execute(f"""SELECT {of('protocol.mip4.smooth-handoff')}, {of('protocol.mip4.buffer')}, ms({of('movement.mn.1.down')}), g.lost
    FROM sim_run u JOIN sim_handover h USING(run_id) JOIN sim_gap g USING(handover_id)""").fetchall()
def possible(smooth, buffer, down):
    window = (down + (110 if smooth == 'off' else 10)) / 10
    return {max(0, math.floor(window) - int(buffer)), max(0, math.ceil(window) - int(buffer))}
wrong = [r for r in rows if r[3] not in possible(*r[:3])]
check('smooth-handoff: every loss is one of the two numbers that its window can hold', len(rows) == 1080 and not wrong, wrong[:5])

db = study('smooth-handoff-tcp', 'smooth-handoff-tcp')
t = {r[:4]: r[4] for r in db.execute(f"""SELECT {of('protocol.mip4.smooth-handoff')}, {of('protocol.wait')}, {of('protocol.mip4.buffer')}, {of('protocol.route-optimization')}, avg(m.value) / 1e6
    FROM sim_run u JOIN sim_metric m USING(run_id) WHERE m.name = 'throughput:download' AND (SELECT count(*) FROM sim_handover h WHERE h.run_id = u.run_id) = 11 GROUP BY 1, 2, 3, 4""")}
base, notified, optimistic = t['off', 'conservative', '0', 'off'], t['on', 'conservative', '0', 'off'], t['on', 'optimistic', '0', 'off']
check('smooth-handoff-tcp: notification gains nothing by itself, and half as much again where the mobile node may send at once', abs(notified / base - 1) < 0.1 and
      1.3 < optimistic / base < 1.7 and optimistic < t['on', 'optimistic', '20', 'off'] < t['on', 'optimistic', '20', 'on'], t)

db = study('v4-v6', 'v4-v6', 'v4-v6-signalling')
t = {r[:5]: r[5:] for r in db.execute(f"""SELECT {of('family')}, {of('protocol.route-optimization')}, {of('protocol.mip4.smooth-handoff')}, {of('protocol.mip4.buffer')}, {of('protocol.peer-signalling')},
    avg(g.lost), avg(t_first_after - t_last_before) / 1e6 FROM sim_run u JOIN sim_handover h USING(run_id) JOIN sim_gap g USING(handover_id) GROUP BY 1, 2, 3, 4, 5""")}
triangle, notified, optimized, buffered = (t[('ipv4', *k, 'home')] for k in (('off', 'off', '0'), ('off', 'on', '0'), ('on', 'on', '0'), ('on', 'on', '20')))
tunnelled, direct, forwarder = (t[('ipv6', *k)] for k in (('off', 'off', '0', 'home'), ('on', 'off', '0', 'home'), ('on', 'off', '0', 'forwarder')))
near = lambda a, b: abs(a[0] - b[0]) < 0.2 and abs(a[1] - b[1]) < 3
check('v4-v6: who forwards at the previous link decides, not the family', near(triangle, tunnelled) and near(notified, optimized) and near(optimized, forwarder) and
      not buffered[0] and direct[0] > 2 * triangle[0], t)

rows = study('immunity', 'immunity').execute(f"""SELECT {of('family')}, {of('protocol.peer-signalling')}, ms({of('movement.b.1.at')}) - 20000,
    (SELECT max(coalesce(t_first_after, 4e10) - t_last_before) / 1e9 FROM sim_gap g JOIN sim_handover h USING(handover_id) WHERE h.run_id = u.run_id) FROM sim_run u""").fetchall()
check('immunity: Mobile IPv4 is silent for 0.36 s at most, whatever the offset', len(rows) == 980 and max(r[3] for r in rows if r[0] == 'ipv4') < 0.36)
wrong = [r for r in rows if r[:2] == ('ipv6', 'care-of') and (r[3] > 10) != (-300 <= r[2] <= 320)]
check('immunity: Mobile IPv6 with signals to care-of addresses is lost for good where the closed expressions say, and nowhere else', not wrong, wrong[:5])
check('immunity: with signals to home addresses it recovers', max(r[3] for r in rows if r[:2] == ('ipv6', 'home')) < 2)
done()
