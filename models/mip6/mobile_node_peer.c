// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a mobile node sends to correspondents and when (RFC 6275 5.2, 11.6.1, 11.7.2, 11.8; EBU document 4). What is wanted comes
 * from registration.c; here it is sent, repeated, given up and refreshed.
 *
 * - An Early Binding Update, or a request to divert, is not repeated: the standard exchange that runs beside it is what makes up
 *   for its loss.
 * - A binding is refreshed only if data went directly since it was made; otherwise it lapses, and the next data starts anew.
 * - After MAX_RO_FAILURE tests without an answer data stays in the tunnel (RFC 6275 5.2.9), and so it does once a Binding Update
 *   has waited MAX_BINDACK_TIMEOUT in vain (11.8); the first data after MOBILE_NODE_FALLBACK_RETRY, or after the next movement,
 *   starts a new try. With retransmission off one transmission must do.
 * - A correspondent that is itself mobile and has a binding here is written to at its home address, as RFC 6275 6.1 says for all
 *   Mobility Header messages, or (`peer-signalling: care-of`) at its care-of address with a type 2 routing header, as the
 *   Simultaneous document reads the protocol. DEVIATION: 6.1 forbids that routing header; with it signalling is lost when both
 *   ends move at once.
 * DEVIATION: RFC 6275 11.7.2 allows no more than what remains of the home registration's lifetime. The home registration is
 * refreshed before it ends, so no more than all of its lifetime is asked for; otherwise every binding would be a unit of 4 s
 * shorter.
 */
#include "models/mip6/mobile_node_state.h"
#include "models/mip6/preconfigured.h"

#define LIFETIME_UNIT (4 * MIP_SECOND)
#define EARLY_LIFETIME_UNIT (10 * MIP_MILLISECOND)
#define UPDATE_ATTEMPTS 6 /* 1, 2, 4, 8, 16 and 32 s = MAX_BINDACK_TIMEOUT: no less, RFC 6275 11.8 */

static struct registration view(const struct mobile_node *m, const struct binding_update *b)
{
	bool deleting = b->goal == GOAL_DELETE;

	return (struct registration){ .tunnel = deleting ? m->position == POSITION_HOME : mobile_node_tunnel(m),
	                              .home_acknowledged = m->home.acknowledged,
	                              .deleting = deleting,
	                              .care_of_ahead = b->care_of_ahead,
	                              .early_unknown = b->early_unknown,
	                              .registered = b->registered,
	                              .started = b->started,
	                              .home_token_at = b->home_token_at,
	                              .home_token_until = b->home_token_until,
	                              .care_of_token_at = b->care_of_token_at,
	                              .early = b->early,
	                              .divert = b->divert,
	                              .update = b->progress };
}

static unsigned steps_wanted(const struct mobile_node *m, const struct binding_update *b, mip_time now)
{
	struct registration r = view(m, b);

	return b->goal == GOAL_NONE ? 0 : registration_next(m->role.node->conf, &r, now);
}

/* ---- sending -------------------------------------------------------------------------------------------------------------- */

static void send_plain(struct mobile_node *m, mip_time now, struct packet *p)
{
	ip6_send(m->role.node, now, p, IP6_SEND_PLAIN);
}

/* To where the switch `peer-signalling` says. The logical destination is the peer's home address in any case. */
static struct packet *message_to(const struct mobile_node *m, const struct binding_update *b, const struct in6 *source,
                                 const struct in6 *home_address_option, const struct mh_message *t,
                                 const struct mip6_security *security)
{
	const struct node *n = m->role.node;
	struct in6 care_of_address;
	bool bound = n->conf->peer_signalling != PEER_HOME && correspondent_care_of_address(n, &b->peer, &care_of_address);

	return mip6_message(source, bound ? &care_of_address : &b->peer, home_address_option, bound ? &b->peer : NULL, t,
	                    security);
}

/* Test inits and updates that a proxy at the home agent is to see go by its tunnel (Simultaneous document, IV.B, step 1). */
static void send_watched(struct mobile_node *m, mip_time now, struct packet *p)
{
	if (m->role.node->conf->peer_signalling == PEER_PROXIES && mobile_node_tunnel(m))
		ip6_encapsulate(p, &m->care_of_address, &m->home_agent);
	send_plain(m, now, p);
}

static void send_home_test_init(struct mobile_node *m, mip_time now, struct binding_update *b)
{
	struct mh_message t = { .type = MH_HOTI };
	struct packet *p;

	/* RFC 6275 11.8: a new cookie in every transmission. */
	node_random_octets(m->role.node, RANDOM_SECRET, b->home_cookie, sizeof b->home_cookie);
	memcpy(t.cookie, b->home_cookie, sizeof t.cookie);
	p = message_to(m, b, &m->home_address, NULL, &t, NULL);
	mobile_node_observe(m, now, OBSERVE_HOTI_SENT, &b->peer, 0);
	if (mobile_node_away(m))
		mobile_node_send_tunnelled(m, now, p);
	else
		send_plain(m, now, p);
}

static void send_care_of_test_init(struct mobile_node *m, mip_time now, struct binding_update *b)
{
	struct mh_message t = { .type = MH_COTI };

	node_random_octets(m->role.node, RANDOM_SECRET, b->care_of_cookie, sizeof b->care_of_cookie);
	memcpy(t.cookie, b->care_of_cookie, sizeof t.cookie);
	mobile_node_observe(m, now, OBSERVE_COTI_SENT, &b->peer, 0);
	send_watched(m, now, message_to(m, b, &m->care_of_address, NULL, &t, NULL));
}

static void send_early_update(struct mobile_node *m, mip_time now, struct binding_update *b)
{
	mip_time units = m->role.node->conf->tentative_lifetime / EARLY_LIFETIME_UNIT;
	struct mip6_security security = { .care_of_address = m->care_of_address, .correspondent = b->peer };
	struct mh_message u = { .type = MH_EXPERIMENTAL, .subtype = MH_EARLY_BU, .flags = BU_ACKNOWLEDGE };

	/* Where the rate limit forbids it there is no early update for this movement: a late one would be of no use. */
	if (!exchange_allowed(&b->early_update, now)) {
		exchange_stop(&b->early_update);
		b->early = REGISTRATION_WITHDRAWN;
		return;
	}
	exchange_sent(&b->early_update, now);
	exchange_stop(&b->early_update);
	b->early = REGISTRATION_SENT;
	b->early_sent_at = now;
	b->early_sequence = ++b->sequence;
	u.sequence = b->early_sequence;
	u.lifetime = (uint16_t)(units < 1 ? 1 : units > UINT16_MAX ? UINT16_MAX : units);
	u.options.has_nonce_indices = true;
	u.options.home_nonce_index = b->home_nonce_index;
	rr_binding_key(b->home_token, NULL, b->early_key);
	memcpy(security.key, b->early_key, sizeof security.key);
	b->early_until = b->direct_until = mip_time_add(now, u.lifetime * EARLY_LIFETIME_UNIT);
	b->held_until = mip_time_max(b->held_until, b->direct_until);
	mip6_observe_secret(m->role.node, now, SECRET_BINDING_KEY, &b->peer, b->home_nonce_index, b->early_key,
	                    sizeof b->early_key);
	mobile_node_observe(m, now, OBSERVE_EARLY_BU_SENT, &b->peer, b->early_sequence);
	send_watched(m, now, message_to(m, b, &m->care_of_address, &m->home_address, &u, &security));
}

/* Data to us goes through the home agent until further notice: the old binding is deleted, for which a home token is enough.
 * Unlike on return home that is asked for from the new care-of address, and nobody waits for an answer. */
static void send_diversion(struct mobile_node *m, mip_time now, struct binding_update *b)
{
	struct mip6_security security = { .care_of_address = m->home_address, .correspondent = b->peer };
	struct mh_message u = { .type = MH_BU };

	if (!exchange_allowed(&b->early_update, now)) {
		exchange_stop(&b->early_update);
		b->divert = REGISTRATION_WITHDRAWN;
		return;
	}
	exchange_sent(&b->early_update, now);
	exchange_stop(&b->early_update);
	b->divert = REGISTRATION_SENT;
	u.sequence = ++b->sequence;
	u.options.has_nonce_indices = !preconfigured_without_tests(m->role.node->conf);
	u.options.home_nonce_index = b->home_nonce_index;
	rr_binding_key(b->home_token, NULL, security.key);
	mip6_observe_secret(m->role.node, now, SECRET_BINDING_KEY, &b->peer, b->home_nonce_index, security.key,
	                    sizeof security.key);
	mobile_node_observe(m, now, OBSERVE_DIVERTED, &b->peer, b->sequence);
	send_watched(m, now, message_to(m, b, &m->care_of_address, &m->home_address, &u, &security));
}

static void send_update(struct mobile_node *m, mip_time now, struct binding_update *b)
{
	const struct protocol_conf *conf = m->role.node->conf;
	bool deleting = b->goal == GOAL_DELETE, extend = conf->lifetime_credit.on && !b->no_lifetime_credit && !deleting &&
	                                                 !conf->unacknowledged && !preconfigured(conf);
	bool untested = preconfigured_without_tests(conf);
	mip_time wanted =
	    extend ? conf->lifetime_credit.limit :
	             mip_time_min(preconfigured(conf) ? conf->lifetime : mip_time_min(conf->lifetime, MAX_RR_BINDING_LIFETIME),
	                          m->home.expires - m->home.sent_at);
	mip_time units = mobile_node_lifetime_limit(m, now, deleting ? 0 : wanted);
	struct lifetime_credit credit;
	struct mip6_security security = { .care_of_address = deleting ? m->home_address : m->care_of_address,
		                          .correspondent = b->peer };
	/* A deletion is acknowledged in any case: there is nothing that would show its loss. */
	bool acknowledged = deleting || !conf->unacknowledged;
	struct mh_message u = { .type = MH_BU, .flags = acknowledged ? BU_ACKNOWLEDGE : 0 };

	if (untested)
		preconfigured_care_of_token(m->role.node, &m->home_address, &b->peer, &m->care_of_address, b->care_of_token);
	rr_binding_key(b->home_token, deleting ? NULL : b->care_of_token, security.key);
	b->sequence++;
	/* Acknowledgements of earlier transmissions count as long as they are made with the same key. */
	if (!b->update.attempts || memcmp(b->key, security.key, sizeof b->key)) {
		b->first_sequence = b->sequence;
		b->sent_at = now;
		memcpy(b->key, security.key, sizeof b->key);
		if (untested)
			mip6_observe_secret(m->role.node, now, SECRET_CARE_OF_TOKEN, &b->peer, 0, b->care_of_token,
			                    sizeof b->care_of_token);
		mip6_observe_secret(m->role.node, now, SECRET_BINDING_KEY, &b->peer, b->home_nonce_index, b->key, sizeof b->key);
	}
	u.sequence = b->sequence;
	u.lifetime = (uint16_t)(deleting ? 0 : units < 1 ? 1 : units);
	b->lifetime = u.lifetime * LIFETIME_UNIT;
	u.options.has_nonce_indices = !untested; /* RFC 4449: SHOULD NOT be there */
	u.options.home_nonce_index = b->home_nonce_index;
	u.options.care_of_nonce_index = deleting ? 0 : b->care_of_nonce_index;
	if (extend) {
		lifetime_credit_next(&b->lifetime_credit, b->key, &credit);
		u.options.credit_updates = credit.updates;
		security.credit_key = credit.key;
	}
	b->progress = REGISTRATION_SENT;
	if (!deleting) {
		b->held_until = mip_time_max(b->held_until, mip_time_add(now, b->lifetime));
		/* Optimism lasts until the first timeout. */
		if (conf->wait == WAIT_OPTIMISTIC && !b->registered)
			b->direct_until = !b->update.attempts                 ? mip_time_add(now, b->lifetime) :
			                  b->early == REGISTRATION_ACCEPTED ? b->early_until :
			                                                      now;
	}
	mobile_node_observe(m, now, OBSERVE_BU_SENT, &b->peer, b->sequence);
	send_watched(m, now, message_to(m, b, &security.care_of_address, deleting ? NULL : &m->home_address, &u, &security));
	/* Nothing will come: it counts from now on. A Binding Error will tell if it was lost. */
	if (!acknowledged)
		mobile_node_peer_registered(b, b->lifetime);
}

void mobile_node_peer_registered(struct binding_update *b, mip_time lifetime)
{
	b->progress = REGISTRATION_ACCEPTED;
	b->registered = true;
	b->used = b->lapsing = false;
	b->expires = b->direct_until = mip_time_add(b->sent_at, lifetime);
	b->refresh_at = b->expires - registration_margin(lifetime);
	b->held_until = b->expires;
}

/* ---- exchanges ------------------------------------------------------------------------------------------------------------- */

typedef void send_one(struct mobile_node *m, mip_time now, struct binding_update *b);

/* One transmission if it is due. False: all of the `attempts` that it may make went unanswered; it is stopped then. */
static bool run_exchange(struct mobile_node *m, mip_time now, struct binding_update *b, struct exchange *x, unsigned attempts,
                         send_one *send)
{
	if (x->due > now)
		return true;
	if (exchange_failed(x, now, m->role.node->conf->retransmission ? attempts : 1)) {
		exchange_stop(x);
		return false;
	}
	if (exchange_allowed(x, now)) {
		send(m, now, b);
		exchange_sent(x, now);
		if (x == &b->update && b->progress == REGISTRATION_ACCEPTED)
			exchange_stop(x); /* without the A flag */
	}
	return true;
}

static void start(struct exchange *x, mip_time now)
{
	if (!exchange_running(x))
		exchange_start(x, now, INITIAL_BINDACK_TIMEOUT);
}

/* A home test ahead of its use (EBU document 4.1), which does not hold anything up. */
static void start_proactive_test(struct mobile_node *m, mip_time now, struct binding_update *b)
{
	b->test_again = false;
	if (mobile_node_tunnel(m))
		start(&b->home_test, now);
	else
		b->test_again = true;
}

/* True: something that the registration cannot do without was not answered. */
static bool run_exchanges(struct mobile_node *m, mip_time now, struct binding_update *b, unsigned steps)
{
	bool failed = false;

	if (!run_exchange(m, now, b, &b->home_test, MAX_RO_FAILURE, send_home_test_init)) {
		if (steps & REGISTRATION_HOME_TEST)
			failed = true;
		else
			b->next_home_test = mip_time_add(now, m->role.node->conf->home_test_interval);
	}
	failed |= !run_exchange(m, now, b, &b->care_of_test, MAX_RO_FAILURE, send_care_of_test_init);
	return failed | !run_exchange(m, now, b, &b->update, UPDATE_ATTEMPTS, send_update);
}

/* An update whose tokens have grown too old must not be repeated (RFC 6275 5.2.7). */
static void check_tokens(struct mobile_node *m, mip_time now, struct binding_update *b)
{
	if (!exchange_running(&b->update) || b->update.due > now)
		return;
	if ((preconfigured(m->role.node->conf) || (b->home_token_at != MIP_NEVER && now < b->home_token_until)) &&
	    (b->goal == GOAL_DELETE || preconfigured_without_tests(m->role.node->conf) ||
	     registration_token_fresh(b->care_of_token_at, now)))
		return;
	exchange_stop(&b->update);
	if (b->goal == GOAL_REGISTER)
		mobile_node_begin(m, now, b);
	else
		b->progress = REGISTRATION_NOT_SENT;
}

void mobile_node_update_direct(struct mobile_node *m, mip_time now, struct binding_update *b, unsigned steps)
{
	b->direct = (steps & REGISTRATION_SEND_DIRECT) && now < b->direct_until;
	if (!b->direct || b->direct_observed)
		return;
	b->direct_observed = true;
	mobile_node_observe(m, now, OBSERVE_SEND_DIRECT, &b->peer, 0);
}

void mobile_node_advance(struct mobile_node *m, mip_time now, struct binding_update *b)
{
	unsigned steps;

	if (b->goal == GOAL_NONE) {
		node_arm(m->role.node, &b->timer, MIP_NEVER);
		return;
	}
	check_tokens(m, now, b);
	steps = steps_wanted(m, b, now);
	if (steps & REGISTRATION_EARLY_UPDATE)
		send_early_update(m, now, b);
	if (steps & REGISTRATION_DIVERT)
		send_diversion(m, now, b);
	if (steps & REGISTRATION_HOME_TEST)
		start(&b->home_test, now);
	else if (b->test_again && b->goal == GOAL_REGISTER)
		start_proactive_test(m, now, b);
	if (steps & REGISTRATION_CARE_OF_TEST)
		start(&b->care_of_test, now);
	if (steps & REGISTRATION_UPDATE)
		start(&b->update, now);
	mobile_node_test_ahead(m, now, b);
	if (run_exchanges(m, now, b, steps)) {
		mobile_node_fall_back(m, now, b,
		                      m->role.node->conf->retransmission ? now + MOBILE_NODE_FALLBACK_RETRY : MIP_NEVER);
		return;
	}
	mobile_node_update_direct(m, now, b, steps_wanted(m, b, now));
	node_arm(m->role.node, &b->timer, binding_update_deadline(b));
}

void mobile_node_advance_all(struct mobile_node *m, mip_time now)
{
	struct binding_update *next;

	for (struct binding_update *b = m->list.head; b; b = next) {
		next = b->next;
		mobile_node_advance(m, now, b);
	}
}

/* ---- beginning and ending -------------------------------------------------------------------------------------------------- */

void mobile_node_begin(struct mobile_node *m, mip_time now, struct binding_update *b)
{
	const struct protocol_conf *conf = m->role.node->conf;

	/* A refresh wants tokens of its own, also where no time has passed since the last ones came. */
	if (b->registered && b->progress == REGISTRATION_ACCEPTED) {
		b->care_of_token_at = MIP_NEVER;
		if (!conf->reuse_home_token && conf->home_test != HOME_TEST_PROACTIVE)
			b->home_token_at = MIP_NEVER;
	}
	exchange_stop(&b->update);
	b->goal = GOAL_REGISTER;
	b->progress = REGISTRATION_NOT_SENT;
	b->started = now;
	b->care_of_ahead = false;
	b->refresh_at = MIP_NEVER;
	b->lapsing = false;
}

void mobile_node_forget(struct mobile_node *m, struct binding_update *b)
{
	binding_update_abandon(b);
	b->goal = GOAL_NONE;
	b->next_home_test = MIP_NEVER;
	b->test_again = false;
	timer_disarm(&m->role.node->timers, &b->timer);
	if (!b->no_mobile_ipv6 && !b->early_unknown)
		binding_update_remove(&m->list, &m->role.node->timers, b);
}

void mobile_node_fall_back(struct mobile_node *m, mip_time now, struct binding_update *b, mip_time retry_at)
{
	bool deleting = b->goal == GOAL_DELETE;

	mobile_node_observe(m, now, OBSERVE_FALLBACK, &b->peer, 0);
	if (deleting) {
		mobile_node_forget(m, b);
		return;
	}
	binding_update_abandon(b);
	b->goal = GOAL_NONE;
	b->retry_at = retry_at;
	b->next_home_test = MIP_NEVER;
	b->test_again = false;
	timer_disarm(&m->role.node->timers, &b->timer);
}

/* The time of something has come: a lifetime, a refresh, a proactive test, a transmission. */
static void fire(struct node *n, struct timer *timer, mip_time now)
{
	struct binding_update *b = mip_container_of(timer, struct binding_update, timer);
	struct mobile_node *m = b->owner;

	(void)n;
	if (b->expires <= now) {
		bool done = b->progress == REGISTRATION_ACCEPTED;

		b->registered = false;
		b->expires = b->refresh_at = MIP_NEVER;
		if (done) {
			mobile_node_forget(m, b);
			return;
		}
	}
	if (b->direct && b->direct_until <= now && !b->registered) {
		/* What an early update or an unanswered one gave the right to is over. */
		if (b->early == REGISTRATION_SENT || b->early == REGISTRATION_ACCEPTED)
			b->early = REGISTRATION_WITHDRAWN;
		b->direct = false;
	}
	if (b->refresh_at <= now) {
		b->refresh_at = MIP_NEVER;
		if (b->used)
			mobile_node_begin(m, now, b);
		else
			b->lapsing = true;
	}
	if (b->next_home_test <= now) {
		b->next_home_test = MIP_NEVER;
		start_proactive_test(m, now, b);
	}
	mobile_node_advance(m, now, b);
}

void mobile_node_used(struct mobile_node *m, mip_time now, struct binding_update *b)
{
	b->used = true;
	if (b->lapsing) {
		mobile_node_begin(m, now, b);
		mobile_node_advance(m, now, b);
	}
}

struct binding_update *mobile_node_optimize(struct mobile_node *m, mip_time now, const struct in6 *peer)
{
	struct node *n = m->role.node;
	struct binding_update *b = binding_update_find(&m->list, peer);

	if (b && (b->goal == GOAL_REGISTER || b->no_mobile_ipv6 || now < b->retry_at))
		return b;
	if (!n->conf->route_optimization || !mobile_node_tunnel(m) || !in6_is_routable_unicast(peer) ||
	    in6_equal(peer, &m->home_agent) || in6_equal(peer, &m->home_address) || subnet_list_has(&n->conf->unoptimized, peer))
		return b;
	if (!b) {
		b = binding_update_add(&m->list, &n->timers, peer);
		if (!b)
			return NULL;
		b->owner = m;
		b->timer.fire = fire;
		if (preconfigured(n->conf))
			preconfigured_home_token(n, &m->home_address, peer, b->home_token);
		b->sequence = (uint16_t)node_random_u64(n, RANDOM_MOBILITY); /* RFC 6275 11.7.2 */
	}
	binding_update_abandon(b);
	mobile_node_begin(m, now, b);
	mobile_node_advance(m, now, b);
	return binding_update_find(&m->list, peer);
}

void mobile_node_test_homes(struct mobile_node *m, mip_time now)
{
	struct binding_update *next;

	for (struct binding_update *b = m->list.head; b; b = next) {
		next = b->next;
		if (b->goal != GOAL_REGISTER)
			continue;
		start_proactive_test(m, now, b);
		mobile_node_advance(m, now, b);
	}
}

/* ---- movement -------------------------------------------------------------------------------------------------------------- */

void mobile_node_peers_abandon(struct mobile_node *m)
{
	for (struct binding_update *b = m->list.head; b; b = b->next) {
		/* A home test under way went by the old tunnel; unless it is answered through the new one, it is lost. */
		bool testing = b->test_again || (exchange_running(&b->home_test) && b->goal == GOAL_REGISTER);

		binding_update_abandon(b);
		b->test_again = testing;
		b->direct_observed = false;
		node_arm(m->role.node, &b->timer, b->goal == GOAL_NONE ? MIP_NEVER : binding_update_deadline(b));
	}
}

void mobile_node_peers_moved(struct mobile_node *m, mip_time now)
{
	mobile_node_peers_abandon(m);
	for (struct binding_update *b = m->list.head; b; b = b->next)
		if (b->goal != GOAL_NONE) {
			mobile_node_begin(m, now, b);
			binding_update_take_ahead(b, &m->care_of_address);
			b->divert = now < b->held_until ? REGISTRATION_NOT_SENT : REGISTRATION_WITHDRAWN;
		}
}

bool mobile_node_peers_shortened(struct mobile_node *m, mip_time now)
{
	bool any = false;

	for (struct binding_update *b = m->list.head; b; b = b->next)
		if (b->goal == GOAL_REGISTER && b->registered && b->expires > m->home_prefix_until &&
		    b->progress != REGISTRATION_NOT_SENT) {
			mobile_node_begin(m, now, b);
			any = true;
		}
	return any;
}

void mobile_node_peers_returned(struct mobile_node *m, mip_time now)
{
	struct binding_update *next;

	for (struct binding_update *b = m->list.head; b; b = next) {
		next = b->next;
		if (now < b->held_until && !b->no_mobile_ipv6) {
			b->goal = GOAL_DELETE;
			b->progress = REGISTRATION_NOT_SENT;
			b->started = now;
			b->next_home_test = MIP_NEVER;
			b->test_again = false;
			mobile_node_advance(m, now, b);
		} else {
			mobile_node_forget(m, b);
		}
	}
}
