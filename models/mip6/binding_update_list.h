// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The binding update list of a mobile node (RFC 6275 11.1): what was sent to the home agent and to each correspondent, and what
 * is held for return routability. Data and small operations on it; who sends what is in mobile_node*.c.
 */
#ifndef MODELS_MIP6_BINDING_UPDATE_LIST_H
#define MODELS_MIP6_BINDING_UPDATE_LIST_H

#include "models/crypto/rr.h"
#include "models/mip6/lifetime_credit.h"
#include "models/mip6/mip6.h"
#include "models/mip6/registration.h"
#include "models/timer.h"
#include "models/wire/mh.h"
#include "models/wire/spot_check.h"

#define BINDING_UPDATE_LIST_LIMIT 64 /* correspondents; with a full list further ones stay in the tunnel */

/* ---- a request that is repeated until it is answered (RFC 6275 11.8) --------------------------------------------------- */

struct exchange {
	mip_time due;                        /* the next transmission is due, or the last one is given up; MIP_NEVER: not running */
	mip_time interval;                   /* timeout of the next transmission */
	mip_time recent[MAX_UPDATE_RATE];    /* the latest transmissions ever; `oldest` is the next to be forgotten */
	uint8_t oldest;
	uint8_t attempts;                    /* transmissions since it was started */
};

void exchange_init(struct exchange *x);
/* Due at once; `timeout` follows the first transmission. Restarting a running one starts its back-off anew. */
void exchange_start(struct exchange *x, mip_time now, mip_time timeout);
static inline void exchange_stop(struct exchange *x)
{
	x->due = MIP_NEVER;
}
static inline bool exchange_running(const struct exchange *x)
{
	return x->due != MIP_NEVER;
}
/* May a transmission leave now? If MAX_UPDATE_RATE of them left within the last second: no, and `due` is when it may. */
bool exchange_allowed(struct exchange *x, mip_time now);
/* A transmission has left: counts it, doubles the timeout up to MAX_BINDACK_TIMEOUT. */
void exchange_sent(struct exchange *x, mip_time now);
/* When the last one left, if any did. */
static inline mip_time exchange_last_sent(const struct exchange *x)
{
	return x->recent[(x->oldest + MAX_UPDATE_RATE - 1) % MAX_UPDATE_RATE];
}
/* Is it due, and were all transmissions it may have made? */
bool exchange_failed(const struct exchange *x, mip_time now, unsigned attempts);

/* ---- sequence numbers (RFC 6275 9.5.1) ---------------------------------------------------------------------------------- */

/* Is `sequence` one of first .. last, modulo 2^16? */
static inline bool sequence_within(uint16_t sequence, uint16_t first, uint16_t last)
{
	return (uint16_t)(sequence - first) <= (uint16_t)(last - first);
}

/* ---- the home agent's entry ---------------------------------------------------------------------------------------------- */

struct home_registration {
	struct exchange update;
	mip_time sent_at;                    /* first transmission of the registration under way: its lifetime counts from here */
	mip_time expires, refresh_at;        /* of the binding; MIP_NEVER when there is none */
	uint16_t sequence, first_sequence;   /* last sent; first of the registration under way */
	bool sent;                           /* a BU for the current care-of address has left */
	bool acknowledged;                   /* ... and was accepted */
	bool bound;                          /* the home agent holds a binding of ours, to our knowledge */
	bool touched;                        /* it may hold one: some BU has left since it surely held none */
	uint16_t lifetime;                   /* asked for last, units of 4 s */
	bool link_local_asked, link_local;   /* L flag in the last update; the home agent defends our link-local address */
	bool impossible;                     /* the home agent does not know Mobility Headers */
	bool rejected;                       /* it refused: no more tries until the next movement */
};

/* ---- a correspondent's entry -------------------------------------------------------------------------------------------- */

struct mobile_node;

/* A care-of test from the next care-of address, ahead of the movement (mobile_node_two_links.c). */
struct care_of_test_ahead {
	struct exchange test;
	struct in6 address;
	mip_time token_at;                   /* MIP_NEVER: not answered */
	uint8_t cookie[MH_COOKIE], token[RR_TOKEN];
	uint16_t nonce_index;
};

enum binding_goal {
	GOAL_NONE,                  /* nothing wanted; the entry is kept for what is known of the peer */
	GOAL_REGISTER,
	GOAL_DELETE
};

struct binding_update {
	struct binding_update *next;
	struct mobile_node *owner;
	struct timer timer;                  /* the earliest of all times below */
	struct in6 peer;                     /* its (home) address */
	enum binding_goal goal;

	/* known of the peer, kept for good */
	bool no_mobile_ipv6;                 /* no route optimization with it (RFC 6275 11.3.5) */
	bool early_unknown;                  /* it knows no Early Binding Update */
	bool no_lifetime_credit;             /* it knows no binding lifetime extension */
	uint16_t sequence;                   /* last sent */

	/* return routability */
	struct exchange home_test, care_of_test, update;
	struct exchange early_update;        /* with requests to divert; never repeated: counts transmissions for the rate limit only */
	mip_time started;                    /* the registration or refresh under way, or the last */
	mip_time home_token_at, care_of_token_at; /* MIP_NEVER: none held */
	mip_time home_token_until;           /* it may be used before then */
	mip_time next_home_test;             /* proactive; MIP_NEVER: none planned */
	mip_time retry_at;                   /* after a fallback: no new try before; 0 otherwise */
	uint8_t home_cookie[MH_COOKIE], care_of_cookie[MH_COOKIE];
	uint8_t home_token[RR_TOKEN], care_of_token[RR_TOKEN];
	uint16_t home_nonce_index, care_of_nonce_index;
	struct care_of_test_ahead *ahead;    /* NULL: none */
	bool care_of_ahead;                  /* the care-of token was got ahead of this movement */
	uint8_t refusals;                    /* in this registration */
	bool test_again;                     /* a home test was under way when the tunnel moved, or came due without one */

	/* registrations under way */
	enum registration_progress early, progress, divert;
	uint16_t early_sequence, first_sequence;
	mip_time early_sent_at, sent_at;
	mip_time early_until;                /* end of the tentative lifetime asked for or granted */
	mip_time lifetime;                   /* asked for by the Binding Update */
	uint8_t early_key[RR_BINDING_KEY], key[RR_BINDING_KEY];

	struct lifetime_credit lifetime_credit; /* as of the last acknowledgement */
	struct spot_checks answers;          /* asked by the peer, not answered yet; the oldest first */

	/* the binding */
	bool registered;                     /* acknowledged for the current care-of address */
	bool direct;                         /* data may go directly until direct_until */
	bool direct_observed;
	bool used;                           /* data went directly, either way, since the last registration */
	bool lapsing;                        /* was not used, so not refreshed */
	mip_time direct_until;               /* end of the lifetime that `direct` rests on */
	mip_time expires, refresh_at;
	mip_time held_until;                 /* until then the peer may hold some binding of ours: to be deleted when we return home */
};

struct binding_update_list {
	struct binding_update *head;         /* in the order of creation */
	uint16_t count;
};

/* NULL: no entry. */
struct binding_update *binding_update_find(const struct binding_update_list *l, const struct in6 *peer);
/* A new entry at the end; NULL: the list is full and every entry is wanted (an entry that is only remembered gives way, oldest
 * first). The caller sets owner, timer.fire and sequence. timers: the node's. */
struct binding_update *binding_update_add(struct binding_update_list *l, struct timer_heap *timers, const struct in6 *peer);
void binding_update_remove(struct binding_update_list *l, struct timer_heap *timers, struct binding_update *b);
void binding_update_list_clear(struct binding_update_list *l, struct timer_heap *timers);
/* Stops tests and updates and forgets how far they came, and the care-of token; the home token and what is known of the peer
 * stay. */
void binding_update_abandon(struct binding_update *b);
void binding_update_forget_ahead(struct binding_update *b);
/* The movement has come: what was got ahead for this care-of address is held now. */
void binding_update_take_ahead(struct binding_update *b, const struct in6 *care_of_address);
/* When the entry's timer has to fire. */
mip_time binding_update_deadline(const struct binding_update *b);

#endif
