// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The order of things towards a correspondent (RFC 6275 11.6, 11.7.2; EBU document 3, 4).
 *
 * Where the texts leave a choice:
 * - Sequential registration holds back everything for correspondents, the Early Binding Update too, until the home agent
 *   answered.
 * - An Early Binding Update needs a home token that was there when the registration began; without one the standard procedure
 *   runs to its end (EBU document 4.3), even if the home test should be answered before the care-of test.
 * - With a preconfigured key the home token is there before the registration begins, always; without a care-of test the care-of
 *   token, too.
 */
#include "models/mip6/mip6.h"
#include "models/mip6/preconfigured.h"
#include "models/mip6/registration.h"

bool registration_token_fresh(mip_time received, mip_time now)
{
	return received != MIP_NEVER && now - received < MAX_TOKEN_LIFETIME;
}

mip_time registration_margin(mip_time lifetime)
{
	return mip_time_min(8 * MIP_SECOND, lifetime / 4);
}

mip_time registration_next_home_test(const struct protocol_conf *conf, mip_time home_token_at, mip_time told_until)
{
	mip_time interval = mip_time_min(conf->home_test_interval, MAX_TOKEN_LIFETIME - registration_margin(MAX_TOKEN_LIFETIME));

	if (conf->home_test_interval == MIP_NEVER)
		return MIP_NEVER; /* on a hint alone (Taxonomy 5.4) */
	if (told_until != MIP_NEVER)
		return told_until - registration_margin(told_until - home_token_at);
	return mip_time_add(home_token_at, interval);
}

static bool home_token_fresh(const struct protocol_conf *conf, const struct registration *r, mip_time now)
{
	return preconfigured(conf) || (r->home_token_at != MIP_NEVER && now < r->home_token_until);
}

/* Is a home token held that this registration may use? A moving node may keep one (RFC 6275 5.2.7); whether it does is a
 * switch. */
static bool home_token_usable(const struct protocol_conf *conf, const struct registration *r, mip_time now)
{
	bool keeps = conf->reuse_home_token || conf->home_test == HOME_TEST_PROACTIVE || preconfigured(conf);

	return home_token_fresh(conf, r, now) && (keeps || r->home_token_at >= r->started);
}

static bool may_send_direct(const struct protocol_conf *conf, const struct registration *r)
{
	bool optimistic = conf->wait == WAIT_OPTIMISTIC;

	if (r->registered || r->update == REGISTRATION_ACCEPTED)
		return true;
	if (r->update == REGISTRATION_SENT && optimistic)
		return true;
	/* EBU document 5.2: a conservative mobile node waits for both acknowledgements. */
	if (r->early == REGISTRATION_ACCEPTED)
		return optimistic || r->home_acknowledged;
	return r->early == REGISTRATION_SENT && optimistic;
}

/*
 * Taxonomy 5.6: what the correspondent would send to the old care-of address goes through the home agent meanwhile. It ends by
 * itself, with the update that registers the new one, early or not; so where that can leave now there is nothing to divert.
 */
static bool wants_diversion(const struct protocol_conf *conf, const struct registration *r, bool home_token, unsigned steps)
{
	return conf->divert && home_token && r->divert == REGISTRATION_NOT_SENT &&
	       (r->early == REGISTRATION_NOT_SENT || r->early == REGISTRATION_WITHDRAWN) &&
	       !(steps & (REGISTRATION_EARLY_UPDATE | REGISTRATION_UPDATE));
}

unsigned registration_next(const struct protocol_conf *conf, const struct registration *r, mip_time now)
{
	unsigned steps = 0;
	bool home_token = home_token_usable(conf, r, now);
	bool care_of_token = preconfigured_without_tests(conf) || (registration_token_fresh(r->care_of_token_at, now) &&
	                                                           (r->care_of_ahead || r->care_of_token_at >= r->started));
	bool complete = home_token && care_of_token && (r->home_acknowledged || conf->update_at_once);

	if (!r->tunnel)
		return 0;
	if (r->deleting) {
		/* RFC 6275 11.7.2: the key to delete depends on the home token alone. */
		if (r->update == REGISTRATION_NOT_SENT)
			steps |= home_token ? REGISTRATION_UPDATE : REGISTRATION_HOME_TEST;
		return steps;
	}
	if (may_send_direct(conf, r))
		steps |= REGISTRATION_SEND_DIRECT;
	if (r->update != REGISTRATION_NOT_SENT)
		return steps;
	if (conf->registration_order == REGISTER_SEQUENTIAL && !r->home_acknowledged)
		return steps;

	if (conf->care_of_test == CARE_OF_TEST_CONCURRENT && !complete && !r->early_unknown && !r->registered &&
	    r->early == REGISTRATION_NOT_SENT && home_token_fresh(conf, r, now) &&
	    (preconfigured(conf) || r->home_token_at <= r->started)) {
		steps |= REGISTRATION_EARLY_UPDATE;
		/* An optimistic node may send as soon as that has left. */
		if (conf->wait == WAIT_OPTIMISTIC)
			steps |= REGISTRATION_SEND_DIRECT;
	}
	if (!home_token)
		steps |= REGISTRATION_HOME_TEST;
	if (!care_of_token)
		steps |= REGISTRATION_CARE_OF_TEST;
	/* RFC 6275 11.7.2: after both tests and a successful acknowledgement from the home agent.
	 * DEVIATION: with update_at_once the acknowledgement is not waited for, which saves what it takes longer than the tests.
	 */
	if (complete) {
		steps |= REGISTRATION_UPDATE;
		if (conf->wait == WAIT_OPTIMISTIC)
			steps |= REGISTRATION_SEND_DIRECT;
	}
	if (wants_diversion(conf, r, home_token, steps))
		steps |= REGISTRATION_DIVERT;
	return steps;
}
