// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * When a home agent tells its mobile nodes, unasked, about the prefixes of the home link (RFC 6275 10.6.2): one entry for each
 * home address that is owed an advertisement or has not acknowledged one. What goes out, and to whom, is home_agent_discovery.c's
 * business.
 */
#ifndef MODELS_MIP6_PREFIX_SCHEDULE_H
#define MODELS_MIP6_PREFIX_SCHEDULE_H

#include "models/base.h"

#define PREFIX_ADV_TIMEOUT (3 * MIP_SECOND) /* RFC 6275 section 12 */
#define PREFIX_ADV_RETRIES 3

struct scheduled_prefixes {
	struct scheduled_prefixes *next;
	struct in6 home_address;
	mip_time due;            /* the next transmission; MIP_NEVER: all were made, and none acknowledged */
	uint8_t sent;
};

struct prefix_schedule {
	struct scheduled_prefixes *list; /* in the order of scheduling */
};

/* RAND_ADV_DELAY: longest is min(MaxMobPfxAdvInterval, preferred lifetime), drawn is between 0 and UINT64_MAX. */
mip_time prefix_schedule_delay(mip_time shortest, mip_time longest, uint64_t drawn);
/* Unless a transmission that has not been made yet is planned already, which will say it all. True: `at` it is. */
bool prefix_schedule_add(struct prefix_schedule *s, const struct in6 *home_address, mip_time at);
bool prefix_schedule_planned(const struct prefix_schedule *s, const struct in6 *home_address);
/* It asked for prefixes, or is not registered any more. */
void prefix_schedule_remove(struct prefix_schedule *s, const struct in6 *home_address);
/* It registered again without having acknowledged: everything from the start (10.6.2). */
void prefix_schedule_again(struct prefix_schedule *s, const struct in6 *home_address, mip_time now);
mip_time prefix_schedule_deadline(const struct prefix_schedule *s);
/* An entry that is due, counted as sent, with the next transmission planned; NULL: none. */
const struct scheduled_prefixes *prefix_schedule_due(struct prefix_schedule *s, mip_time now);
void prefix_schedule_clear(struct prefix_schedule *s);

#endif
