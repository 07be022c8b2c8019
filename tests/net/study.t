#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A study leaves the same database behind however it got there: one worker or several, killed and resumed, in shards, edited; and
what cannot be stored is said, with an exit code. ROAM: the program (default build/roam)."""
import os, pty, re, resource, shutil, signal, sqlite3, subprocess, sys, time

sys.dont_write_bytecode = True
from study_lab import *

open('s.yaml', 'w').write(SCENARIO)

def disturb(db, runs, action, *args):
    """Starts a study and, once it has stored so many runs, does action(process); tried again if it was done before that. Returns the
    process, what it said and the workers it had."""
    for attempt in range(20):
        for old in (db, db + '-journal'):
            if os.path.exists(old):
                os.remove(old)
        p = subprocess.Popen([roam, 'study', 'run', 's.yaml', '-o', db, *args], start_new_session=True, stdout=subprocess.DEVNULL,
                             stderr=subprocess.PIPE, text=True)
        while p.poll() is None and stored(db, 0) < runs:
            time.sleep(0.001)
        workers = children(p.pid)
        os.kill(p.pid, signal.SIGSTOP)
        early = stored(db, 0.2) < RUNS - 6 and (workers or not runs)
        if early:
            action(p)
        os.kill(p.pid, signal.SIGCONT)
        said = p.communicate()[1]
        if early:
            break
    return p, said, workers

# ---- undisturbed ---------------------------------------------------------------------------------------------------------------
p = call('study', 'run', 's.yaml', '-o', 'reference.db', '--jobs', '2')
check('a study runs', p.returncode == 0, p.stderr)
check('... silently but for the outcome where there is no terminal', '\r' not in p.stderr and p.stdout == '', p.stderr)
check('... and stores every run', rows('reference.db', "select count(*) from sim_run where status = 'ok'") == [(RUNS,)])
check('... and closes the file', rows('reference.db', 'pragma journal_mode') == [('delete',)] and not os.path.exists('reference.db-journal'))
reference = content('reference.db')
check('... with something in every table', all(reference[t] for t in reference if t not in ('series', 'sample')),
      [t for t in reference if not reference[t]])
drawn = rows('reference.db', "select count(distinct value), count(*) from sim_param where name = 'links.0.delay' and not is_sweep")
check('random durations are drawn once per replication, for all points', drawn == [(12, RUNS)], drawn)
call('study', 'run', 's.yaml', '-o', 'one.db', '--jobs', '1')
same('one worker and two give the same', 'one.db', reference)
p = call('study', 'run', 's.yaml', '-o', 'reference.db')
check('a finished study has nothing to do', p.returncode == 0 and '(0 now)' in p.stderr, p.stderr)
p = call('study', 'plan', 's.yaml')
keys = [line.split('\t')[3] for line in p.stdout.splitlines()]
check('the plan lists the keys that are stored', sorted(keys) == sorted(k for k, in rows('reference.db', 'select run_key from sim_run')))
p = call('study', 'status', 'reference.db')
check('status: complete', p.returncode == 0 and f'{RUNS} done, 0 failed, 0 missing' in p.stdout, p.stdout + p.stderr)

# ---- killed and resumed --------------------------------------------------------------------------------------------------------
for runs in (0, 1, 7, 30):
    db = f'killed{runs}.db'
    p, said, workers = disturb(db, runs, lambda p: p.kill())
    check(f'SIGKILL after {runs} runs: the workers end too', wait_for_end(workers))
    if runs:
        # First, as it recovers what the kill left half done.
        status = call('study', 'status', db)
        left = stored(db)
        check(f'SIGKILL after {runs} runs: whole runs are left, status says incomplete',
              runs <= left < RUNS and status.returncode == 3 and f'{RUNS - left} missing' in status.stdout
              and rows(db, 'pragma integrity_check') == [('ok',)]
              and rows(db, 'select count(*) from sim_run r where not exists (select 1 from sim_flow f where f.run_id = r.run_id)') == [(0,)],
              f'{left} {status.stdout} {status.stderr}')
    p = call('study', 'run', 's.yaml', '-o', db)
    check(f'SIGKILL after {runs} runs: resumed', p.returncode == 0 and (not runs or f'({RUNS - left} now)' in p.stderr), p.stderr)
    same(f'SIGKILL after {runs} runs: the same in the end', db, reference)

for number, group in ((signal.SIGINT, True), (signal.SIGTERM, False)):    # a terminal's Ctrl-C goes to the whole group
    db = f'interrupted{number}.db'
    p, said, _ = disturb(db, 5, lambda p: os.killpg(p.pid, number) if group else p.send_signal(number))
    left = stored(db)
    check(f'{number.name}: exit 75 and a word about it', p.returncode == 75 and 'interrupted' in said, f'{p.returncode} {said}')
    check(f'{number.name}: whole runs are left, none failed, the file is closed',
          5 <= left < RUNS and rows(db, "select count(*) from sim_run where status <> 'ok'") == [(0,)] and not os.path.exists(db + '-journal'), left)
    check(f'{number.name}: status says incomplete', call('study', 'status', db).returncode == 3)
    p = call('study', 'run', 's.yaml', '-o', db)
    check(f'{number.name}: resumed, only what is missing', p.returncode == 0 and f'({RUNS - left} now)' in p.stderr, p.stderr)
    same(f'{number.name}: the same in the end', db, reference)

# ---- a worker that dies, as a crash or an assertion in a model makes it, or hangs ----------------------------------------------
for number in (signal.SIGKILL, signal.SIGSEGV, signal.SIGABRT):
    p, said, _ = disturb('died.db', 3, lambda p: os.kill(children(p.pid)[0], number), '--jobs', '2')
    check(f'a worker that dies by {number.name} costs one run', p.returncode == 1
          and rows('died.db', 'select status, count(*) from sim_run group by 1 order by 1') == [('failed', 1), ('ok', RUNS - 1)], f'{p.returncode} {said}')
    why = rows('died.db', "select error from sim_run where status = 'failed'")
    # A sanitizer turns some signals into an exit code, with much to say.
    check('... with the reason', bool(why) and (f'signal {number.value} ' in why[0][0] or 'exit code' in why[0][0]), why)
p = call('study', 'status', 'died.db')
check('... and is listed', p.returncode == 3 and '1 failed' in p.stdout and why[0][0].split('\n')[0][:40] in p.stdout, p.stdout)
p, said, _ = disturb('hangs.db', 3, lambda p: os.kill(children(p.pid)[0], signal.SIGSTOP), '--jobs', '2', '--timeout', '0.5')
check('a worker that hangs costs one run with --timeout', p.returncode == 1
      and rows('hangs.db', 'select status, count(*) from sim_run group by 1 order by 1') == [('ok', RUNS - 1), ('timeout', 1)], f'{p.returncode} {said}')
p = call('study', 'status', 'hangs.db')
check('... and is listed', p.returncode == 3 and 'timeout: stopped after 0.5 s' in p.stdout, p.stdout)
p = call('study', 'run', 's.yaml', '-o', 'died.db')
check('what failed is not tried again unasked', p.returncode == 1 and '(0 now)' in p.stderr, p.stderr)
p = call('study', 'run', 's.yaml', '-o', 'died.db', '--retry-failed')
check('... but asked', p.returncode == 0, p.stderr)
same('... and then all is there', 'died.db', reference)

# ---- shards --------------------------------------------------------------------------------------------------------------------
for i in (1, 2, 3):
    p = call('study', 'run', 's.yaml', '-o', f'shard{i}.db', '--shard', f'{i}/3')
    check(f'shard {i} of 3', p.returncode == 0 and f'{RUNS // 3} of {RUNS // 3} runs done' in p.stderr, p.stderr)
p = call('study', 'merge', 'merged.db', 'shard3.db', 'shard1.db')
check('two shards of three are incomplete', p.returncode == 3 and f'{RUNS // 3} missing' in p.stdout, p.stdout + p.stderr)
p = call('study', 'merge', 'merged.db', 'shard1.db', 'shard2.db', 'shard3.db')
check('three are complete', p.returncode == 0, p.stdout + p.stderr)
same('shards merged are the study', 'merged.db', reference)
p = call('study', 'merge', 'merged.db', 'shard2.db', 'reference.db')
check('merging again adds nothing', p.returncode == 0 and p.stderr.count(' 0 runs added') == 2, p.stderr)
same('... and changes nothing', 'merged.db', reference)
for bad in ('0/3', '4/3', '1', '1/3x', '-1/2'):
    check(f'--shard {bad} is refused', call('study', 'run', 's.yaml', '-o', 'no.db', f'--shard={bad}').returncode == 2)

# ---- edited --------------------------------------------------------------------------------------------------------------------
shutil.copy('reference.db', 'edited.db')
more = SCENARIO.replace('replications: 12', 'replications: 14').replace('[standard, ebu]', '[ebu, standard]')
os.rename('s.yaml', 'kept.yaml')
open('s.yaml', 'w').write(more)
p = call('study', 'run', 's.yaml', '-o', 'edited.db')
check('more replications and another order of values: only what is new is run', p.returncode == 0 and '56 of 56 runs done (8 now)' in p.stderr, p.stderr)
call('study', 'run', 's.yaml', '-o', 'fresh.db')
same('... and the file is as if made at once', 'edited.db', content('fresh.db'))
os.rename('kept.yaml', 's.yaml')
p, said, _ = disturb('changing.db', 1, lambda p: open('s.yaml', 'a').write('# edited meanwhile\n'))
check('a file edited during the study stops it', p.returncode == 1 and 'changed' in said, f'{p.returncode} {said}')
open('s.yaml', 'w').write(SCENARIO)
open('point.yaml', 'w').write(SCENARIO.replace('[standard, ebu]', '[standard, ebux]'))
p = call('study', 'run', 'point.yaml', '-o', 'point.db')
check('a bad value of a sweep is known before anything runs', p.returncode == 2 and 'ebux' in p.stderr and not os.path.exists('point.db'), p.stderr)

# ---- one run -------------------------------------------------------------------------------------------------------------------
p = call('run', 's.yaml', '-o', 'run.db')
check('roam run stores one run', p.returncode == 0 and stored('run.db') == 1 and 'handover 1 of mn' in p.stdout, p.stdout + p.stderr)
before = rows('run.db', 'select * from sim_run')
p = call('run', 's.yaml', '-o', 'run.db')
check('the same run again: exit 1, nothing changes', p.returncode == 1 and '--force' in p.stderr and rows('run.db', 'select * from sim_run') == before, p.stderr)
p = call('run', 's.yaml', '-o', 'run.db', '--force')
check('--force replaces it', p.returncode == 0 and stored('run.db') == 1, p.stderr)
p = call('run', 's.yaml', '-o', 'run.db', '--until', '12s')
check('--until is another run, and ends there', p.returncode == 0 and rows('run.db', 'select sim_s from sim_run order by run_id')[-1] == (12.0,), p.stderr)
check('a bad --until is refused', call('run', 's.yaml', '-o', 'run.db', '--until', '12').returncode == 2)
check('a bad --seed is refused', call('run', 's.yaml', '-o', 'run.db', '--seed', '-1').returncode == 2)
os.makedirs('traces')
os.symlink('/dev/full', 'traces/s-s9.pcapng')
p = call('run', 's.yaml', '-o', 'run.db', '--seed', '9', '--pcap', 'traces')
check('a trace that cannot be written: exit 1, nothing stored', p.returncode == 1 and 'No space left' in p.stderr and stored('run.db') == 2
      and os.path.islink('traces/s-s9.pcapng') and os.path.exists('/dev/full'), p.stderr)

# ---- nowhere to store ----------------------------------------------------------------------------------------------------------
open('text.db', 'w').write('This is a text of some length, and certainly no database of any kind.\n' * 3)
sqlite3.connect('foreign.db').executescript('create table t(x)')
damaged = bytearray(open('reference.db', 'rb').read())
damaged[100:3000] = b'Z' * 2900
open('damaged.db', 'wb').write(damaged)
for db, word in (('text.db', 'not a result database'), ('foreign.db', "another program's"), ('damaged.db', 'damaged'),
                 ('no/such/r.db', 'directory'), ('/proc/r.db', 'may you write'), ('.', 'not a regular file')):
    before = open(db, 'rb').read() if os.path.isfile(db) else None
    for command in (('run', 's.yaml', '-o', db), ('study', 'run', 's.yaml', '-o', db)):
        p = call(*command)
        check(f'{command[0]} -o {db}: exit 1 and why', p.returncode == 1 and word in p.stderr and db in p.stderr and p.stdout == '', p.stderr)
    check(f'{db} is left alone', before is None or open(db, 'rb').read() == before)

def as_nobody():
    if os.geteuid() == 0:
        os.setgid(65534)
        os.setuid(65534)

shutil.copy('run.db', 'readonly.db')
os.chmod('readonly.db', 0o444)
p = call('run', 's.yaml', '-o', 'readonly.db', '--seed', '5', preexec_fn=as_nobody)
check('a read-only file: exit 1 and why', p.returncode == 1 and 'read-only' in p.stderr, p.stderr)
p = call('study', 'status', 'readonly.db', preexec_fn=as_nobody)
check('... but its status can be read', p.returncode == 0 and '2 done' in p.stdout, p.stdout + p.stderr)

room = os.path.getsize('reference.db') // 2
p = call('study', 'run', 's.yaml', '-o', 'full.db', preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (room, room)))
left = stored('full.db')
check('no room: exit 1 and why', p.returncode == 1 and 'full.db' in p.stderr and 'disk' in p.stderr, p.stderr)
check('... whole runs are left', 0 < left < RUNS and rows('full.db', 'pragma integrity_check') == [('ok',)], left)
p = call('study', 'run', 's.yaml', '-o', 'full.db')
check('... and with room it goes on', p.returncode == 0, p.stderr)
same('... to the same end', 'full.db', reference)

# ---- on a terminal -------------------------------------------------------------------------------------------------------------
master, terminal = pty.openpty()
p = subprocess.Popen([roam, 'study', 'run', 's.yaml', '-o', 'terminal.db'], stderr=terminal, env={**os.environ, 'TERM': 'xterm'})
os.close(terminal)
seen = b''
while True:
    try:
        part = os.read(master, 4096)
    except OSError:
        break
    if not part:
        break
    seen += part
check('a terminal gets a progress line with what is left', p.wait() == 0 and re.search(rb'\r\x1b\[K\d+/48 runs, \d+ s left', seen), seen[-300:])

finish()
