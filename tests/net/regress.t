#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What other simulators got wrong and scenarios/regress shows right, seen in the database of a run."""
import os, sqlite3, subprocess, tempfile

ROAM = os.path.abspath(os.environ.get('ROAM', 'build/roam'))
DIR = tempfile.TemporaryDirectory()
TESTS = []


def run(scenario, *sets):
    db = os.path.join(DIR.name, 'r.db')
    arguments = [x for s in sets for x in ('--set', s)]
    subprocess.run([ROAM, 'run', f'scenarios/{scenario}.yaml', '-o', db, '--force', *arguments], check=True, stdout=subprocess.DEVNULL,
                   stderr=subprocess.DEVNULL)
    connection = sqlite3.connect(db)
    os.unlink(db)
    return connection


def count(db, node, message, direction):
    return db.execute('select coalesce(sum(count), 0) from sim_message where node = ? and type = ? and direction = ?',
                      (node, message, direction)).fetchone()[0]


def ok(holds, name, *found):
    TESTS.append(bool(holds))
    print(f"{'ok' if holds else 'not ok'} {len(TESTS)} - {name}")
    if not holds:
        print('#', *found)


for timer, updates in ('1500ms', 1), ('1s', 2):
    db = run('regress/first-registration', f'protocol.first-registration-timeout={timer}')
    sent, acknowledged = count(db, 'mn', 'BU(home)', 'sent'), count(db, 'mn', 'BA(home)', 'received')
    ok(sent == updates and acknowledged == 1, f'first registration with a first timer of {timer} takes {updates}', sent, acknowledged)
    probes = count(db, 'ha', 'NS', 'sent')
    ok(probes >= 2, 'the home agent really probes the home address and, with L, the link-local address', probes)

db = run('regress/second-visit')
rows = db.execute('select h.seq, h.to_cell, h.t_ha_ba, r.outcome, r.t_ba from sim_handover h join sim_registration r using (handover_id) '
                  'order by h.seq').fetchall()
ok([r[1] for r in rows] == ['cell2', 'cell1', 'cell2', 'home'], 'four handovers, two of them to a subnet seen before', rows)
ok(all(r[2] is not None and r[3] == 'registered' and r[4] is not None for r in rows),
   'each registers with home agent and correspondent again; at home both bindings are deleted', rows)
direct = db.execute("select count(*) from sim_gap g join sim_handover h using (handover_id) join sim_flow f using (flow_id) "
                    "where f.name = 'down' and h.to_cell <> 'home' and g.via = 'direct'").fetchone()[0]
ok(direct == 3, 'away, data comes directly after each handover', direct)
last = db.execute("select max(g.t_first_after) from sim_gap g join sim_handover h using (handover_id) where h.to_cell = 'home'").fetchone()[0]
ok(last is not None and last < 90 * 10**9, 'at home traffic resumes', last)

db = run('smoke/ebu-unknown')
errors = count(db, 'mn', 'BE', 'received')
rows = db.execute('select outcome, t_ba from sim_registration').fetchall()
ok(errors == 1 and count(db, 'mn', 'EBU', 'sent') == 1, 'a correspondent without early updates is asked once', errors, count(db, 'mn', 'EBU', 'sent'))
ok(rows and all(t is not None for _, t in rows), 'and keeps standard route optimization at every handover', rows)
db = run('regress/headers-in-front')
passed = dict(db.execute("select name, value from sim_metric where name like 'spot-check-%'").fetchall())
received = dict(db.execute('select name, received from sim_flow').fetchall())
ok(passed.get('spot-check-passed:a', 0) > 0 and received['there'] > 100 and received['back'] > 0,
   'spot checks and their answers have room beside both mobility headers and an anchor point\'s tunnel', passed, received)
print(f'1..{len(TESTS)}')
raise SystemExit(not all(TESTS))
