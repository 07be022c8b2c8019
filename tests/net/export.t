#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What other tools get: CSV and JSON lines hold every table and view to the value; the views that stand for OMNeT++'s tables have its
columns, types and keys and say the same as roam's own tables. ROAM: the program (default build/roam)."""
import csv, io, json, os, resource, sqlite3, sys

sys.dont_write_bytecode = True
from study_lab import *

open('s.yaml', 'w').write(SCENARIO.replace('replications: 12', 'replications: 2').replace('kind: cbr, interval: 5ms, size: 160B', 'kind: tcp, series: on'))
p = call('study', 'run', 's.yaml', '-o', 's.db')
check('a study with series runs', p.returncode == 0, p.stderr)
db = sqlite3.connect('file:s.db?mode=ro', uri=True)
names = [n for n, in db.execute("select name from sqlite_master where type in ('table', 'view') and name not like 'sqlite%' order by name")]
p = call('export', 's.db')
check('export names the tables and views', [line.split()[-1] for line in p.stdout.splitlines()] == names, p.stdout)

def equal_csv(text, row):
    """As pandas or R take it: nothing is a missing value."""
    return all(t == '' if v is None else v == t if isinstance(v, str) else float(t) == v for t, v in zip(text, row)) and len(text) == len(row)

bad = []
for name in names:
    q = db.execute(f'select * from "{name}"')
    header, rows_ = [d[0] for d in q.description], q.fetchall()
    p = call('export', 's.db', '--csv', name)
    got = list(csv.reader(io.StringIO(p.stdout, newline='')))
    if p.returncode or got[0] != header or len(got) != len(rows_) + 1 or not all(map(equal_csv, got[1:], rows_)):
        bad.append(f'{name}: csv')
    p = call('export', 's.db', '--jsonl', name)
    lines = [json.loads(line) for line in p.stdout.splitlines()]
    if p.returncode or lines != [dict(zip(header, r)) for r in rows_]:
        bad.append(f'{name}: jsonl')
check('csv and jsonl hold every value of every table and view', not bad, bad)
os.symlink('/dev/full', 'full')
p = call('export', 's.db', '--csv', 'sim_run', '-o', 'full')
check('what cannot be written is said, and no link or device removed', p.returncode == 1 and 'No space left' in p.stderr and os.path.islink('full'), p.stderr)
limited = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))
p = call('export', 's.db', '--csv', 'sim_run', '-o', 'part.csv', preexec_fn=limited)
check('... but half a file is', p.returncode == 1 and 'File too large' in p.stderr and not os.path.exists('part.csv'), p.stderr)

open('text.db', 'w').write('text')
open('empty.db', 'w')
for args, code, word in ((('no.db',), 1, 'no such file'), (('text.db',), 1, 'not a result database'), (('empty.db',), 1, 'not a result database'),
                         (('s.db', '--csv', 'sim_rnu'), 2, "did you mean 'sim_run'"), (('s.db', 'sim_run'), 2, '--csv or --jsonl')):
    p = call('export', *args)
    check(f'export {" ".join(args)}: exit {code}', p.returncode == code and word in p.stderr and p.stdout == '', p.stderr)

# ---- OMNeT++ 6 and 7: columns (T text, I integer, R real or NULL, N integer or NULL); its loader asks for these by name ------------------------
omnetpp = {
    'run': 'runId:I runName:T simtimeExp:I', 'runAttr': 'runId:I attrName:T attrValue:T', 'runItervar': 'runId:I itervarName:T itervarValue:T',
    'runConfig': 'runId:I configKey:T configValue:T configOrder:I', 'scalar': 'scalarId:I runId:I moduleName:T scalarName:T scalarValue:R',
    'scalarAttr': 'scalarId:I attrName:T attrValue:T', 'parameter': 'paramId:I runId:I moduleName:T paramName:T paramValue:T',
    'paramAttr': 'paramId:I attrName:T attrValue:T',
    'statistic': 'statId:I runId:I moduleName:T statName:T isHistogram:I isWeighted:I statCount:I statMean:R statStddev:R statSum:R statSqrsum:R statMin:R'
                 ' statMax:R statWeights:R statWeightedSum:R statSqrSumWeights:R statWeightedSqrSum:R',
    'statisticAttr': 'statId:I attrName:T attrValue:T', 'histogramBin': 'statId:I lowerEdge:R binValue:R',
    'vector': 'vectorId:I runId:I moduleName:T vectorName:T vectorCount:N vectorMin:R vectorMax:R vectorSum:R vectorSumSqr:R startEventNum:N endEventNum:N'
              ' startSimtimeRaw:N endSimtimeRaw:N',
    'vectorAttr': 'vectorId:I attrName:T attrValue:T', 'vectorData': 'rowid:I vectorId:I eventNumber:I simtimeRaw:I value:R',
}
wanted = {'T': (str,), 'I': (int,), 'R': (int, float, type(None)), 'N': (int, type(None))}
for view, columns in omnetpp.items():
    columns = [c.split(':') for c in columns.split()]
    q = db.execute(f'select {", ".join(c for c, _ in columns)} from {view}')
    rows_ = q.fetchall()
    odd = [(c, v) for r in rows_ for (c, t), v in zip(columns, r) if not isinstance(v, wanted[t])]
    check(f'omnetpp: {view} has its columns and types, {len(rows_)} rows', not odd and (rows_ or view in ('paramAttr', 'histogramBin')), odd[:3])
one = lambda sql: db.execute(sql).fetchone()
for view, key in (('run', 'runId'), ('run', 'runName'), ('scalar', 'scalarId'), ('parameter', 'paramId'), ('statistic', 'statId'), ('vector', 'vectorId')):
    check(f'omnetpp: {key} is a key of {view}', one(f'select count(*) = count(distinct {key}) from {view}') == (1,))
check('omnetpp: ids fit 31 bits', one('select max(scalarId) < 1 << 31 from scalar') == (1,))
check('omnetpp: attributes that its tools group by', {a for a, in db.execute('select attrName from runAttr where runId = 1')} ==
      {'configname', 'experiment', 'measurement', 'network', 'inifile', 'iterationvars', 'replication', 'repetition', 'runnumber', 'seedset', 'datetime',
       'resultdir', 'processid'})
check('omnetpp: the repetition is no iteration variable', one("select count(*) from runItervar where itervarName = 'repetition'") == (0,))
check('omnetpp: scalars are the metrics and the flows', one('select (select count(*) from scalar) = (select count(*) from sim_metric) + 9 * (select count(*) from'
      ' sim_flow)') == (1,) and one("select count(*) from scalar s join sim_metric m on m.run_id = s.runId and m.node = moduleName and m.name = scalarName and"
      " m.value is s.scalarValue") == one('select count(*) from sim_metric'))
check('omnetpp: a vector counts its samples', one('select count(*) from vector v where vectorCount = (select count(*) from vectorData d where d.vectorId ='
      ' v.vectorId) and vectorMax = (select max(value) from vectorData d where d.vectorId = v.vectorId)') == one('select count(*) from vector'))
check('omnetpp: time is in nanoseconds', one('select max(simtimeRaw) between 21e9 and 24e9 from vectorData') == (1,) and one('select distinct simtimeExp from run') == (-9,))
check('omnetpp: statistics are those of the handovers', one("select sum(statSum), sum(statCount) from statistic where statName = 'handover:receive'") ==
      one('select sum(recv_s), count(recv_s) from handover_latency'))
db.close()
finish()
