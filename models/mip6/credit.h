// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The account of Credit-Based Authorization (RFC 4866 3.6, 4.11; the 2004 and 2005 drafts' section 5 and 6): octets that a
 * correspondent may send to a care-of address whose reachability is not verified yet. Pure: state, time and octets.
 *
 * Everything is counted in whole octets at the IP layer with all headers, extension headers included, for what comes in and for
 * what goes out; so at quench 1 nothing earned in inbound mode can cause more octets than it took. Ageing and quenching round
 * down. Against the same rule without rounding an account is short by less than one octet per ageing, which itself ages: by less
 * than 1 / (1 - factor) octets in all. An account ends at 2^32 - 1 octets.
 *
 * Every account has its own clock, which starts with the account. (The drafts allow one for all: same rule, other phase.)
 */
#ifndef MODELS_MIP6_CREDIT_H
#define MODELS_MIP6_CREDIT_H

#include "models/conf.h"

#define CREDIT_SLOTS 15 /* MAXIMUM_SPOT_CHECKS: spot checks per interval, one a slot */

struct credit {
	mip_time since;                /* start of the running interval */
	uint32_t octets;               /* to spend */
	uint32_t effort;               /* earned in the running interval and not credited before it ends (conf->per_interval) */
	uint16_t initiated, passed;    /* spot checks of the running interval, one bit a slot */
};

/* An empty account. */
void credit_open(struct credit *c, mip_time now);
/* When the account ages next. */
static inline mip_time credit_due(const struct credit *c, const struct credit_conf *conf)
{
	return mip_time_add(c->since, conf->interval);
}
/* One ageing, which must be due; an account with nothing in it skips all that are due at now. */
void credit_age(struct credit *c, const struct credit_conf *conf, mip_time now);
/* Call these three only with no ageing due: credit_age first. */
void credit_earn(struct credit *c, const struct credit_conf *conf, uint32_t octets);
/* False: too little, and in preset draft-2004 (conf->forfeit) what there was is gone. */
bool credit_spend(struct credit *c, const struct credit_conf *conf, uint32_t octets);
/* The slot of the running interval. */
unsigned credit_slot(const struct credit *c, const struct credit_conf *conf, mip_time now);

#endif
