// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A correspondent's secrets for return routability (RFC 6275 5.2.1, 5.2.2, 5.2.5): the node key and the last few nonces, made
 * on demand. A nonce is handed out for an eighth of its lifetime after its first use and eight are kept, so that with a lifetime
 * of MAX_NONCE_LIFETIME every one is accepted for at least MAX_TOKEN_LIFETIME after any token was made with it.
 *
 * The node key stays the same for the life of the node: 5.2.1 leaves a change optional, and one keyed state costs an idle
 * correspondent less than eight. Left out: a new node key together with each nonce (5.2.7).
 */
#ifndef MODELS_MIP6_NONCE_H
#define MODELS_MIP6_NONCE_H

#include "models/crypto/rr.h"
#include "models/mip6/mip6.h"
#include "models/node.h"

#define NONCES_KEPT 8

struct nonce {
	uint8_t octets[RR_NONCE];
	mip_time first_used;
	uint16_t index;                  /* 0: no nonce here; never given out, as RFC 4866 reserves it */
};

struct nonces {
	struct rr_node_key *key;
	struct nonce kept[NONCES_KEPT];  /* a ring */
	uint8_t newest;                  /* place in it */
	mip_time lifetime;               /* n->conf->nonce_lifetime */
	uint16_t last_index;             /* never goes back, so that an index that was forgotten is not soon met again */
};

/* Draws the node key. The first nonce is made by the first nonces_current. */
void nonces_init(struct nonces *s, struct node *n, mip_time now);
void nonces_fini(struct nonces *s);
/* The nonce to make tokens with now. Valid until the next call. */
const struct nonce *nonces_current(struct nonces *s, struct node *n, mip_time now);
/* The nonce of an index in a Binding Update; NULL: not recognised (any more). */
const struct nonce *nonces_find(const struct nonces *s, uint16_t index, mip_time now);
/* From when on nonces_find will not return it any more. */
static inline mip_time nonce_end(const struct nonces *s, const struct nonce *x)
{
	return x->first_used + s->lifetime + 1;
}
/* Recognises none of them any more (RFC 6275 5.2.8: the way out when memory is short). */
void nonces_forget(struct nonces *s);

#endif
