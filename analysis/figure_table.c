// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The figures and the house style. Colours are Okabe and Ito's, told apart in grey by lightness and point type. Units on the
 * axes; n, means and intervals in the caption below; no title inside. Sizes suit a column of 8.5 cm at 8 pt when scaled to it.
 */
#include "analysis/figure.h"

const char figure_style[] =
	"# the house style\n"
	"set encoding utf8\n"
	"set style line 1 lc rgb '#0072B2' lw 2 pt 7 ps 0.7 dt 1\n"
	"set style line 2 lc rgb '#D55E00' lw 2 pt 5 ps 0.7 dt 2\n"
	"set style line 3 lc rgb '#009E73' lw 2 pt 9 ps 0.8 dt 4\n"
	"set style line 4 lc rgb '#CC79A7' lw 2 pt 13 ps 0.8 dt 3\n"
	"set style line 5 lc rgb '#E69F00' lw 2 pt 11 ps 0.8 dt 5\n"
	"set style line 6 lc rgb '#56B4E9' lw 2 pt 4 ps 0.8 dt 6\n"
	"set style line 10 lc rgb '#000000' lw 1 pt 12 ps 1.1 dt 1\n"
	"set style line 11 lc rgb '#333333' lw 1 dt 3\n"
	"set border 3 lc rgb '#444444'\n"
	"set tics nomirror out\n"
	"set grid ytics lc rgb '#dddddd' lw 1 dt 1\n"
	"set key outside top center horizontal Left reverse samplen 2 maxrows 1\n"
	"set datafile missing 'NaN'\n"
	"set termoption noenhanced\n"
	"set bmargin 5.5\n"
	"set rmargin 3\n"
	"show_caption = \"set label 1 caption at screen 0.5, 0.03 center tc rgb '#444444'\"\n";

#define BARS_X \
	"set xrange [0.4:series + 0.6]\n" \
	"set xtics ()\n" \
	"do for [i = 1:series] { set xtics add (label[i] i) }\n" \
	"if (series * width > 90) { set xtics rotate by 90 right font ',7'; set bmargin at screen 0.44 }\n" \
	"set xtics scale 0\n" \
	"set yrange [0:*]\n" \
	"set boxwidth 0.34\n"

/* ---- local mobility: the downlink of the moving node, over whatever the study sweeps besides the scheme ------------------------------- */

/* swept: the runs' other value. home: the round trip to the home agent that goes with it, as home registrations took it (with HMIPv6 there
 * are none within a domain). */
#define LOCAL_SWEPT \
	"WITH swept(run_id, x) AS (SELECT run_id, CAST(value AS REAL) FROM sim_param WHERE is_sweep AND name <> 'protocol.scheme' AND name NOT LIKE" \
	" 'protocol.prediction%' GROUP BY run_id HAVING name = min(name))," \
	" home(x, rtt) AS (SELECT x, min(t_ha_ba - t_ha_bu) / 1e6 FROM sim_handover LEFT JOIN swept USING(run_id) GROUP BY x)"
#define LOCAL_FROM \
	" FROM sim_handover h JOIN sim_gap g USING(handover_id) JOIN sim_flow f USING(flow_id) JOIN sim_run u ON u.run_id = h.run_id" \
	" LEFT JOIN swept s ON s.run_id = h.run_id LEFT JOIN home o ON o.x IS s.x WHERE f.dst = h.node AND u.status = 'ok'"
#define LOCAL_FROM_PREDICTION \
	" FROM sim_handover h JOIN sim_run u USING(run_id) JOIN sim_flow f ON f.run_id = h.run_id AND f.dst = h.node" \
	" JOIN swept s ON s.run_id = h.run_id JOIN prediction t ON t.run_id = h.run_id WHERE u.status = 'ok'"
#define LOCAL_OVER_HOME(value) LOCAL_SWEPT " SELECT scheme, rtt, avg(v), half_width(v) FROM (SELECT h.scheme AS scheme, o.rtt AS rtt, " value " AS v," \
	" min(u.point) OVER (PARTITION BY h.scheme) AS ord" LOCAL_FROM ") WHERE v IS NOT NULL GROUP BY ord, scheme, rtt ORDER BY ord, rtt"
#define LOCAL_OVER_SWEPT(value) LOCAL_SWEPT " SELECT h.scheme, s.x, avg(" value "), half_width(" value ")" LOCAL_FROM \
	" GROUP BY h.scheme, s.x ORDER BY h.scheme, s.x"
#define LOCAL_BARS(of) \
	"  for [i = 1:series] data index (i - 1) using 2:(" of "):(0):(2 * $4) with vectors heads size graph 0.008, 90 ls (i < 7 ? i : 10) dt 1 lw 1 notitle\n"
#define LOCAL_LINES(x, y, what) \
	"set xlabel '" x "'\n" \
	"set ylabel '" y "'\n" \
	"set xrange [0:*]\n" \
	"if (!exists('least')) { least = 0 }\n" \
	"set yrange [least:*]\n" \
	"set key outside top center horizontal Left reverse samplen 2 maxrows 3\n" \
	"caption = '" what "Means, 95 % t-intervals.'\n" \
	"eval show_caption\n" \
	"plot for [i = 1:series] data index (i - 1) using 2:3 with linespoints ls (i < 7 ? i : 10) title label[i], \\\n" \
	LOCAL_BARS("$3 - $4")
/* Octets of `signalling:<leg>` a handover. */
#define LOCAL_LEG(leg, as) ", coalesce((SELECT sum(m.value) FROM sim_metric m WHERE m.run_id = u.run_id AND m.name = 'signalling:" leg "'), 0) * 1.0" \
	" / count(*) AS " as
/* What is 0 and what is hundreds, in one figure. */
#define LOCAL_LOGARITHMIC \
	"set nonlinear y via log10(1 + y) inverse 10**y - 1\n" \
	"set ytics (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000)\n"
#define SWEPT(path) "(SELECT value FROM sim_param WHERE run_id = u.run_id AND name = '" path "')"
/* 20ms, 1.5s: in seconds */
#define SECONDS(v) "(CASE WHEN " v " LIKE '%ms' THEN " v " / 1e3 WHEN " v " LIKE '%us' THEN " v " / 1e6 WHEN " v " LIKE '%ns' THEN " v \
	" / 1e9 WHEN " v " LIKE '%min' THEN " v " * 60.0 ELSE " v " * 1.0 END)"
/* 7/8, 0.875 */
#define FRACTION(v) "(CASE WHEN instr(" v ", '/') THEN substr(" v ", 1, instr(" v ", '/') - 1) * 1.0 / substr(" v ", instr(" v \
	", '/') + 1) ELSE " v " * 1.0 END)"
/* "delay 15ms, loss 0.1": what is swept besides, by the last steps of the paths */
#define BESIDES(paths) "(SELECT group_concat(replace(name, rtrim(name, replace(name, '.', '')), '') || ' ' || value, ', ') FROM" \
	" (SELECT name, value FROM sim_param WHERE run_id = u.run_id AND is_sweep AND name NOT IN (" paths ") ORDER BY name DESC))"
/* What is swept, a line each: values, and for on and off the last step of the path. */
#define SWEPT_LINES(besides, first) "(SELECT group_concat(CASE value WHEN 'on' THEN step WHEN 'off' THEN 'no ' || step ELSE value END, '\\n') FROM" \
	" (SELECT value, replace(name, rtrim(name, replace(name, '.', '')), '') AS step FROM sim_param WHERE run_id = u.run_id AND is_sweep AND" \
	" name NOT LIKE '" besides "' ORDER BY name LIKE '" first "' DESC, name))"
#define METRIC_OF(type, metric) "(SELECT m.value FROM sim_metric m JOIN sim_param t ON t.run_id = m.run_id AND t.name = 'nodes.' || m.node || " \
	"'.type' AND t.value = '" type "' WHERE m.run_id = u.run_id AND m.name = '" metric "' LIMIT 1)"
#define METRIC_SUM(pattern) "coalesce((SELECT sum(value) FROM sim_metric m WHERE m.run_id = u.run_id AND m.name LIKE '" pattern "'), 0)"
/*
 * TCP flows over handovers: the round trip is measured, as the care-of test's (before data loads the new cell). One label for each scheme
 * and, where swept, least retransmission timeout.
 */
#define TCP_RUNS(name) \
	"WITH t AS (SELECT u.point, h.scheme || coalesce((SELECT ', RTO from ' || group_concat(DISTINCT p.value) FROM sim_param p" \
	" WHERE p.run_id = u.run_id AND p.is_sweep AND p.name LIKE 'traffic.%.min-rto'), '') AS label," \
	" (r.t_cot - r.t_coti) / 1e6 AS rtt, m.value" \
	" FROM sim_run u JOIN sim_handover h USING(run_id) JOIN sim_registration r USING(handover_id)" \
	" JOIN sim_flow f ON f.run_id = u.run_id AND r.peer IN (f.src, f.dst) AND h.node IN (f.src, f.dst)" \
	" JOIN sim_metric m ON m.run_id = u.run_id AND m.name = '" name ":' || f.name" \
	" WHERE u.status = 'ok' AND r.t_cot IS NOT NULL AND EXISTS(SELECT 1 FROM sim_metric k WHERE k.run_id = u.run_id" \
	"  AND k.name = 'retransmissions:' || f.name))"
#define OVER_ROUND_TRIP \
	"stats data using 3 nooutput name 'N'\n" \
	"n = N_min == N_max ? sprintf('%d', N_min) : sprintf('%d to %d', N_min, N_max)\n" \
	"set xlabel 'round-trip time between mobile node and correspondent [ms]'\n" \
	"set xrange [0:*]\n" \
	"set yrange [0:*]\n" \
	"set key outside top center horizontal maxrows 2\n"
#define OVER_ROUND_TRIP_PLOT \
	"eval show_caption\n" \
	"plot for [i = 1:series] data index (i - 1) using 2:4 with linespoints ls i dt 1 title label[i], \\\n" \
	"  for [i = 1:series] data index (i - 1) using 2:($4 - $5):(0):(2 * $5) with vectors heads size graph 0.008, 90 ls i dt 1 lw 1 notitle\n"

/* Handovers by the swept tentative lifetime. Label: the round trip as early updates and their acknowledgements took it, and the loss. */
#define TENTATIVE_RUNS \
	"WITH r AS (SELECT u.run_id AS run_id, " BESIDES("'protocol.tentative-lifetime'") " AS besides, " SECONDS(SWEPT("protocol.tentative-lifetime")) \
	" AS lifetime, t_early_bu, t_early_bu_rx, t_early_ba, t_bu_rx, (SELECT sum(g.tunnelled) FROM sim_gap g JOIN sim_flow f USING(flow_id)" \
	" WHERE g.handover_id = h.handover_id AND f.dst = h.node) AS tunnelled, coalesce(" METRIC_OF("attacker", "amplification") ", 0) AS a," \
	" (SELECT CAST(value AS REAL) FROM sim_param p WHERE p.run_id = u.run_id AND is_sweep AND name LIKE 'cells.%.loss') AS loss" \
	" FROM sim_registration JOIN sim_handover h USING(handover_id) JOIN sim_run u ON u.run_id = h.run_id WHERE " \
	SWEPT("protocol.tentative-lifetime") " IS NOT NULL)," \
	" t AS (SELECT *, min(t_early_ba - t_early_bu) OVER (PARTITION BY besides) / 1e6 AS rtt, printf('RTT %.0f ms', min(t_early_ba - t_early_bu)" \
	" OVER (PARTITION BY besides) / 1e6) || coalesce(printf(', loss %g %%', 100 * loss), '') AS label FROM r)"
#define OVER_LIFETIME \
	"stats data using 3 nooutput name 'N'\n" \
	"n = N_min == N_max ? sprintf('%d', N_min) : sprintf('%d to %d', N_min, N_max)\n" \
	"set xlabel 'tentative lifetime [s]' offset 0, 0.5\n" \
	"set yrange [0:*]\n" \
	"set logscale x\n" \
	"set xrange [0.22:11]\n" \
	"set xtics (0.25, 0.5, 1, 1.5, 2, 3, 5, 10)\n" \
	"set key outside top center horizontal Left reverse samplen 3 maxrows 3\n"

#define SIGNALLING "'HoTI', 'HoT', 'CoTI', 'CoT', 'BU', 'BA', 'HoTI+tunnel', 'HoT+tunnel'"
/* Registration keys: a row a run, labelled by method. `registrations`: asked for by the mobile node. */
#define KEY_RUNS \
	"WITH k AS (SELECT u.run_id, u.point, " SWEPT("protocol.mip4.registration-keys.method") " || CASE " SWEPT("protocol.mip4.registration-keys.value") \
	" WHEN 'on-demand' THEN '\\non demand' ELSE '' END AS label, coalesce(" SWEPT("protocol.mip4.computation.machine") ", 'sparc-2') AS machine," \
	" CAST(coalesce(" SWEPT("protocol.mip4.registration-keys.rsa-bits") ", '1024') AS INTEGER) AS bits," \
	" CAST(coalesce(" SWEPT("protocol.mip4.registration-keys.group") ", '1024') AS INTEGER) AS exchange_bits," \
	" (SELECT sum(count) FROM sim_message m JOIN sim_handover h USING(run_id, node) WHERE m.run_id = u.run_id AND type = 'RegRequest'" \
	"  AND direction = 'sent' AND h.seq = 1) AS registrations" \
	" FROM sim_run u WHERE status = 'ok' AND " SWEPT("protocol.mip4.registration-keys.method") " IS NOT NULL)"
/* In lines for the axis. */
#define KEY_LABEL "replace(replace(replace(label, '-public-key', '\\npublic key'), 'diffie-hellman', 'Diffie-\\nHellman'), 'home-agent', 'home\\nagent')"
#define KEY_DELAY(nodes) "(SELECT avg(value) FROM sim_metric m WHERE m.run_id = k.run_id AND m.name LIKE 'registration-key-delay:%' AND m.node " nodes \
	" (SELECT node FROM sim_handover h WHERE h.run_id = k.run_id)) * 1e3"

const struct figure figures[] = {
	{ "latency-bars", "send and receive latency by scheme and waiting: means, 95 % t-intervals, closed forms", false,
	  "SELECT replace(scheme, ', ', '\\n') || '\\n' || waiting, count(send_ms), avg(send_ms), half_width(send_ms), avg(closed_send_ms), count(receive_ms),"
	  " avg(receive_ms), half_width(receive_ms), avg(closed_receive_ms) FROM latency_mean GROUP BY ord ORDER BY ord",
	  BARS_X
	  "stats data using 2 nooutput name 'S'\n"
	  "stats data using 6 nooutput name 'R'\n"
	  "least = S_min < R_min ? S_min : R_min; most = S_max > R_max ? S_max : R_max\n"
	  "n = least == most ? sprintf('%d', least) : sprintf('%d to %d', least, most)\n"
	  "set ylabel 'latency [ms]'\n"
	  "caption = 'From when the care-of address is usable. Mean of n = '.n.' replications, 95 % t-interval.'\n"
	  "eval show_caption\n"
	  "plot data using ($0 + 0.82):3 with boxes fs solid 0.9 border lc rgb '#444444' lc rgb '#0072B2' title 'may send directly', \\\n"
	  "  data using ($0 + 1.18):7 with boxes fs solid 0.9 border lc rgb '#444444' lc rgb '#E69F00' title 'receives directly', \\\n"
	  "  data using ($0 + 0.82):($3 - $4):(0):(2 * $4) with vectors heads size graph 0.008, 90 lc rgb '#000000' lw 1.2 notitle, \\\n"
	  "  data using ($0 + 1.18):($7 - $8):(0):(2 * $8) with vectors heads size graph 0.008, 90 lc rgb '#000000' lw 1.2 notitle, \\\n"
	  "  data using ($0 + 0.82):5 with points ls 10 title 'closed form (EBU 5)', \\\n"
	  "  data using ($0 + 1.18):9 with points ls 10 notitle\n" },
	{ "latency-cdf", "distribution of receive latency by scheme over the runs, and of its closed form", true,
	  "SELECT scheme, receive_ms, closed_receive_ms FROM latency AS l WHERE receive_ms IS NOT NULL"
	  " AND waiting = (SELECT waiting FROM latency AS k WHERE k.scheme = l.scheme ORDER BY ord LIMIT 1)"
	  " ORDER BY (SELECT min(ord) FROM latency AS k WHERE k.scheme = l.scheme), receive_ms",
	  "set xlabel 'receives directly after [ms]'\n"
	  "set ylabel 'share of handovers'\n"
	  "set yrange [0:1]\n"
	  "set xrange [0:*]\n"
	  "set grid xtics ytics lc rgb '#dddddd' lw 1 dt 1\n"
	  "set key inside bottom right vertical maxrows auto\n"
	  "caption = 'Between the curves: the wait for the next packet of the stream.'\n"
	  "eval show_caption\n"
	  /* Rows are sorted; markers at every eighth or so, because dashes get lost on steps. */
	  "plot for [i = 1:series] data index (i - 1) using 2:(($0 + 1) / count[i]) with steps ls i dt 1 notitle, \\\n"
	  "  for [i = 1:series] data index (i - 1) using 2:(int($0) % ceil(count[i] / 8.0) ? NaN : ($0 + 1) / count[i]) \\\n"
	  "    with points ls i notitle, \\\n"
	  "  for [i = 1:series] data index (i - 1) using 3:(1.0 / count[i]) smooth cumulative with steps ls 11 notitle, \\\n"
	  "  for [i = 1:series] keyentry with linespoints ls i dt 1 title label[i].' (n = '.count[i].')', \\\n"
	  "  keyentry with lines ls 11 title 'closed form (EBU 5)'\n" },
	{ "loss-bars", "packets lost over a handover by scheme and waiting: means, 95 % t-intervals", false,
	  "SELECT replace(scheme, ', ', '\\n') || '\\n' || waiting, count(lost), avg(lost), half_width(lost) FROM latency_mean GROUP BY ord HAVING count(lost) > 0"
	  " ORDER BY ord",
	  BARS_X
	  "stats data using 2 nooutput name 'S'\n"
	  "n = S_min == S_max ? sprintf('%d', S_min) : sprintf('%d to %d', S_min, S_max)\n"
	  "set ylabel 'packets lost in a handover'\n"
	  "set key off\n"
	  "caption = 'Mean of n = '.n.' replications, 95 % t-interval.'\n"
	  "eval show_caption\n"
	  "plot data using ($0 + 1):3 with boxes fs solid 0.9 border lc rgb '#444444' lc rgb '#0072B2' notitle, \\\n"
	  "  data using ($0 + 1):($3 - $4):(0):(2 * $4) with vectors heads size graph 0.008, 90 lc rgb '#000000' lw 1.2 notitle\n" },
	/* Published means: CNI testbed, xMIPv6 (OMNeT++), ns-3: Rana and others, Simulation Modelling Practice and Theory 72, 2017; MIPL: Lee
	 * and others, 30 runs. The cells are those of scenarios/study/detection.yaml; each setting's first point of the plan is taken. */
	{ "detection", "distribution of movement detection and addressing without hints, with published means", true,
	  "WITH published(cell, a, b, source, value) AS (VALUES"
	  " ('ra-30-70ms', 0.03, 0.07, 'CNI testbed', 1.558), ('ra-30-70ms', 0.03, 0.07, 'xMIPv6', 1.680),"
	  " ('ra-30-70ms', 0.03, 0.07, 'ns-3', 1.539),"
	  " ('ra-50-1500ms', 0.05, 1.5, 'CNI testbed', 2.041), ('ra-50-1500ms', 0.05, 1.5, 'xMIPv6', 2.131),"
	  " ('ra-50-1500ms', 0.05, 1.5, 'ns-3', 2.083), ('ra-50-1500ms', 0.05, 1.5, 'MIPL', 1.896),"
	  " ('ra-1000-3000ms', 1.0, 3.0, 'CNI testbed', 3.288), ('ra-1000-3000ms', 1.0, 3.0, 'xMIPv6', 2.643),"
	  " ('ra-1000-3000ms', 1.0, 3.0, 'ns-3', 2.600), ('ra-1000-3000ms', 1.0, 3.0, 'MIPL', 2.469)),"
	  " setting AS (SELECT DISTINCT cell, a, b FROM published),"
	  " first(cell, point) AS MATERIALIZED (SELECT to_cell, min(point) FROM sim_handover JOIN sim_run USING(run_id) WHERE status = 'ok' GROUP BY 1),"
	  " x(cell, v) AS MATERIALIZED (SELECT h.to_cell, (h.t_coa - h.t_up) / 1e9 FROM sim_handover AS h JOIN sim_run AS u USING(run_id)"
	  " JOIN first AS f ON f.cell = h.to_cell AND f.point = u.point WHERE u.status = 'ok' AND h.t_coa IS NOT NULL)"
	  " SELECT label, v, y, mean, half FROM ("
	  " SELECT 'RA every ' || a || ' to ' || b || ' s' AS label, v, cume_dist() OVER (PARTITION BY cell ORDER BY v) AS y,"
	  " closed_detection_s(a, b) AS mean, 1.96 * closed_detection_deviation_s(a, b) / sqrt(30) AS half, a AS ord FROM x JOIN setting USING(cell)"
	  " UNION ALL SELECT source, value, (SELECT avg(v <= value) FROM x WHERE x.cell = p.cell), NULL, NULL,"
	  " 10 + instr('CNI testbed xMIPv6 ns-3 MIPL', source) FROM published AS p WHERE cell IN (SELECT cell FROM x)) ORDER BY ord, v",
	  "n = 0\n"
	  "do for [i = 1:series] { if (label[i][1:2] eq 'RA') { n = i } }\n"
	  "set xlabel 'from link up to a usable address [s]'\n"
	  "set ylabel 'share of handovers'\n"
	  "set yrange [0:1]\n"
	  "set xrange [1:*]\n"
	  "set grid xtics ytics lc rgb '#dddddd' lw 1 dt 1\n"
	  "set key inside bottom right vertical maxrows auto\n"
	  "caption = 'Closed form: mean; bar: where 95 % of means of 30 runs fall. Points: published means.'\n"
	  "eval show_caption\n"
	  "plot for [i = 1:n] data index (i - 1) using 2:3 with steps ls i dt 1 title label[i].' (n = '.count[i].')', \\\n"
	  "  for [i = 1:n] data index (i - 1) every ::0::0 using 4:(0.5):5 with xerrorbars ls 10 title i == 1 ? 'closed form' : '', \\\n"
	  "  for [i = n + 1:series] data index (i - 1) using 2:3 with points ls 10 lc rgb '#444444' pt (2 * (i - n) + 3) ps 1.2 title label[i]\n" },
	{ "local-loss", "packets lost downlink in a handover, by scheme over the round-trip time to the home agent", true,
	  LOCAL_OVER_HOME("g.lost"),
	  LOCAL_LOGARITHMIC
	  LOCAL_LINES("round-trip time to the home agent [ms]", "packets lost in a handover", "Downlink. ") },
	{ "local-gap", "silence downlink in a handover, by scheme over the round-trip time to the home agent", true,
	  LOCAL_OVER_HOME("(g.t_first_after - g.t_last_before) / 1e6"),
	  LOCAL_LOGARITHMIC
	  "least = 10\n"
	  LOCAL_LINES("round-trip time to the home agent [ms]", "silence [ms]", "Downlink: last packet before to first after. ") },
	{ "local-position", "one-way delay and silence downlink over the delay of the anchor point's branch, by scheme", true,
	  LOCAL_SWEPT " SELECT scheme, x, avg(delay), half_width(delay), avg(gap), half_width(gap) FROM (SELECT h.scheme AS scheme, s.x AS x,"
	  " f.delay_mean_s * 1e3 AS delay, (g.t_first_after - g.t_last_before) / 1e6 AS gap, min(u.point) OVER (PARTITION BY h.scheme) AS ord"
	  LOCAL_FROM " AND g.t_first_after IS NOT NULL) GROUP BY ord, scheme, x ORDER BY ord, x",
	  "set xlabel 'delay of the branch to the anchor point, one way [ms]'\n"
	  "set ylabel 'silence, delay [ms]'\n"
	  "set xrange [0:*]\n"
	  "set yrange [0:*]\n"
	  "set key outside top center horizontal Left reverse samplen 2 maxrows 2\n"
	  "caption = 'Downlink. Silence: in a handover. Delay: one way, over the run. Means, 95 % t-intervals.'\n"
	  "eval show_caption\n"
	  "plot for [i = 1:series] data index (i - 1) using 2:5 with linespoints ls i title label[i].': silence', \\\n"
	  "  for [i = 1:series] data index (i - 1) using 2:3 with linespoints ls (series + i) title label[i].': delay', \\\n"
	  "  for [i = 1:series] data index (i - 1) using 2:($5 - $6):(0):(2 * $6) with vectors heads size graph 0.008, 90 ls i dt 1 lw 1 notitle, \\\n"
	  LOCAL_BARS("$3 - $4") },
	{ "local-buffer", "packets lost downlink in a fast handover over the access routers' buffers", true,
	  LOCAL_OVER_SWEPT("g.lost"),
	  LOCAL_LINES("buffer [packets]", "packets lost in a handover", "Predictive: at the new access router; reactive: copies at the previous one. ") },
	{ "local-prediction", "packets lost downlink with a fast handover over the lead, by how the signals err", true,
	  LOCAL_SWEPT ", prediction(run_id, label) AS (SELECT run_id, coalesce(group_concat(CASE WHEN value + 0 > 0 THEN replace(name,"
	  " 'protocol.prediction.', '') || ' ' || value END, ', '), 'all right') FROM sim_param WHERE name LIKE 'protocol.prediction.%' GROUP BY run_id)"
	  " SELECT label, x, avg(lost), half_width(lost) FROM (SELECT t.label AS label, s.x AS x, f.lost AS lost, min(u.point) OVER (PARTITION BY t.label) AS ord"
	  LOCAL_FROM_PREDICTION ") GROUP BY ord, label, x ORDER BY ord, x",
	  LOCAL_LOGARITHMIC
	  LOCAL_LINES("lead of the link-going-down signal [ms]", "packets lost", "Shares of signals that name another cell, do not come, or come for nothing. ") },
	{ "local-phases", "the silence downlink by phase and scheme, stacked, over the round-trip time to the home agent", false,
	  LOCAL_SWEPT ", mean AS (SELECT h.scheme AS scheme, o.rtt AS rtt, count(*) AS n, avg(max(h.t_up - max(g.t_last_before, h.t_down), 0)) / 1e6 AS link,"
	  " avg(h.t_router - h.t_up) / 1e6 AS router, avg(h.t_coa - h.t_router) / 1e6 AS address, avg(max(g.t_first_after - h.t_coa, 0)) / 1e6 AS rest,"
	  " min(u.point) AS point" LOCAL_FROM " AND g.t_first_after IS NOT NULL AND h.t_coa IS NOT NULL GROUP BY h.scheme, o.rtt)"
	  " SELECT scheme, n, link, coalesce(router, 0), coalesce(address, 0), rest, dense_rank() OVER (ORDER BY rtt) - 1,"
	  " CASE WHEN 2 * row_number() OVER (PARTITION BY rtt ORDER BY point) - count(*) OVER (PARTITION BY rtt) IN (0, 1) THEN rtt END FROM mean"
	  " ORDER BY rtt, min(point) OVER (PARTITION BY scheme)",
	  "stats data using ($3 + $4 + $5 + $6) nooutput name 'T'\n"
	  "stats data using 7 nooutput name 'G'\n"
	  "top = T_max > 3 * T_median ? 3 * T_median : T_max\n"
	  "set xrange [0.2:series + G_max + 0.8]\n"
	  "set yrange [0:1.12 * top]\n"
	  "set xtics () scale 0 rotate by 60 right font ',8'\n"
	  "set bmargin 7.5\n"
	  "set boxwidth 0.8\n"
	  "set ylabel 'silence from link down [ms]'\n"
	  "x(n) = n + 1 + column(7)\n"
	  "up(v) = v > top ? 1.02 * top : v\n"
	  "caption = 'Downlink, means; above: round-trip time. Number: the whole silence; longer bars are cut.'\n"
	  "eval show_caption\n"
	  "plot data using (x($0)):(up($3 + $4 + $5 + $6)):xtic(1) with boxes fs solid 0.9 lc rgb '#E69F00' title 'registration', \\\n"
	  "  data using (x($0)):(up($3 + $4 + $5)) with boxes fs solid 0.9 lc rgb '#009E73' title 'address', \\\n"
	  "  data using (x($0)):(up($3 + $4)) with boxes fs solid 0.9 lc rgb '#56B4E9' title 'router', \\\n"
	  "  data using (x($0)):3 with boxes fs solid 0.9 lc rgb '#0072B2' title 'link layer', \\\n"
	  "  data using (x($0)):(up($3 + $4 + $5 + $6)):(sprintf('%.0f', $3 + $4 + $5 + $6)) with labels offset 0, 0.5 font ',8' notitle, \\\n"
	  "  data using (x($0)):(1.1 * top):(sprintf('home agent %.0f ms', $8)) with labels font ',11' notitle\n" },
	{ "local-signalling", "signalling octets a handover by the ends of the messages and scheme, stacked", false,
	  "SELECT scheme, count(*), avg(ar), avg(arar), avg(map), avg(ha), avg(cn) FROM (SELECT h.scheme AS scheme, u.point AS point"
	  LOCAL_LEG("mn-ar", "ar") LOCAL_LEG("ar-ar", "arar") LOCAL_LEG("mn-map", "map") LOCAL_LEG("mn-ha", "ha") LOCAL_LEG("mn-cn", "cn")
	  " FROM sim_handover h JOIN sim_run u USING(run_id) WHERE u.status = 'ok' GROUP BY u.run_id) GROUP BY scheme ORDER BY min(point)",
	  "set xrange [0.4:series + 0.6]\n"
	  "set yrange [0:*]\n"
	  "set boxwidth 0.6\n"
	  "set xtics scale 0\n"
	  "set ylabel 'octets a handover'\n"
	  "caption = 'Mobility messages, counted where they leave, with tunnel headers. Mean of all points.'\n"
	  "eval show_caption\n"
	  "plot data using ($0 + 1):($3 + $4 + $5 + $6 + $7):xtic(1) with boxes fs solid 0.9 lc rgb '#E69F00' title 'correspondent', \\\n"
	  "  data using ($0 + 1):($3 + $4 + $5 + $6) with boxes fs solid 0.9 lc rgb '#CC79A7' title 'home agent', \\\n"
	  "  data using ($0 + 1):($3 + $4 + $5) with boxes fs solid 0.9 lc rgb '#009E73' title 'anchor point', \\\n"
	  "  data using ($0 + 1):($3 + $4) with boxes fs solid 0.9 lc rgb '#56B4E9' title 'between routers', \\\n"
	  "  data using ($0 + 1):3 with boxes fs solid 0.9 lc rgb '#0072B2' title 'access router', \\\n"
	  "  data using ($0 + 1):($3 + $4 + $5 + $6 + $7):(sprintf('%.0f', $3 + $4 + $5 + $6 + $7)) with labels offset 0, 0.6 notitle\n" },
	{ "amplification-bars", "a redirecting attacker's amplification by point: means, 95 % t-intervals", false,
	  "SELECT label, count(*), avg(a), half_width(a) FROM (SELECT u.point, " SWEPT_LINES("nodes.%", "%.unverified") " AS label, coalesce(" METRIC_OF("attacker", "amplification")
	  ", 0) AS a FROM sim_run u WHERE status = 'ok' AND EXISTS(SELECT 1 FROM sim_param t WHERE t.run_id = u.run_id AND t.name LIKE"
	  " 'nodes.%.type' AND t.value = 'attacker')) GROUP BY point ORDER BY point",
	  BARS_X
	  "set bmargin 8\n"
	  "stats data using 2 nooutput name 'S'\n"
	  "n = S_min == S_max ? sprintf('%d', S_min) : sprintf('%d to %d', S_min, S_max)\n"
	  "set ylabel 'amplification'\n"
	  "set key off\n"
	  "caption = 'Octets to unverified addresses / from the attacker; n = '.n.', 95 % t-intervals. Dotted: 1.'\n"
	  "set style textbox opaque noborder margins 0.3, 0.3\n"
	  "eval show_caption\n"
	  "plot 1 with lines ls 11 notitle, \\\n"
	  "  data using ($0 + 1):3 with boxes fs solid 0.9 border lc rgb '#444444' lc rgb '#0072B2' notitle, \\\n"
	  "  data using ($0 + 1):($3 - $4):(0):(2 * $4) with vectors heads size graph 0.008, 90 lc rgb '#000000' lw 1.2 notitle, \\\n"
	  "  data using ($0 + 1):($3 + $4):(sprintf($3 < 10 ? '%.2f' : '%.1f', $3)) with labels boxed offset 0, 0.7 notitle\n" },
	{ "tentative-lifetime", "tentative bindings that end before the care-of address is verified, over the lifetime", true,
	  TENTATIVE_RUNS " SELECT label, lifetime, count(*), 100 * avg(t_bu_rx IS NULL OR t_bu_rx - t_early_bu_rx > 1e9 * lifetime) FROM t"
	  " WHERE t_early_bu_rx IS NOT NULL GROUP BY label, lifetime ORDER BY rtt, label, lifetime",
	  OVER_LIFETIME
	  "set ylabel 'bindings that end unverified [%]'\n"
	  "caption = 'Of '.n.' handovers whose Early Binding Update arrived. RTT: to the correspondent.'\n"
	  "eval show_caption\n"
	  "plot for [i = 1:series] data index (i - 1) using 2:4 with linespoints ls (i + 1) / 2 dt 3 - 2 * (i % 2) title label[i]\n" },
	{ "tentative-cost", "packets of a handover that took the way through the home agent, and an attacker's gain, over the tentative lifetime", true,
	  TENTATIVE_RUNS " SELECT label, lifetime, count(tunnelled), avg(tunnelled), half_width(tunnelled), avg(a) FROM t GROUP BY label, lifetime"
	  " ORDER BY rtt, label, lifetime",
	  OVER_LIFETIME
	  "set ylabel 'packets by way of the home agent'\n"
	  "set y2label 'amplification'\n"
	  "set border 11\n"
	  "set y2tics\n"
	  "set y2range [0:*]\n"
	  "set rmargin 9\n"
	  "caption = 'To the moving node, mean of '.n.' handovers. Attacker: of the first series.'\n"
	  "eval show_caption\n"
	  "plot for [i = 1:series] data index (i - 1) using 2:4 with linespoints ls (i + 1) / 2 dt 3 - 2 * (i % 2) title label[i], \\\n"
	  "  data index 0 using 2:6 axes x1y2 with linespoints ls 10 title 'attacker (right)'\n" },
	/* The presets, as far as they stand in the study, are series of their own behind the others. */
	{ "credit-ageing", "packets to unverified addresses that credit did not cover, over the ageing factor", true,
	  "WITH r AS (SELECT (SELECT group_concat(value, ', ') FROM (SELECT value FROM sim_param WHERE run_id = u.run_id AND is_sweep AND name NOT"
	  " LIKE 'protocol.credit.%' ORDER BY name)) AS traffic, " SWEPT("protocol.credit.interval") " AS interval, " FRACTION(
	  SWEPT("protocol.credit.factor")) " AS factor, coalesce(" FRACTION(SWEPT("protocol.credit.quench")) ", 1) AS quench, u.point, "
	  METRIC_SUM("credit-short:%") " AS short, " METRIC_SUM("unverified-packets:%") " AS sent FROM sim_run u WHERE status = 'ok' AND "
	  SWEPT("protocol.credit.factor") " IS NOT NULL), colour AS (SELECT traffic, row_number() OVER (ORDER BY min(point)) AS colour FROM r GROUP BY traffic)"
	  " SELECT traffic || '; ' || interval AS label, factor, count(*), 100.0 * sum(short) / sum(short + sent), colour, min(min(point)) OVER (PARTITION BY traffic,"
	  " interval) AS ord FROM r JOIN colour USING(traffic) WHERE quench = 1 GROUP BY traffic, interval, factor"
	  " UNION ALL SELECT 'RFC 4866', factor, count(*), 100.0 * sum(short) / sum(short + sent), colour, 1e9 FROM r JOIN colour USING(traffic) WHERE quench = 1 AND factor = 0.875 AND"
	  " interval = '5s' GROUP BY traffic"
	  " UNION ALL SELECT 'drafts', factor, count(*), 100.0 * sum(short) / sum(short + sent), colour, 2e9 FROM r JOIN colour USING(traffic) WHERE quench = 0.5 AND factor = 0.5 AND"
	  " interval = '3s' GROUP BY traffic ORDER BY ord, label, factor",
	  "n = series\n"
	  "do for [i = 1:series] { if (label[i] eq 'RFC 4866' || label[i] eq 'drafts') { n = n - 1 } }\n"
	  "stats data using 3 nooutput name 'N'\n"
	  "set xlabel 'ageing factor' offset 0, 0.5\n"
	  "set ylabel 'not covered by credit [%]'\n"
	  "set yrange [-2:100]\n"
	  "set xrange [-0.02:1]\n"
	  "set key outside top center horizontal Left reverse samplen 3 maxrows 5 title 'swept traffic; aged every'\n"
	  "set linetype 1 lc rgb '#0072B2'\nset linetype 2 lc rgb '#D55E00'\nset linetype 3 lc rgb '#009E73'\n"
	  "caption = 'Of the packets that were to go to an unverified care-of address; '.sprintf('%d', N_max).' runs a point.'\n"
	  "eval show_caption\n"
	  "plot for [i = 1:n] data index (i - 1) using 2:4 with linespoints ls int(((i + 2) / 3 - 1) % 6) + 1 dt 1 + (i - 1) % 3 pt 5 + 2 * ((i - 1) % 3) title label[i], \\\n"
	  "  for [i = n + 1:series] data index (i - 1) using 2:4:5 with points pt (label[i] eq 'drafts' ? 12 : 6) ps 2.2 lw 1.5 lc variable title label[i]\n" },
	{ "credit-tcp", "packets of a TCP transfer to unverified addresses that credit did not cover, over the round-trip time", true,
	  "WITH r AS (SELECT u.point, r.peer, (SELECT group_concat(value) FROM sim_param p WHERE p.run_id = u.run_id AND is_sweep AND name LIKE"
	  " '%.preset') AS preset, (h.t_down / 1e9 - coalesce(" SECONDS(SWEPT("traffic.0.start")) ", 0)) AS age,"
	  " (t_early_bu_rx - t_early_bu) / 5e5 AS rtt, " METRIC_SUM("credit-short:%") " AS short, " METRIC_SUM("unverified-packets:%") " AS sent"
	  " FROM sim_run u JOIN sim_handover h USING(run_id) JOIN sim_registration r USING(handover_id) WHERE u.status = 'ok' AND t_early_bu_rx IS NOT"
	  " NULL AND EXISTS(SELECT 1 FROM sim_param p WHERE p.run_id = u.run_id AND (name, value) IN (VALUES('protocol.scheme', 'ebu+credit'),"
	  " ('protocol.unverified', 'credit'))) AND EXISTS(SELECT 1 FROM sim_metric k WHERE k.run_id = u.run_id AND k.name LIKE 'retransmissions:%')),"
	  " p AS (SELECT point, printf('%.0f s old', avg(age)) || coalesce(', ' || preset, '') AS label, avg(age) AS age, preset, avg(rtt) AS rtt,"
	  " count(*) AS n, 100.0 * sum(short) / sum(short + sent) AS share FROM r GROUP BY point)"
	  " SELECT label, rtt, n, share FROM p ORDER BY preset DESC, label <> '', round(age), label, rtt",
	  OVER_ROUND_TRIP
	  "set xrange [0:1050]\n"
	  "set yrange [-2:100]\n"
	  "set arrow 1 from 500, graph 0 to 500, graph 1 nohead ls 11\n"
	  "set label 2 'RFC 4866 4.11' at 500, graph 0.97 right offset -0.5, 0 tc rgb '#444444'\n"
	  "set ylabel 'not covered by credit [%]'\n"
	  "caption = 'Of the packets for an unverified address. Mean of n = '.n.' handovers; age of the transfer then.'\n"
	  "eval show_caption\n"
	  "plot for [i = 1:series] data index (i - 1) using 2:4 with linespoints ls (i < 7 ? i : 10) title label[i]\n" },
	/* What a longer run has beyond a shorter one: whole refreshes, without the first registration. */
	{ "signalling-bars", "refresh signalling of a mobile node with its correspondents, by message: difference of two durations", false,
	  "WITH m AS (SELECT " SWEPT_LINES("duration", "%.scheme") " AS label, u.point, u.sim_s, s.type, s.count, s.octets FROM sim_run u JOIN"
	  " sim_message s USING(run_id) JOIN sim_param k ON k.run_id = u.run_id AND k.name = 'nodes.' || s.node || '.type' AND k.value = 'mobile-node'"
	  " WHERE u.status = 'ok'),"
	  " ends AS (SELECT label, min(sim_s) AS first, max(sim_s) AS last, min(point) AS ord FROM m GROUP BY label),"
	  " more AS (SELECT label, ord, last - first AS s, type, sum(iif(sim_s = last, octets, iif(sim_s = first, -octets, 0))) * 1.0 AS octets,"
	  " sum(iif(sim_s = last, count, iif(sim_s = first, -count, 0))) AS n FROM m JOIN ends USING(label) WHERE first < last GROUP BY label, type)"
	  " SELECT label || '\\n' || printf('%.0f', sum(octets) FILTER (WHERE type IN (" SIGNALLING ")) / sum(n) FILTER (WHERE type = 'BU')), 8 / s * total(octets)"
	  " FILTER (WHERE type = 'HoTI'), 8 / s * total(octets) FILTER (WHERE type = 'HoT'), 8 / s * total(octets) FILTER (WHERE type = 'CoTI'), 8 / s *"
	  " total(octets) FILTER (WHERE type = 'CoT'), 8 / s * total(octets) FILTER (WHERE type = 'BU'), 8 / s * total(octets) FILTER (WHERE type = 'BA'),"
	  " 8 / s * total(octets) FILTER (WHERE type IN ('HoTI+tunnel', 'HoT+tunnel')) FROM more GROUP BY label ORDER BY ord",
	  "set xrange [0.4:series + 0.6]\n"
	  "set xtics scale 0\n"
	  "set bmargin 7.5\n"
	  "set boxwidth 0.6\n"
	  "set ylabel 'bit/s of one mobile node'\n"
	  "set y2label 'Mbit/s of 100 million nodes'\n"
	  "set border 11\n"
	  "set rmargin 11\n"
	  "stats data using ($2 + $3 + $4 + $5 + $6 + $7 + $8) nooutput name 'T'\n"
	  "set yrange [0:1.1 * (T_max > 8 ? T_max : 8)]\n"
	  "set y2range [0:110 * (T_max > 8 ? T_max : 8)]\n"
	  "set y2tics\n"
	  "set key outside top center horizontal Left reverse samplen 2 maxrows 2\n"
	  "set style textbox opaque noborder margins 0.3, 0.3\n"
	  "caption = 'With one correspondent. Below: octets a refresh. Line: 7.16 bit/s, Taxonomy 4.2.'\n"
	  "eval show_caption\n"
	  "up(n) = sum [k = 2:n] column(k)\n"
	  "plot data using ($0 + 1):(up(8)):xtic(1) with boxes fs solid 0.9 lc rgb '#999999' title 'tunnel headers', \\\n"
	  "  data using ($0 + 1):(up(7)) with boxes fs solid 0.9 lc rgb '#E69F00' title 'BA', \\\n"
	  "  data using ($0 + 1):(up(6)) with boxes fs solid 0.9 lc rgb '#D55E00' title 'BU', \\\n"
	  "  data using ($0 + 1):(up(5)) with boxes fs solid 0.9 lc rgb '#009E73' title 'CoT', \\\n"
	  "  data using ($0 + 1):(up(4)) with boxes fs solid 0.9 lc rgb '#66C2A5' title 'CoTI', \\\n"
	  "  data using ($0 + 1):(up(3)) with boxes fs solid 0.9 lc rgb '#0072B2' title 'HoT', \\\n"
	  "  data using ($0 + 1):(up(2)) with boxes fs solid 0.9 lc rgb '#56B4E9' title 'HoTI', \\\n"
	  "  7.16 with lines ls 11 lw 2 notitle, \\\n"
	  "  data using ($0 + 1):(up(8)):(sprintf('%.2f', up(8))) with labels boxed offset 0, 0.7 notitle\n" },
	{ "tcp-stall", "longest time without new data of a TCP flow in a handover, over the round-trip time: means, 95 % t-intervals", true,
	  TCP_RUNS("stall")
	  " SELECT label, avg(rtt), count(value), avg(value), half_width(value) FROM t GROUP BY label, point ORDER BY label, 2",
	  OVER_ROUND_TRIP
	  "set ylabel 'stall of the transfer [s]'\n"
	  "caption = 'Longest time between deliveries of new data. Mean of n = '.n.' handovers, 95 % t-interval.'\n"
	  OVER_ROUND_TRIP_PLOT },
	{ "tcp-throughput", "throughput of a TCP flow that meets a handover, over the round-trip time: means, 95 % t-intervals", true,
	  TCP_RUNS("throughput")
	  " SELECT label, avg(rtt), count(value), avg(value) / 1e6, half_width(value) / 1e6 FROM t GROUP BY label, point ORDER BY label, 2",
	  OVER_ROUND_TRIP
	  "set ylabel 'throughput [Mbit/s]'\n"
	  "caption = 'Data delivered from start to stop. Mean of n = '.n.' runs, 95 % t-interval.'\n"
	  OVER_ROUND_TRIP_PLOT },
	{ "key-latency", "registration keys: until a mobile node is registered and until both ends have the key, by method: means, 95 % t-intervals", false,
	  KEY_RUNS ", l AS (SELECT label, point, machine, (SELECT avg(t_ha_ba - t_coa) / 1e6 FROM sim_handover h WHERE h.run_id = k.run_id AND t_coa IS NOT NULL)"
	  " AS registered, " KEY_DELAY("IN") " AS mobile, " KEY_DELAY("NOT IN") " AS agent FROM k WHERE bits = 1024)"
	  " SELECT " KEY_LABEL ", count(*), avg(registered), half_width(registered), avg(mobile), half_width(mobile), avg(agent), half_width(agent),"
	  " (SELECT max(avg(registered), coalesce(avg(mobile), 0), coalesce(avg(agent), 0)) FROM l AS x WHERE x.label = l.label AND machine = 'xeon') FROM l"
	  " WHERE machine = 'sparc-2' GROUP BY label ORDER BY min(point)",
	  BARS_X
	  "set boxwidth 0.26\n"
	  "stats data using 2 nooutput name 'N'\n"
	  "set ylabel 'from when it is wanted [ms]'\n"
	  "caption = sprintf('Computing times of a SPARC II, 1024 bits. Means of %d replications, 95 %% t-intervals.', N_min)\n"
	  "eval show_caption\n"
	  "plot data using ($0 + 0.72):3 with boxes fs solid 0.9 border lc rgb '#444444' lc rgb '#0072B2' title 'registered', \\\n"
	  "  data using ($0 + 1.0):5 with boxes fs solid 0.9 border lc rgb '#444444' lc rgb '#E69F00' title 'key at mobile node', \\\n"
	  "  data using ($0 + 1.28):7 with boxes fs solid 0.9 border lc rgb '#444444' lc rgb '#009E73' title 'key at foreign agent', \\\n"
	  "  data using ($0 + 0.72):($3 - $4):(0):(2 * $4) with vectors heads size graph 0.008, 90 lc rgb '#000000' lw 1.2 notitle, \\\n"
	  "  data using ($0 + 1.0):($5 - $6):(0):(2 * $6) with vectors heads size graph 0.008, 90 lc rgb '#000000' lw 1.2 notitle, \\\n"
	  "  data using ($0 + 1.28):($7 - $8):(0):(2 * $8) with vectors heads size graph 0.008, 90 lc rgb '#000000' lw 1.2 notitle, \\\n"
	  "  data using ($0 + 1.0):9 with points ls 10 title 'the last of them on a Xeon'\n" },
	{ "key-computation", "registration keys: computing time of a registration by method and by who computes, stacked: means", false,
	  KEY_RUNS ", c AS (SELECT label, point, registrations, coalesce(value, 0) / registrations * 1e3 AS ms, t.value_of"
	  " AS type FROM k LEFT JOIN (SELECT m.run_id, m.node, m.value, CASE WHEN m.node IN (SELECT node FROM sim_handover h WHERE h.run_id = m.run_id) THEN 'mobile'"
	  " WHEN EXISTS(SELECT 1 FROM sim_metric a WHERE a.run_id = m.run_id AND a.node = m.node AND a.name LIKE 'registration-key:%') THEN 'foreign'"
	  " ELSE 'home' END AS value_of FROM sim_metric m WHERE m.name = 'computation-time') t USING(run_id) WHERE machine = 'sparc-2' AND bits = 1024)"
	  " SELECT " KEY_LABEL ", n, coalesce(mobile, 0) / n, coalesce(agent, 0) / n, coalesce(home, 0) / n FROM (SELECT label, min(point) AS point,"
	  " (SELECT count(*) FROM k AS x WHERE x.label = c.label AND x.machine = 'sparc-2' AND x.bits = 1024) AS n, sum(ms) FILTER (WHERE type = 'mobile') AS mobile,"
	  " sum(ms) FILTER (WHERE type = 'foreign') AS agent, sum(ms) FILTER (WHERE type = 'home') AS home FROM c GROUP BY label) ORDER BY point",
	  BARS_X
	  "set boxwidth 0.6\n"
	  "set ylabel 'computing time of a registration [ms]'\n"
	  "caption = 'Computing times of a SPARC II, 1024 bits. Means over the runs.'\n"
	  "eval show_caption\n"
	  "plot data using ($0 + 1):($3 + $4 + $5) with boxes fs solid 0.9 lc rgb '#009E73' title 'home agent', \\\n"
	  "  data using ($0 + 1):($3 + $4) with boxes fs solid 0.9 lc rgb '#E69F00' title 'foreign agents', \\\n"
	  "  data using ($0 + 1):3 with boxes fs solid 0.9 lc rgb '#0072B2' title 'mobile node'\n" },
	{ "key-octets", "registration keys: octets of a registration's four messages by method, over the size of public keys: means", true,
	  KEY_RUNS " SELECT label, CASE WHEN label LIKE 'diffie%' THEN exchange_bits ELSE bits END AS x, avg((SELECT sum(octets) FROM sim_message m WHERE m.run_id = k.run_id"
	  " AND type IN ('RegRequest', 'RegReply') AND direction = 'sent') * 1.0 / registrations) FROM k WHERE label NOT LIKE '%demand' AND machine = 'sparc-2'"
	  " GROUP BY label, x ORDER BY (SELECT min(point) FROM k AS y WHERE y.label = k.label), x",
	  "set xlabel 'bits of modulus or prime'\n"
	  "set ylabel 'octets of a registration'\n"
	  "set xrange [400:2200]\n"
	  "set yrange [0:*]\n"
	  "set xtics (512, 768, 1024, 1536, 2048)\n"
	  "set key outside top center horizontal Left reverse samplen 2 maxrows 2\n"
	  "caption = 'Request and reply in the cell and on the wire, IP and UDP headers included.'\n"
	  "eval show_caption\n"
	  "plot for [i = 1:series] data index (i - 1) using 2:3 with linespoints ls i title label[i]\n" },
	{ 0 },
};
