// SPDX-License-Identifier: GPL-3.0-or-later
/* `roam explore` at every point of a study: one worker process for each point at a time. */
#ifndef SIM_STUDY_EXPLORE_POINTS_H
#define SIM_STUDY_EXPLORE_POINTS_H

#include "sim/study/explore.h"

struct explored_point {
	struct scenario *scenario;       /* the point's; its explore section is what was asked */
	struct scenario_set *sets;       /* of the point, pointing into base */
	int set_count;
	struct exploration found;
};

enum explore_end { EXPLORE_DONE, EXPLORE_REFUSED, EXPLORE_INTERRUPTED, EXPLORE_FAILED };

/* Explores all points of base, which scenario_read made of file with sets. *points: struct explored_point in order, whatever comes of it;
 * free with explore_points_free. complaints: why REFUSED or FAILED. progress: points done. */
enum explore_end explore_points(const char *file, const struct scenario_set *sets, int set_count, const struct scenario *base, uint64_t seed,
                                int workers, void (*progress)(int done, int count), GArray **points, GString *complaints);
void explore_points_free(GArray *points);

#endif
