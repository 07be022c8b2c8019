// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Correspondent node (RFC 6275 section 9) with Early Binding Updates (EBU document, section 4): return routability tests, binding
 * updates, route-optimised sending. Everything that costs memory appears with the first test message, so that a million idle
 * hosts stay small.
 *
 * Decisions where the EBU document says nothing:
 * - the checks of an Early Binding Update, their order and their answers are those of a Binding Update (9.5.1, 9.5.4), with the
 *   key of a deletion (home keygen token only) and without a look at the care-of nonce index; both share one sequence space;
 * - where tentative bindings are not granted (`unverified: refuse`) the answer is an authenticated status 129;
 * - an early update for the care-of address that is registered already, verified or not, changes only the sequence number: it
 *   neither shortens or downgrades a verified binding nor prolongs an unverified one, or repeating it would defeat the lifetime
 *   limit;
 * - for any other care-of address it replaces the binding, verified or not, as the document has it;
 * - Lifetime 0 has no meaning in it (a deletion needs no care-of test): discarded.
 *
 * A full cache refuses with status 130, or forgets what was used longest ago (9.6), as configured.
 */
#include "models/mip6/answer.h"
#include "models/mip6/binding_cache.h"
#include "models/mip6/ipsec.h"
#include "models/mip6/mip6.h"
#include "models/mip6/nonce.h"
#include "models/mip6/preconfigured.h"
#include "models/mip6/unverified.h"
#include "models/wire/icmp6.h"

#define BINDING_UNIT (4 * MIP_SECOND)
#define EARLY_UNIT (10 * MIP_MILLISECOND)

/* "Persistent" Destination Unreachable (9.3.4): this many, spread over at least this time, the first no longer ago than the
 * window; a binding update starts the count anew. A burst while the mobile node changes links is not persistent. */
#define UNREACHABLE_COUNT 3
#define UNREACHABLE_SPREAD MIP_SECOND
#define UNREACHABLE_WINDOW (10 * MIP_SECOND)

/* One Binding Refresh Request (9.5.5) this long before the end of a binding that was used in the same time before. */
#define REFRESH_LEAD (4 * MIP_SECOND)
#define REFRESH_MIN_LIFETIME (16 * MIP_SECOND)

/* Deleted bindings whose sequence numbers are remembered, at least; beyond this or the cache's limit the nonces are given up
 * (5.2.8). */
#define REMEMBERED_MIN 1024

struct memory {
	struct correspondent *owner;
	struct nonces nonces;
	struct binding_cache cache;
	struct unverified_queue unverified;
};

struct correspondent {
	struct role role;
	struct memory *memory;           /* NULL until the first HoTI or CoTI */
	struct answer_limit errors;
};

/* A Binding Update or Early Binding Update on its way through the checks. */
struct request {
	struct delivery *d;
	struct mh_message m;
	mip_time now;                    /* when it arrived */
	bool early;
	bool deletion;
	struct mip6_security security;   /* holds the care-of address, too; for a deletion the home address (6.2.7) */
	struct in6 care_of_address;
	mip_time replay_end;             /* when the nonces that authorise it are not recognised any more */
	bool preconfigured;              /* authorized by a key that both have known all along */
	const struct lifetime_credit *lifetime_credit; /* as of this update; NULL: it has none */
};

static struct correspondent *correspondent_of(struct role *r)
{
	return mip_container_of(r, struct correspondent, role);
}

static timer_fire binding_timer;

static struct memory *memory_of(struct correspondent *c, mip_time now)
{
	if (!c->memory) {
		c->memory = mip_alloc(sizeof *c->memory);
		c->memory->owner = c;
		nonces_init(&c->memory->nonces, c->role.node, now);
		c->memory->unverified.key = c->memory->nonces.key;
		binding_cache_init(&c->memory->cache, binding_timer);
	}
	return c->memory;
}

static void observe(struct correspondent *c, mip_time now, enum observation_kind kind, const struct in6 *home_address,
                    const struct in6 *care_of_address, uint32_t value)
{
	node_observe(c->role.node, now, (struct observation){ .kind = kind, .peer = *home_address, .address = *care_of_address,
	                                                      .value = value });
}

/* ---- return routability (9.4) -------------------------------------------------------------------------------------- */

static void answer_test(struct correspondent *c, mip_time now, struct delivery *d, const struct mh_message *m)
{
	struct node *n = c->role.node;
	bool home = m->type == MH_HOTI;
	struct mh_message answer = { .type = home ? MH_HOT : MH_COT };
	const struct nonce *x;
	struct nonces *s;

	/* 9.4.1, 9.4.2: MUST be dropped with a Home Address option. An answer to what is no unicast address is no use either. */
	if (d->has_home_address || !in6_is_routable_unicast(&d->source)) {
		node_drop(n, now, d->packet, d->has_home_address ? DROP_BAD_HOME_ADDRESS : DROP_MALFORMED);
		return;
	}
	s = &memory_of(c, now)->nonces;
	x = nonces_current(s, n, now);
	answer.nonce_index = x->index;
	answer.options.has_token_lifetime = home && n->conf->token_lifetime_option;
	answer.options.token_lifetime_s = (uint16_t)((nonce_end(s, x) - now) / MIP_SECOND);
	memcpy(answer.cookie, m->cookie, sizeof answer.cookie);
	rr_token(s->key, &d->source, x->octets, home ? RR_HOME : RR_CARE_OF, answer.token);
	mip6_observe_secret(n, now, home ? SECRET_HOME_TOKEN : SECRET_CARE_OF_TOKEN, &d->source, x->index, answer.token,
	                    sizeof answer.token);
	mip6_send(n, now, mip6_message(&d->destination, &d->source, NULL, NULL, &answer, NULL));
	packet_free(d->packet);
}

/* ---- the end of bindings --------------------------------------------------------------------------------------------- */

/* Deletes, but keeps the sequence number while somebody could replay an update (5.2.8, 9.5.3). */
static void delete_binding(struct memory *s, mip_time now, struct binding *b)
{
	struct node *n = s->owner->role.node;

	unverified_settle(&s->unverified, n, now, &b->home_address, NULL);
	if (b->correspondent.replay_end <= now) {
		binding_cache_remove(&s->cache, n, b);
		return;
	}
	binding_set_state(b, BINDING_REMEMBERED);
	node_arm(n, &b->timer, b->correspondent.replay_end);
	if (s->cache.count[BINDING_REMEMBERED] > REMEMBERED_MIN &&
	    s->cache.count[BINDING_REMEMBERED] > n->conf->binding_cache_limit && binding_cache_forget_remembered(&s->cache, n))
		nonces_forget(&s->nonces);
}

/* When a binding's timer has to fire next: for the refresh request, if one may be due, else at the end. */
static void arm_binding(struct node *n, struct binding *b, mip_time lifetime)
{
	bool refresh = b->state == BINDING_REGULAR && lifetime >= REFRESH_MIN_LIFETIME;

	b->refresh_requested = !refresh;
	node_arm(n, &b->timer, refresh ? b->expires - REFRESH_LEAD : b->expires);
}

static void request_refresh(struct correspondent *c, mip_time now, struct binding *b)
{
	struct node *n = c->role.node;
	struct mh_message m = { .type = MH_BRR };
	struct in6 source;

	b->refresh_requested = true;
	node_arm(n, &b->timer, b->expires);
	if (b->correspondent.used && now - b->correspondent.used <= REFRESH_LEAD &&
	    ip6_source_address(n, &b->home_address, &source))
		mip6_send(n, now, mip6_message(&source, &b->home_address, NULL, NULL, &m, NULL));
}

static void binding_timer(struct node *n, struct timer *t, mip_time now)
{
	struct binding *b = binding_of_timer(t);
	struct memory *s = mip_container_of(b->cache, struct memory, cache);

	if (!binding_in_use(b)) {
		binding_cache_remove(&s->cache, n, b);
		return;
	}
	if (!b->refresh_requested && now < b->expires) {
		request_refresh(s->owner, now, b);
		return;
	}
	observe(s->owner, now, OBSERVE_BINDING_EXPIRED, &b->home_address, &b->care_of_address, b->state == BINDING_TENTATIVE);
	if (b->state == BINDING_TENTATIVE)
		unverified_lost(n, now, b);
	delete_binding(s, now, b);
}

/* ---- binding updates (9.5) --------------------------------------------------------------------------------------------- */

/* Silently (9.5.1). */
static void discard(struct correspondent *c, mip_time now, struct request *q, enum drop_reason why)
{
	observe(c, now, OBSERVE_BU_REFUSED, &q->d->source, &q->care_of_address, 256 + (uint32_t)why);
	node_drop(c->role.node, now, q->d->packet, why);
}

/* A (possibly early) Binding Acknowledgement for the request, 9.5.4: to the IPv6 source; with a routing header unless that is the
 * home address; not authenticated when the nonces are not recognised, and when there is no key. */
static void acknowledge(struct correspondent *c, mip_time now, const struct request *q, enum ba_status status, uint16_t sequence,
                        uint16_t lifetime)
{
	struct mh_message m = { .type = q->early ? MH_EXPERIMENTAL : MH_BA, .subtype = q->early ? MH_EARLY_BA : 0,
		                .status = (uint8_t)status, .sequence = sequence, .lifetime = lifetime };
	bool authenticated = status != BA_EXPIRED_HOME_NONCE && status != BA_EXPIRED_CARE_OF_NONCE &&
	                     status != BA_EXPIRED_NONCES && status != BA_HOME_REGISTRATION_NOT_SUPPORTED &&
	                     !(q->m.flags & BU_HOME);
	struct mip6_security security = q->security;
	struct packet *p;

	if (q->lifetime_credit && status == BA_ACCEPTED) {
		m.options.credit_updates = q->lifetime_credit->updates;
		security.credit_key = q->lifetime_credit->key;
	}
	p = mip6_message(&q->d->destination, &q->d->wire_source, NULL,
	                 in6_equal(&q->d->source, &q->d->wire_source) ? NULL : &q->d->source, &m,
	                 authenticated ? &security : NULL);
	/* As protected as the update was: whoever shares associations with us wants them used both ways. */
	if (q->d->secured)
		ipsec_send(c->role.node, now, &q->d->source, &q->d->destination, IPSEC_BINDING, p);
	else
		mip6_send(c->role.node, now, p);
}

/* Every status that comes here is one that is sent with the A flag or without (9.5.4, 10.3.1). */
static void refuse(struct correspondent *c, mip_time now, const struct request *q, enum ba_status status, uint16_t sequence)
{
	observe(c, now, OBSERVE_BU_REFUSED, &q->d->source, &q->care_of_address, status);
	acknowledge(c, now, q, status, sequence, 0);
	packet_free(q->d->packet);
}

/* The tokens that an update has to be made with. False: answered, the packet is gone. */
static bool find_tokens(struct correspondent *c, mip_time now, struct request *q, bool home_only, uint8_t home_token[RR_TOKEN],
                        uint8_t care_of_token[RR_TOKEN])
{
	struct node *n = c->role.node;
	/* RFC 4449: what was preconfigured is remembered for ever, so the sequence number is, too. */
	const struct nonces *s = q->preconfigured ? &memory_of(c, now)->nonces : c->memory ? &c->memory->nonces : NULL;
	const struct mh_options *o = &q->m.options;
	bool tested = !home_only && o->has_nonce_indices;
	const struct nonce *home = s && !q->preconfigured ? nonces_find(s, o->home_nonce_index, now) : NULL;
	const struct nonce *care_of = s && tested ? nonces_find(s, o->care_of_nonce_index, now) : NULL;

	if ((!home && !q->preconfigured) || (!care_of && tested)) {
		refuse(c, now, q,
		       home || q->preconfigured ? BA_EXPIRED_CARE_OF_NONCE :
		       care_of || home_only     ? BA_EXPIRED_HOME_NONCE :
		                                  BA_EXPIRED_NONCES,
		       q->m.sequence);
		return false;
	}
	if (q->preconfigured) {
		q->replay_end = MIP_NEVER;
		preconfigured_home_token(n, &q->d->source, &q->d->destination, home_token);
		preconfigured_observe(n, now, &q->d->source, &q->d->destination);
		mip6_observe_secret(n, now, SECRET_HOME_TOKEN, &q->d->source, 0, home_token, RR_TOKEN);
	} else {
		q->replay_end = nonce_end(s, home);
		rr_token(s->key, &q->d->source, home->octets, RR_HOME, home_token);
	}
	if (tested) {
		q->replay_end = mip_time_min(q->replay_end, nonce_end(s, care_of));
		rr_token(s->key, &q->care_of_address, care_of->octets, RR_CARE_OF, care_of_token);
	} else if (!home_only) {
		preconfigured_care_of_token(n, &q->d->source, &q->d->destination, &q->care_of_address, care_of_token);
		mip6_observe_secret(n, now, SECRET_CARE_OF_TOKEN, &q->care_of_address, 0, care_of_token, RR_TOKEN);
	}
	return true;
}

/* Nonces, tokens, key, authenticator. False: answered or discarded, the packet is gone. */
static bool authorize(struct correspondent *c, mip_time now, struct request *q)
{
	const struct protocol_conf *conf = c->role.node->conf;
	const struct mh_options *o = &q->m.options;
	bool home_only = q->early || q->deletion;
	uint8_t home_token[RR_TOKEN], care_of_token[RR_TOKEN];

	q->preconfigured = preconfigured(conf) && (!o->has_nonce_indices || !o->home_nonce_index);
	if ((!o->has_nonce_indices && !q->preconfigured) || !o->has_authenticator || !o->authenticator_is_last) {
		discard(c, now, q, DROP_BAD_AUTHENTICATOR);
		return false;
	}
	if (!find_tokens(c, now, q, home_only, home_token, care_of_token))
		return false;
	rr_binding_key(home_token, home_only ? NULL : care_of_token, q->security.key);
	if (!mip6_verify(q->d, &q->m, &q->security)) {
		discard(c, now, q, DROP_BAD_AUTHENTICATOR);
		return false;
	}
	mip6_observe_secret(c->role.node, now, SECRET_BINDING_KEY, &q->d->source, o->home_nonce_index, q->security.key,
	                    sizeof q->security.key);
	/* Not trusted that far: a care-of address has to be tested here. */
	if (!home_only && !o->has_nonce_indices && !preconfigured_without_tests(conf)) {
		refuse(c, now, q, BA_PROHIBITED, q->m.sequence);
		return false;
	}
	return true;
}

/* 9.6. Ties are broken by address, so that nobody sees the order of the table. */
static struct binding *used_longest_ago(const struct binding_cache *c)
{
	struct binding *oldest = NULL;

	for (uint32_t i = 0; i < c->bucket_count; i++)
		for (struct binding *b = c->buckets[i]; b; b = b->hash_next) {
			mip_time difference = oldest ? b->correspondent.used - oldest->correspondent.used : -1;

			if (binding_in_use(b) &&
			    (difference < 0 ||
			     (!difference && memcmp(&b->home_address, &oldest->home_address, sizeof b->home_address) < 0)))
				oldest = b;
		}
	return oldest;
}

/* Room for one more. False: the cache is full and stays so. */
static bool make_room(struct correspondent *c, mip_time now)
{
	struct binding_cache *cache = &c->memory->cache;
	const struct protocol_conf *conf = c->role.node->conf;
	struct binding *gone;

	if (binding_cache_in_use(cache) < conf->binding_cache_limit)
		return true;
	if (!conf->binding_cache_evict || !conf->binding_cache_limit)
		return false;
	gone = used_longest_ago(cache);
	observe(c, now, OBSERVE_BINDING_DELETED, &gone->home_address, &gone->care_of_address, gone->sequence);
	if (gone->state == BINDING_TENTATIVE)
		unverified_lost(c->role.node, now, gone);
	delete_binding(c->memory, now, gone);
	return true;
}

/* The entry for the request, made if need be; NULL: no room, answered. */
static struct binding *cache_binding(struct correspondent *c, mip_time now, const struct request *q, struct binding *b,
                                     enum binding_state state)
{
	struct binding_cache *cache = &c->memory->cache;
	bool new = !(b && binding_in_use(b));

	if (new && !make_room(c, now)) {
		refuse(c, now, q, BA_INSUFFICIENT_RESOURCES, q->m.sequence);
		return NULL;
	}
	b = binding_cache_find(cache, &q->d->source); /* what was only remembered may have had to go */
	if (!b)
		b = binding_cache_add(cache, &q->d->source, state);
	else
		binding_set_state(b, state);
	b->care_of_address = q->care_of_address;
	if (new)
		unverified_open(c->role.node, now, b);
	if (state == BINDING_REGULAR)
		unverified_verified(b);
	unverified_settle(&c->memory->unverified, c->role.node, now, &b->home_address, b);
	return b;
}

static void update_binding(struct binding *b, const struct request *q)
{
	b->sequence = q->m.sequence;
	b->correspondent.used = mip_time_max(b->correspondent.used, q->now);
	b->correspondent.replay_end = mip_time_max(b->correspondent.replay_end, q->replay_end);
	b->unreachable_count = 0;
}

/* How long the binding may last. A row of updates is one of a care-of address, and has no gap. */
static mip_time longest(struct correspondent *c, mip_time now, struct request *q, struct binding *b, bool same_binding)
{
	const struct lifetime_credit_conf *conf = &c->role.node->conf->lifetime_credit;
	struct lifetime_credit *credit = &b->correspondent.lifetime_credit;

	if (!same_binding || !conf->on || !q->m.options.has_lifetime_credit)
		credit->updates = 0;
	if (q->preconfigured)
		return MIP_NEVER; /* RFC 4449: nothing grows old */
	if (!conf->on || !q->m.options.has_lifetime_credit)
		return MAX_RR_BINDING_LIFETIME;
	q->lifetime_credit = credit;
	/* Whole units: less than one is none. */
	return mip_time_max(lifetime_credit_update(credit, now, q->d, &q->m, &q->security, conf), BINDING_UNIT) / BINDING_UNIT *
	       BINDING_UNIT;
}

static void accept_update(struct correspondent *c, mip_time now, struct request *q, struct binding *b)
{
	bool same = b && b->state == BINDING_REGULAR && in6_equal(&b->care_of_address, &q->care_of_address);
	mip_time lifetime;

	b = cache_binding(c, now, q, b, BINDING_REGULAR);
	if (!b)
		return;
	lifetime = mip_time_min(q->m.lifetime * BINDING_UNIT, longest(c, now, q, b, same));
	update_binding(b, q);
	b->expires = now + lifetime;
	arm_binding(c->role.node, b, lifetime);
	observe(c, now, OBSERVE_BU_ACCEPTED, &b->home_address, &b->care_of_address, q->m.sequence);
	if (q->m.flags & BU_ACKNOWLEDGE)
		acknowledge(c, now, q, BA_ACCEPTED, q->m.sequence, (uint16_t)(lifetime / BINDING_UNIT));
	packet_free(q->d->packet);
}

static void accept_early_update(struct correspondent *c, mip_time now, const struct request *q, struct binding *b)
{
	struct node *n = c->role.node;
	mip_time lifetime = mip_time_min(q->m.lifetime * EARLY_UNIT, n->conf->tentative_lifetime);

	if (!unverified_grants(n, now, &q->d->source, &q->care_of_address, &q->d->wire_source, b)) {
		refuse(c, now, q, BA_PROHIBITED, q->m.sequence);
		return;
	}
	if (b && binding_in_use(b) && in6_equal(&b->care_of_address, &q->care_of_address)) {
		lifetime = mip_time_min(lifetime, b->expires - now);
	} else {
		if (b && b->state == BINDING_TENTATIVE)
			unverified_lost(n, now, b);
		b = cache_binding(c, now, q, b, BINDING_TENTATIVE);
		if (!b)
			return;
		unverified_tentative(n, b, &q->d->wire_source);
		b->expires = now + lifetime;
		arm_binding(n, b, lifetime);
	}
	update_binding(b, q);
	observe(c, now, OBSERVE_EARLY_BU_ACCEPTED, &b->home_address, &b->care_of_address, q->m.sequence);
	if (q->m.flags & BU_ACKNOWLEDGE)
		acknowledge(c, now, q, BA_ACCEPTED, q->m.sequence, (uint16_t)mip_time_min(lifetime / EARLY_UNIT, UINT16_MAX));
	packet_free(q->d->packet);
}

/* 9.5.3. An entry is kept even if there was none before: it stops an older update that was overtaken on the way. */
static void accept_deletion(struct correspondent *c, mip_time now, const struct request *q, struct binding *b)
{
	struct memory *s = c->memory;

	observe(c, now, OBSERVE_BU_ACCEPTED, &q->d->source, &q->d->source, q->m.sequence);
	if (!b)
		b = binding_cache_add(&s->cache, &q->d->source, BINDING_REMEMBERED);
	else if (binding_in_use(b))
		observe(c, now, OBSERVE_BINDING_DELETED, &b->home_address, &b->care_of_address, q->m.sequence);
	update_binding(b, q);
	delete_binding(s, now, b);
	if (q->m.flags & BU_ACKNOWLEDGE)
		acknowledge(c, now, q, BA_ACCEPTED, q->m.sequence, 0);
	packet_free(q->d->packet);
}

static struct binding *binding_for(const struct correspondent *c, const struct in6 *home_address)
{
	if (!c->memory || !binding_cache_in_use(&c->memory->cache))
		return NULL;
	return binding_cache_find_in_use(&c->memory->cache, home_address);
}

static void receive_update(struct correspondent *c, mip_time now, struct delivery *d, const struct mh_message *m)
{
	struct request q = { .d = d, .m = *m, .now = now, .early = m->type == MH_EXPERIMENTAL };
	struct binding *b;

	q.care_of_address = m->options.has_alternate_care_of_address ? m->options.alternate_care_of_address : d->wire_source;
	/* 9.5.1: the home address as care-of address asks for deletion, whatever the lifetime. */
	q.deletion = !q.early && (!m->lifetime || in6_equal(&q.care_of_address, &d->source));
	q.security.care_of_address = q.deletion ? d->source : q.care_of_address;
	q.security.correspondent = d->destination;

	/* 9.5.1: unicast routable home address; 6.1.7: care-of address, too; 9.5.4: there is a unicast address to answer to. */
	if (!in6_is_routable_unicast(&d->source) || !in6_is_routable_unicast(&q.care_of_address) ||
	    !in6_is_routable_unicast(&d->wire_source)) {
		discard(c, now, &q, DROP_BAD_HOME_ADDRESS);
		return;
	}
	/* 6.1.7 */
	if (!q.deletion && c->memory && binding_cache_leads_to(&c->memory->cache, &q.care_of_address, &d->source)) {
		discard(c, now, &q, DROP_BAD_HOME_ADDRESS);
		return;
	}
	if (m->flags & BU_HOME && m->options.has_nonce_indices) {
		discard(c, now, &q, DROP_MALFORMED); /* 9.5.1: MUST NOT be there */
		return;
	}
	if (m->flags & BU_HOME && binding_for(c, &d->source)) {
		refuse(c, now, &q, BA_TYPE_CHANGE_DISALLOWED, m->sequence); /* 9.5.1 */
		return;
	}
	if (m->flags & BU_HOME) {
		/* 10.3.1; a home agent role of this node has taken or will take it. */
		refuse(c, now, &q, BA_HOME_REGISTRATION_NOT_SUPPORTED, m->sequence);
		return;
	}
	if (q.early && !m->lifetime) {
		discard(c, now, &q, DROP_MALFORMED);
		return;
	}
	if (!authorize(c, now, &q))
		return;
	b = binding_cache_find(&c->memory->cache, &d->source);
	if (b && !sequence_is_newer(m->sequence, b->sequence))
		refuse(c, now, &q, BA_SEQUENCE_OUT_OF_WINDOW, b->sequence);
	else if (home_agent_serves(c->role.node, &d->source))
		refuse(c, now, &q, BA_TYPE_CHANGE_DISALLOWED, m->sequence);
	else if (q.deletion)
		accept_deletion(c, now, &q, b);
	else if (in6_equal(&q.care_of_address, &d->source))
		refuse(c, now, &q, BA_INVALID_CARE_OF_ADDRESS, m->sequence);
	else if (q.early)
		accept_early_update(c, now, &q, b);
	else
		accept_update(c, now, &q, b);
}

/* ---- hooks --------------------------------------------------------------------------------------------------------------- */

/* The role that answers for mobile nodes accepts type 2 routing headers; messages to mobile nodes are its business. */
static bool mobile_node_follows(const struct role *r)
{
	while ((r = r->next))
		if (r->ops->accept_routing_header)
			return true;
	return false;
}

static enum verdict correspondent_input(struct role *r, mip_time now, struct delivery *d)
{
	struct correspondent *c = correspondent_of(r);
	struct mh_message m;
	enum wire_error error;

	if (d->protocol != PROTOCOL_MOBILITY) {
		struct binding *b = binding_for(correspondent_of(r), &d->source);

		if (b)
			unverified_input(&c->memory->unverified, r->node, now, b, d);
		return VERDICT_CONTINUE;
	}
	error = mip6_decode(d, &m);
	if (error == WIRE_OK && m.type == MH_EXPERIMENTAL &&
	    (!r->node->conf->ebu_support || (m.subtype != MH_EARLY_BU && m.subtype != MH_EARLY_BA)))
		error = WIRE_UNKNOWN_TYPE;
	if (error != WIRE_OK) {
		mip6_refuse(r->node, now, &c->errors, d, error);
		return VERDICT_TAKEN;
	}
	if (m.type == MH_BU && m.flags & BU_HOME && node_has_home_agent(r->node))
		return VERDICT_CONTINUE;
	if (m.type == MH_HOTI || m.type == MH_COTI) {
		answer_test(c, now, d, &m);
	} else if (m.type == MH_BU || (m.type == MH_EXPERIMENTAL && m.subtype == MH_EARLY_BU)) {
		receive_update(c, now, d, &m);
	} else {
		if (mobile_node_follows(r))
			return VERDICT_CONTINUE;
		node_drop(r->node, now, d->packet, DROP_UNEXPECTED);
	}
	return VERDICT_TAKEN;
}

/* 9.3.1: the binding MUST be there, with the care-of address the packet came from. */
static bool correspondent_accept_home_address(struct role *r, mip_time now, const struct delivery *d)
{
	const struct binding *b = binding_for(correspondent_of(r), &d->source);

	(void)now;
	return b && in6_equal(&b->care_of_address, &d->wire_source);
}

static void correspondent_refuse_home_address(struct role *r, mip_time now, const struct delivery *d)
{
	mip6_send_binding_error(r->node, now, &correspondent_of(r)->errors, d, BE_UNKNOWN_BINDING);
}

/* 9.3.2 */
static enum verdict correspondent_output(struct role *r, mip_time now, struct packet *p)
{
	struct in6 destination = ipv6_destination(p->data);
	struct binding *b = binding_for(correspondent_of(r), &destination);

	if (!b || !mip6_may_use_binding(p))
		return VERDICT_CONTINUE;
	b->correspondent.used = now;
	return unverified_output(&correspondent_of(r)->memory->unverified, r->node, now, b, p);
}

/* 9.3.4 */
static void correspondent_notice(struct role *r, mip_time now, const struct ip6_notice *notice)
{
	struct correspondent *c = correspondent_of(r);
	struct binding *b;

	if (notice->kind != IP6_NOTICE_ICMP_ERROR || notice->type != ICMP6_DESTINATION_UNREACHABLE)
		return;
	b = binding_for(c, &notice->destination);
	if (!b)
		return;
	if (!b->unreachable_count || now - b->correspondent.unreachable_since > UNREACHABLE_WINDOW) {
		b->unreachable_count = 0;
		b->correspondent.unreachable_since = now;
	}
	if (b->unreachable_count < UNREACHABLE_COUNT)
		b->unreachable_count++;
	if (b->unreachable_count < UNREACHABLE_COUNT || now - b->correspondent.unreachable_since < UNREACHABLE_SPREAD)
		return;
	observe(c, now, OBSERVE_BINDING_DELETED, &b->home_address, &b->care_of_address, b->sequence);
	delete_binding(c->memory, now, b);
}

static void correspondent_free(struct role *r)
{
	struct correspondent *c = correspondent_of(r);

	if (c->memory) {
		binding_cache_fini(&c->memory->cache, r->node);
		nonces_fini(&c->memory->nonces);
		unverified_fini(&c->memory->unverified);
		mip_free(c->memory, sizeof *c->memory);
	}
	mip_free(c, sizeof *c);
}

static const struct role_ops correspondent_ops = {
	.name = "correspondent",
	.input = correspondent_input,
	.accept_home_address = correspondent_accept_home_address,
	.refuse_home_address = correspondent_refuse_home_address,
	.output = correspondent_output,
	.notice = correspondent_notice,
	.free = correspondent_free,
};

struct role *correspondent_new(struct node *n)
{
	struct correspondent *c = mip_alloc(sizeof *c);

	c->role.ops = &correspondent_ops;
	c->role.node = n;
	return &c->role;
}

static struct correspondent *find_correspondent(const struct node *n)
{
	struct role *r = n->roles;

	while (r && r->ops != &correspondent_ops)
		r = r->next;
	return r ? correspondent_of(r) : NULL;
}

bool node_has_correspondent(const struct node *n)
{
	return find_correspondent(n);
}

bool correspondent_serves(const struct node *n, const struct in6 *home_address)
{
	const struct correspondent *c = find_correspondent(n);

	return c && binding_for(c, home_address);
}

bool correspondent_care_of_address(const struct node *n, const struct in6 *home_address, struct in6 *care_of_address)
{
	const struct correspondent *c = find_correspondent(n);
	const struct binding *b = c ? binding_for(c, home_address) : NULL;

	if (b)
		*care_of_address = b->care_of_address;
	return b;
}
