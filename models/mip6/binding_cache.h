// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The Binding Cache of a correspondent or home agent (RFC 6275 9.1): a hash over home addresses that grows with its entries.
 * It keeps entries, their one timer and their counts; what a binding means and when it ends is its owner's business.
 *
 * DEVIATION: 9.1 asks for a cache per unicast address of the node; here all addresses of a node share one.
 */
#ifndef MODELS_MIP6_BINDING_CACHE_H
#define MODELS_MIP6_BINDING_CACHE_H

#include "models/mip6/credit.h"
#include "models/mip6/lifetime_credit.h"
#include "models/node.h"

enum binding_state {
	BINDING_REGULAR,     /* verified; in use */
	BINDING_TENTATIVE,   /* by an Early Binding Update, care-of address not verified yet; in use */
	BINDING_PROBING,     /* home agent: duplicate address detection still runs; not in use */
	BINDING_REMEMBERED,  /* deleted, but its sequence number is still checked (RFC 6275 5.2.8, 10.3.2); not in use */
	BINDING_STATES
};

struct home_request;     /* home_agent.c: a registration that waits for duplicate address detection */

struct binding {
	struct binding *hash_next;
	struct binding_cache *cache;     /* for the timer */
	struct in6 home_address, care_of_address;
	struct timer timer;
	mip_time expires;
	uint16_t sequence;               /* highest accepted */
	uint8_t state;                   /* enum binding_state */
	uint8_t unreachable_count;
	bool refresh_requested;
	bool exempt;                     /* tentative, but trusted: no limit but its lifetime */
	bool rate_exceeded;              /* tentative, and the misuse monitor has counted that */
	uint8_t misuse;                  /* score of the misuse monitor; lasts as long as the entry */
	union {                          /* last: home agents have many entries, and leave the other's room out */
		struct {
			mip_time used;               /* last packet sent with it, or its last update */
			mip_time replay_end;         /* nonces of its Binding Updates are recognised until then */
			mip_time unreachable_since;  /* first of the current row of ICMPv6 errors */
			struct in6 verified_address; /* the last verified care-of address, of the running spot checks */
			struct lifetime_credit lifetime_credit;
			struct credit credit;        /* of the mobile node, whatever its care-of address (unverified.c) */
		} correspondent;
		struct {
			struct home_request *request;  /* while PROBING */
			bool link_local;               /* L flag: its link-local address is defended, too (RFC 6275 10.3.1) */
		} home;
	};
};

struct binding_cache {
	struct binding **buckets;        /* NULL until the first entry */
	uint32_t bucket_count;           /* a power of two */
	uint32_t count[BINDING_STATES];
	timer_fire *fire;                /* of every entry's timer */
	uint16_t entry_octets;           /* of every entry: without what a home agent's does not need */
};

static inline struct binding *binding_of_timer(struct timer *t)
{
	return mip_container_of(t, struct binding, timer);
}

static inline bool binding_in_use(const struct binding *b)
{
	return b->state == BINDING_REGULAR || b->state == BINDING_TENTATIVE;
}

static inline uint32_t binding_cache_in_use(const struct binding_cache *c)
{
	return c->count[BINDING_REGULAR] + c->count[BINDING_TENTATIVE];
}

/* What the limit on entries is about: those in use, and those that may come to be. */
static inline uint32_t binding_cache_taken(const struct binding_cache *c)
{
	return binding_cache_in_use(c) + c->count[BINDING_PROBING];
}

void binding_cache_init(struct binding_cache *c, timer_fire *fire);
/* A home agent's: its entries have `home`, not `correspondent`. */
void binding_cache_init_home(struct binding_cache *c, timer_fire *fire);
/* Frees every entry, timers disarmed. */
void binding_cache_fini(struct binding_cache *c, struct node *n);
/* The entry in whatever state; NULL: none. */
struct binding *binding_cache_find(const struct binding_cache *c, const struct in6 *home_address);
/* Only one that packets are sent by. */
struct binding *binding_cache_find_in_use(const struct binding_cache *c, const struct in6 *home_address);
/* Do packets for `from`, sent by the bindings in use, end up at `to`, perhaps by way of others? (RFC 6275 6.1.7: such a care-of
 * address would lead in circles.) */
bool binding_cache_leads_to(const struct binding_cache *c, const struct in6 *from, const struct in6 *to);
/* A new, zeroed entry in that state, its timer not armed. There must be none for the address. */
struct binding *binding_cache_add(struct binding_cache *c, const struct in6 *home_address, enum binding_state state);
void binding_set_state(struct binding *b, enum binding_state state);
void binding_cache_remove(struct binding_cache *c, struct node *n, struct binding *b);
/* A correspondent's: removes all remembered entries but those that must be remembered for ever (replay_end MIP_NEVER). False:
 * there were none. */
bool binding_cache_forget_remembered(struct binding_cache *c, struct node *n);

/* RFC 6275 9.5.1: greater modulo 2^16. */
static inline bool sequence_is_newer(uint16_t sequence, uint16_t than)
{
	return (int16_t)(uint16_t)(sequence - than) > 0;
}

#endif
