// SPDX-License-Identifier: GPL-3.0-or-later
/* Node key and nonces of a correspondent (RFC 6275 5.2.1, 5.2.2). */
#include "models/mip6/nonce.h"
#include "models/mip6/message.h"

void nonces_init(struct nonces *s, struct node *n, mip_time now)
{
	uint8_t key[RR_NODE_KEY];

	memset(s, 0, sizeof *s);
	s->lifetime = n->conf->nonce_lifetime;
	node_random_octets(n, RANDOM_SECRET, key, sizeof key);
	s->key = rr_node_key_new(key);
	mip6_observe_secret(n, now, SECRET_NODE_KEY, &in6_unspecified, 0, key, sizeof key);
}

void nonces_fini(struct nonces *s)
{
	rr_node_key_free(s->key);
	s->key = NULL;
}

const struct nonce *nonces_current(struct nonces *s, struct node *n, mip_time now)
{
	struct nonce *x = &s->kept[s->newest];

	if (x->index && now - x->first_used < s->lifetime / NONCES_KEPT)
		return x;
	s->newest = (uint8_t)((s->newest + 1) % NONCES_KEPT);
	s->last_index++;
	if (!s->last_index)
		s->last_index = 1;
	x = &s->kept[s->newest];
	node_random_octets(n, RANDOM_SECRET, x->octets, sizeof x->octets);
	x->first_used = now;
	x->index = s->last_index;
	mip6_observe_secret(n, now, SECRET_NONCE, &in6_unspecified, x->index, x->octets, sizeof x->octets);
	return x;
}

const struct nonce *nonces_find(const struct nonces *s, uint16_t index, mip_time now)
{
	if (!index)
		return NULL;
	for (unsigned i = 0; i < NONCES_KEPT; i++)
		if (s->kept[i].index == index)
			return now < nonce_end(s, &s->kept[i]) ? &s->kept[i] : NULL;
	return NULL;
}

void nonces_forget(struct nonces *s)
{
	memset(s->kept, 0, sizeof s->kept);
}
