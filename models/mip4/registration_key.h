// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Registration keys (the MIPv4-RO document, sections 6 to 9): how a mobile node and a foreign agent that share nothing come to a key with
 * which the mobile node can later prove to it, as its previous agent, where it has gone. What a node has decides the way, as in section 9:
 *
 *   mobile node (9.1)     a configured key: nothing asked; own public key: 114; Diffie-Hellman: 116 with group and value; else 116 empty
 *   foreign agent (9.4)   key shared with the home agent: 113, and 34 around it; own public key: 115; the mobile node's public key: 122;
 *                         Diffie-Hellman: 124; else nothing
 *   home agent (9.3)      122 or 124 in the request: copied; 113: 120, 121 and 125; 115: 120 and 123; else nothing
 *
 * What the mobile node asks stands before its authentication extension (32), what the agent adds behind it, and all of the reply before it
 * (9.3), so that the home agent's authenticator vouches for both ends. No key is no reason to refuse a registration.
 *
 * Choices where the document leaves one: a key travels to who shares a secret as key XOR MD5(secret, fixed part of the reply, secret)
 * (regkey-00); RSA pads by block type 2; of Diffie-Hellman's secret the key is MD5; who chooses a key chooses its SPI, at random, but for
 * 115, where the foreign agent does. A foreign agent that offered 122 or 124 believes the reply only if it brings these back unchanged.
 *
 * DEVIATION: 9.4 step 4 says that the foreign agent appends the Foreign Agent Public Key Reply; 8.3 and its figure show that the Mobile Node
 * Public Key Reply (122) is meant.
 * DEVIATION: section 8.1 has the SPI extension "when needed"; it always accompanies 121, because nothing else names the SPI there.
 * Left out: nodes with a co-located care-of address ask for no key, since no agent would send on for them.
 * Weak by design: with 115 and 124 the foreign agent shares no secret with anyone, so who forges a reply to it can have it hold a key of
 * theirs; the mobile node's key is safe in all cases, for the home agent's authenticator covers it.
 */
#ifndef MODELS_MIP4_REGISTRATION_KEY_H
#define MODELS_MIP4_REGISTRATION_KEY_H

#include "models/crypto/public_key.h"
#include "models/mip4/message4.h"
#include "models/mip4/processor.h"
#include "models/wire/mip4_keys.h"

struct registration_key {
	uint8_t key[MIP4_KEY];
	uint32_t spi;
	mip_time from, until;            /* until 0: none */
};
static inline bool registration_key_holds(const struct registration_key *k, mip_time now)
{
	return now >= k->from && now < k->until;
}

/* A node's key pair, made when it is first wanted; *pair is NULL before. */
struct key_pair *registration_key_pair(struct node *n, mip_time now, struct key_pair **pair);
void registration_key_random(void *node, size_t octets, uint8_t *out);
uint32_t registration_key_new_spi(struct node *n);
/* key XOR MD5(secret, reply, secret), its own inverse; reply: the message, of which the fixed part counts. */
void registration_key_mask(const uint8_t secret[MIP4_KEY], const uint8_t *reply, const uint8_t in[MIP4_KEY], uint8_t out[MIP4_KEY]);
/* The first extension of a type on one side of the mobile node's authentication extension; NULL: none. */
const struct mip4_extension *registration_key_inside(const struct mip4_message *m, enum mip4_extension_type type);
const struct mip4_extension *registration_key_outside(const struct mip4_message *m, enum mip4_extension_type type);
/* NULL: nothing shared between them. */
const uint8_t *mip4_pair_key(const struct mip4_pair_keys *with, in4 foreign, in4 home);
void mip4_observe_secret(struct node *n, mip_time now, enum secret_kind kind, in4 peer, uint32_t index, const uint8_t *octets, size_t length);

/* ---- mobile node (registration_key_mobile.c) -------------------------------------------------------------------------------- */

struct mobile_keys {
	struct processor processor;
	struct key_pair *pair;
	struct mobile_exchange *exchange; /* NULL: no value has been computed */
	bool asked;                      /* in the request that is unanswered */
	mip_time asked_at;               /* when the key was first wanted */
	struct registration_key key;     /* shared with */
	in4 agent;                       /* care-of address */
	bool left;                       /* ... which we have left since: good for telling it where we are, not for another stay */
};

void mobile_keys_init(struct mobile_keys *k, struct node *n);
void mobile_keys_fini(struct mobile_keys *k);
/*
 * Before a request to the agent at `agent`, whose advertisement has `flags`, for a registration until then: is a key wanted, and when can the
 * request leave? Later than now: a value is being computed.
 */
mip_time mobile_keys_ready(struct mobile_keys *k, mip_time now, in4 agent, uint16_t flags, mip_time until);
/* Appends what asks for the key, if mobile_keys_ready found that one is wanted and said now. */
void mobile_keys_ask(struct mobile_keys *k, mip_time now, struct wr *w);
/* An accepted, authentic reply; secret: shared with the home agent; until: the end of the registration. */
void mobile_keys_reply(struct mobile_keys *k, mip_time now, in4 agent, const struct mip4_message *m, const uint8_t *payload,
                       const uint8_t secret[MIP4_KEY], mip_time until);
/* NULL: no key with that agent. */
const struct registration_key *mobile_keys_find(const struct mobile_keys *k, mip_time now, in4 agent);
/* We leave the agent. */
void mobile_keys_leave(struct mobile_keys *k);
/* The agent has lost it. */
void mobile_keys_forget(struct mobile_keys *k);

/* ---- foreign agent (registration_key_foreign.c) -------------------------------------------------------------------------------- */

struct foreign_keys {
	struct processor processor;
	struct key_pair *pair;
	const struct mip4_pair_keys *with; /* home agents; borrowed, NULL: none */
};
struct visitor_keys;                       /* of one visitor; NULL: none */
/* What may be added to a request. */
#define FOREIGN_KEYS_ROOM (7 + PUBLIC_KEY_WIRE)

void foreign_keys_init(struct foreign_keys *f, struct node *n);
void foreign_keys_fini(struct foreign_keys *f);
void visitor_keys_free(struct visitor_keys *v);
/*
 * Appends to a request, behind the mobile node's authentication extension, what answers its wish for a key; shared: with the home agent, NULL:
 * nothing. Returns when the request may leave.
 */
mip_time foreign_keys_offer(struct foreign_keys *f, mip_time now, struct visitor_keys **v, const uint8_t *shared, const struct mip4_message *m,
                            const uint8_t *payload, struct wr *w);
/* An accepted reply; until: the end of the registration; again: this is no renewal, a key of an earlier stay is worth nothing. */
void foreign_keys_install(struct foreign_keys *f, mip_time now, struct visitor_keys *v, const uint8_t *shared,
                          const struct mip4_message *m, const uint8_t *payload, mip_time until, bool again);
/* Is there a key? */
bool visitor_keys_any(const struct visitor_keys *v, mip_time now);
/* The key of a visitor for an SPI; NULL: none, or no longer, or not yet. */
const uint8_t *visitor_keys_find(const struct visitor_keys *v, mip_time now, uint32_t spi);

/* ---- home agent (registration_key_home.c) --------------------------------------------------------------------------------------- */

struct home_keys {
	struct processor processor;
	const struct mip4_pair_keys *with; /* foreign agents; borrowed, NULL: none */
};

void home_keys_init(struct home_keys *h, struct node *n);
void home_keys_fini(struct home_keys *h);
/* Appends to the fixed part of an accepting reply, in w, what the request asks for. secret: shared with the mobile node; shared: with the foreign
 * agent, whose extension has been found good, NULL: nothing. Returns when the reply may leave. */
mip_time home_keys_supply(struct home_keys *h, mip_time now, const uint8_t *shared, const struct mip4_message *request,
                          const uint8_t *payload, const uint8_t secret[MIP4_KEY], struct wr *w);

#endif
