// SPDX-License-Identifier: GPL-3.0-or-later
/* The attacker's rounds: tests, registration, good behaviour, redirection. See attacker.h. */
#include "models/attack/attacker.h"

#include "models/attack/spoofed_stream.h"
#include "models/mip6/message.h"
#include "models/mip6/mip6.h"
#include "models/mip6/spot_check_answer.h"
#include "models/node.h"

#define ATTACKER_RETRANSMIT MIP_SECOND /* what was not answered is repeated this much later */
#define LIFETIME_UNIT (4 * MIP_SECOND)
#define EARLY_UNIT (10 * MIP_MILLISECOND)

enum phase {
	PHASE_WAITING,       /* for the start */
	PHASE_TESTING,
	PHASE_REGISTERING,
	PHASE_EARNING,
	PHASE_REDIRECTING
};

struct attacker {
	struct role role;
	struct attacker_conf conf;
	struct timer timer;
	enum phase phase;
	bool has_home_token, has_care_of_token;
	uint8_t home_cookie[MH_COOKIE], care_of_cookie[MH_COOKIE];
	uint8_t home_token[RR_TOKEN], care_of_token[RR_TOKEN];
	uint16_t home_index, care_of_index, sequence;
	struct spot_checks answers;
	struct spoofed_streams streams;
	bool spoofing;           /* what leaves now is one of their acknowledgements */
};

static struct attacker *attacker_of(struct role *r)
{
	return mip_container_of(r, struct attacker, role);
}

static void send_test(struct attacker *a, mip_time now, enum mh_type type)
{
	struct mh_message m = { .type = (uint8_t)type };
	uint8_t *cookie = type == MH_HOTI ? a->home_cookie : a->care_of_cookie;
	const struct in6 *source = type == MH_HOTI ? &a->conf.home_address : &a->conf.care_of_address;

	node_random_octets(a->role.node, RANDOM_SECRET, cookie, MH_COOKIE);
	memcpy(m.cookie, cookie, sizeof m.cookie);
	ip6_send(a->role.node, now, mip6_message(source, &a->conf.correspondent, NULL, NULL, &m, NULL), IP6_SEND_PLAIN);
}

/* early: the victim's address, on the strength of the home token alone. */
static void send_update(struct attacker *a, mip_time now, bool early)
{
	const struct protocol_conf *conf = a->role.node->conf;
	const struct in6 *care_of_address = early ? &a->conf.victim : &a->conf.care_of_address;
	struct mip6_security security = { .care_of_address = *care_of_address, .correspondent = a->conf.correspondent };
	struct mh_message u = { .type = early ? MH_EXPERIMENTAL : MH_BU,
		                .subtype = early ? MH_EARLY_BU : 0,
		                .flags = BU_ACKNOWLEDGE };
	mip_time lifetime =
	    early ? conf->tentative_lifetime / EARLY_UNIT : mip_time_min(conf->lifetime, MAX_RR_BINDING_LIFETIME) / LIFETIME_UNIT;

	u.lifetime = (uint16_t)lifetime;
	u.sequence = ++a->sequence;
	u.options.has_nonce_indices = true;
	u.options.home_nonce_index = a->home_index;
	u.options.care_of_nonce_index = early ? 0 : a->care_of_index;
	rr_binding_key(a->home_token, early ? NULL : a->care_of_token, security.key);
	node_observe(a->role.node, now, (struct observation){ .kind = early ? OBSERVE_EARLY_BU_SENT : OBSERVE_BU_SENT,
	                                                      .peer = a->conf.correspondent, .address = *care_of_address,
	                                                      .value = u.sequence });
	if (early && !a->conf.spoof) {
		/* Ingress filtering lets no foreign source address out: an Alternate Care-of Address option names the victim. */
		u.options.has_alternate_care_of_address = true;
		u.options.alternate_care_of_address = *care_of_address;
		care_of_address = &a->conf.care_of_address;
	}
	ip6_send(a->role.node, now,
	         mip6_message(care_of_address, &a->conf.correspondent, &a->conf.home_address, NULL, &u, &security),
	         IP6_SEND_PLAIN);
}

static void enter(struct attacker *a, mip_time now, enum phase phase);

static void run_tests(struct attacker *a, mip_time now)
{
	if (!a->has_home_token)
		send_test(a, now, MH_HOTI);
	if (a->conf.earn && !a->has_care_of_token)
		send_test(a, now, MH_COTI);
	node_arm(a->role.node, &a->timer, now + ATTACKER_RETRANSMIT);
}

static void enter(struct attacker *a, mip_time now, enum phase phase)
{
	if ((a->phase == PHASE_REDIRECTING) != (phase == PHASE_REDIRECTING) && a->conf.spoof)
		spoofed_streams_redirect(&a->streams, a->role.node, now, phase == PHASE_REDIRECTING);
	a->phase = phase;
	switch (phase) {
	case PHASE_WAITING:
		break;
	case PHASE_TESTING:
		/* New tokens in every round, so that none grows too old. */
		a->has_home_token = a->has_care_of_token = false;
		run_tests(a, now);
		break;
	case PHASE_REGISTERING:
		send_update(a, now, false);
		node_arm(a->role.node, &a->timer, now + ATTACKER_RETRANSMIT);
		break;
	case PHASE_EARNING:
		node_arm(a->role.node, &a->timer, now + a->conf.earn);
		break;
	case PHASE_REDIRECTING:
		send_update(a, now, true);
		node_arm(a->role.node, &a->timer, now + a->conf.redirect);
		break;
	}
}

static void fire(struct node *n, struct timer *t, mip_time now)
{
	struct attacker *a = mip_container_of(t, struct attacker, timer);

	(void)n;
	switch (a->phase) {
	case PHASE_WAITING:
	case PHASE_REDIRECTING:
		enter(a, now, PHASE_TESTING);
		break;
	case PHASE_TESTING:
		run_tests(a, now);
		break;
	case PHASE_REGISTERING:
		/* Refused or lost: a new registration, with new tokens. */
		enter(a, now, PHASE_TESTING);
		break;
	case PHASE_EARNING:
		enter(a, now, PHASE_REDIRECTING);
		break;
	}
}

static void fire_streams(struct node *n, struct timer *t, mip_time now)
{
	struct attacker *a = mip_container_of(mip_container_of(t, struct spoofed_streams, timer), struct attacker, streams);

	a->spoofing = true;
	spoofed_streams_expire(&a->streams, n, now);
	a->spoofing = false;
}

static void receive_test(struct attacker *a, mip_time now, const struct mh_message *m)
{
	bool home = m->type == MH_HOT;

	if (a->phase != PHASE_TESTING || memcmp(m->cookie, home ? a->home_cookie : a->care_of_cookie, MH_COOKIE))
		return;
	memcpy(home ? a->home_token : a->care_of_token, m->token, RR_TOKEN);
	*(home ? &a->home_index : &a->care_of_index) = m->nonce_index;
	*(home ? &a->has_home_token : &a->has_care_of_token) = true;
	if (!a->has_home_token)
		return;
	if (!a->conf.earn)
		enter(a, now, PHASE_REDIRECTING);
	else if (a->has_care_of_token)
		enter(a, now, PHASE_REGISTERING);
}

static enum verdict attacker_input(struct role *r, mip_time now, struct delivery *d)
{
	struct attacker *a = attacker_of(r);
	struct mh_message m;
	enum wire_error error;

	if (d->protocol != PROTOCOL_MOBILITY) {
		/* As an honest node does; it pays. */
		if (d->has_routing_header && in6_equal(&d->source, &a->conf.correspondent))
			spot_check_keep(&a->answers, d);
		if (d->protocol == PROTOCOL_TCP && a->conf.spoof && in6_equal(&d->source, &a->conf.correspondent)) {
			enum verdict verdict;

			a->spoofing = true;
			verdict = spoofed_streams_input(&a->streams, r->node, now, d);
			a->spoofing = false;
			return verdict;
		}
		return VERDICT_CONTINUE;
	}
	error = mip6_decode(d, &m);
	if (error != WIRE_OK) {
		node_drop(r->node, now, d->packet, mip6_drop_reason(error));
		return VERDICT_TAKEN;
	}
	if (m.type == MH_HOT || m.type == MH_COT)
		receive_test(a, now, &m);
	else if (m.type == MH_BA && a->phase == PHASE_REGISTERING && m.status < 128)
		enter(a, now, PHASE_EARNING);
	packet_free(d->packet);
	return VERDICT_TAKEN;
}

static bool attacker_accept_routing_header(struct role *r, const struct in6 *home_address)
{
	return in6_equal(home_address, &attacker_of(r)->conf.home_address);
}

static enum verdict attacker_output(struct role *r, mip_time now, struct packet *p)
{
	struct attacker *a = attacker_of(r);
	struct in6 source = ipv6_source(p->data), destination = ipv6_destination(p->data);

	if (!in6_equal(&source, &a->conf.home_address) || !in6_equal(&destination, &a->conf.correspondent))
		return VERDICT_CONTINUE;
	if (a->streams.taken_over && !a->spoofing && ipv6_next_header(p->data) == PROTOCOL_TCP) {
		packet_free(p); /* the node's own TCP has no part in this any more */
		return VERDICT_TAKEN;
	}
	if (a->phase == PHASE_EARNING || (a->phase == PHASE_REDIRECTING && a->conf.spoof))
		spot_check_answer(&a->answers, p);
	if (a->phase == PHASE_EARNING) {
		ip6_insert_home_address(p, &a->conf.care_of_address);
	} else if (a->phase == PHASE_REDIRECTING && a->conf.spoof) {
		ip6_insert_home_address(p, &a->conf.victim);
	} else if (a->phase == PHASE_REDIRECTING) {
		packet_free(p);
		return VERDICT_TAKEN;
	}
	(void)now;
	return VERDICT_CONTINUE;
}

static void attacker_free(struct role *r)
{
	struct attacker *a = attacker_of(r);

	timer_disarm(&r->node->timers, &a->timer);
	timer_disarm(&r->node->timers, &a->streams.timer);
	mip_free(a, sizeof *a);
}

static const struct role_ops attacker_ops = {
	.name = "attacker",
	.input = attacker_input,
	.accept_routing_header = attacker_accept_routing_header,
	.output = attacker_output,
	.free = attacker_free,
};

struct role *attacker_new(struct node *n, const struct attacker_conf *conf)
{
	struct attacker *a = mip_alloc(sizeof *a);

	a->role.ops = &attacker_ops;
	a->role.node = n;
	a->conf = *conf;
	a->timer.fire = fire;
	a->streams.timer.fire = fire_streams;
	a->streams.own = conf->home_address;
	a->streams.correspondent = conf->correspondent;
	a->sequence = (uint16_t)node_random_u64(n, RANDOM_MOBILITY);
	node_arm(n, &a->timer, conf->start);
	return &a->role;
}
