// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The mobile node's side of forwarding from the previous network (Simultaneous document, section IV.A). Which router forwards is
 * learned from advertisements (prefix option with the R flag). With every new care-of address each router asked before hears of
 * it, so that packets are not passed from link to link; back on a link, the node takes its address there again and has the
 * forwarding deleted.
 *
 * Left out: forwarding to the home address after returning home (it ends with its lifetime), Early Binding Updates' kind of
 * haste: an unanswered request is repeated like any Binding Update (RFC 6275 11.8), MAX_RO_FAILURE times.
 */
#include "models/mip6/binding_update_list.h"
#include "models/mip6/forwarder.h"
#include "models/mip6/message.h"
#include "models/wire/icmp6.h"

#define LIFETIME_UNIT (4 * MIP_SECOND)
#define PREVIOUS_LINKS 4 /* forwarded for at a time; the oldest gives way */

/* A link that was left. */
struct left_link {
	struct in6 care_of_address, router;
	struct ip6_address *address;     /* the care-of address, still ours but away; NULL while we are back on that link */
	struct exchange update;
	mip_time sent_at, until;
	uint16_t sequence, first_sequence;
	bool used;
};

struct previous_link {
	struct role role;
	struct interface *interface;
	struct timer timer;
	struct in6 care_of_address, router; /* present ones; unspecified: none (known) */
	struct in6 seen_prefix, seen_router;/* of the latest advertisement */
	struct left_link links[PREVIOUS_LINKS]; /* oldest first, as far as used */
};

static struct previous_link *previous_link_of(struct role *r)
{
	return mip_container_of(r, struct previous_link, role);
}

static void forget(struct previous_link *p, unsigned i)
{
	struct left_link *l = &p->links[i];

	if (l->address)
		ip6_remove_address(p->role.node, l->address);
	memmove(l, l + 1, (PREVIOUS_LINKS - 1 - i) * sizeof *l);
	p->links[PREVIOUS_LINKS - 1] = (struct left_link){ .used = false };
}

static void send_update(struct previous_link *p, mip_time now, struct left_link *l)
{
	struct node *n = p->role.node;
	bool back = !l->address;
	mip_time units = n->conf->forwarder_lifetime / LIFETIME_UNIT;
	struct mh_message m = { .type = MH_BU, .flags = BU_ACKNOWLEDGE | BU_HOME, .lifetime = (uint16_t)(back ? 0 : units) };

	m.sequence = ++l->sequence;
	if (!l->update.attempts) {
		l->first_sequence = m.sequence;
		l->sent_at = now;
	}
	exchange_sent(&l->update, now);
	ip6_send(n, now, mip6_message(&p->care_of_address, &l->router, back ? NULL : &l->care_of_address, NULL, &m, NULL),
	         IP6_SEND_PLAIN);
}

/* Sends what is due, gives up what is over, arms the timer. */
static void run(struct previous_link *p, mip_time now)
{
	struct node *n = p->role.node;
	mip_time next = MIP_NEVER;

	for (unsigned i = 0; i < PREVIOUS_LINKS && p->links[i].used;) {
		struct left_link *l = &p->links[i];

		if (l->until <= now || exchange_failed(&l->update, now, n->conf->retransmission ? MAX_RO_FAILURE : 1)) {
			forget(p, i);
			continue;
		}
		if (l->update.due <= now && exchange_allowed(&l->update, now))
			send_update(p, now, l);
		next = mip_time_min(next, mip_time_min(l->until, l->update.due));
		i++;
	}
	node_arm(n, &p->timer, next);
}

static void fire(struct node *n, struct timer *t, mip_time now)
{
	(void)n;
	run(mip_container_of(t, struct previous_link, timer), now);
}

/* The present link is left behind. */
static void leave(struct previous_link *p, mip_time now)
{
	struct node *n = p->role.node;
	struct left_link *l = p->links;

	if (in6_is_unspecified(&p->care_of_address) || in6_is_unspecified(&p->router) || ip6_find_address(n, &p->care_of_address))
		return;
	if (p->links[PREVIOUS_LINKS - 1].used)
		forget(p, 0);
	while (l->used)
		l++;
	*l = (struct left_link){ .care_of_address = p->care_of_address, .router = p->router, .used = true,
		                 .until = now + n->conf->forwarder_lifetime };
	exchange_init(&l->update);
	l->sequence = (uint16_t)node_random_u64(n, RANDOM_MOBILITY);
	/* 128 bits and away: it is ours, for what the router sends us in its tunnel, but its link is not here. */
	l->address = ip6_add_address(n, p->interface, &p->care_of_address, 128);
	l->address->state = IP6_ADDRESS_AWAY;
}

static void address_ready(struct previous_link *p, mip_time now, const struct in6 *address)
{
	if (!in6_is_routable_unicast(address) || !in6_prefix_equal(address, &p->seen_prefix, 64) ||
	    in6_equal(address, &p->care_of_address))
		return;
	leave(p, now);
	p->care_of_address = *address;
	p->router = p->seen_router;
	for (unsigned i = 0; i < PREVIOUS_LINKS && p->links[i].used; i++) {
		p->links[i].until = now + p->role.node->conf->forwarder_lifetime;
		exchange_start(&p->links[i].update, now, INITIAL_BINDACK_TIMEOUT);
	}
	run(p, now);
}

static void prefix_seen(struct previous_link *p, const struct ip6_notice *n)
{
	p->seen_prefix = n->address;
	p->seen_router = in6_unspecified;
	for (unsigned i = 0; n->advertisement && i < n->advertisement->prefix_count; i++) {
		const struct nd_prefix *x = &n->advertisement->prefixes[i];

		if (x->router_address && in6_prefix_equal(&x->prefix, &n->address, 64))
			p->seen_router = x->prefix;
	}
	/* Back there: the address is to be configured again, which it cannot be while we hold it. */
	for (unsigned i = 0; i < PREVIOUS_LINKS && p->links[i].used; i++)
		if (p->links[i].address && in6_prefix_equal(&p->links[i].care_of_address, &n->address, 64)) {
			ip6_remove_address(p->role.node, p->links[i].address);
			p->links[i].address = NULL;
		}
}

static void previous_link_notice(struct role *r, mip_time now, const struct ip6_notice *n)
{
	struct previous_link *p = previous_link_of(r);

	if (n->interface != p->interface)
		return;
	if (n->kind == IP6_NOTICE_PREFIX)
		prefix_seen(p, n);
	else if (n->kind == IP6_NOTICE_ADDRESS_READY)
		address_ready(p, now, &n->address);
}

static void acknowledged(struct previous_link *p, mip_time now, unsigned i, const struct mh_message *m)
{
	struct left_link *l = &p->links[i];

	exchange_stop(&l->update);
	if (m->status == BA_SEQUENCE_OUT_OF_WINDOW) {
		l->sequence = m->sequence; /* RFC 6275 11.7.3 */
		exchange_start(&l->update, now, INITIAL_BINDACK_TIMEOUT);
	} else if (m->status >= BA_UNSPECIFIED || !m->lifetime) {
		forget(p, i);
	} else {
		l->until = mip_time_min(l->until, mip_time_add(l->sent_at, m->lifetime * LIFETIME_UNIT));
	}
	run(p, now);
}

static enum verdict previous_link_input(struct role *r, mip_time now, struct delivery *d)
{
	struct previous_link *p = previous_link_of(r);
	struct mh_message m;

	for (unsigned i = 0; i < PREVIOUS_LINKS && p->links[i].used; i++) {
		struct left_link *l = &p->links[i];

		if (!in6_equal(&d->wire_source, &l->router))
			continue;
		if (d->protocol == PROTOCOL_IPV6 && l->address && in6_equal(&d->wire_destination, &p->care_of_address)) {
			packet_pull(d->packet, d->offset);
			ip6_reinject(r->node, now, d->in, &l->router, d->packet);
			return VERDICT_TAKEN;
		}
		if (d->protocol == PROTOCOL_MOBILITY && in6_equal(&d->destination, &l->care_of_address) &&
		    mip6_decode(d, &m) == WIRE_OK && m.type == MH_BA && exchange_running(&l->update) && l->update.attempts &&
		    (m.status == BA_SEQUENCE_OUT_OF_WINDOW || sequence_within(m.sequence, l->first_sequence, l->sequence))) {
			packet_free(d->packet);
			acknowledged(p, now, i, &m);
			return VERDICT_TAKEN;
		}
	}
	return VERDICT_CONTINUE;
}

/* Acknowledgements come with the previous care-of address as a home address. */
static bool previous_link_accept_routing_header(struct role *r, const struct in6 *home_address)
{
	const struct previous_link *p = previous_link_of(r);

	for (unsigned i = 0; i < PREVIOUS_LINKS && p->links[i].used; i++)
		if (p->links[i].address && in6_equal(home_address, &p->links[i].care_of_address))
			return true;
	return false;
}

static void previous_link_free(struct role *r)
{
	struct previous_link *p = previous_link_of(r);

	timer_disarm(&r->node->timers, &p->timer);
	mip_free(p, sizeof *p);
}

static const struct role_ops previous_link_ops = {
	.name = "previous-link",
	.input = previous_link_input,
	.accept_routing_header = previous_link_accept_routing_header,
	.notice = previous_link_notice,
	.free = previous_link_free,
};

struct role *previous_link_new(struct node *n)
{
	struct previous_link *p = mip_alloc(sizeof *p);

	p->role.ops = &previous_link_ops;
	p->role.node = n;
	p->interface = ip6_interface(n, 0);
	p->timer.fire = fire;
	return &p->role;
}
