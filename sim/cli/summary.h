// SPDX-License-Identifier: GPL-3.0-or-later
/* What `roam run` tells of a run, from its rows and from nothing else. */
#ifndef SIM_CLI_SUMMARY_H
#define SIM_CLI_SUMMARY_H

#include <stdio.h>

#include "sim/record/store.h"

/* For people: per handover its phases and what each flow suffered, then the flows. */
void summary_text(const struct scenario *s, const struct store_run *run, const GByteArray *rows, FILE *to);
/* One JSON object on one line, "schema": "roam.run/1"; names and units as in the tables. */
void summary_json(const struct scenario *s, const struct store_run *run, const GByteArray *rows, FILE *to);

#endif
