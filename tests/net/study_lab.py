# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of studies share: a place to work in, a small study, and what a result database contains. Importing it changes into a
new directory. ROAM: the program (default build/roam)."""
import os, shutil, sqlite3, subprocess, tempfile, time

roam = os.path.abspath(os.environ.get('ROAM', 'build/roam'))
work = tempfile.mkdtemp()
os.chmod(work, 0o755)
os.chdir(work)
count = 0

def check(name, ok, why=''):
    global count
    count += 1
    print(f"{'ok' if ok else 'not ok'} {count} - {name}", flush=True)
    if not ok:
        print('\n'.join('# ' + line for line in str(why).split('\n')[:20]), flush=True)

SCENARIO = '''title: a study to be interrupted
duration: 24s
nodes:
  ha:   {type: home-agent}
  ar1:  {type: access-router}
  ar2:  {type: access-router}
  core: {type: router}
  cn:   {type: host}
  mn:   {type: mobile-node, home: home}
links:
  - {between: [ha, core],  delay: 25ms}
  - {between: [cn, core],  delay: 15ms}
  - {between: [ar1, core], delay: 5ms}
  - {between: [ar2, core], delay: 5ms}
cells:
  home:  {router: ha,  delay: 0ms, rate: unlimited}
  cell1: {router: ar1, delay: 1ms, rate: 11Mbps}
  cell2: {router: ar2, delay: 1ms, rate: 11Mbps}
movement:
  mn:
    - {at: 0s, cell: cell1}
    - {at: 10s, cell: cell2, down: 50ms}
traffic:
  - {name: voice, from: cn, to: mn, kind: cbr, interval: 5ms, size: 160B, start: 5s, stop: 22s}
study:
  replications: 12
  random:
    links.0.delay: {min: 1ms, max: 120ms}
  sweep:
    protocol.scheme: [standard, ebu]
    protocol.wait: [conservative, optimistic]
'''
RUNS = 48

def call(*args, **more):
    return subprocess.run([roam, *args], capture_output=True, text=True, timeout=300, **more)

def rows(db, sql):
    c = sqlite3.connect(f'file:{db}?mode=ro', uri=True, timeout=20)
    try:
        return c.execute(sql).fetchall()
    finally:
        c.close()

def content(db):
    """Everything but ids, the order of arrival and wall_s."""
    tables = {
        'study': 'select name, scenario_sha256, version, t.seed, planned, p.* from sim_study t left join sim_precision p using(study_id)',
        'run': 'select run_key, name, scenario_sha256, version, planned, point, replication, r.seed, status, error, digest, events, sim_s'
               ' from sim_run r join sim_study using(study_id)',
        'param': 'select run_key, name, value, is_sweep from sim_param join sim_run using(run_id)',
        'handover': 'select run_key, h.* from sim_handover h join sim_run using(run_id)',
        'registration': 'select run_key, node, seq, r.* from sim_registration r join sim_handover using(handover_id)'
                        ' join sim_run using(run_id)',
        'flow': 'select run_key, f.* from sim_flow f join sim_run using(run_id)',
        'gap': 'select run_key, node, h.seq, f.name, g.* from sim_gap g join sim_flow f using(flow_id)'
               ' join sim_handover h using(handover_id) join sim_run r on r.run_id = h.run_id and r.run_id = f.run_id',
        'message': 'select run_key, m.* from sim_message m join sim_run using(run_id)',
        'metric': 'select run_key, m.* from sim_metric m join sim_run using(run_id)',
        'series': 'select run_key, s.* from sim_series s join sim_run using(run_id)',
        'sample': 'select run_key, s.name, d.* from sim_sample d join sim_series s using(series_id) join sim_run using(run_id)',
        'latency': 'select run_key, l.* from handover_latency l join sim_run using(run_id)',
    }
    c = sqlite3.connect(f'file:{db}?mode=ro', uri=True, timeout=20)
    c.row_factory = sqlite3.Row
    found = {name: sorted(repr([(k, r[k]) for k in r.keys() if not k.endswith('_id')]) for r in c.execute(sql))
             for name, sql in tables.items()}
    for table in ('registration', 'gap', 'sample'):
        total = c.execute(f'select count(*) from sim_{table}').fetchone()[0]
        assert len(found[table]) == total, f'{table}: {len(found[table])} of {total} rows hang on a run'
    c.close()
    return found

def same(name, db, wanted):
    have = content(db)
    differing = [t for t in wanted if have[t] != wanted[t]]
    why = [f'{t}: {set(wanted[t]) ^ set(have[t])}'[:300] for t in differing]
    check(name, not differing, '\n'.join(why))

def stored(db, timeout=20):
    try:
        c = sqlite3.connect(f'file:{db}?mode=ro', uri=True, timeout=timeout)
        n = c.execute('select count(*) from sim_run').fetchone()[0]
        c.close()
        return n
    except sqlite3.Error:
        return 0

def children(pid):
    try:
        return [int(c) for c in open(f'/proc/{pid}/task/{pid}/children').read().split()]
    except OSError:
        return []

def alive(pid):
    try:
        return open(f'/proc/{pid}/stat').read().rsplit(')', 1)[1].split()[0] != 'Z'
    except OSError:
        return False

def wait_for_end(pids):
    """Of processes that have lost their parent. Whether they ended within 20 s."""
    deadline = time.time() + 20
    while any(alive(p) for p in pids) and time.time() < deadline:
        time.sleep(0.01)
    return time.time() < deadline

def finish():
    print(f'1..{count}')
    shutil.rmtree(work)
