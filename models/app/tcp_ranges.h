// SPDX-License-Identifier: GPL-3.0-or-later
/* A sorted set of ranges [left, right) of sequence numbers: what a receiver holds behind holes, what a sender knows to have arrived. */
#ifndef MODELS_APP_TCP_RANGES_H
#define MODELS_APP_TCP_RANGES_H

#include "models/base.h"

#define TCP_RANGES_MAXIMUM 1024 /* what does not fit is not remembered, and so sent again */

struct tcp_range {
	int64_t left, right;
	uint64_t stamp;                   /* when it last grew, in additions */
};

/* Zero-initialised is empty. */
struct tcp_ranges {
	struct tcp_range *at;             /* by left; neither overlapping nor touching */
	uint32_t count, capacity;
	uint64_t additions;
};

/* How many of the octets are new; 0 also when there is no room for another range. */
int64_t tcp_ranges_add(struct tcp_ranges *r, int64_t left, int64_t right);
/* Forgets everything below. */
void tcp_ranges_trim(struct tcp_ranges *r, int64_t below);
void tcp_ranges_clear(struct tcp_ranges *r);
void tcp_ranges_fini(struct tcp_ranges *r);

#endif
