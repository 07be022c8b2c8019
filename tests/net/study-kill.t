#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A study killed with SIGKILL at random moments, over and over, ends with the content of one left alone; so do shards merged, any number
of workers and runs that were there already: with a number of replications, and with a precision target. ROAM: the program (default
build/roam). ROAM_KILLS: how often (default 5 each; the long test 50). ROAM_SEED: of the moments."""
import os, random, signal, sqlite3, subprocess, sys, time

sys.dont_write_bytecode = True
from study_lab import *

KILLS = int(os.environ.get('ROAM_KILLS', 5))
seed = int(os.environ.get('ROAM_SEED', time.time_ns() % 1000000))
moments = random.Random(seed)
PRECISION = 'precision: {metric: recv_mean_s, relative: 0.1, max: 150}'

def write(file, replications, more=''):
    open(file, 'w').write(SCENARIO.replace('replications: 12', f'replications: {replications}\n  {more}'))

def run(file, db, *args):
    return call('study', 'run', file, '-o', db, *args)

write('number.yaml', 12 * max(1, KILLS // 5))
write('precision.yaml', 6, PRECISION)
for name in ('number', 'precision'):
    file = f'{name}.yaml'
    start = time.time()
    p = run(file, f'{name}.db')
    took = time.time() - start
    check(f'{name}: runs', p.returncode == 0 and call('study', 'status', f'{name}.db').returncode == 0, p.stderr)
    alone = content(f'{name}.db')
    for workers in ('1', '3'):
        run(file, f'{name}{workers}.db', '--jobs', workers)
        same(f'{name}: the same with {workers} workers', f'{name}{workers}.db', alone)

    db = f'{name}-killed.db'
    hits, whole, why = 0, True, ''
    for kill in range(KILLS):
        # It gets so far before each kill that the kills are spread over the whole of it.
        p = subprocess.Popen([roam, 'study', 'run', file, '-o', db], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(moments.uniform(0, 0.03 + 1.2 * took / KILLS))
        workers = children(p.pid)
        hits += p.poll() is None
        p.kill()
        p.wait()
        whole &= wait_for_end(workers)
        if os.path.exists(db) and call('study', 'status', db).returncode in (0, 3):
            bad = rows(db, 'select count(*) from sim_run r where not exists (select 1 from sim_flow f where f.run_id = r.run_id)')
            whole &= rows(db, 'pragma integrity_check') == [('ok',)] and bad == [(0,)]
    check(f'{name}: {KILLS} kills at random moments leave whole runs, and no worker (ROAM_SEED={seed})', whole)
    check(f'{name}: kills met a study at work', hits > 0, f'{hits} of {KILLS}')
    p = run(file, db)
    check(f'{name}: and once more to the end', p.returncode == 0, p.stderr)
    same(f'{name}: ... where all is as if left alone (ROAM_SEED={seed})', db, alone)

    for i in (1, 2):
        p = run(file, f'{name}-shard{i}.db', '--shard', f'{i}/2')
        check(f'{name}: shard {i} of 2 alone is incomplete', p.returncode == 0 and call('study', 'status', f'{name}-shard{i}.db').returncode == 3, p.stderr)
    p = call('study', 'merge', f'{name}-merged.db', f'{name}-shard2.db', f'{name}-shard1.db')
    check(f'{name}: two shards merged are complete', p.returncode == 0, p.stdout + p.stderr)
    same(f'{name}: ... and the same as one run', f'{name}-merged.db', alone)

# ---- what a precision target does ----------------------------------------------------------------------------------------------
points = rows('precision.db', 'select point, count(*), max(replication) + 1 from sim_run group by 1')
check('precision: whole batches, as many as a point wants', len(points) == 4 and all(n == last and n % 6 == 0 for _, n, last in points)
      and len({n for _, n, _ in points}) > 1 and all(6 <= n <= 150 for _, n, _ in points), points)

def relative(point, first):
    """Half-width of the interval over the mean, but for the t quantile."""
    values = [v for v, in rows('precision.db', f'select recv_mean_s from run_summary where point = {point} and replication < {first} order by replication')]
    mean = sum(values) / len(values)
    deviation = (sum((v - mean) ** 2 for v in values) / (len(values) - 1)) ** 0.5
    return deviation / len(values) ** 0.5 / mean

# The t quantile lies between 1.96 and 2.571 (5 degrees of freedom).
check('precision: points stop when narrow enough', all(1.96 * relative(p, n) <= 0.1 for p, n, _ in points), [(p, n, relative(p, n)) for p, n, _ in points])
check('... and not before', all(2.571 * relative(p, n - 6) > 0.1 for p, n, _ in points if n > 6), [(p, n, relative(p, n - 6)) for p, n, _ in points if n > 6])
p = call('study', 'status', 'precision.db')
check('precision: status says so', 'recv_mean_s: known to 10 % or better at 4 of 4 points\n' in p.stdout, p.stdout)
os.mkdir('edited')
write('edited/precision.yaml', 6, PRECISION.replace('150', '14'))
p = run('edited/precision.yaml', 'precision.db')
q = call('study', 'status', 'precision.db')
check('precision: a lower maximum wants nothing new, and status tells who did not get there', p.returncode == 0 and '(0 now)' in p.stderr
      and 'with the most replications allowed' in q.stdout and q.returncode == 0, p.stderr + q.stdout)
write('capped.yaml', 6, PRECISION.replace('recv_mean_s', 'recv_mean'))
p = run('capped.yaml', 'typo.db')
check('precision: a metric that no run has is told, with what there is', p.returncode == 1 and "did you mean 'recv_mean_s'" in p.stderr
      and rows('typo.db', 'select count(*) from sim_run') == [(24,)], p.stderr)
for metric in ('delay_mean_s', 'delay_mean_s:voice', 'throughput:voice', 'gap_max_s', 'lost', 'events', 'sent', 'received', 'handovers',
               'registered', 'send_mean_s', 'delay_p95_s', 'delay_max_s', 'jitter_s'):
    write('metric.yaml', 3, PRECISION.replace('recv_mean_s', metric).replace('150', '3'))
    p = run('metric.yaml', 'metric.db')
    check(f'precision: {metric} can be asked for', p.returncode == 0, p.stderr)
for bad, word in (('precision: {relative: 0.1}', "needs 'metric'"), ('precision: {metric: lost, relative: 0}', "'relative' above 0"),
                  ('precision: {metric: lost, max: 5}', "below a batch"), ('precision: {metric: lost, confidence: 1}', "below 1"),
                  ('precision: {metrics: lost}', "did you mean 'metric'"), ('precision: yes', 'map')):
    write('bad.yaml', 6, bad)
    p = run('bad.yaml', 'bad.db')
    check(f'{bad} is refused', p.returncode == 2 and word in p.stderr and not os.path.exists('bad.db'), p.stderr)
write('bad.yaml', 1, PRECISION)
p = run('bad.yaml', 'bad.db')
check('a batch of one is refused', p.returncode == 2 and 'size of a batch' in p.stderr, p.stderr)
finish()
