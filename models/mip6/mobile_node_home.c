// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A mobile node's registration with its home agent: sending, repeating, refreshing and deleting it, and the acknowledgements
 * (RFC 6275 11.5.5, 11.7.1, 11.7.3, 11.8).
 *
 * Left out: key management. Home agent discovery and home prefixes are in mobile_node_discovery.c.
 * DEVIATION: with `ipsec` off acknowledgements are believed by the home agent's address and the sequence number, and sizes on
 * this path are those without ESP.
 */
#include "models/mip6/mobile_node_state.h"

#define UNANSWERED 6 /* transmissions: 1, 2, 4, 8, 16 and 32 s */
#define HOME_LIFETIME_UNIT (4 * MIP_SECOND)

uint16_t mobile_node_lifetime_limit(const struct mobile_node *m, mip_time now, mip_time wanted)
{
	const struct ip6_address *a = ip6_find_address(m->role.node, &m->care_of_address);
	mip_time end = mip_time_min(m->home_prefix_until, a ? a->valid_until : MIP_NEVER), units;

	if (end != MIP_NEVER && end - now <= wanted)
		wanted = end - now - 1;
	units = wanted / HOME_LIFETIME_UNIT;
	return (uint16_t)(units < 1 ? 1 : units > UINT16_MAX ? UINT16_MAX : units);
}

static void arm(struct mobile_node *m)
{
	node_arm(m->role.node, &m->timer, mip_time_min(m->home.update.due, mip_time_min(m->home.refresh_at, m->home.expires)));
}

/* RFC 6275 11.7.1: L says that the link-local address has the home address's interface identifier. */
static bool link_local_matches(const struct mobile_node *m)
{
	const struct in6 *link_local = ip6_link_local(m->interface);

	return link_local && !memcmp(link_local->octets + 8, m->home_address.octets + 8, 8);
}

static void send_update(struct mobile_node *m, mip_time now)
{
	struct node *n = m->role.node;
	struct home_registration *h = &m->home;
	bool returning = m->position == POSITION_RETURNING;
	const struct in6 *care_of_address = returning ? &m->home_address : &m->care_of_address;
	struct mh_message u = { .type = MH_BU, .flags = BU_ACKNOWLEDGE | BU_HOME };

	if (!exchange_allowed(&h->update, now))
		return;
	h->sequence++; /* also when repeated, RFC 6275 11.8 */
	if (!h->update.attempts) {
		h->first_sequence = h->sequence;
		h->sent_at = now;
	}
	if (!returning)
		h->link_local_asked = link_local_matches(m);
	if (returning ? h->link_local : h->link_local_asked)
		u.flags |= BU_LINK_LOCAL;
	u.sequence = h->sequence;
	h->lifetime = mobile_node_lifetime_limit(m, now, n->conf->lifetime);
	u.lifetime = returning ? 0 : h->lifetime;
	u.options.has_alternate_care_of_address = true;
	u.options.alternate_care_of_address = *care_of_address;
	exchange_sent(&h->update, now);
	h->sent = h->touched = true;
	if (returning)
		h->bound = false; /* perhaps; should we leave again before the answer, nothing may rely on it */
	mobile_node_observe(m, now, OBSERVE_HOME_BU_SENT, &m->home_agent, h->sequence);
	ipsec_send(n, now, &m->home_address, &m->home_agent, IPSEC_BINDING,
	           mip6_message(care_of_address, &m->home_agent, returning ? NULL : &m->home_address, NULL, &u, NULL));
}

/* Sends, or gives up, what is due. */
static void run(struct mobile_node *m, mip_time now)
{
	struct exchange *x = &m->home.update;
	bool first = !m->home.sent;

	if (x->due <= now) {
		if (!m->role.node->conf->retransmission && exchange_failed(x, now, 1))
			exchange_stop(x);
		else
			send_update(m, now);
		/* 11.4.1: not even once the time between them has reached its limit: perhaps others know a home agent that
		 * answers. */
		if (exchange_running(x) && x->attempts > UNANSWERED && x->attempts % UNANSWERED == 1 && mobile_node_away(m) &&
		    m->role.node->conf->home_agent_discovery)
			mobile_node_discover(m, now);
	}
	arm(m);
	/* The limit on updates may have held the first one back, and with it all that needs the tunnel. */
	if (first && m->home.sent && mobile_node_tunnel(m)) {
		mobile_node_advance_all(m, now);
		mobile_node_flush(m, now);
	}
}

static void fire(struct node *n, struct timer *timer, mip_time now)
{
	struct mobile_node *m = mip_container_of(timer, struct mobile_node, timer);
	struct home_registration *h = &m->home;

	(void)n;
	if (h->expires <= now) {
		h->bound = h->acknowledged = false;
		h->expires = h->refresh_at = MIP_NEVER;
		if (m->position == POSITION_RETURNING) {
			/* Never answered, but by now there is nothing left to delete. */
			exchange_stop(&h->update);
			h->touched = false;
			mobile_node_probe_home(m, now);
		} else if (mobile_node_away(m) && !exchange_running(&h->update) && !h->rejected) {
			mobile_node_home_register(m, now);
		}
	}
	if (h->refresh_at <= now) {
		h->refresh_at = MIP_NEVER;
		if ((mobile_node_away(m) || m->position == POSITION_RETURNING) && !exchange_running(&h->update))
			exchange_start(&h->update, now, h->bound ? INITIAL_BINDACK_TIMEOUT : n->conf->first_registration_timeout);
	}
	run(m, now);
}

void mobile_node_home_init(struct mobile_node *m)
{
	exchange_init(&m->home.update);
	m->home.expires = m->home.refresh_at = MIP_NEVER;
	m->home.sequence = (uint16_t)node_random_u64(m->role.node, RANDOM_MOBILITY);
	m->timer.fire = fire;
}

void mobile_node_home_register(struct mobile_node *m, mip_time now)
{
	struct home_registration *h = &m->home;

	h->sent = h->acknowledged = h->rejected = false;
	if (h->impossible)
		return;
	/* What is left of the home prefix is less than a binding can last. */
	if (m->position != POSITION_RETURNING && m->home_prefix_until - now < HOME_LIFETIME_UNIT) {
		arm(m);
		return;
	}
	if (in6_is_unspecified(&m->home_agent)) {
		mobile_node_discover(m, now);
		return;
	}
	exchange_start(&h->update, now, h->bound ? INITIAL_BINDACK_TIMEOUT : m->role.node->conf->first_registration_timeout);
	if (m->position == POSITION_RETURNING)
		h->refresh_at = MIP_NEVER;
	run(m, now);
}

void mobile_node_home_abandon(struct mobile_node *m)
{
	m->home.sent = m->home.acknowledged = false;
	exchange_stop(&m->home.update);
	arm(m);
}

void mobile_node_home_impossible(struct mobile_node *m)
{
	m->home.impossible = true;
	m->home.refresh_at = MIP_NEVER;
	mobile_node_home_abandon(m);
}

void mobile_node_home_unknown(struct mobile_node *m, mip_time now)
{
	/* RFC 6275 11.3.6: register again. While an update is unanswered the error is about what left before it. */
	if (!mobile_node_away(m) || exchange_running(&m->home.update))
		return;
	m->home.bound = false;
	m->home.expires = m->home.refresh_at = MIP_NEVER;
	mobile_node_home_register(m, now);
}

/* found: it was there. */
static void deleted(struct mobile_node *m, mip_time now, bool found)
{
	struct home_registration *h = &m->home;
	bool link_local = h->link_local && found;

	exchange_stop(&h->update);
	h->link_local = false;
	h->bound = h->touched = h->sent = h->acknowledged = false;
	h->expires = h->refresh_at = MIP_NEVER;
	arm(m);
	mobile_node_settle_home(m, now, link_local);
}

static void accepted(struct mobile_node *m, mip_time now, const struct mh_message *a)
{
	struct home_registration *h = &m->home;
	uint16_t granted = a->lifetime < h->lifetime ? a->lifetime : h->lifetime;
	mip_time lifetime = granted * HOME_LIFETIME_UNIT;

	/* RFC 6275 11.7.3: counted from when the update was sent. */
	exchange_stop(&h->update);
	h->expires = mip_time_add(h->sent_at, lifetime);
	h->refresh_at = h->expires - registration_margin(lifetime);
	if (a->options.has_refresh_advice && a->options.refresh_interval_4s)
		h->refresh_at = mip_time_min(h->refresh_at, now + a->options.refresh_interval_4s * HOME_LIFETIME_UNIT);
	h->bound = h->acknowledged = true;
	h->link_local = h->link_local_asked;
	arm(m);
	if (a->status == BA_ACCEPTED_PREFIX_DISCOVERY)
		mobile_node_solicit_prefixes(m, now); /* 11.7.3 */
	mobile_node_advance_all(m, now);
	mobile_node_flush(m, now);
}

static void refused(struct mobile_node *m, mip_time now, const struct mh_message *a)
{
	struct home_registration *h = &m->home;

	exchange_stop(&h->update);
	switch (a->status) {
	case BA_SEQUENCE_OUT_OF_WINDOW:
		/* RFC 6275 11.7.3: go on from the number it knows. */
		h->sequence = a->sequence;
		exchange_start(&h->update, now,
		               h->bound ? INITIAL_BINDACK_TIMEOUT : m->role.node->conf->first_registration_timeout);
		break;
	case BA_DUPLICATE_ADDRESS:
		node_observe(m->role.node, now,
		             (struct observation){ .kind = OBSERVE_DUPLICATE_ADDRESS, .address = m->home_address });
		mobile_node_refuse_home_address(m, now);
		break;
	case BA_UNSPECIFIED:
	case BA_INSUFFICIENT_RESOURCES:
		if (mobile_node_away(m) && mobile_node_try_another_home_agent(m, now)) {
			h->refresh_at = MIP_NEVER;
			break;
		}
		h->refresh_at = m->role.node->conf->retransmission ? now + MOBILE_NODE_REFUSED_RETRY : MIP_NEVER;
		break;
	default:
		/* Asking again would get the same answer; the next movement tries. */
		h->rejected = true;
		h->refresh_at = MIP_NEVER;
		if (mobile_node_away(m))
			mobile_node_try_another_home_agent(m, now);
	}
	run(m, now);
}

enum drop_reason mobile_node_home_acknowledged(struct mobile_node *m, mip_time now, const struct delivery *d,
                                               const struct mh_message *a)
{
	struct home_registration *h = &m->home;
	bool returning = m->position == POSITION_RETURNING;

	/* RFC 6275 9.5.4: with a routing header exactly when the update had a Home Address option. */
	if (!exchange_running(&h->update) || !h->update.attempts || d->has_routing_header == returning ||
	    !in6_equal(&d->destination, &m->home_address) ||
	    (!returning && !(mobile_node_away(m) && in6_equal(&d->wire_destination, &m->care_of_address))))
		return DROP_UNEXPECTED;
	if (!ipsec_expects(m->role.node, IPSEC_BINDING, d))
		return DROP_UNPROTECTED;
	if (a->status != BA_SEQUENCE_OUT_OF_WINDOW && !sequence_within(a->sequence, h->first_sequence, h->sequence))
		return DROP_BAD_SEQUENCE;
	if (a->status < BA_UNSPECIFIED) {
		mobile_node_observe(m, now, OBSERVE_HOME_BA_ACCEPTED, &m->home_agent, a->sequence);
		if (returning)
			deleted(m, now, true);
		else
			accepted(m, now, a);
		return DROP_REASON_COUNT;
	}
	mobile_node_observe(m, now, OBSERVE_HOME_BA_REFUSED, &m->home_agent, a->status);
	/* 133 about a deletion: there is nothing to delete, as wanted. */
	if (returning && a->status == BA_NOT_HOME_AGENT)
		deleted(m, now, false);
	else
		refused(m, now, a);
	return DROP_REASON_COUNT;
}
