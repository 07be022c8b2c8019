// SPDX-License-Identifier: GPL-3.0-or-later
/* Rows of binding updates, see lifetime_credit.h. */
#include "models/mip6/lifetime_credit.h"

#include "models/mip6/mip6.h"

static mip_time part(struct fraction f, mip_time of)
{
	/* Parts of a fraction are below 10^9 and times below 2^60: divide first what divides. */
	return of / f.denominator * f.numerator + of % f.denominator * f.numerator / f.denominator;
}

static void begin(struct lifetime_credit *c, mip_time now, const uint8_t binding_key[RR_BINDING_KEY])
{
	c->since = now;
	c->updates = 1;
	rr_credit_key(binding_key, NULL, c->key);
}

void lifetime_credit_next(const struct lifetime_credit *c, const uint8_t binding_key[RR_BINDING_KEY],
                          struct lifetime_credit *next)
{
	next->since = c->since;
	next->updates = c->updates < UINT16_MAX ? (uint16_t)(c->updates + 1) : UINT16_MAX;
	rr_credit_key(binding_key, c->updates ? c->key : NULL, next->key);
}

mip_time lifetime_credit_update(struct lifetime_credit *c, mip_time now, const struct delivery *d, const struct mh_message *u,
                                const struct mip6_security *security, const struct lifetime_credit_conf *conf)
{
	mip_time first = part(conf->part, MAX_RR_BINDING_LIFETIME), limit = mip_time_max(first, conf->limit);
	struct lifetime_credit next;

	lifetime_credit_next(c, security->key, &next);
	if (c->updates && u->options.credit_updates == next.updates && mip6_verify_credit(d, u, security, next.key))
		*c = next;
	else if (!(c->updates && u->options.credit_updates == c->updates && mip6_verify_credit(d, u, security, c->key)))
		begin(c, now, security->key);
	return mip_time_min(mip_time_max(first, part(conf->part, now - c->since)), limit);
}

bool lifetime_credit_acknowledged(struct lifetime_credit *c, const struct delivery *d, const struct mh_message *a,
                                  const struct mip6_security *security)
{
	struct lifetime_credit next;

	if (!a->options.has_lifetime_credit)
		return false;
	lifetime_credit_next(c, security->key, &next);
	if (a->options.credit_updates == next.updates && mip6_verify_credit(d, a, security, next.key))
		*c = next;
	else
		begin(c, 0, security->key); /* told so, or out of step: the next update will show */
	return true;
}
