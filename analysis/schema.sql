-- SPDX-License-Identifier: GPL-3.0-or-later
-- The result database of roam. Tables sim_* hold what runs left behind; times in them (t_*) are integer nanoseconds of virtual time
-- since the run began, NULL for what did not happen; octets are counted at the IP layer. Views give seconds (*_s). No value is ever
-- NaN or infinite. A change that an older roam could not write into raises user_version.
-- The column order of a table, its own id and run_id left out, is the order of values in a result block (sim/record/result.h).

PRAGMA application_id = 0x726f616d; -- "roam"
PRAGMA user_version = 1;

CREATE TABLE sim_study(
  study_id        INTEGER PRIMARY KEY,
  name            TEXT NOT NULL,    -- the scenario's `study: name:`, else its file's base name
  scenario        TEXT NOT NULL,    -- text of the scenario file, --set applied
  scenario_sha256 TEXT NOT NULL,    -- hexadecimal, of `scenario`
  version         TEXT NOT NULL,    -- of the program
  seed            INTEGER,          -- of the planned runs; NULL: no plan
  planned         INTEGER,          -- runs the study asks for, with a precision target the least; NULL: no plan (made by `roam run`, or
                                    -- replaced by an edited study)
  UNIQUE(name, scenario_sha256, version)
) STRICT;

-- The precision target of a study that has one: at every point batches of replications until the t-interval of the metric's mean,
-- over the first replications in order, is narrow enough. `roam study status` works out from it what is missing.
CREATE TABLE sim_precision(
  study_id   INTEGER PRIMARY KEY REFERENCES sim_study ON DELETE CASCADE,
  metric     TEXT NOT NULL,
  relative   REAL NOT NULL,         -- half-width wanted, as a part of the mean
  confidence REAL NOT NULL,         -- of the interval
  batch      INTEGER NOT NULL,      -- replications
  maximum    INTEGER NOT NULL,      -- replications of a point
  points     INTEGER NOT NULL       -- of the study
) STRICT;

CREATE TABLE sim_run(
  run_id      INTEGER PRIMARY KEY,
  study_id    INTEGER NOT NULL REFERENCES sim_study ON DELETE CASCADE,
  run_key     TEXT NOT NULL UNIQUE, -- study:hash of version, parameters and seed:replication; the same in every database
  point       INTEGER NOT NULL,     -- of the plan, counted from 0, the last sweep varying fastest; -1: not a point of the plan
  replication INTEGER NOT NULL,     -- counted from 0; equal numbers share random numbers
  seed        INTEGER NOT NULL,
  status      TEXT NOT NULL CHECK(status IN ('ok', 'failed', 'timeout')),
  error       TEXT,                 -- why it failed: how it ended and its last words
  digest      TEXT,                 -- 16 hexadecimal digits over time, node and octets of every frame sent
  events      INTEGER,              -- count, of the kernel
  sim_s       REAL,                 -- seconds of virtual time
  wall_s      REAL                  -- seconds of real time; the one value that differs between equal runs
) STRICT;
CREATE INDEX sim_run_study ON sim_run(study_id, point, replication);

CREATE TABLE sim_param(
  run_id   INTEGER NOT NULL REFERENCES sim_run ON DELETE CASCADE,
  name     TEXT NOT NULL,           -- path in the scenario, as for --set
  value    TEXT NOT NULL,           -- as written, with its unit
  is_sweep INTEGER NOT NULL,        -- 1: a swept path of the study
  PRIMARY KEY(run_id, name)
) WITHOUT ROWID, STRICT;

CREATE TABLE sim_handover(
  handover_id INTEGER PRIMARY KEY,
  run_id      INTEGER NOT NULL REFERENCES sim_run ON DELETE CASCADE,
  node        TEXT NOT NULL,        -- the mobile node
  seq         INTEGER NOT NULL,     -- number of the movement, per node
  from_cell   TEXT,                 -- NULL: was detached
  to_cell     TEXT,                 -- NULL: detached from here on
  scheme      TEXT,                 -- name of the node's row of switches
  t_down      INTEGER,              -- ns, link down
  t_up        INTEGER,              -- ns, link up
  t_router    INTEGER,              -- ns, first router advertisement on the new link
  t_coa       INTEGER,              -- ns, the new care-of address is usable (duplicate address detection done)
  t_ha_bu     INTEGER,              -- ns, first home Binding Update sent
  t_ha_ba     INTEGER,              -- ns, its acknowledgement accepted
  t_local_bu  INTEGER,              -- ns, first Binding Update to a mobility anchor point sent (HMIPv6)
  t_local_ba  INTEGER,              -- ns, its acknowledgement accepted
  UNIQUE(run_id, node, seq)
) STRICT;

CREATE TABLE sim_registration(
  registration_id INTEGER PRIMARY KEY,
  handover_id  INTEGER NOT NULL REFERENCES sim_handover ON DELETE CASCADE,
  peer         TEXT NOT NULL,       -- the correspondent's node
  t_hoti       INTEGER,             -- ns, Home Test Init sent
  t_hot        INTEGER,             -- ns, Home Test accepted
  t_coti       INTEGER,             -- ns, Care-of Test Init sent
  t_cot        INTEGER,             -- ns, Care-of Test accepted
  t_early_bu   INTEGER,             -- ns, Early Binding Update sent
  t_early_bu_rx INTEGER,            -- ns, accepted by the correspondent
  t_early_ba   INTEGER,             -- ns, Early Binding Acknowledgement accepted
  t_bu         INTEGER,             -- ns, Binding Update sent
  t_bu_rx      INTEGER,             -- ns, accepted by the correspondent
  t_ba         INTEGER,             -- ns, Binding Acknowledgement accepted
  t_send       INTEGER,             -- ns, from when the mobile node may send directly from the new care-of address
  t_recv       INTEGER,             -- ns, first data packet that came directly from the peer to the new care-of address
  outcome      TEXT NOT NULL CHECK(outcome IN ('registered', 'tentative', 'fallback', 'refused', 'expired', 'moved', 'none')),
  UNIQUE(handover_id, peer)
) STRICT;

CREATE TABLE sim_flow(
  flow_id      INTEGER PRIMARY KEY,
  run_id       INTEGER NOT NULL REFERENCES sim_run ON DELETE CASCADE,
  name         TEXT NOT NULL,
  src          TEXT NOT NULL,       -- node
  dst          TEXT NOT NULL,       -- node
  sent         INTEGER NOT NULL,    -- packets
  received     INTEGER NOT NULL,    -- packets, duplicates not counted
  lost         INTEGER NOT NULL,    -- packets
  duplicated   INTEGER NOT NULL,    -- packets
  reordered    INTEGER NOT NULL,    -- packets
  delay_mean_s REAL,                -- seconds, one way
  delay_p95_s  REAL,                -- seconds
  delay_max_s  REAL,                -- seconds
  jitter_s     REAL,                -- seconds
  UNIQUE(run_id, name)
) STRICT;

CREATE TABLE sim_gap(
  handover_id   INTEGER NOT NULL REFERENCES sim_handover ON DELETE CASCADE,
  flow_id       INTEGER NOT NULL REFERENCES sim_flow ON DELETE CASCADE,
  t_last_before INTEGER,            -- ns, last packet received before the silence
  t_first_after INTEGER,            -- ns, first packet received after it
  lost          INTEGER,            -- packets, over this handover
  duplicated    INTEGER,            -- packets
  reordered     INTEGER,            -- packets
  via           TEXT,               -- way of the first packet after: direct, tunnel, home-link; IPv4 outside of tunnels: native
  -- what was received, once each, from link down until the node's next movement
  received      INTEGER,            -- packets
  tunnelled     INTEGER,            -- packets of these that came by way of the home agent
  delay_mean_s  REAL,               -- seconds, one way
  delay_max_s   REAL,               -- seconds
  jitter_s      REAL,               -- seconds
  throughput_bps REAL,              -- bit/s, as the metric throughput, over the flow's part of that time
  PRIMARY KEY(handover_id, flow_id)
) WITHOUT ROWID, STRICT;
CREATE INDEX sim_gap_flow ON sim_gap(flow_id);

CREATE TABLE sim_message(
  run_id    INTEGER NOT NULL REFERENCES sim_run ON DELETE CASCADE,
  node      TEXT NOT NULL,
  type      TEXT NOT NULL,
  direction TEXT NOT NULL,
  count     INTEGER NOT NULL,       -- packets
  octets    INTEGER NOT NULL,       -- octets at the IP layer
  PRIMARY KEY(run_id, node, type, direction)
) WITHOUT ROWID, STRICT;

CREATE TABLE sim_metric(
  metric_id INTEGER PRIMARY KEY,
  run_id    INTEGER NOT NULL REFERENCES sim_run ON DELETE CASCADE,
  node      TEXT NOT NULL,
  name      TEXT NOT NULL,
  unit      TEXT,                   -- of `value`; NULL: a count
  value     REAL,
  UNIQUE(run_id, node, name)
) STRICT;

CREATE TABLE sim_series(
  series_id   INTEGER PRIMARY KEY,
  run_id      INTEGER NOT NULL REFERENCES sim_run ON DELETE CASCADE,
  node        TEXT NOT NULL,
  name        TEXT NOT NULL,
  unit        TEXT,                 -- of the samples' values
  samples     INTEGER NOT NULL DEFAULT 0, -- count; this and the rest are filled in by the store
  value_min   REAL,                 -- in `unit`
  value_max   REAL,                 -- in `unit`
  value_sum   REAL,                 -- in `unit`
  value_sumsq REAL,                 -- in `unit` squared
  event_first INTEGER,              -- kernel's event number
  event_last  INTEGER,              -- kernel's event number
  t_first     INTEGER,              -- ns
  t_last      INTEGER,              -- ns
  UNIQUE(run_id, node, name)
) STRICT;

CREATE TABLE sim_sample(
  series_id INTEGER NOT NULL REFERENCES sim_series ON DELETE CASCADE,
  t_ns      INTEGER NOT NULL,       -- ns
  event     INTEGER NOT NULL,       -- kernel's event number
  value     REAL                    -- in the series' unit
) STRICT;
CREATE INDEX sim_sample_series ON sim_sample(series_id);

-- What roam explore found: one row per exploration (a point of the study), the intervals of its free instant with their outcomes, and its
-- trials: the samples of a grid, over two free instants where it is a map.
CREATE TABLE sim_exploration(
  exploration_id INTEGER PRIMARY KEY,
  study_id    INTEGER NOT NULL REFERENCES sim_study ON DELETE CASCADE,
  point       INTEGER NOT NULL,     -- of the study, counted from 0; -1: not a point
  seed        INTEGER NOT NULL,
  question    TEXT NOT NULL,        -- the scenario's `explore: outcome:`
  path        TEXT NOT NULL,        -- what was left free
  across_path TEXT NOT NULL,        -- and the second; empty: nothing
  t_origin    INTEGER NOT NULL,     -- ns
  runs        INTEGER NOT NULL,     -- count, bisections included
  UNIQUE(study_id, point, seed, question, path, across_path)
) STRICT;

CREATE TABLE sim_exploration_param(
  exploration_id INTEGER NOT NULL REFERENCES sim_exploration ON DELETE CASCADE,
  name     TEXT NOT NULL,           -- path in the scenario, as for --set
  value    TEXT NOT NULL,           -- as written, with its unit
  is_sweep INTEGER NOT NULL,        -- 1: a swept path of the study
  PRIMARY KEY(exploration_id, name)
) WITHOUT ROWID, STRICT;

CREATE TABLE sim_interval(
  exploration_id INTEGER NOT NULL REFERENCES sim_exploration ON DELETE CASCADE,
  t_from   INTEGER NOT NULL,        -- ns, first instant of the free value with this outcome
  t_to     INTEGER NOT NULL,        -- ns, last one; the next interval begins 1 us later
  outcome  TEXT NOT NULL,
  PRIMARY KEY(exploration_id, t_from)
) WITHOUT ROWID, STRICT;

CREATE TABLE sim_trial(
  exploration_id INTEGER NOT NULL REFERENCES sim_exploration ON DELETE CASCADE,
  t_at     INTEGER NOT NULL,        -- ns, the free value
  t_across INTEGER NOT NULL,        -- ns, the second one; 0: there is none
  outcome  TEXT NOT NULL,
  t_recovery INTEGER,               -- ns, from the last link down until all flows had direct data; only where the question is recovery
  signals  INTEGER NOT NULL,        -- signalling messages sent and sent again, from the first movement until 10 s after the last
  signal_octets INTEGER NOT NULL,   -- octets at the IP layer, tunnel headers of their senders included
  PRIMARY KEY(exploration_id, t_at, t_across)
) WITHOUT ROWID, STRICT;

-- One row per handover and correspondent (peer NULL: none was registered with), in seconds. The store makes handover_latency and
-- sim_wide of handover_phase and run_summary, with one column per swept path; here they stand without.
CREATE VIEW handover_phase AS
  SELECT h.run_id, u.point, u.replication, h.node, r.peer, h.scheme, h.seq,
    (h.t_up - h.t_down) / 1e9 AS link_s,
    (h.t_router - h.t_up) / 1e9 AS detect_s,
    (h.t_coa - h.t_router) / 1e9 AS address_s,
    (h.t_ha_ba - h.t_ha_bu) / 1e9 AS home_s,
    (r.t_send - h.t_coa) / 1e9 AS send_s,
    (r.t_recv - h.t_coa) / 1e9 AS recv_s,
    (SELECT max(g.t_first_after - g.t_last_before) / 1e9 FROM sim_gap g JOIN sim_flow f USING(flow_id)
      WHERE g.handover_id = h.handover_id AND (r.peer IS NULL OR r.peer IN (f.src, f.dst))) AS gap_s,
    (SELECT sum(g.lost) FROM sim_gap g JOIN sim_flow f USING(flow_id)
      WHERE g.handover_id = h.handover_id AND (r.peer IS NULL OR r.peer IN (f.src, f.dst))) AS lost,
    r.outcome
  FROM sim_handover h JOIN sim_run u USING(run_id) LEFT JOIN sim_registration r USING(handover_id);
CREATE VIEW handover_latency AS
  SELECT run_id, point, replication, node, peer, scheme, seq, link_s, detect_s, address_s, home_s, send_s, recv_s, gap_s, lost, outcome
  FROM handover_phase;

-- One row per run.
CREATE VIEW run_summary AS
  SELECT u.run_id, s.name AS study, u.point, u.replication, u.seed, u.status, u.events, u.sim_s, u.wall_s,
    (SELECT count(*) FROM sim_handover h WHERE h.run_id = u.run_id) AS handovers,
    (SELECT count(*) FROM sim_handover h JOIN sim_registration r USING(handover_id)
      WHERE h.run_id = u.run_id AND r.outcome = 'registered') AS registered,
    (SELECT avg(r.t_send - h.t_coa) / 1e9 FROM sim_handover h JOIN sim_registration r USING(handover_id)
      WHERE h.run_id = u.run_id) AS send_mean_s,
    (SELECT avg(r.t_recv - h.t_coa) / 1e9 FROM sim_handover h JOIN sim_registration r USING(handover_id)
      WHERE h.run_id = u.run_id) AS recv_mean_s,
    (SELECT max(g.t_first_after - g.t_last_before) / 1e9 FROM sim_handover h JOIN sim_gap g USING(handover_id)
      WHERE h.run_id = u.run_id) AS gap_max_s,
    (SELECT sum(f.sent) FROM sim_flow f WHERE f.run_id = u.run_id) AS sent,
    (SELECT sum(f.received) FROM sim_flow f WHERE f.run_id = u.run_id) AS received,
    (SELECT sum(f.lost) FROM sim_flow f WHERE f.run_id = u.run_id) AS lost
  FROM sim_run u JOIN sim_study s USING(study_id);
CREATE VIEW sim_wide AS
  SELECT run_id, study, point, replication, seed, status, events, sim_s, wall_s, handovers, registered, send_mean_s, recv_mean_s,
    gap_max_s, sent, received, lost
  FROM run_summary;

-- The 14 tables of OMNeT++ 6 and 7 as read-only views, so that its result tools open the file. All must exist. Its tools read
-- vector data only from files with one run.
CREATE VIEW run AS SELECT run_id AS runId, run_key AS runName, -9 AS simtimeExp FROM sim_run;
CREATE VIEW runAttr AS
  WITH sweep(run_id, text) AS (SELECT run_id, group_concat('$' || name || '=' || value, ', ') FROM sim_param WHERE is_sweep GROUP BY run_id)
  SELECT run_id AS runId, 'configname' AS attrName, name AS attrValue FROM sim_run JOIN sim_study USING(study_id)
  UNION ALL SELECT run_id, 'experiment', name FROM sim_run JOIN sim_study USING(study_id)
  UNION ALL SELECT run_id, 'network', name FROM sim_run JOIN sim_study USING(study_id)
  UNION ALL SELECT run_id, 'inifile', name FROM sim_run JOIN sim_study USING(study_id)
  UNION ALL SELECT run_id, 'measurement', coalesce(text, '') FROM sim_run LEFT JOIN sweep USING(run_id)
  UNION ALL SELECT run_id, 'iterationvars', coalesce(text, '') FROM sim_run LEFT JOIN sweep USING(run_id)
  UNION ALL SELECT run_id, 'replication', '#' || replication FROM sim_run
  UNION ALL SELECT run_id, 'repetition', CAST(replication AS TEXT) FROM sim_run
  UNION ALL SELECT run_id, 'runnumber', CAST(run_id - 1 AS TEXT) FROM sim_run
  UNION ALL SELECT run_id, 'seedset', CAST(seed AS TEXT) FROM sim_run
  UNION ALL SELECT run_id, 'datetime', '19700101-00:00:00' FROM sim_run
  UNION ALL SELECT run_id, 'resultdir', '.' FROM sim_run
  UNION ALL SELECT run_id, 'processid', '0' FROM sim_run;
CREATE VIEW runItervar AS SELECT run_id AS runId, name AS itervarName, value AS itervarValue FROM sim_param WHERE is_sweep;
CREATE VIEW runConfig AS
  SELECT run_id AS runId, name AS configKey, value AS configValue, row_number() OVER (PARTITION BY run_id ORDER BY name) - 1 AS configOrder
  FROM sim_param;
CREATE VIEW scalar AS
  SELECT metric_id * 16 AS scalarId, run_id AS runId, node AS moduleName, name AS scalarName, value AS scalarValue FROM sim_metric
  UNION ALL SELECT flow_id * 16 + 1, run_id, src, name || ':sent', CAST(sent AS REAL) FROM sim_flow
  UNION ALL SELECT flow_id * 16 + 2, run_id, dst, name || ':received', CAST(received AS REAL) FROM sim_flow
  UNION ALL SELECT flow_id * 16 + 3, run_id, dst, name || ':lost', CAST(lost AS REAL) FROM sim_flow
  UNION ALL SELECT flow_id * 16 + 4, run_id, dst, name || ':duplicated', CAST(duplicated AS REAL) FROM sim_flow
  UNION ALL SELECT flow_id * 16 + 5, run_id, dst, name || ':reordered', CAST(reordered AS REAL) FROM sim_flow
  UNION ALL SELECT flow_id * 16 + 6, run_id, dst, name || ':delay:mean', delay_mean_s FROM sim_flow
  UNION ALL SELECT flow_id * 16 + 7, run_id, dst, name || ':delay:p95', delay_p95_s FROM sim_flow
  UNION ALL SELECT flow_id * 16 + 8, run_id, dst, name || ':delay:max', delay_max_s FROM sim_flow
  UNION ALL SELECT flow_id * 16 + 9, run_id, dst, name || ':jitter', jitter_s FROM sim_flow;
CREATE VIEW scalarAttr AS
  SELECT metric_id * 16 AS scalarId, 'unit' AS attrName, unit AS attrValue FROM sim_metric WHERE unit IS NOT NULL
  UNION ALL SELECT flow_id * 16 + k.column1, 'unit', 's' FROM sim_flow, (VALUES(6), (7), (8), (9)) AS k;
CREATE VIEW parameter AS
  SELECT row_number() OVER (ORDER BY run_id, name) AS paramId, run_id AS runId, 'scenario' AS moduleName, name AS paramName,
    value AS paramValue
  FROM sim_param;
CREATE VIEW paramAttr AS SELECT 0 AS paramId, '' AS attrName, '' AS attrValue WHERE 0;
-- The phases of a run's handovers, per mobile node. Deviations are left to the reader, as OMNeT++'s own loader does.
CREATE VIEW statistic AS
  WITH phase(run_id, node, name, value, seq) AS (
    SELECT DISTINCT run_id, node, 'handover:link', link_s, seq FROM handover_phase
    UNION ALL SELECT DISTINCT run_id, node, 'handover:detect', detect_s, seq FROM handover_phase
    UNION ALL SELECT DISTINCT run_id, node, 'handover:address', address_s, seq FROM handover_phase
    UNION ALL SELECT DISTINCT run_id, node, 'handover:home', home_s, seq FROM handover_phase
    UNION ALL SELECT run_id, node, 'handover:send', send_s, seq FROM handover_phase
    UNION ALL SELECT run_id, node, 'handover:receive', recv_s, seq FROM handover_phase
    UNION ALL SELECT run_id, node, 'handover:gap', gap_s, seq FROM handover_phase)
  SELECT row_number() OVER (ORDER BY run_id, node, name) AS statId, run_id AS runId, node AS moduleName, name AS statName,
    0 AS isHistogram, 0 AS isWeighted, count(value) AS statCount, avg(value) AS statMean, NULL AS statStddev, total(value) AS statSum,
    total(value * value) AS statSqrsum, min(value) AS statMin, max(value) AS statMax, NULL AS statWeights, NULL AS statWeightedSum,
    NULL AS statSqrSumWeights, NULL AS statWeightedSqrSum
  FROM phase GROUP BY run_id, node, name;
CREATE VIEW statisticAttr AS SELECT statId, 'unit' AS attrName, 's' AS attrValue FROM statistic;
CREATE VIEW histogramBin AS SELECT 0 AS statId, 0.0 AS lowerEdge, 0.0 AS binValue WHERE 0;
CREATE VIEW vector AS
  SELECT series_id AS vectorId, run_id AS runId, node AS moduleName, name AS vectorName, samples AS vectorCount, value_min AS vectorMin,
    value_max AS vectorMax, value_sum AS vectorSum, value_sumsq AS vectorSumSqr, event_first AS startEventNum, event_last AS endEventNum,
    t_first AS startSimtimeRaw, t_last AS endSimtimeRaw
  FROM sim_series;
CREATE VIEW vectorAttr AS SELECT series_id AS vectorId, 'unit' AS attrName, unit AS attrValue FROM sim_series WHERE unit IS NOT NULL;
-- A view has no rowid of its own, and OMNeT++'s tools order by it.
CREATE VIEW vectorData AS SELECT rowid AS rowid, series_id AS vectorId, event AS eventNumber, t_ns AS simtimeRaw, value FROM sim_sample;
