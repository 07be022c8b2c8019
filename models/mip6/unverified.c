// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Data to care-of addresses that are not verified, see unverified.h (RFC 4866 3.6; drafts of 2004 and 2005, section 5).
 *
 * Packets that wait (short: buffer; RFC 4866 4.10 leaves open how long) leave in order: to the care-of address as soon as it is
 * verified or credit covers the first of them, to the home address when the binding ends. Whatever is sent meanwhile queues
 * behind them. A new unverified care-of address lets them wait for itself.
 */
#include "models/mip6/unverified.h"

#include "models/mip6/answer.h"
#include "models/wire/spot_check.h"

static void observe(struct node *n, mip_time at, enum observation_kind kind, const struct binding *b, uint32_t value,
                    uint32_t octets)
{
	node_observe(
	    n, at,
	    (struct observation){
	        .kind = kind, .peer = b->home_address, .address = b->care_of_address, .value = value, .octets = octets });
}

static bool credited(const struct node *n)
{
	return n->conf->unverified == UNVERIFIED_CREDIT;
}

static bool monitored(const struct node *n)
{
	return n->conf->unverified == UNVERIFIED_HEURISTIC;
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
	if (monitored(n))
		b->correspondent.credit.octets = n->conf->heuristic.burst;
	if (credited(n))
		observe_credit(n, now, b);
}

/* ---- care-of address spot checks (drafts, section 6) ----------------------------------------------------------------- */

/*
 * The draft keeps a ring of random nonces; here the nonce of a check is the time its slot began, under the node key: nobody else
 * can make the token either, it is another for every slot, and nothing has to be stored.
 */
static void make_token(const struct unverified_queue *u, const struct binding *b, unsigned slot, uint8_t token[RR_TOKEN])
{
	uint8_t nonce[RR_NONCE];

	store_be64(nonce, (uint64_t)b->correspondent.credit.since + slot);
	rr_token(u->key, &b->correspondent.verified_address, nonce, RR_SPOT_CHECK, token);
}

/* The first packet of each slot to a verified care-of address carries a check. */
static void attach_check(const struct unverified_queue *u, struct node *n, mip_time now, struct binding *b, struct packet *p)
{
	struct credit *c = &b->correspondent.credit;
	unsigned slot = credit_slot(c, &n->conf->credit, now);
	struct spot_checks s = { .kind = SPOT_CHECK_ASK, .count = 1, .checks = { { .slot = (uint8_t)slot } } };
	uint8_t options[SPOT_CHECK_HEADER_MAX];

	if (c->initiated >> slot & 1)
		return;
	c->initiated |= (uint16_t)(1u << slot);
	make_token(u, b, slot, s.checks[0].token);
	ip6_insert_destination_options(p, options, spot_check_encode(&s, options));
	observe(n, now, OBSERVE_SPOT_CHECK, b, 0, 0);
}

/* Answers count whatever the state of the care-of address they come from; a wrong one is passed over. */
static void take_answers(const struct unverified_queue *u, struct node *n, mip_time now, struct binding *b,
                         const struct delivery *d)
{
	struct credit *c = &b->correspondent.credit;
	struct spot_checks s;
	uint8_t expected[RR_TOKEN];

	if (spot_check_decode(d->packet->data + d->spot_check_offset, d->packet->length - (size_t)d->spot_check_offset, &s) !=
	        WIRE_OK ||
	    s.kind != SPOT_CHECK_ANSWER)
		return;
	for (unsigned i = 0; i < s.count; i++) {
		unsigned slot = s.checks[i].slot;
		bool right;

		if (slot >= CREDIT_SLOTS || !(c->initiated >> slot & 1) || (c->passed >> slot & 1))
			continue;
		make_token(u, b, slot, expected);
		right = rr_equal(expected, s.checks[i].token, sizeof expected);
		c->passed |= (uint16_t)((unsigned)right << slot);
		observe(n, now, OBSERVE_SPOT_CHECK, b, right ? 1 : 2, 0);
	}
}

void unverified_verified(struct binding *b)
{
	if (b->misuse)
		b->misuse--;
	b->correspondent.verified_address = b->care_of_address;
}

/* ---- paying and earning --------------------------------------------------------------------------------------------- */

/* May this much go to the care-of address? Then it is paid for. */
static bool covered(struct node *n, mip_time now, struct binding *b, uint32_t octets)
{
	bool yes;

	bring_up(n, now, b);
	yes = credit_spend(&b->correspondent.credit, &n->conf->credit, octets);
	observe_credit(n, now, b);
	return yes;
}

/* ---- exemptions and the misuse monitor -------------------------------------------------------------------------------- */

static bool is_exempt(const struct node *n, const struct in6 *home_address, const struct in6 *care_of_address,
                      const struct in6 *from)
{
	return subnet_list_has(&n->conf->trusted, home_address) ||
	       (in6_equal(from, care_of_address) && subnet_list_has(&n->conf->ingress_filtered, care_of_address));
}

bool unverified_grants(struct node *n, mip_time now, const struct in6 *home_address, const struct in6 *care_of_address,
                       const struct in6 *from, const struct binding *b)
{
	if (is_exempt(n, home_address, care_of_address, from))
		return true;
	switch (n->conf->unverified) {
	case UNVERIFIED_REFUSE:
	case UNVERIFIED_TRUSTED:
		return false;
	case UNVERIFIED_HEURISTIC:
		if (!b || b->misuse < n->conf->heuristic.score)
			return true;
		node_observe(
		    n, now,
		    (struct observation){
		        .kind = OBSERVE_MISUSE, .peer = *home_address, .address = *care_of_address, .value = MISUSE_REFUSED });
		return false;
	case UNVERIFIED_LIFETIME:
	case UNVERIFIED_CREDIT:
		return true;
	}
	return false;
}

void unverified_tentative(struct node *n, struct binding *b, const struct in6 *from)
{
	b->exempt = is_exempt(n, &b->home_address, &b->care_of_address, from);
	b->rate_exceeded = false;
}

static void suspect(struct node *n, mip_time now, struct binding *b, enum misuse what, bool counts, uint32_t octets)
{
	if (counts && b->misuse < UINT8_MAX)
		b->misuse++;
	observe(n, now, OBSERVE_MISUSE, b, what, octets);
}

void unverified_lost(struct node *n, mip_time now, struct binding *b)
{
	if (monitored(n) && !b->exempt)
		suspect(n, now, b, MISUSE_UNVERIFIED, true, 0);
}

/* The bucket: what the account holds, filled up since `since`. */
static bool within_rate(struct node *n, mip_time now, struct binding *b, uint32_t octets)
{
	const struct heuristic_conf *conf = &n->conf->heuristic;
	struct credit *c = &b->correspondent.credit;
	const uint64_t octet = 8 * (uint64_t)MIP_SECOND, rate = (uint64_t)conf->rate_bps, elapsed = (uint64_t)(now - c->since);
	uint64_t room = conf->burst - c->octets;

	/* The schema keeps room below 2^30, so no product overflows. Only whole octets are taken, and only the time they stand
	 * for. */
	if (elapsed >= room * octet / rate) {
		c->since = now;
		c->octets = conf->burst;
	} else {
		uint64_t refill = elapsed * rate / octet;

		c->since += (mip_time)(refill * octet / rate);
		c->octets += (uint32_t)refill;
	}
	if (c->octets < octets) {
		suspect(n, now, b, MISUSE_RATE, !b->rate_exceeded, octets);
		b->rate_exceeded = true;
		return false;
	}
	c->octets -= octets;
	return true;
}

/* ---- packets that wait ------------------------------------------------------------------------------------------------ */

static void send_waiting(struct node *n, mip_time now, const struct binding *b, struct packet *take)
{
	if (b)
		ip6_insert_routing_header(take, &b->care_of_address);
	ip6_send(n, now, take, IP6_SEND_PLAIN);
}

void unverified_settle(struct unverified_queue *u, struct node *n, mip_time now, const struct in6 *home_address,
                       struct binding *b)
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
		if (monitored(n) && !b->exempt && !within_rate(n, now, b, octets))
			return VERDICT_CONTINUE;
		if (credited(n) && !b->exempt &&
		    ((u->waiting_count && waits(u, &b->home_address)) || !covered(n, now, b, octets)))
			return fall_short(u, n, now, b, octets, p);
		observe(n, now, OBSERVE_UNVERIFIED_SENT, b, 0, octets);
	} else if (credited(n) && n->conf->credit.mode == CREDIT_OUTBOUND) {
		bring_up(n, now, b);
		credit_earn(&b->correspondent.credit, &n->conf->credit, octets);
		if (n->conf->credit.spot_checks)
			attach_check(u, n, now, b, p);
	}
	ip6_insert_routing_header(p, &b->care_of_address);
	return VERDICT_CONTINUE;
}

void unverified_input(struct unverified_queue *u, struct node *n, mip_time now, struct binding *b, const struct delivery *d)
{
	const struct credit_conf *conf = &n->conf->credit;
	bool verified = b->state == BINDING_REGULAR && d->has_home_address;

	if (!credited(n))
		return;
	if (d->spot_check_offset && conf->mode == CREDIT_OUTBOUND && conf->spot_checks) {
		bring_up(n, now, b);
		take_answers(u, n, now, b, d);
	}
	if (conf->mode != CREDIT_INBOUND || (conf->verified_only && !verified))
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
