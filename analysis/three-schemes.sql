-- The demo's table, from a database of scenarios/study/three-schemes.yaml: sqlite3 -readonly -box DB <analysis/three-schemes.sql
-- Silence and loss of the stream to the mobile node over its handover, and octets of mobility signalling; means over replications. The
-- round-trip time to the home agent is twice the swept link (links.0) and 4 ms of links and cell.
WITH handover AS (
  SELECT u.point, h.scheme, d.value AS link, (g.t_first_after - max(g.t_last_before, h.t_down)) / 1e6 AS silence, g.lost,
    (SELECT sum(m.value) FROM sim_metric m WHERE m.run_id = u.run_id AND m.name LIKE 'signalling:%') AS octets
  FROM sim_run u JOIN sim_handover h USING(run_id) JOIN sim_gap g USING(handover_id) JOIN sim_flow f USING(flow_id)
    JOIN sim_param d ON d.run_id = u.run_id AND d.name = 'links.0.delay'
  WHERE u.status = 'ok' AND f.name = 'down')
SELECT scheme,
  format('%.0f', avg(silence) FILTER (WHERE link = '1ms')) AS "silent [ms], HA 10 ms",
  format('%.0f', avg(silence) FILTER (WHERE link = '46ms')) AS "100 ms",
  format('%.0f', avg(silence) FILTER (WHERE link = '121ms')) AS "250 ms",
  format('%.0f', avg(silence) FILTER (WHERE link = '246ms')) AS "500 ms",
  format('%.1f', avg(lost) FILTER (WHERE link = '1ms')) AS "lost, HA 10 ms",
  format('%.1f', avg(lost) FILTER (WHERE link = '46ms')) AS "100 ms",
  format('%.1f', avg(lost) FILTER (WHERE link = '246ms')) AS "500 ms",
  format('%.0f', avg(octets) FILTER (WHERE link = '46ms')) AS "signalling [octets], HA 100 ms"
FROM handover GROUP BY scheme ORDER BY min(point);
