// SPDX-License-Identifier: GPL-3.0-or-later
/* Tokens from preconfigured keys, see preconfigured.h (RFC 4449 section 2). */
#include "models/mip6/preconfigured.h"

#include "models/mip6/message.h"

struct shared {
	uint8_t key[RR_NODE_KEY], home_nonce[RR_NONCE], care_of_nonce[RR_NONCE];
};

static uint64_t mix(uint64_t id, const struct in6 *a)
{
	for (unsigned half = 0; half < 2; half++) {
		id = (id ^ load_be64(a->octets + 8 * half)) * UINT64_C(0x9e3779b97f4a7c15);
		id ^= id >> 29;
	}
	return id;
}

static void shared_of(const struct node *n, const struct in6 *home_address, const struct in6 *correspondent, struct shared *s)
{
	struct random_stream stream = { .id = random_stream_id(mix(mix(0, home_address), correspondent), RANDOM_SECRET) };

	random_octets(&n->env->random_key, &stream, (uint8_t *)s, sizeof *s);
}

static void token_of(const struct shared *s, const struct in6 *address, enum rr_token_kind kind, uint8_t token[RR_TOKEN])
{
	struct rr_node_key *k = rr_node_key_new(s->key);

	rr_token(k, address, kind == RR_HOME ? s->home_nonce : s->care_of_nonce, kind, token);
	rr_node_key_free(k);
}

void preconfigured_home_token(const struct node *n, const struct in6 *home_address, const struct in6 *correspondent,
                              uint8_t token[RR_TOKEN])
{
	struct shared s;

	shared_of(n, home_address, correspondent, &s);
	token_of(&s, home_address, RR_HOME, token);
}

void preconfigured_care_of_token(const struct node *n, const struct in6 *home_address, const struct in6 *correspondent,
                                 const struct in6 *care_of_address, uint8_t token[RR_TOKEN])
{
	struct shared s;

	shared_of(n, home_address, correspondent, &s);
	token_of(&s, care_of_address, RR_CARE_OF, token);
}

void preconfigured_observe(struct node *n, mip_time now, const struct in6 *home_address, const struct in6 *correspondent)
{
	struct shared s;

	if (!n->env->observer || !n->env->observer->wants_secrets)
		return;
	shared_of(n, home_address, correspondent, &s);
	mip6_observe_secret(n, now, SECRET_PRECONFIGURED, home_address, 0, (const uint8_t *)&s, sizeof s);
}
