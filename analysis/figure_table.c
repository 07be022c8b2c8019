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
	{ 0 },
};
