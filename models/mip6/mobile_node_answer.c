// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What comes back to a mobile node: Home Test and Care-of Test (RFC 6275 11.6.2), acknowledgements (11.7.3, EBU document 4.1),
 * Binding Refresh Request (11.7.4), Binding Error (11.3.6) and ICMPv6 Parameter Problems (11.3.5).
 */
#include "models/mip6/mobile_node_state.h"
#include "models/wire/icmp6.h"

#define LIFETIME_UNIT (4 * MIP_SECOND)
#define EARLY_LIFETIME_UNIT (10 * MIP_MILLISECOND)

static enum drop_reason home_test(struct mobile_node *m, mip_time now, const struct delivery *d, const struct mh_message *a)
{
	struct binding_update *b = binding_update_find(&m->list, &d->source);
	mip_time told = MIP_NEVER;

	if (!b || !exchange_running(&b->home_test) || !b->home_test.attempts || d->has_home_address || d->has_routing_header ||
	    !in6_equal(&d->destination, &m->home_address))
		return DROP_UNEXPECTED;
	/* Away it has to come through the home agent's tunnel; whose tunnel it was, was checked when it ended. */
	if (mobile_node_away(m) != d->tunnelled)
		return DROP_UNEXPECTED;
	if (memcmp(a->cookie, b->home_cookie, sizeof a->cookie))
		return DROP_BAD_COOKIE;
	exchange_stop(&b->home_test);
	memcpy(b->home_token, a->token, sizeof b->home_token);
	b->home_nonce_index = a->nonce_index;
	b->home_token_at = now;
	/* What the correspondent says counts from when it cannot have said it yet; without a word it is RFC 6275 5.2.7. So it is
	 * if nothing is left of it: a token that can never be used would be asked for without end. */
	if (a->options.has_token_lifetime && exchange_last_sent(&b->home_test) + a->options.token_lifetime_s * MIP_SECOND > now)
		told = exchange_last_sent(&b->home_test) + a->options.token_lifetime_s * MIP_SECOND;
	b->home_token_until = told != MIP_NEVER ? told : now + MAX_TOKEN_LIFETIME;
	b->next_home_test = MIP_NEVER;
	if (m->role.node->conf->home_test == HOME_TEST_PROACTIVE && b->goal == GOAL_REGISTER)
		b->next_home_test = mip_time_max(registration_next_home_test(m->role.node->conf, now, told), now + MIP_SECOND);
	mobile_node_observe(m, now, OBSERVE_HOT_ACCEPTED, &b->peer, a->nonce_index);
	mip6_observe_secret(m->role.node, now, SECRET_HOME_TOKEN, &b->peer, a->nonce_index, b->home_token, sizeof b->home_token);
	mobile_node_advance(m, now, b);
	return DROP_REASON_COUNT;
}

static enum drop_reason care_of_test(struct mobile_node *m, mip_time now, const struct delivery *d, const struct mh_message *a)
{
	struct binding_update *b = binding_update_find(&m->list, &d->source);

	if (b && b->ahead && in6_equal(&d->destination, &b->ahead->address))
		return mobile_node_tested_ahead(m, now, d, a, b);
	if (!b || !mobile_node_away(m) || !exchange_running(&b->care_of_test) || !b->care_of_test.attempts ||
	    d->has_home_address || d->has_routing_header || d->tunnelled || !in6_equal(&d->destination, &m->care_of_address))
		return DROP_UNEXPECTED;
	if (memcmp(a->cookie, b->care_of_cookie, sizeof a->cookie))
		return DROP_BAD_COOKIE;
	exchange_stop(&b->care_of_test);
	memcpy(b->care_of_token, a->token, sizeof b->care_of_token);
	b->care_of_nonce_index = a->nonce_index;
	b->care_of_token_at = now;
	mobile_node_observe(m, now, OBSERVE_COT_ACCEPTED, &b->peer, a->nonce_index);
	mip6_observe_secret(m->role.node, now, SECRET_CARE_OF_TOKEN, &b->peer, a->nonce_index, b->care_of_token,
	                    sizeof b->care_of_token);
	mobile_node_advance(m, now, b);
	return DROP_REASON_COUNT;
}

/* ---- acknowledgements ----------------------------------------------------------------------------------------------------- */

/* Did it come the way an answer to what we sent as `goal` comes? */
static bool came_right(const struct mobile_node *m, const struct binding_update *b, const struct delivery *d)
{
	if (!in6_equal(&d->destination, &m->home_address))
		return false;
	if (b->goal == GOAL_DELETE)
		return !d->has_routing_header;
	return d->has_routing_header && mobile_node_away(m) && in6_equal(&d->wire_destination, &m->care_of_address);
}

/* One refusal more; a correspondent that refuses on and on is left alone. True: it was the last. */
static bool refused_too_often(struct mobile_node *m, mip_time now, struct binding_update *b)
{
	if (++b->refusals < MAX_RO_FAILURE)
		return false;
	mobile_node_fall_back(m, now, b, now + MOBILE_NODE_FALLBACK_RETRY);
	return true;
}

/* 136 to 138, which come without an authenticator: the tokens in question are of no use any more (RFC 6275 11.7.3, 9.5.4). */
static void forget_tokens(struct binding_update *b, uint8_t status)
{
	if (status != BA_EXPIRED_CARE_OF_NONCE)
		b->home_token_at = MIP_NEVER;
	if (status != BA_EXPIRED_HOME_NONCE)
		b->care_of_token_at = MIP_NEVER;
}

static void update_accepted(struct mobile_node *m, mip_time now, struct binding_update *b, const struct mh_message *a)
{
	mip_time lifetime = mip_time_min(a->lifetime * LIFETIME_UNIT, b->lifetime);

	exchange_stop(&b->update);
	b->refusals = 0;
	mobile_node_observe(m, now, OBSERVE_BA_ACCEPTED, &b->peer, a->sequence);
	if (b->goal == GOAL_DELETE) {
		b->held_until = 0;
		mobile_node_forget(m, b);
		return;
	}
	mobile_node_peer_registered(b, lifetime);
	if (b->expires <= now) { /* granted nothing, or the answer came too late */
		mobile_node_fall_back(m, now, b, now + MOBILE_NODE_FALLBACK_RETRY);
		return;
	}
	mobile_node_advance(m, now, b);
	mobile_node_flush(m, now);
}

static void update_refused(struct mobile_node *m, mip_time now, struct binding_update *b, const struct mh_message *a)
{
	exchange_stop(&b->update);
	mobile_node_observe(m, now, OBSERVE_BA_REFUSED, &b->peer, a->status);
	if (m->role.node->conf->unacknowledged)
		b->registered = b->direct = false;
	switch (a->status) {
	case BA_SEQUENCE_OUT_OF_WINDOW:
		b->sequence = a->sequence; /* the next one sent is greater, RFC 6275 11.7.3 */
		break;
	case BA_EXPIRED_HOME_NONCE:
	case BA_EXPIRED_CARE_OF_NONCE:
	case BA_EXPIRED_NONCES:
		forget_tokens(b, a->status);
		break;
	default:
		mobile_node_fall_back(m, now, b, now + MOBILE_NODE_FALLBACK_RETRY);
		return;
	}
	if (refused_too_often(m, now, b))
		return;
	b->progress = REGISTRATION_NOT_SENT;
	mobile_node_advance(m, now, b);
}

static bool is_nonce_status(uint8_t status)
{
	return status >= BA_EXPIRED_HOME_NONCE && status <= BA_EXPIRED_NONCES;
}

static enum drop_reason acknowledgement(struct mobile_node *m, mip_time now, const struct delivery *d, const struct mh_message *a)
{
	struct binding_update *b = binding_update_find(&m->list, &d->source);
	struct mip6_security security;

	/* 9.5.4: refusals come also where no acknowledgement was asked for. */
	bool unasked =
	    b && m->role.node->conf->unacknowledged && b->progress == REGISTRATION_ACCEPTED && a->status >= BA_UNSPECIFIED;

	if (!b || !(exchange_running(&b->update) || unasked) || !b->update.attempts || !came_right(m, b, d))
		return DROP_UNEXPECTED;
	if (a->status != BA_SEQUENCE_OUT_OF_WINDOW && !sequence_within(a->sequence, b->first_sequence, b->sequence))
		return DROP_BAD_SEQUENCE;
	security.care_of_address = b->goal == GOAL_DELETE ? m->home_address : m->care_of_address;
	security.correspondent = b->peer;
	memcpy(security.key, b->key, sizeof security.key);
	if (!is_nonce_status(a->status) && !mip6_verify(d, a, &security))
		return DROP_BAD_AUTHENTICATOR;
	/* What it accepted last is an update of this very registration: it met a copy of it (re-forwarding), and has the binding.
	 * The acknowledgement is on its way, or that of the next transmission will be; a new exchange would gain nothing. */
	if (a->status == BA_SEQUENCE_OUT_OF_WINDOW && sequence_within(a->sequence, b->first_sequence, b->sequence))
		return DROP_UNEXPECTED;
	if (a->status < BA_UNSPECIFIED && b->goal == GOAL_REGISTER && m->role.node->conf->lifetime_credit.on)
		b->no_lifetime_credit = !lifetime_credit_acknowledged(&b->lifetime_credit, d, a, &security);
	if (a->status < BA_UNSPECIFIED)
		update_accepted(m, now, b, a);
	else
		update_refused(m, now, b, a);
	return DROP_REASON_COUNT;
}

static enum drop_reason early_acknowledgement(struct mobile_node *m, mip_time now, const struct delivery *d,
                                              const struct mh_message *a)
{
	struct binding_update *b = binding_update_find(&m->list, &d->source);
	struct mip6_security security;

	if (!b || b->goal != GOAL_REGISTER || b->early != REGISTRATION_SENT || !came_right(m, b, d))
		return DROP_UNEXPECTED;
	if (a->status != BA_SEQUENCE_OUT_OF_WINDOW && a->sequence != b->early_sequence)
		return DROP_BAD_SEQUENCE;
	security.care_of_address = m->care_of_address;
	security.correspondent = b->peer;
	memcpy(security.key, b->early_key, sizeof security.key);
	if (!is_nonce_status(a->status) && !mip6_verify(d, a, &security))
		return DROP_BAD_AUTHENTICATOR;
	if (a->status < BA_UNSPECIFIED) {
		b->early = REGISTRATION_ACCEPTED;
		b->early_until = mip_time_min(b->early_until, mip_time_add(b->early_sent_at, a->lifetime * EARLY_LIFETIME_UNIT));
		/* An optimistic node may have sent its Binding Update already, whose lifetime counts then. */
		if (b->progress == REGISTRATION_NOT_SENT || m->role.node->conf->wait == WAIT_CONSERVATIVE)
			b->direct_until = b->early_until;
		mobile_node_observe(m, now, OBSERVE_EARLY_BA_ACCEPTED, &b->peer, a->sequence);
	} else {
		/* The standard exchange goes on; it brings its own tokens where those were at fault. */
		b->early = REGISTRATION_WITHDRAWN;
		mobile_node_observe(m, now, OBSERVE_BA_REFUSED, &b->peer, a->status);
		if (a->status == BA_SEQUENCE_OUT_OF_WINDOW && b->progress == REGISTRATION_NOT_SENT)
			b->sequence = a->sequence;
		else if (a->status == BA_EXPIRED_HOME_NONCE && b->progress == REGISTRATION_NOT_SENT)
			forget_tokens(b, a->status);
	}
	mobile_node_advance(m, now, b);
	mobile_node_flush(m, now);
	return DROP_REASON_COUNT;
}

/* ---- requests and errors --------------------------------------------------------------------------------------------------- */

static enum drop_reason refresh_request(struct mobile_node *m, mip_time now, const struct delivery *d)
{
	struct binding_update *b = binding_update_find(&m->list, &d->source);

	if (!b || b->goal != GOAL_REGISTER || !b->registered || b->progress != REGISTRATION_ACCEPTED)
		return DROP_UNEXPECTED;
	mobile_node_begin(m, now, b);
	mobile_node_advance(m, now, b);
	return DROP_REASON_COUNT;
}

/* The peer has no binding for packets with our Home Address option. */
static void unknown_binding(struct mobile_node *m, mip_time now, struct binding_update *b)
{
	/* What left before an update that is still unanswered does not count, nor what left before direct sending ended. */
	if (!b->direct || exchange_running(&b->update))
		return;
	b->direct = b->registered = false;
	b->expires = b->refresh_at = MIP_NEVER;
	if (b->early == REGISTRATION_SENT || b->early == REGISTRATION_ACCEPTED)
		b->early = REGISTRATION_WITHDRAWN;
	if (b->progress != REGISTRATION_NOT_SENT)
		mobile_node_begin(m, now, b);
	mobile_node_advance(m, now, b);
}

/* The peer does not know the type of one of our messages. */
static void unknown_type(struct mobile_node *m, mip_time now, struct binding_update *b)
{
	if (b->early == REGISTRATION_NOT_SENT && !b->early_unknown) {
		/* Not about an early update, then: it knows nothing of return routability (RFC 6275 11.3.6). */
		if (!exchange_running(&b->home_test) && !exchange_running(&b->care_of_test) && !exchange_running(&b->update))
			return;
		b->no_mobile_ipv6 = true;
		mobile_node_fall_back(m, now, b, MIP_NEVER);
		return;
	}
	if (b->early_unknown || b->early == REGISTRATION_ACCEPTED)
		return;
	b->early_unknown = true;
	b->early = REGISTRATION_WITHDRAWN;
	mobile_node_observe(m, now, OBSERVE_EARLY_UNKNOWN, &b->peer, 0);
	/* An optimistic node was wrong to send directly; when it may, is to be seen anew. */
	if (b->progress == REGISTRATION_NOT_SENT)
		b->direct_observed = false;
	mobile_node_advance(m, now, b);
}

static enum drop_reason binding_error(struct mobile_node *m, mip_time now, const struct delivery *d, const struct mh_message *a)
{
	struct binding_update *b = binding_update_find(&m->list, &d->source);

	if (a->status == BE_UNKNOWN_BINDING && in6_equal(&d->source, &m->home_agent)) {
		mobile_node_home_unknown(m, now);
		return DROP_REASON_COUNT;
	}
	/* RFC 6275 11.3.6: without an entry for the sender it MUST be ignored. */
	if (!b || b->goal != GOAL_REGISTER)
		return DROP_UNEXPECTED;
	if (a->status == BE_UNKNOWN_BINDING && in6_equal(&a->home_address, &m->home_address))
		unknown_binding(m, now, b);
	else if (a->status == BE_UNKNOWN_MH_TYPE)
		unknown_type(m, now, b);
	else
		return DROP_UNEXPECTED;
	return DROP_REASON_COUNT;
}

void mobile_node_parameter_problem(struct mobile_node *m, mip_time now, const struct ip6_notice *n)
{
	struct binding_update *b = binding_update_find(&m->list, &n->destination);

	if (in6_equal(&n->destination, &m->home_agent) && n->code == PARAMETER_UNKNOWN_NEXT_HEADER &&
	    n->protocol == PROTOCOL_MOBILITY)
		mobile_node_home_impossible(m);
	if (!b || b->no_mobile_ipv6 || b->goal == GOAL_NONE)
		return;
	/* No Mobility Header there (RFC 6275 11.3.5). That somebody does not know Home Address options counts for nothing: 11.3.5
	 * wants it logged and discarded, for who has taken part in return routability does know them. */
	if (n->code != PARAMETER_UNKNOWN_NEXT_HEADER || n->protocol != PROTOCOL_MOBILITY)
		return;
	b->no_mobile_ipv6 = true;
	mobile_node_fall_back(m, now, b, MIP_NEVER);
}

enum drop_reason mobile_node_message(struct mobile_node *m, mip_time now, const struct delivery *d, const struct mh_message *a)
{
	switch (a->type) {
	case MH_HOT:
		return home_test(m, now, d, a);
	case MH_COT:
		return care_of_test(m, now, d, a);
	case MH_BA:
		if (in6_equal(&d->source, &m->home_agent))
			return mobile_node_home_acknowledged(m, now, d, a);
		return acknowledgement(m, now, d, a);
	case MH_BRR:
		return refresh_request(m, now, d);
	case MH_BE:
		return binding_error(m, now, d, a);
	default:
		return early_acknowledgement(m, now, d, a);
	}
}
