// SPDX-License-Identifier: GPL-3.0-or-later
/* One run, from scenario to rows: what `roam run` does once and a worker of a study does for each of its runs. */
#ifndef SIM_STUDY_RUN_H
#define SIM_STUDY_RUN_H

#include <stdio.h>

#include "sim/record/result.h"
#include "sim/scenario/scenario.h"

struct run_conf {
	uint64_t seed;
	uint32_t replication;
	mip_time until;               /* MIP_NEVER: the scenario's duration */
	const char *pcap_file;        /* NULL: none */
	const char *keys_file;        /* NULL: none */
	FILE *ladder;                 /* where the message ladder goes; NULL: none */
};

/* Appends all rows (RESULT_RUN included) to rows. false: a trace could not be written; *error says why. */
bool run_scenario(const struct scenario *s, const struct run_conf *conf, GByteArray *rows, char **error);

#endif
