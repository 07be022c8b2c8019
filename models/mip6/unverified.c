// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Data to care-of addresses that are not verified, see unverified.h (RFC 4866 3.6; drafts of 2004 and 2005, section 5).
 *
 * Packets that wait (short: buffer; RFC 4866 4.10 leaves open how long) leave in order: to the care-of address as soon as it is
 * verified or credit covers the first of them, to the home address when the binding ends. Whatever is sent meanwhile queues behind
 * them. A new unverified care-of address lets them wait for itself.
 */
#include "models/mip6/unverified.h"

#include "models/mip6/answer.h"

static void observe(struct node *n, mip_time at, enum observation_kind kind, const struct binding *b, uint32_t value, uint32_t octets)
{
	node_observe(n, at, (struct observation){ .kind = kind, .peer = b->home_address, .address = b->care_of_address, .value = value,
	                                          .octets = octets });
}

static bool credited(const struct node *n)
{
	return n->conf->unverified == UNVERIFIED_CREDIT;
}

static void observe_credit(struct node *n, mip_time at, const struct binding *b)
{
	observe(n, at, OBSERVE_CREDIT, b, b->correspondent.credit.octets, 0);
}

/* The account as of now. Ageings are observed at their own time, which may lie before now but never before what was seen last. */
static void bring_up(struct node *n, mip_time now, struct binding *b)
{
	struct credit *c = &b->correspondent.credit;
	const struct credit_conf *conf = &n->conf->credit;

	while (credit_due(c, conf) <= now) {
		mip_time at = credit_due(c, conf);

		observe_credit(n, at, b);
		credit_age(c, conf, now);
		observe_credit(n, at, b);
	}
}

void unverified_open(struct node *n, mip_time now, struct binding *b)
{
	credit_open(&b->correspondent.credit, now);
	if (credited(n))
		observe_credit(n, now, b);
}

/* May this much go to the care-of address? Then it is paid for. */
static bool covered(struct node *n, mip_time now, struct binding *b, uint32_t octets)
{
	bool yes;

	bring_up(n, now, b);
	yes = credit_spend(&b->correspondent.credit, &n->conf->credit, octets);
	observe_credit(n, now, b);
	return yes;
}

static void send_waiting(struct node *n, mip_time now, const struct binding *b, struct packet *take)
{
	if (b)
		ip6_insert_routing_header(take, &b->care_of_address);
	ip6_send(n, now, take, IP6_SEND_PLAIN);
}

void unverified_settle(struct unverified_queue *u, struct node *n, mip_time now, const struct in6 *home_address, struct binding *b)
{
	struct packet_queue all = u->waiting;
	struct packet *p;
	bool stuck = false;

	if (!u->waiting_count)
		return;
	u->waiting = (struct packet_queue){ 0 };
	u->waiting_count = 0;
	while ((p = packet_queue_pop(&all))) {
		struct in6 destination = ipv6_destination(p->data);
		uint32_t octets = packet_octets(p) + ROUTING_HEADER_2;

		if (!stuck && in6_equal(&destination, home_address)) {
			if (b && b->state == BINDING_TENTATIVE)
				stuck = !covered(n, now, b, octets);
			if (!stuck) {
				if (b && b->state == BINDING_TENTATIVE)
					observe(n, now, OBSERVE_UNVERIFIED_SENT, b, 0, octets);
				send_waiting(n, now, b, p);
				continue;
			}
		}
		packet_queue_push(&u->waiting, p);
		u->waiting_count++;
	}
}

static bool waits(const struct unverified_queue *u, const struct in6 *home_address)
{
	for (const struct packet *p = u->waiting.head; p; p = p->next) {
		struct in6 destination = ipv6_destination(p->data);

		if (in6_equal(&destination, home_address))
			return true;
	}
	return false;
}

static void wait(struct unverified_queue *u, struct node *n, mip_time now, struct packet *take)
{
	if (u->waiting_count == UNVERIFIED_QUEUE_LIMIT)
		node_drop(n, now, packet_queue_pop(&u->waiting), DROP_QUEUE_FULL);
	else
		u->waiting_count++;
	packet_queue_push(&u->waiting, take);
}

/* The credit does not cover a packet of so many octets. */
static enum verdict fall_short(struct unverified_queue *u, struct node *n, mip_time now, const struct binding *b, uint32_t octets,
                               struct packet *p)
{
	observe(n, now, OBSERVE_CREDIT_SHORT, b, n->conf->credit.when_short, octets);
	switch (n->conf->credit.when_short) {
	case CREDIT_SHORT_HOME:
		break;
	case CREDIT_SHORT_BUFFER:
		wait(u, n, now, p);
		return VERDICT_TAKEN;
	case CREDIT_SHORT_DROP:
		node_drop(n, now, p, DROP_NO_CREDIT);
		return VERDICT_TAKEN;
	}
	return VERDICT_CONTINUE;
}

enum verdict unverified_output(struct unverified_queue *u, struct node *n, mip_time now, struct binding *b, struct packet *p)
{
	uint32_t octets = packet_octets(p) + ROUTING_HEADER_2;

	if (b->state == BINDING_TENTATIVE) {
		if (credited(n) && ((u->waiting_count && waits(u, &b->home_address)) || !covered(n, now, b, octets)))
			return fall_short(u, n, now, b, octets, p);
		observe(n, now, OBSERVE_UNVERIFIED_SENT, b, 0, octets);
	} else if (credited(n) && n->conf->credit.mode == CREDIT_OUTBOUND) {
		bring_up(n, now, b);
		credit_earn(&b->correspondent.credit, &n->conf->credit, octets);
	}
	ip6_insert_routing_header(p, &b->care_of_address);
	return VERDICT_CONTINUE;
}

void unverified_input(struct unverified_queue *u, struct node *n, mip_time now, struct binding *b, const struct delivery *d)
{
	const struct credit_conf *conf = &n->conf->credit;
	bool verified = b->state == BINDING_REGULAR && d->has_home_address;

	if (!credited(n) || conf->mode != CREDIT_INBOUND || (conf->verified_only && !verified))
		return;
	bring_up(n, now, b);
	credit_earn(&b->correspondent.credit, conf, packet_octets(d->packet));
	if (b->state == BINDING_TENTATIVE)
		unverified_settle(u, n, now, &b->home_address, b);
}

void unverified_fini(struct unverified_queue *u)
{
	packet_queue_clear(&u->waiting);
}
