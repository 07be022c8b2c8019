// SPDX-License-Identifier: GPL-3.0-or-later
/* Figures of the Mobile IPv4 studies. */
#include "analysis/figure.h"

#define OF(path) "(SELECT value FROM sim_param WHERE run_id = u.run_id AND name = '" path "')"
#define MILLISECONDS(path) "1000 * seconds(" OF(path) ")"
#define ERROR_BARS "($4 - $5):(0):(2 * $5) with vectors heads size graph 0.008, 90 lc rgb '#000000' lw 1 notitle"

/* Smooth handoff, in words. */
#define HANDOFF \
	"CASE WHEN " OF("protocol.mip4.smooth-handoff") " = 'off' THEN 'base' ELSE 'notified' || iif(" OF("protocol.wait") " = 'optimistic', ' + optimistic', '')" \
	" || iif(CAST(" OF("protocol.mip4.buffer") " AS INTEGER) > 0, ' + buffer ' || " OF("protocol.mip4.buffer") ", '')" \
	" || iif(" OF("protocol.route-optimization") " = 'on', ' + binding cache', '') END"

/* A world of v4-v6: family, and what is on. */
#define WORLD \
	"CASE " OF("family") " WHEN 'ipv4' THEN 'IPv4\\n' || iif(" OF("protocol.route-optimization") " = 'on', 'optimized', 'triangle') || '\\n' ||" \
	" iif(" OF("protocol.mip4.smooth-handoff") " = 'on', 'notified', 'base') || iif(CAST(" OF("protocol.mip4.buffer") " AS INTEGER) > 0, '\\nbuffer ' || " \
	OF("protocol.mip4.buffer") ", '') ELSE 'IPv6\\n' || iif(" OF("protocol.route-optimization") " = 'on', 'optimized', 'tunnelled') ||" \
	" iif(" OF("protocol.peer-signalling") " = 'forwarder', '\\nforwarder', '') END"
#define WORLD_BARS \
	"set xrange [0.4:series + 0.6]\n" \
	"set yrange [0:*]\n" \
	"set offsets 0, 0, graph 0.06, 0\n" \
	"set xtics scale 0 font ',10'\n" \
	"set bmargin 6.5\n"
/* Octets of these messages, sent, with the tunnels that their senders put them into, a registration: the first one and those of the moves. */
#define OCTETS(types) \
	"coalesce((SELECT sum(octets) FROM sim_message m WHERE m.run_id = u.run_id AND direction = 'sent' AND type IN (" types ")), 0) * 1.0 /" \
	" (1 + (SELECT count(*) FROM sim_handover h WHERE h.run_id = u.run_id))"
#define HOME "'RegRequest', 'RegReply', 'BU(home)', 'BA(home)'"
#define PEER4 "'BindingUpdate', 'BindingAck', 'BindingAck+tunnel', 'BindingWarning', 'BindingRequest'"
#define TESTS "'HoTI', 'HoT', 'CoTI', 'CoT', 'HoTI+tunnel', 'HoT+tunnel'"
#define PEER6 "'BU', 'BA'"

const struct figure figures_mip4[] = {
	{ "triangle", "delay and path stretch to a mobile node over the distance of its home agent, with and without route optimization", true,
	  "SELECT label, x, count(*), avg(delay), half_width(delay), avg(direct), avg(closed) FROM (SELECT u.point AS point,"
	  " iif(" OF("protocol.route-optimization") " = 'on', 'with a binding cache', 'by the triangle') AS label, " MILLISECONDS("links.0.delay") " AS x,"
	  " 1000 * f.delay_p95_s AS delay, 1000 * b.delay_p95_s AS direct,"
	  " 1000 * b.delay_p95_s + iif(" OF("protocol.route-optimization") " = 'on', 0, 2 * " MILLISECONDS("links.0.delay") ") AS closed"
	  " FROM sim_run u JOIN sim_flow f ON f.run_id = u.run_id AND f.name = 'to-mobile' JOIN sim_flow b ON b.run_id = u.run_id AND b.name = 'from-mobile')"
	  " GROUP BY label, x ORDER BY label, x",
	  "stats data using 6 nooutput name 'D'\n"
	  "stats data using 3 nooutput name 'N'\n"
	  "set xlabel 'home agent from the core, one way [ms]'\n"
	  "set ylabel 'one-way delay, correspondent to mobile node [ms]'\n"
	  "set y2label 'path stretch'\n"
	  "set rmargin 8\n"
	  "set border 11\n"
	  "set xrange [0:*]\n"
	  "set yrange [0:*]\n"
	  "set link y2 via y / D_mean inverse y * D_mean\n"
	  "set y2tics 2 format '%g'\n"
	  "set ytics 50\n"
	  "set key outside top center horizontal Left reverse samplen 2\n"
	  "caption = sprintf('95 %% of packets are not slower. n = %d. Stretch: by the way back, %.1f ms. Lines: closed forms.', N_min, D_mean)\n"
	  "eval show_caption\n"
	  "plot for [i = 1:series] data index (i - 1) using 2:7 with lines ls i dt 1 notitle, \\\n"
	  "  for [i = 1:series] data index (i - 1) using 2:4 with points ls i title label[i], \\\n"
	  "  for [i = 1:series] data index (i - 1) using 2:" ERROR_BARS "\n" },
	{ "smooth-handoff", "packets lost in a move between foreign agents over the blackout: base, notified, with a buffer", true,
	  /* The closed forms of a stream with a random phase: the window holds its length in packets on average, and after the buffer's share
	   * what is left of each of the two numbers that are possible. */
	  "SELECT label, x, count(*), avg(lost), half_width(lost), avg(max(0, floor(w) - k) * (1 - w + floor(w)) + max(0, floor(w) + 1 - k) * (w - floor(w)))"
	  " FROM (SELECT *, (x + iif(base, 2 * (agent + home), 2 * agent)) / gap AS w FROM (SELECT u.point AS point, " HANDOFF " AS label, g.lost AS lost,"
	  " " MILLISECONDS("movement.mn.1.down") " AS x, " MILLISECONDS("links.0.delay") " AS home, " MILLISECONDS("links.2.delay") " AS agent,"
	  " " MILLISECONDS("traffic.0.interval") " AS gap, CAST(" OF("protocol.mip4.buffer") " AS INTEGER) AS k,"
	  " " OF("protocol.mip4.smooth-handoff") " = 'off' AS base"
	  " FROM sim_run u JOIN sim_handover h USING(run_id) JOIN sim_gap g USING(handover_id))) GROUP BY label, x ORDER BY min(point) OVER (PARTITION BY label), x",
	  "stats data using 3 nooutput name 'N'\n"
	  "set xlabel 'blackout [ms]'\n"
	  "set ylabel 'packets lost in a move, of 100/s'\n"
	  "set xrange [-5:*]\n"
	  "set yrange [0:*]\n"
	  "caption = sprintf('Means of n = %d phases, 95 %% t-intervals. Lines: closed forms.', N_min)\n"
	  "eval show_caption\n"
	  "plot for [i = 1:series] data index (i - 1) using 2:6 with lines ls i dt 1 notitle, \\\n"
	  "  for [i = 1:series] data index (i - 1) using 2:4 with points ls i title label[i], \\\n"
	  "  for [i = 1:series] data index (i - 1) using 2:" ERROR_BARS "\n" },
	{ "smooth-handoff-tcp", "throughput of a TCP download over the moves in a minute between foreign agents: base, notified, with a buffer", true,
	  "SELECT label, x, count(*), avg(v), half_width(v) FROM (SELECT u.point AS point, " HANDOFF " AS label, m.value / 1e6 AS v,"
	  " (SELECT count(*) FROM sim_handover h WHERE h.run_id = u.run_id) * 60.0 / seconds(" OF("duration") ") AS x"
	  " FROM sim_run u JOIN sim_metric m ON m.run_id = u.run_id AND m.name LIKE 'throughput:%')"
	  " GROUP BY label, x ORDER BY min(point) OVER (PARTITION BY label), x",
	  "stats data using 3 nooutput name 'N'\n"
	  "set xlabel 'moves in a minute'\n"
	  "set ylabel 'throughput [Mbit/s]'\n"
	  "set xrange [0:12]\n"
	  "set yrange [0:2]\n"
	  "set key inside bottom left vertical Left reverse samplen 2 maxrows 5\n"
	  "caption = sprintf('TCP with SACK over a cell of 2 Mbit/s. Means of n = %d, 95 %% t-intervals.', N_min)\n"
	  "eval show_caption\n"
	  "plot for [i = 1:series] data index (i - 1) using 2:4 with linespoints ls i title label[i], \\\n"
	  "  for [i = 1:series] data index (i - 1) using 2:" ERROR_BARS "\n" },
	{ "v4-v6", "packets lost and silence in a move, in Mobile IPv4 and Mobile IPv6", false,
	  "SELECT label, count(*), avg(lost), half_width(lost), avg(silence) FROM (SELECT u.point AS point, " WORLD " AS label, avg(g.lost) AS lost,"
	  " avg(g.t_first_after - g.t_last_before) / 1e6 AS silence FROM sim_run u JOIN sim_handover h USING(run_id) JOIN sim_gap g USING(handover_id)"
	  " GROUP BY u.run_id) GROUP BY label ORDER BY min(point)",
	  WORLD_BARS
	  "stats data using 2 nooutput name 'N'\n"
	  "set ylabel 'packets lost in a move, of 100/s'\n"
	  "set y2label 'longest silence in a move [ms]'\n"
	  "stats data using 3 nooutput name 'L'\n"
	  "stats data using 5 nooutput name 'S'\n"
	  "set yrange [0:1.15 * L_max]\n"
	  "set y2range [0:1.15 * S_max]\n"
	  "set y2tics\n"
	  "set border 11\n"
	  "set rmargin 9\n"
	  "set boxwidth 0.34\n"
	  "caption = sprintf('Means of ten moves; n = %d, 95 %% t-intervals.', N_min)\n"
	  "eval show_caption\n"
	  "plot data using ($0 + 0.82):3:xtic(1) with boxes fs solid 0.9 border lc rgb '#444444' lc rgb '#0072B2' title 'lost (left)', \\\n"
	  "  data using ($0 + 1.18):5 axes x1y2 with boxes fs solid 0.9 border lc rgb '#444444' lc rgb '#E69F00' title 'silence (right)', \\\n"
	  "  data using ($0 + 0.82):3:(sprintf('%.1f', $3)) with labels offset 0, 0.6 font ',9' notitle, \\\n"
	  "  data using ($0 + 1.18):5:(sprintf('%.0f', $5)) axes x1y2 with labels offset 0, 0.6 font ',9' notitle, \\\n"
	  "  data using ($0 + 0.82):($3 - $4):(0):(2 * $4) with vectors heads size graph 0.008, 90 lc rgb '#000000' lw 1.2 notitle\n" },
	{ "v4-v6-signalling", "octets of mobility signalling a registration, in Mobile IPv4 and Mobile IPv6, stacked by purpose", false,
	  "SELECT label, count(*), avg(home), avg(peer), avg(tests) FROM (SELECT u.point AS point, " WORLD " AS label, " OCTETS(HOME) " AS home,"
	  " " OCTETS(PEER4 ", " PEER6) " AS peer, " OCTETS(TESTS) " AS tests FROM sim_run u WHERE u.status = 'ok') GROUP BY label ORDER BY min(point)",
	  WORLD_BARS
	  "set ylabel 'octets a registration'\n"
	  "set boxwidth 0.6\n"
	  "caption = 'Octets at the IP layer with tunnel headers, where they leave; nothing of discovery.'\n"
	  "eval show_caption\n"
	  "plot data using ($0 + 1):($3 + $4 + $5):xtic(1) with boxes fs solid 0.9 lc rgb '#E69F00' title 'return routability', \\\n"
	  "  data using ($0 + 1):($3 + $4) with boxes fs solid 0.9 lc rgb '#009E73' title 'previous agent, correspondent', \\\n"
	  "  data using ($0 + 1):3 with boxes fs solid 0.9 lc rgb '#0072B2' title 'home agent (IPv6: and forwarder)', \\\n"
	  "  data using ($0 + 1):($3 + $4 + $5):(sprintf('%.0f', $3 + $4 + $5)) with labels offset 0, 0.6 notitle\n" },
	{ "immunity", "silence of a session of two mobile nodes over the offset of their movements, in Mobile IPv4 and Mobile IPv6", true,
	  /* What never came back was silent to the end. Sorted by when the series began in the study. */
	  "SELECT label, x, count(*), avg(s), half_width(s) FROM (SELECT u.point AS point, CASE " OF("family") " WHEN 'ipv4' THEN 'IPv4, ' ||"
	  " iif(" OF("protocol.route-optimization") " = 'on', 'optimized, notified', 'by the triangle') ELSE 'IPv6, signals to ' ||"
	  " " OF("protocol.peer-signalling") " || ' addresses' END AS label,"
	  " " MILLISECONDS("movement.b.1.at") " - " MILLISECONDS("movement.a.1.at") " AS x,"
	  " (SELECT max(coalesce(t_first_after / 1e9, seconds(" OF("duration") ")) - t_last_before / 1e9) FROM sim_gap g JOIN sim_handover h"
	  "  USING(handover_id) WHERE h.run_id = u.run_id) AS s"
	  " FROM sim_run u WHERE u.status = 'ok') WHERE s IS NOT NULL GROUP BY label, x ORDER BY min(point) OVER (PARTITION BY label), x",
	  "stats data using 3 nooutput name 'N'\n"
	  "stats data using 2 nooutput name 'X'\n"
	  "set xlabel 'second movement - first movement [ms]'\n"
	  "set ylabel 'longest silence of either direction [s]'\n"
	  "set xrange [X_min - 20:X_max + 20]\n"
	  "set logscale y\n"
	  "set yrange [0.1:40]\n"
	  "set key outside top center horizontal Left reverse samplen 2 maxrows 2\n"
	  "caption = sprintf('Means of n = %d phases. 20 s: until the end of the run.', N_min)\n"
	  "eval show_caption\n"
	  "plot for [i = 1:series] data index (i - 1) using 2:4 with linespoints ls i ps 0.4 title label[i]\n" },
	{ NULL, NULL, false, NULL, NULL },
};
