// SPDX-License-Identifier: GPL-3.0-or-later
/* The figure of `roam explore -o FILE`: outcome or recovery time against the free instant, or a map over two of them. */
#ifndef SIM_CLI_EXPLORE_FIGURE_H
#define SIM_CLI_EXPLORE_FIGURE_H

#include "sim/study/explore.h"

/* false: *error says why (g_free). */
bool explore_figure(const struct scenario *s, const struct exploration *e, const char *output, char **error);

#endif
