// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Smart re-forwarding by a home agent (Simultaneous document, section IV.C): the one change that heals signalling to the home
 * address.
 *
 * What the document leaves open:
 * - a message is kept whether or not it could be delivered, and whether or not its receiver is registered: it may just be leaving
 *   home;
 * - it is sent again at every registration of a new care-of address while it is kept, and not at a refresh; whoever has it
 *   already drops the second Home Test and Care-of Test as unasked for, and answers a Binding Update by status 135, which names
 *   the sequence number that its sender knows to be accepted or will hear of (mobile_node_answer.c): no new exchange comes of it;
 * - Early Binding Updates are kept like Binding Updates;
 * - a full store forgets the oldest.
 */
#include "models/mip6/reforward.h"

#include "models/mip6/answer.h"
#include "models/mip6/message_store.h"

struct reforward {
	struct role role;
	struct in6 home_prefix;
	struct message_store store;
	bool sending;                    /* what passes now is a copy */
};

static const struct role_ops reforward_ops;

static struct reforward *reforward_of(struct role *r)
{
	return mip_container_of(r, struct reforward, role);
}

/* Where the home agent role sends to; unspecified: to the home link. */
static struct in6 present_address(const struct node *n, const struct in6 *home_address)
{
	struct in6 a = in6_unspecified;

	home_agent_care_of_address(n, home_address, &a);
	return a;
}

static enum verdict reforward_forward(struct role *r, mip_time now, struct interface *in, struct packet *p)
{
	struct reforward *f = reforward_of(r);
	const struct protocol_conf *conf = r->node->conf;
	struct in6 destination = ipv6_destination(p->data);

	if (!f->sending && in6_prefix64(&destination) == in6_prefix64(&f->home_prefix) && message_store_wants(p))
		message_store_keep(&f->store, now, conf->reforward, conf->reforward_limit, &destination, in, p)->sent_to =
		        present_address(r->node, &destination);
	return VERDICT_CONTINUE;
}

static void registered(struct reforward *f, mip_time now, const struct in6 *home_address)
{
	struct node *n = f->role.node;
	struct in6 to = present_address(n, home_address);
	struct kept_message *k = NULL;

	f->sending = true;
	while ((k = message_store_next(&f->store, now, home_address, k))) {
		struct in6 source = ipv6_source(k->packet->data);

		if (in6_equal(&k->sent_to, &to))
			continue;
		k->sent_to = to;
		node_observe(n, now, (struct observation){ .kind = OBSERVE_REFORWARDED, .peer = *home_address, .address = to,
		                                           .octets = packet_octets(k->packet) });
		/* As if it came now: the home agent role tunnels it, or it goes to the home link. */
		ip6_reinject(n, now, k->in, &source, packet_clone(k->packet));
	}
	f->sending = false;
}

void reforward_registered(struct node *n, mip_time now, const struct in6 *home_address)
{
	for (struct role *r = n->roles; r; r = r->next)
		if (r->ops == &reforward_ops)
			registered(reforward_of(r), now, home_address);
}

static void reforward_free(struct role *r)
{
	struct reforward *f = reforward_of(r);

	message_store_clear(&f->store);
	mip_free(f, sizeof *f);
}

static const struct role_ops reforward_ops = {
	.name = "reforward",
	.forward = reforward_forward,
	.free = reforward_free,
};

struct role *reforward_new(struct node *n, const struct in6 *home_prefix)
{
	struct reforward *f = mip_alloc(sizeof *f);

	f->role.ops = &reforward_ops;
	f->role.node = n;
	f->home_prefix = *home_prefix;
	return &f->role;
}
