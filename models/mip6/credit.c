// SPDX-License-Identifier: GPL-3.0-or-later
/* Credit accounts, see credit.h. */
#include "models/mip6/credit.h"

static uint32_t scale(uint32_t octets, struct fraction by)
{
	return (uint32_t)((uint64_t)octets * by.numerator / by.denominator);
}

static uint32_t add(uint32_t a, uint32_t b)
{
	return a > UINT32_MAX - b ? UINT32_MAX : a + b;
}

void credit_open(struct credit *c, mip_time now)
{
	*c = (struct credit){ .since = now };
}

static unsigned ones(uint16_t bits)
{
	unsigned n = 0;

	for (; bits; bits &= (uint16_t)(bits - 1))
		n++;
	return n;
}

/* Drafts, section 6: what is credited of an interval's effort is the part of its spot checks that was passed. Our decision on
 * 0/0: no check was started, so nothing is known and nothing is credited.
 * DEVIATION: in the drafts slot 0 is cleared before the sum, so its check is always lost; here all 15 slots count. */
static uint32_t checked(const struct credit *c, const struct credit_conf *conf, uint32_t octets)
{
	if (conf->mode != CREDIT_OUTBOUND || !conf->spot_checks)
		return octets;
	if (!c->initiated)
		return 0;
	return scale(octets, (struct fraction){ ones(c->passed), ones(c->initiated) });
}

void credit_age(struct credit *c, const struct credit_conf *conf, mip_time now)
{
	mip_assert(credit_due(c, conf) <= now);
	if (!c->octets && !c->effort && !c->initiated) {
		c->since = now - (now - c->since) % conf->interval;
		return;
	}
	c->octets = add(scale(c->octets, conf->factor), scale(checked(c, conf, c->effort), conf->quench));
	c->effort = 0;
	c->initiated = c->passed = 0;
	c->since += conf->interval;
}

void credit_earn(struct credit *c, const struct credit_conf *conf, uint32_t octets)
{
	if (conf->per_interval || (conf->mode == CREDIT_OUTBOUND && conf->spot_checks))
		c->effort = add(c->effort, octets);
	else
		c->octets = add(c->octets, scale(octets, conf->quench));
}

bool credit_spend(struct credit *c, const struct credit_conf *conf, uint32_t octets)
{
	if (c->octets >= octets) {
		c->octets -= octets;
		return true;
	}
	if (conf->forfeit)
		c->octets = 0;
	return false;
}

unsigned credit_slot(const struct credit *c, const struct credit_conf *conf, mip_time now)
{
	return (unsigned)((now - c->since) * CREDIT_SLOTS / conf->interval);
}
