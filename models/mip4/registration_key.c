// SPDX-License-Identifier: GPL-3.0-or-later
/* See registration_key.h: what the three roles have in common. */
#include "models/mip4/registration_key.h"

void registration_key_random(void *node, size_t octets, uint8_t *out)
{
	node_random_octets(node, RANDOM_SECRET, out, octets);
}

uint32_t registration_key_new_spi(struct node *n)
{
	uint32_t spi;

	/* 0 to 255 are reserved; what stands for configured keys stays theirs. */
	do
		spi = (uint32_t)node_random_u64(n, RANDOM_SECRET);
	while (spi <= SPI_FA_HA);
	return spi;
}

struct key_pair *registration_key_pair(struct node *n, mip_time now, struct key_pair **pair)
{
	uint8_t public[PUBLIC_KEY_WIRE], private[PUBLIC_KEY_OCTETS];
	size_t octets;

	if (*pair)
		return *pair;
	*pair = key_pair_new(n->conf->mip4.keys.rsa_bits, registration_key_random, n);
	octets = key_pair_public(*pair, public);
	mip4_observe_secret(n, now, SECRET_RSA_MODULUS, 0, 0, public + 4, octets - 4);
	mip4_observe_secret(n, now, SECRET_RSA_PRIVATE, 0, 0, private, key_pair_private(*pair, private));
	return *pair;
}

void registration_key_mask(const uint8_t secret[MIP4_KEY], const uint8_t *reply, const uint8_t in[MIP4_KEY], uint8_t out[MIP4_KEY])
{
	uint8_t mask[MIP4_KEY];

	mip4_key_mask(secret, reply, MIP4_REPLY_OCTETS, mask);
	for (unsigned i = 0; i < MIP4_KEY; i++)
		out[i] = in[i] ^ mask[i];
}

static const struct mip4_extension *find_side(const struct mip4_message *m, enum mip4_extension_type type, bool inside)
{
	const struct mip4_extension *auth = mip4_extension_find(m, EXTENSION4_MN_HA);

	for (unsigned i = 0; auth && i < m->extension_count; i++)
		if (m->extensions[i].type == type && (m->extensions[i].offset < auth->offset) == inside)
			return &m->extensions[i];
	return NULL;
}

const struct mip4_extension *registration_key_inside(const struct mip4_message *m, enum mip4_extension_type type)
{
	return find_side(m, type, true);
}

const struct mip4_extension *registration_key_outside(const struct mip4_message *m, enum mip4_extension_type type)
{
	return find_side(m, type, false);
}

const uint8_t *mip4_pair_key(const struct mip4_pair_keys *with, in4 foreign, in4 home)
{
	for (uint32_t i = 0; with && i < with->count; i++)
		if (with->pairs[i].foreign == foreign && with->pairs[i].home == home)
			return with->pairs[i].key;
	return NULL;
}

void mip4_observe_secret(struct node *n, mip_time now, enum secret_kind kind, in4 peer, uint32_t index, const uint8_t *octets, size_t length)
{
	if (n->env->observer && n->env->observer->wants_secrets)
		node_observe(n, now, (struct observation){ .kind = OBSERVE_SECRET, .value = kind, .peer = in6_of_in4(peer), .index = index,
		                                           .data = octets, .data_length = length });
}
