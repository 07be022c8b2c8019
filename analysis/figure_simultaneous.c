// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Figures of simultaneous movement (scenarios/study/simultaneous-*.yaml), from runs and from what `roam explore --results` left. The delays
 * are those of the studies' common network, by their places in the file: links.0 between the cores, 1 and 2 to the home agents, from 3 on
 * to the access routers, those of A (3, 4) before those of B.
 */
#include "analysis/figure.h"

/* What a run's or an exploration's own row `r` says of a path. */
#define OF_RUN(path) "(SELECT value FROM sim_param p WHERE p.run_id = r.run_id AND p.name = '" path "')"
#define OF_EXPLORATION(path) \
	"(SELECT value FROM sim_exploration_param p WHERE p.exploration_id = r.exploration_id AND p.name = '" path "')"
/* The way of signalling in words, and its place in the order of the document. */
#define CURE(of) \
	"CASE WHEN " of("protocol.local") " LIKE 'fmip%' THEN '4 fast handovers as forwarders' ELSE CASE " of("protocol.peer-signalling") \
	" WHEN 'care-of' THEN '1 care-of address' WHEN 'forwarder' THEN '3 forwarders' WHEN 'proxies' THEN '5 stationary proxies'" \
	" ELSE CASE WHEN coalesce(" of("protocol.reforward") ", 'off') = 'off' THEN '2 home address' ELSE '6 home address, re-forwarded' END END END"
#define ROUND_TRIP(of) \
	"2e3 * (seconds(" of("links.0.delay") ") + seconds(" of("links.3.delay") ") + seconds(" of("links.5.delay") "))"
/* By exploration: all of its free instant with another outcome than the good ones, in seconds. */
#define LENGTH_OF(good) \
	"(SELECT coalesce(sum(t_to - t_from), 0) / 1e9 FROM sim_interval i WHERE i.exploration_id = r.exploration_id AND outcome NOT IN (" good "))"
/* A key over several panels, in three columns. */
#define CURE_KEY \
	"set key off\n" \
	"do for [i = 1:series] { set label 10 + i label[i] at screen 0.07 + 0.32 * ((i - 1) % 3), screen 0.96 - 0.06 * ((i - 1) / 3) \\\n" \
	"  point ls i offset 1.2, 0 font ',11' }\n"

const struct figure figures_simultaneous[] = {
	{ "simultaneous-probability",
	  "probability of a session broken by simultaneous movement over the handoff rate, by round trip and way of signalling, with 1 - exp(-rate w)", true,
	  "WITH window(cure, rtt, w) AS (SELECT " CURE(OF_EXPLORATION) ", " ROUND_TRIP(OF_EXPLORATION) ", " LENGTH_OF("'whole'")
	  "  FROM sim_exploration r WHERE question = 'broken'),"
	  " fate(run_id, broken) AS (SELECT run_id, max(value) FROM sim_metric WHERE name LIKE 'broken:%' GROUP BY run_id),"
	  " point(cure, rtt, rate, n, k) AS (SELECT " CURE(OF_RUN) ", " ROUND_TRIP(OF_RUN) ", 1 / seconds(" OF_RUN("movement.b.1.every") "), count(*), sum(broken)"
	  "  FROM sim_run r JOIN fate USING(run_id) WHERE status = 'ok' GROUP BY 1, 2, 3)"
	  " SELECT substr(cure, 3), dense_rank() OVER (ORDER BY rtt), rtt, rate * 60, 1.0 * k / n,"
	  " binomial_low(k, n, 1 - 0.01 / count(*) OVER ()), binomial_high(k, n, 1 - 0.01 / count(*) OVER ()), w, n, count(*) OVER ()"
	  " FROM point JOIN window USING(cure, rtt) ORDER BY cure, rtt, rate",
	  "stats data using 2 nooutput name 'P'\n"
	  "stats data using 4 nooutput name 'X'\n"
	  "stats data using 7 nooutput name 'Y'\n"
	  "stats data using 9 nooutput name 'N'\n"
	  "array rtt[int(P_max)]\n"
	  "array w[int(P_max) * series]\n"
	  "do for [k = 1:int(P_max)] { do for [i = 1:series] {\n"
	  "  stats data index (i - 1) using ($2 == k ? $3 : NaN):8 nooutput name 'W'\n"
	  "  rtt[k] = W_max_x; w[(k - 1) * series + i] = W_max_y\n"
	  "} }\n"
	  "set logscale x\n"
	  "set xtics (1, 2, 5, 10, 20, 50, 100) scale 0.6\n"
	  "set xrange [X_min / 1.4:X_max * 1.4]\n"
	  "set yrange [0:Y_max * 1.05]\n"
	  "caption = sprintf('Points: share of %d runs, bars: 99 %% for all %d together. Lines: 1 - exp(-rate w), w from roam explore.', N_min, N_records)\n"
	  "eval show_caption\n" CURE_KEY
	  "set tmargin at screen 0.84\n"
	  "set bmargin at screen 0.22\n"
	  "set multiplot\n"
	  "do for [k = 1:int(P_max)] {\n"
	  "  set lmargin at screen 0.10 + (k - 1) * 0.88 / P_max\n"
	  "  set rmargin at screen 0.08 + k * 0.88 / P_max\n"
	  "  set label 2 sprintf('round trip %g ms', rtt[k]) at graph 0.06, graph 0.94\n"
	  "  if (k == int(P_max / 2) + 1) { set xlabel 'handoffs of a node per minute' } else { unset xlabel }\n"
	  "  if (k == 1) { set ylabel 'probability of a broken session' } else { set format y ''; unset ylabel }\n"
	  "  plot for [i = 1:series] 1 - exp(-x / 60 * w[(k - 1) * series + i]) with lines ls i lw 1.2 dt 1 notitle, \\\n"
	  "    for [i = 1:series] data index (i - 1) using ($2 == k ? $4 * (1 + 0.05 * (i - 3)) : NaN):5:6:7 with yerrorbars ls i dt 1 lw 1.4 notitle\n"
	  "  do for [i = 1:series] { unset label 10 + i }\n"
	  "  unset label 1\n"
	  "}\n"
	  "unset multiplot\n" },
	{ "simultaneous-recovery", "distribution over the offset of two movements of the time until both directions have direct data again, by cure", true,
	  "SELECT substr(cure, 3), t / 1e9, 1.0 * row_number() OVER (PARTITION BY id ORDER BY t) / n, n FROM (SELECT " CURE(OF_EXPLORATION) " AS cure,"
	  " exploration_id AS id, t_recovery AS t, count(*) OVER (PARTITION BY exploration_id) AS n FROM sim_exploration r JOIN sim_trial USING(exploration_id)"
	  " WHERE question = 'recovery') WHERE t IS NOT NULL ORDER BY cure, id, t",
	  "stats data using 2 nooutput name 'X'\n"
	  "stats data using 4 nooutput name 'N'\n"
	  "set logscale x\n"
	  "set xrange [X_min / 1.3:X_max * 1.3]\n"
	  "set xtics (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100, 200)\n"
	  "set yrange [0:1.02]\n"
	  "set xlabel 'time from the last link down to direct data in both directions [s]'\n"
	  "set ylabel 'share of offsets'\n"
	  "set grid xtics ytics lc rgb '#dddddd' lw 1 dt 1\n"
	  "caption = sprintf('%d offsets, evenly over the range of the study. Messages are repeated (RFC 6275 11.8).', N_max)\n"
	  "eval show_caption\n" CURE_KEY
	  "set tmargin at screen 0.85\n"
	  "plot for [i = 1:series] data index (i - 1) using 2:3 with steps ls i dt 1 notitle, \\\n"
	  "  for [i = 1:series] data index (i - 1) using 2:(int($0) % 25 == 4 * i ? $3 : NaN) with points ls i notitle\n" },
	{ "simultaneous-signalling", "signalling of two movements by cure: octets and messages, far apart and at the offset that costs most", false,
	  "WITH trial(cure, apart, signals, octets) AS (SELECT " CURE(OF_EXPLORATION) ", t_at IN (min(t_at) OVER w, max(t_at) OVER w), signals, signal_octets"
	  "  FROM sim_exploration r JOIN sim_trial USING(exploration_id) WHERE question = 'recovery' WINDOW w AS (PARTITION BY exploration_id))"
	  " SELECT replace(replace(substr(cure, 3), ', ', ',\\n'), ' as ', '\\nas '), max(octets) FILTER (WHERE apart), max(signals) FILTER (WHERE apart), avg(octets),"
	  " avg(signals), max(octets), max(signals) FROM trial GROUP BY cure ORDER BY cure",
	  "set xrange [0.4:series + 0.6]\n"
	  "set xtics scale 0 ()\n"
	  "do for [i = 1:series] { set xtics add (label[i] i) }\n"
	  "set xtics font ',9'\n"
	  "set yrange [0:*]\n"
	  "set boxwidth 0.26\n"
	  "set ylabel 'signalling of both movements [octets]'\n"
	  "caption = 'IP layer, tunnel headers of the senders included, with copies sent again; above: messages.'\n"
	  "eval show_caption\n"
	  "plot data using ($0 + 0.72):2 with boxes fs solid 0.9 border lc rgb '#444444' lc rgb '#56B4E9' title 'far apart', \\\n"
	  "  data using ($0 + 1):4 with boxes fs solid 0.9 border lc rgb '#444444' lc rgb '#0072B2' title 'mean over the offsets', \\\n"
	  "  data using ($0 + 1.28):6 with boxes fs solid 0.9 border lc rgb '#444444' lc rgb '#D55E00' title 'largest', \\\n"
	  "  data using ($0 + 0.72):2:(sprintf('%d', $3)) with labels offset 0, 0.6 font ',8' notitle, \\\n"
	  "  data using ($0 + 1):4:(sprintf('%.0f', $5)) with labels offset 0, 0.6 font ',8' notitle, \\\n"
	  "  data using ($0 + 1.28):6:(sprintf('%d', $7)) with labels offset 0, 0.6 font ',8' notitle\n" },
	{ "simultaneous-hold", "offsets that end without both registrations over T_b of smart re-forwarding, with the document's rule for choosing it", true,
	  "SELECT 'down for ' || d, 1e3 * seconds(tb), 1e3 * length, 1e3 * (seconds(d) + 2 * (r3 + max(p1, p2))) FROM (SELECT"
	  " " OF_EXPLORATION("movement.a.1.down") " AS d, " OF_EXPLORATION("protocol.reforward") " AS tb, seconds(" OF_EXPLORATION("links.1.delay") ") AS p1,"
	  " seconds(" OF_EXPLORATION("links.2.delay") ") AS p2, seconds(" OF_EXPLORATION("links.3.delay") ") AS r3, " LENGTH_OF("'registered'") " AS length"
	  " FROM sim_exploration r WHERE question = 'registered' AND EXISTS(SELECT 1 FROM sim_exploration_param p WHERE p.exploration_id = r.exploration_id"
	  "  AND is_sweep AND name = 'protocol.reforward')) ORDER BY seconds(d), 2",
	  "set xlabel 'T_b [ms]'\n"
	  "set ylabel 'offsets that end unregistered [ms]'\n"
	  "set xrange [0:*]\n"
	  "set yrange [0:*]\n"
	  "caption = 'Dotted: round trip home agent - mobile node plus link down; T_b has to be larger.'\n"
	  "eval show_caption\n"
	  "do for [i = 1:series] {\n"
	  "  stats data index (i - 1) using 4 nooutput name 'B'\n"
	  "  set arrow i from B_max, graph 0 to B_max, graph 1 nohead ls i dt 3\n"
	  "}\n"
	  "plot for [i = 1:series] data index (i - 1) using 2:3 with linespoints ls i dt 1 title label[i]\n" },
	{ "simultaneous-proxies", "offsets that end without both registrations over T_p and T_h of stationary proxies", true,
	  "SELECT '', 1e3 * seconds(tp), 1e3 * seconds(th), 1e3 * length, 1e3 * (d + 2 * r3), 1e3 * (d + 2 * r3 + 2 * (c + p1 + p2)) FROM (SELECT"
	  " " OF_EXPLORATION("protocol.proxy-wait") " AS tp, " OF_EXPLORATION("protocol.proxy-hold") " AS th, seconds(" OF_EXPLORATION("movement.a.1.down") ") AS d,"
	  " seconds(" OF_EXPLORATION("links.0.delay") ") AS c, seconds(" OF_EXPLORATION("links.1.delay") ") AS p1, seconds(" OF_EXPLORATION("links.2.delay") ") AS p2,"
	  " seconds(" OF_EXPLORATION("links.3.delay") ") AS r3, " LENGTH_OF("'registered'") " AS length FROM sim_exploration r WHERE question = 'registered'"
	  " AND EXISTS(SELECT 1 FROM sim_exploration_param p WHERE p.exploration_id = r.exploration_id AND is_sweep AND name = 'protocol.proxy-hold'))"
	  " ORDER BY 2, 3",
	  "stats data using 2:3 nooutput name 'S'\n"
	  "stats data using 5:6 nooutput name 'B'\n"
	  "set xlabel 'T_p, the location proxy tells of changes [ms]'\n"
	  "set ylabel 'T_h, the message is kept [ms]'\n"
	  "set xrange [S_min_x - 10:S_max_x + 10]\n"
	  "set yrange [S_min_y - 10:S_max_y + 10]\n"
	  "set cbrange [0:*]\n"
	  "set cblabel 'offsets that end unregistered [ms]' offset 1.5, 0\n"
	  "set palette defined (0 '#cfe8df', 0.001 '#fff3d6', 0.5 '#F0A35E', 1 '#8c2d04')\n"
	  "set border 15\n"
	  "set tics front\n"
	  "set rmargin at screen 0.80\n"
	  "set key off\n"
	  "set arrow 1 from B_min_x, graph 0 to B_min_x, graph 1 nohead front lc rgb '#000000' lw 1.5 dt 2\n"
	  "set arrow 2 from graph 0, first B_min_y to graph 1, first B_min_y nohead front lc rgb '#000000' lw 1.5 dt 2\n"
	  "caption = 'Dashed: time to move and register; the same with query and answer. White: refused.'\n"
	  "eval show_caption\n"
	  "plot data using 2:3:(10):(10):4 with boxxyerror fs solid noborder fc palette\n" },
	{ "simultaneous-consecutive", "sessions broken when one of two nodes moves again soon after, over that time and the other's movement, by cure", true,
	  "SELECT substr(cure, 3) || coalesce(', T_b ' || CASE tb WHEN 'off' THEN NULL ELSE tb END, ''), (t_at - t_origin) / 1e9, t_across / 1e9 - first,"
	  " outcome <> 'whole' FROM (SELECT point, t_origin, exploration_id, " CURE(OF_EXPLORATION) " AS cure, " OF_EXPLORATION("protocol.reforward") " AS tb,"
	  " seconds(" OF_EXPLORATION("movement.a.1.at") ") AS first FROM sim_exploration r WHERE question = 'broken' AND across_path = 'movement.a.2.at')"
	  " JOIN sim_trial USING(exploration_id) ORDER BY point, 3, 2",
	  "stats data using 2:3 nooutput name 'S'\n"
	  "columns = 3; rows = int((series + 2) / 3)\n"
	  "set xrange [S_min_x:S_max_x]\n"
	  "set yrange [S_min_y:S_max_y]\n"
	  "set palette maxcolors 2 defined (0 '#cfe8df', 1 '#D55E00')\n"
	  "set cbrange [0:1]\n"
	  "unset colorbox\n"
	  "set key off\n"
	  "set border 15\n"
	  "set tics front\n"
	  "set xtics (-0.4, 0, 0.4, 0.8)\n"
	  "set ytics 0.2\n"
	  "caption = 'Orange: a direction has no direct data 10 s later. Nothing is repeated.'\n"
	  "eval show_caption\n"
	  "set multiplot\n"
	  "do for [k = 1:series] {\n"
	  "  row = (k - 1) / columns; column = (k - 1) % columns\n"
	  "  set lmargin at screen 0.10 + column * 0.30\n"
	  "  set rmargin at screen 0.37 + column * 0.30\n"
	  "  set tmargin at screen 0.94 - row * 0.80 / rows\n"
	  "  set bmargin at screen 0.94 - (row + 1) * 0.80 / rows + 0.09\n"
	  "  set label 2 label[k] at graph 0.5, graph 1.07 center font ',9'\n"
	  "  if (row == rows - 1 && column == 1) { set xlabel 'B leaves, from when A left first [s]' offset 0, 0.4 } else { unset xlabel }\n"
	  "  if (column == 0) { set ylabel 'A leaves again [s]'; set format y '%g' } else { unset ylabel; set format y '' }\n"
	  "  if (row == rows - 1 || k > series - columns) { set format x '%g' } else { set format x '' }\n"
	  "  plot data index (k - 1) using 2:3:4 with image\n"
	  "  unset label 1\n"
	  "}\n"
	  "unset multiplot\n" },
	{ 0 },
};
