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
	"do for [i = 1:series] { set label 10 + i label[i] at screen 0.10 + 0.31 * ((i - 1) % 3), screen 0.96 - 0.06 * ((i - 1) / 3) \\\n" \
	"  point ls i offset 1.2, 0 }\n"

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
	{ 0 },
};
