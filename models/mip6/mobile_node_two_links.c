// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A mobile node with two radios, attached to two links for the time of a movement (Taxonomy 5.4): while the link in use goes on,
 * the other gives it the next care-of address, with duplicate address detection and all, and the care-of test is run from there
 * ahead of the movement (`care-of-test-ahead`). The movement itself is the end of the old link: the radios change roles.
 *
 * Left out: registering the next care-of address while the old link is still there, or both of them (11.5.4).
 */
#include "models/mip6/mobile_node_state.h"

void mobile_node_second_init(struct mobile_node *m)
{
	if (m->role.node->ip6.interface_count < 2)
		return;
	m->second = mip_alloc(sizeof *m->second);
	m->second->interface = ip6_interface(m->role.node, 1);
}

void mobile_node_second_free(struct mobile_node *m)
{
	if (m->second)
		mip_free(m->second, sizeof *m->second);
}

static void advance_peers(struct mobile_node *m, mip_time now)
{
	if (m->role.node->conf->care_of_test_ahead)
		mobile_node_advance_all(m, now);
}

/* The next care-of address is none any more. */
static void lose_next(struct mobile_node *m)
{
	m->second->usable = false;
	for (struct binding_update *b = m->list.head; b; b = b->next)
		binding_update_forget_ahead(b);
}

void mobile_node_second_notice(struct mobile_node *m, mip_time now, const struct ip6_notice *n)
{
	struct second_link *s = m->second;
	bool home = in6_prefix64(&n->address) == in6_prefix64(&m->home_address);

	switch (n->kind) {
	case IP6_NOTICE_ROUTER:
		s->router = n->address;
		break;
	case IP6_NOTICE_PREFIX:
		s->home |= home;
		break;
	case IP6_NOTICE_ADDRESS_READY:
		if (home || !in6_is_routable_unicast(&n->address))
			break;
		s->address = n->address;
		s->usable = true;
		advance_peers(m, now);
		break;
	case IP6_NOTICE_ADDRESS_DUPLICATE:
	case IP6_NOTICE_ADDRESS_GONE:
		if (s->usable && in6_equal(&n->address, &s->address))
			lose_next(m);
		break;
	default:
		break;
	}
}

/* ---- the test ahead -------------------------------------------------------------------------------------------------------- */

static void send_test_init(struct mobile_node *m, mip_time now, struct binding_update *b)
{
	struct mh_message t = { .type = MH_COTI };
	struct care_of_test_ahead *a = b->ahead;

	node_random_octets(m->role.node, RANDOM_SECRET, a->cookie, sizeof a->cookie);
	memcpy(t.cookie, a->cookie, sizeof t.cookie);
	node_observe(m->role.node, now,
	             (struct observation){ .kind = OBSERVE_COTI_AHEAD_SENT, .peer = b->peer, .address = a->address });
	ip6_send(m->role.node, now, mip6_message(&a->address, &b->peer, NULL, NULL, &t, NULL), IP6_SEND_PLAIN);
}

void mobile_node_test_ahead(struct mobile_node *m, mip_time now, struct binding_update *b)
{
	const struct protocol_conf *conf = m->role.node->conf;
	struct exchange *x;

	if (!m->second || !m->second->usable || !conf->care_of_test_ahead || b->goal != GOAL_REGISTER)
		return;
	if (!b->ahead) {
		b->ahead = mip_alloc(sizeof *b->ahead);
		b->ahead->address = m->second->address;
		b->ahead->token_at = MIP_NEVER;
		exchange_init(&b->ahead->test);
		exchange_start(&b->ahead->test, now, INITIAL_BINDACK_TIMEOUT);
	}
	x = &b->ahead->test;
	if (x->due > now)
		return;
	if (exchange_failed(x, now, conf->retransmission ? MAX_RO_FAILURE : 1)) {
		exchange_stop(x);
	} else if (exchange_allowed(x, now)) {
		send_test_init(m, now, b);
		exchange_sent(x, now);
	}
}

enum drop_reason mobile_node_tested_ahead(struct mobile_node *m, mip_time now, const struct delivery *d,
                                          const struct mh_message *t, struct binding_update *b)
{
	struct care_of_test_ahead *a = b->ahead;

	if (!a || !exchange_running(&a->test) || !a->test.attempts || d->has_home_address || d->has_routing_header ||
	    d->tunnelled || !in6_equal(&d->destination, &a->address))
		return DROP_UNEXPECTED;
	if (memcmp(t->cookie, a->cookie, sizeof t->cookie))
		return DROP_BAD_COOKIE;
	exchange_stop(&a->test);
	memcpy(a->token, t->token, sizeof a->token);
	a->nonce_index = t->nonce_index;
	a->token_at = now;
	mip6_observe_secret(m->role.node, now, SECRET_CARE_OF_TOKEN, &b->peer, a->nonce_index, a->token, sizeof a->token);
	mobile_node_advance(m, now, b);
	return DROP_REASON_COUNT;
}

/* ---- the movement ---------------------------------------------------------------------------------------------------------- */

bool mobile_node_second_signal(struct mobile_node *m, mip_time now, const struct interface *i, enum link_signal what)
{
	struct second_link *s = m->second, next;
	struct interface *old = m->interface;

	if (i == s->interface) {
		if (what == LINK_UP)
			*s = (struct second_link){ .interface = s->interface, .up = true };
		if (what == LINK_DOWN) {
			lose_next(m);
			s->up = s->home = false;
		}
		return true;
	}
	if (i != m->interface || what != LINK_DOWN || !s->up)
		return false;
	/* The other link carries on from here. What the old one gave is gone before the new address is taken. */
	next = *s;
	m->interface = next.interface;
	*s = (struct second_link){ .interface = old };
	ip6_move_address(m->address, m->interface);
	ip6_leave(m->role.node, now, old);
	if (!in6_is_unspecified(&next.router))
		node_observe(m->role.node, now, (struct observation){ .kind = OBSERVE_ROUTER_FOUND, .address = next.router });
	if (next.home)
		mobile_node_arrive_home(m, now);
	else if (next.usable)
		mobile_node_take_care_of_address(m, now, &next.address);
	else
		mobile_node_leave(m);
	return true;
}
