#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Traffic against what can be worked out by hand: talk spurts, transactions, TCP on a bottleneck, under random loss, over a handover."""
import math, os, sqlite3, subprocess, tempfile
from tap import check, plan

roam = os.path.abspath(os.environ.get('ROAM', 'build/roam'))
work = tempfile.mkdtemp()

def run(scenario, *sets):
    db = f'{work}/{len(os.listdir(work))}.db'
    args = [a for s in sets for a in ('--set', s)]
    p = subprocess.run([roam, 'run', scenario, '-o', db, *args], capture_output=True, text=True)
    if p.returncode:
        check(f'{scenario} runs', False, p.stderr)
    connection = sqlite3.connect(db)
    metrics = {(node, name): value for node, name, value in connection.execute('SELECT node, name, value FROM sim_metric')}
    return connection, metrics

def wired(flow, duration, link='{between: [a, b], delay: 10ms}', *sets):
    path = f'{work}/wired-{len(os.listdir(work))}.yaml'
    open(path, 'w').write(f'''title: two hosts
duration: {duration}
nodes:
  a: {{type: host}}
  b: {{type: host}}
links:
  - {link}
traffic:
  - {{name: x, from: a, to: b, {flow}}}
''')
    return run(path, *sets)

def near(got, want, share):
    return got is not None and abs(got - want) <= share * want

# Speech: a spurt of exponential length T has 1 / (1 - exp(-d/T)) packets at intervals d; a cycle lasts T + S and a little: the pause ends
# no earlier than the next packet would have come.
for codec, interval, size in (('g711', .02, 172), ('g729', .02, 32), ('g723', .03, 36), ('amr', .02, 45)):
    connection, metrics = wired(f'kind: voice, codec: {codec}', '4000s')
    sent, = connection.execute('SELECT sent FROM sim_flow').fetchone()
    want = 4000 / (1.004 + 1.587) / (1 - math.exp(-interval / 1.004))
    check(f'{codec}: {sent} packets in 4000 s of speech, {want:.0f} expected', near(sent, want, .05))
    rate = metrics['b', 'throughput:x']
    check(f'{codec}: {size} octets of UDP payload each', near(rate * 4000 / 8 / sent, size + 48, 1e-3), rate)
connection, metrics = wired('kind: voice, talk: 500ms, silence: 0ms', '1000s')
sent, = connection.execute('SELECT sent FROM sim_flow').fetchone()
check('voice without pauses is even', near(sent, 50000, .001), sent)

# Poisson: as many packets as the rate says, within four standard deviations.
connection, metrics = wired('kind: poisson, interval: 20ms, size: 100B', '2000s')
sent, = connection.execute('SELECT sent FROM sim_flow').fetchone()
check(f'poisson: {sent} packets in 2000 s, 100000 expected', abs(sent - 100000) < 4 * math.sqrt(100000), sent)
connection, metrics = wired('kind: cbr, interval: 20ms, size: 100B', '2000s')
check('cbr: to the packet', connection.execute('SELECT sent FROM sim_flow').fetchone() == (100000,))
# On a link that takes 10 ms for a packet of 250 octets a Poisson stream waits as in a queue M/D/1 at load 1/2: half a service time on average.
connection, metrics = wired('kind: poisson, interval: 20ms, size: 202B', '2000s', '{between: [a, b], delay: 0ms, rate: 200kbps}')
delay, = connection.execute('SELECT delay_mean_s FROM sim_flow').fetchone()
check(f'poisson: waits {delay - .01:.5f} s in front of a link, 0.00500 by Pollaczek and Khinchine', near(delay - .01, .005, .05), delay)

# One request and a response of one or many pieces on a link without a rate: both ways and no more.
connection, metrics = wired('kind: request-response, response: 20kB', '60s')
check('transaction: there and back', metrics['a', 'transaction-mean:x'] == .02 and metrics['a', 'transaction-p95:x'] == .02, metrics)
check('transactions: think time of a second on average', near(metrics['a', 'transactions:x'], 60 / 1.02, .35) and
      metrics['a', 'transactions-failed:x'] == 0, metrics)
# 20 kB in 17 pieces of 48 octets more each behind each other, the request before them.
connection, metrics = wired('kind: request-response, response: 20kB', '60s', '{between: [a, b], delay: 10ms, rate: 1Mbps}')
check('transaction: a rate adds its serialization', near(metrics['a', 'transaction-mean:x'], .02 + 8 * (20000 + 17 * 48 + 148) / 1e6, 1e-9), metrics)
connection, metrics = wired('kind: request-response', '60s', '{between: [a, b], delay: 10ms, loss: 0.3}')
check('transactions fail when a piece is lost', metrics['a', 'transactions-failed:x'] > 0, metrics)

# TCP fills a bottleneck: 1220 of 1280 octets are data. The queue holds the window.
for sack in ('on', 'off'):
    connection, metrics = wired(f'kind: tcp, size: 5000kB, sack: {sack}, receive-buffer: 64KiB', '120s',
                                '{between: [a, b], delay: 10ms, rate: 1Mbps}')
    check(f'tcp, sack {sack}: a bottleneck of 1 Mbit/s is filled', near(metrics['b', 'throughput:x'], 1e6 * 1220 / 1280, .01), metrics)
    check(f'tcp, sack {sack}: nothing is sent twice', metrics['a', 'retransmissions:x'] == 0, metrics)
    row = connection.execute('SELECT sent, received, lost, duplicated, reordered FROM sim_flow').fetchone()
    check(f'tcp, sack {sack}: every segment once', row == (4099, 4099, 0, 0, 0), row)
# No more than a window in a round trip.
connection, metrics = wired('kind: tcp, receive-buffer: 12200B', '60s', '{between: [a, b], delay: 50ms}')
check('tcp: a window a round trip', near(metrics['b', 'throughput:x'], 12200 * 8 / .1, .02), metrics)
# Random loss p: sqrt(3/2 / p) segments a round trip (one more each, octets counted); timeouts take some of it away.
for p in (.002, .01):
    connection, metrics = wired('kind: tcp, receive-buffer: 1000kB', '2000s', f'{{between: [a, b], delay: 50ms, loss: {p}}}')
    want = 1220 * 8 / .1 * math.sqrt(1.5 / p)
    check(f'tcp: {metrics["b", "throughput:x"]:.0f} bit/s under {100 * p} % loss, {want:.0f} by the square root formula',
          near(metrics['b', 'throughput:x'], want, .25), metrics)
    check(f'tcp: losses are found by duplicates, not by the timer ({p})',
          metrics['a', 'timeouts:x'] < .1 * metrics['a', 'fast-recoveries:x'], metrics)

# Over a handover, from the recorded series: the stall is the longest silence that ends after link down.
connection, metrics = run('scenarios/smoke/tcp.yaml')
series = dict(connection.execute('SELECT node || " " || name, series_id FROM sim_series'))
check('series: where they belong', set(series) == {'cn cwnd:download', 'cn ssthresh:download', 'mn delivered:download'}, series)
delivered = [(t, v) for t, v in connection.execute('SELECT t_ns, value FROM sim_sample WHERE series_id = ? ORDER BY rowid',
                                                   (series['mn delivered:download'],)) if v > 0]
down, = connection.execute('SELECT t_down FROM sim_handover').fetchone()
stall = max(b[0] - a[0] for a, b in zip(delivered, delivered[1:]) if b[0] > down)
gap, = connection.execute('SELECT t_first_after - t_last_before FROM sim_gap JOIN sim_flow USING(flow_id) WHERE name = "download"').fetchone()
check('stall: the longest silence after link down', stall == gap and metrics['mn', 'stall:download'] == stall / 1e9, (stall, gap, metrics))
check('throughput: what was delivered from start to stop', near(metrics['mn', 'throughput:download'], delivered[-1][1] * 8 / 3, 1e-9), metrics)
before = max(v for t, v in delivered if t <= down)
after, bps = connection.execute('SELECT sim_gap.received, throughput_bps FROM sim_gap JOIN sim_flow USING(flow_id) WHERE name = "download"').fetchone()
check('throughput after the handover: what was delivered from link down to stop', near(bps, (delivered[-1][1] - before) * 8e9 / (5e9 - down), 1e-9)
      and near(after, (delivered[-1][1] - before) / 1220, .01), (after, bps))
row = connection.execute('SELECT sent, received, lost FROM sim_flow WHERE name = "upload"').fetchone()
check('upload: 100 kB in 82 segments, all delivered', row == (82, 82, 0), row)
windows = [v for v, in connection.execute('SELECT value FROM sim_sample WHERE series_id = ?', (series['cn cwnd:download'],))]
check('congestion window: three segments at first, one after the timeout', windows[0] == 3660 and 1220 in windows, windows[:5])

# Even streams over a handover at 20 s: what comes after it, packet by packet. Downlink directly, once the early binding is there. Uplink
# packets are queued from the loss of the old address on until the new one is usable, 1.02 s, then go through the home agent until that
# has acknowledged, 62 ms later: 54 of them. A direct packet has 24 octets more, its Home Address option or routing header.
connection, metrics = run('scenarios/smoke/handover.yaml')
for flow, tunnelled, most in (('voice', 0, .0212), ('talk', 54, 1.084)):
    g = dict(zip(('received', 'tunnelled', 'mean', 'most', 'jitter', 'bps', 'all', 'before'), connection.execute(
        'SELECT g.received, tunnelled, g.delay_mean_s, g.delay_max_s, g.jitter_s, throughput_bps, f.received, g.t_last_before FROM sim_gap g'
        ' JOIN sim_flow f USING(flow_id) WHERE name = ?', (flow,)).fetchone()))
    before = int((g['before'] - 5e9 - 20e6) // 20e6) + 1    # packets 20 ms apart from 5 s on
    check(f'{flow}: received after the handover is all but what came before', g['received'] == g['all'] - before, g)
    check(f'{flow}: packets by way of the home agent', g['tunnelled'] == tunnelled, g)
    check(f'{flow}: throughput after it', near(g['bps'], (g['received'] * 232 - tunnelled * 24) * 8 / 35, 1e-9), g)
    # 15 ms + 5 ms + 1 ms and serialization on the direct way. Jitter is over long before the end.
    check(f'{flow}: delays after it', near(g['most'], most, .001) and (tunnelled or near(g['mean'], most, .001)) and g['jitter'] < 1e-9, g)
plan()
