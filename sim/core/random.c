// SPDX-License-Identifier: GPL-3.0-or-later
/* Unlike a model's draw, a draw here is one 32-bit word and a block gives four: GSL counts nothing. */
#include "sim/core/random.h"

struct generator {
	struct random_key key;
	uint64_t id, blocks;
	uint32_t word[4];
	uint32_t left;          /* of word, unused */
};

static void generator_key(struct generator *g, struct random_key key, uint64_t id)
{
	*g = (struct generator){ .key = key, .id = id };
}

static void generator_set(void *state, unsigned long seed)
{
	generator_key(state, random_key_of(seed, 0), 0);
}

static unsigned long generator_get(void *state)
{
	struct generator *g = state;

	if (!g->left) {
		const uint32_t counter[4] = { (uint32_t)g->blocks, (uint32_t)(g->blocks >> 32), (uint32_t)g->id,
			(uint32_t)(g->id >> 32) };

		random_block(counter, &g->key, g->word);
		g->blocks++;
		g->left = 4;
	}
	return g->word[4 - g->left--];
}

/* In [0, 1), a multiple of 2^-53. */
static double generator_get_double(void *state)
{
	uint64_t high = generator_get(state) >> 5, low = generator_get(state) >> 6;

	return (double)(high << 26 | low) * 0x1p-53;
}

static const gsl_rng_type type = {
	.name = "philox4x32-10",
	.max = 0xffffffffu,
	.min = 0,
	.size = sizeof(struct generator),
	.set = generator_set,
	.get = generator_get,
	.get_double = generator_get_double,
};

const gsl_rng_type *const random_gsl_type = &type;

gsl_rng *random_gsl_new(uint64_t seed, uint32_t replication, const char *name, enum random_purpose purpose)
{
	gsl_rng *r = gsl_rng_alloc(random_gsl_type);

	generator_key(gsl_rng_state(r), random_key_of(seed, replication), random_stream_id(random_name_id(name), purpose));
	return r;
}
