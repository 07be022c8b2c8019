// SPDX-License-Identifier: GPL-3.0-or-later
/* Philox against the published vectors and Random123's own code; the draws made from it; the generator for GSL. */
#include "models/random.h"

#include <glib.h>
#include <math.h>
#include <Random123/philox.h>

#include "sim/core/random.h"

/* ---- the block function ------------------------------------------------------------------------------------------- */

/* Lines "philox4x32 10" of Random123's kat_vectors. */
static const struct vector {
	uint32_t counter[4];
	struct random_key key;
	uint32_t out[4];
} vectors[] = {
	{ { 0, 0, 0, 0 }, { { 0, 0 } }, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
	{ { 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff }, { { 0xffffffff, 0xffffffff } },
		{ 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
	{ { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 }, { { 0xa4093822, 0x299f31d0 } },
		{ 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
};

static void test_vectors(void)
{
	uint32_t out[4];
	unsigned i;

	for (i = 0; i < G_N_ELEMENTS(vectors); i++) {
		random_block(vectors[i].counter, &vectors[i].key, out);
		g_assert_cmpmem(out, sizeof out, vectors[i].out, sizeof vectors[i].out);
	}
}

static void test_random123(void)
{
	unsigned i, j;

	for (i = 0; i < 10000; i++) {
		philox4x32_ctr_t counter, want;
		philox4x32_key_t key;
		struct random_key k;
		uint32_t out[4];

		for (j = 0; j < 4; j++)
			counter.v[j] = g_test_rand_int();
		for (j = 0; j < 2; j++)
			k.word[j] = key.v[j] = g_test_rand_int();
		want = philox4x32_R(10, counter, key);
		random_block(counter.v, &k, out);
		g_assert_cmpmem(out, sizeof out, want.v, sizeof want.v);
	}
}

/* ---- keys and streams --------------------------------------------------------------------------------------------- */

static int compare_u64(const void *a, const void *b)
{
	uint64_t x, y;

	memcpy(&x, a, 8);
	memcpy(&y, b, 8);
	return (x > y) - (x < y);
}

static void assert_distinct(uint64_t *values, unsigned count)
{
	unsigned i;

	qsort(values, count, sizeof *values, compare_u64);
	for (i = 1; i < count; i++)
		g_assert_cmpuint(values[i - 1], !=, values[i]);
}

static void test_keys_differ(void)
{
	enum { N = 300 };
	static uint64_t keys[N * N];
	unsigned seed, replication;

	for (seed = 0; seed < N; seed++)
		for (replication = 0; replication < N; replication++) {
			struct random_key k = random_key_of(seed, replication);

			keys[seed * N + replication] = (uint64_t)k.word[1] << 32 | k.word[0];
		}
	assert_distinct(keys, N * N);
}

static void test_streams_differ(void)
{
	enum { N = 20000 };
	static uint64_t ids[N * RANDOM_PURPOSES];
	unsigned i, purpose;
	char name[16];

	for (i = 0; i < N; i++)
		for (purpose = 0; purpose < RANDOM_PURPOSES; purpose++) {
			g_snprintf(name, sizeof name, "mn%u", i);
			ids[i * RANDOM_PURPOSES + purpose] = random_stream_id(random_name_id(name), purpose);
		}
	assert_distinct(ids, N * RANDOM_PURPOSES);
}

/* What runs of the past drew, so that their seeds keep their meaning. */
static void test_draws_stay(void)
{
	struct random_key key = random_key_of(1, 2);
	struct random_stream s = { .id = random_stream_id(random_name_id("mn"), RANDOM_SECRET) };
	uint8_t octets[11];

	g_assert_cmphex(random_u64(&key, &s), ==, 0x35a3e2c8485f2c00);
	g_assert_cmpint(random_between(&key, &s, -1000000, 1000000), ==, -920443);
	g_assert_cmphex(random_exponential_q32(&key, &s), ==, 0x891dbaeb);
	random_octets(&key, &s, octets, sizeof octets);
	g_assert_cmphex(load_be64(octets), ==, 0x17a7386d565ba249);
	g_assert_cmphex(load_be32(octets + 7), ==, 0x49bd7856);
	g_assert_cmpuint(s.drawn, ==, 5);
}

/* ---- draws -------------------------------------------------------------------------------------------------------- */

static void test_between(void)
{
	static const struct range {
		int64_t low, high;
	} ranges[] = { { 0, 0 }, { -1, 1 }, { 0, 9 }, { INT64_MIN, INT64_MAX }, { INT64_MAX, INT64_MAX }, { INT64_MIN, -1 } };
	struct random_key key = random_key_of(g_test_rand_int(), 0);
	struct random_stream s = { .id = 1 };
	unsigned counts[10] = { 0 }, i, j, negative = 0;

	for (i = 0; i < G_N_ELEMENTS(ranges); i++)
		for (j = 0; j < 200; j++) {
			int64_t v = random_between(&key, &s, ranges[i].low, ranges[i].high);

			g_assert_cmpint(v, >=, ranges[i].low);
			g_assert_cmpint(v, <=, ranges[i].high);
			negative += ranges[i].low == INT64_MIN && ranges[i].high == INT64_MAX && v < 0;
		}
	/* One draw each, whatever the range. */
	g_assert_cmpuint(s.drawn, ==, G_N_ELEMENTS(ranges) * 200);
	g_assert_cmpuint(negative, >, 50);
	g_assert_cmpuint(negative, <, 150);
	for (i = 0; i < 100000; i++)
		counts[random_between(&key, &s, 0, 9)]++;
	/* 10000 expected each, standard deviation 95; six of them. */
	for (i = 0; i < 10; i++) {
		g_assert_cmpuint(counts[i], >, 9430);
		g_assert_cmpuint(counts[i], <, 10570);
	}
}

static void test_chance(void)
{
	enum { N = 100000 };
	struct random_key key = random_key_of(g_test_rand_int(), 0);
	struct random_stream s = { .id = 1 };
	unsigned i, hits = 0, agree = 0;

	for (i = 0; i < N; i++) {
		bool hit = random_chance_at(&key, &s, i, 1u << 30);

		g_assert_false(random_chance_at(&key, &s, i, 0));
		g_assert_true(random_chance_at(&key, &s, i, 1u << 30) == hit);
		hits += hit;
		/* Nothing to do with the draws in sequence of the same stream. */
		agree += hit == ((uint32_t)random_u64(&key, &s) < 1u << 30 && s.drawn == i + 1);
	}
	/* 25000 expected, standard deviation 137; and 62500, 153. */
	g_assert_cmpuint(hits, >, 24100);
	g_assert_cmpuint(hits, <, 25900);
	g_assert_cmpuint(agree, >, 61500);
	g_assert_cmpuint(agree, <, 63500);
}

static void test_octets(void)
{
	struct random_key key = random_key_of(1, 1);
	struct random_stream s = { .id = 7 }, t = { .id = 7 };
	uint8_t octets[24];
	uint64_t first = random_u64(&key, &t), second = random_u64(&key, &t);
	unsigned i;

	memset(octets, 0xee, sizeof octets);
	random_octets(&key, &s, octets, 0);
	g_assert_cmpuint(octets[0], ==, 0xee);
	g_assert_cmpuint(s.drawn, ==, 0);
	random_octets(&key, &s, octets, 13);
	g_assert_cmpuint(s.drawn, ==, 2);
	for (i = 0; i < 8; i++)
		g_assert_cmpuint(octets[i], ==, (uint8_t)(first >> 8 * i));
	for (; i < 13; i++)
		g_assert_cmpuint(octets[i], ==, (uint8_t)(second >> 8 * (i - 8)));
	g_assert_cmpuint(octets[13], ==, 0xee);
}

static void test_exponential(void)
{
	enum { N = 200000 };
	struct random_key key = random_key_of(g_test_rand_int(), 0);
	struct random_stream s = { .id = 3 }, t = { .id = 3 };
	double sum = 0;
	unsigned i;

	for (i = 0; i < N; i++) {
		uint64_t draw = random_u64(&key, &t);
		double got = ldexp((double)random_exponential_q32(&key, &s), -32);
		long double want = -logl(ldexpl((long double)draw + 1, -64));

		g_assert_cmpfloat(fabsl(got - want), <, ldexp(1, -31));
		sum += got;
	}
	g_assert_cmpuint(s.drawn, ==, N);
	/* Mean 1, standard deviation of the mean 0.0022. */
	g_assert_cmpfloat(fabs(sum / N - 1), <, 0.014);
}

/* ---- GSL ---------------------------------------------------------------------------------------------------------- */

static void test_gsl(void)
{
	struct random_key key = random_key_of(42, 0);
	const uint32_t counters[2][4] = { { 0, 0, 0, 0 }, { 1, 0, 0, 0 } };
	gsl_rng *r = gsl_rng_alloc(random_gsl_type), *copy;
	uint32_t out[8];
	unsigned i;
	double u;

	random_block(counters[0], &key, out);
	random_block(counters[1], &key, out + 4);
	gsl_rng_set(r, 42);
	g_assert_cmpstr(gsl_rng_name(r), ==, "philox4x32-10");
	g_assert_cmphex(gsl_rng_min(r), ==, 0);
	g_assert_cmphex(gsl_rng_max(r), ==, 0xffffffff);
	for (i = 0; i < 3; i++)
		g_assert_cmphex(gsl_rng_get(r), ==, out[i]);
	/* The state is all in the state. */
	copy = gsl_rng_clone(r);
	for (i = 3; i < 8; i++) {
		g_assert_cmphex(gsl_rng_get(r), ==, out[i]);
		g_assert_cmphex(gsl_rng_get(copy), ==, out[i]);
	}
	gsl_rng_set(r, 42);
	u = gsl_rng_uniform(r);
	g_assert_cmpfloat(u, ==, ldexp((double)((uint64_t)(out[0] >> 5) << 26 | out[1] >> 6), -53));
	gsl_rng_free(copy);
	gsl_rng_free(r);
}

static void test_gsl_stream(void)
{
	struct random_key key = random_key_of(5, 6);
	uint64_t id = random_stream_id(random_name_id("cn"), RANDOM_TRAFFIC);
	const uint32_t counter[4] = { 0, 0, (uint32_t)id, (uint32_t)(id >> 32) };
	gsl_rng *r = random_gsl_new(5, 6, "cn", RANDOM_TRAFFIC);
	uint32_t out[4];
	unsigned i;

	random_block(counter, &key, out);
	for (i = 0; i < 4; i++)
		g_assert_cmphex(gsl_rng_get(r), ==, out[i]);
	gsl_rng_free(r);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/random/philox-known-answers", test_vectors);
	g_test_add_func("/random/philox-agrees-with-random123", test_random123);
	g_test_add_func("/random/keys-of-seeds-and-replications-differ", test_keys_differ);
	g_test_add_func("/random/streams-of-names-and-purposes-differ", test_streams_differ);
	g_test_add_func("/random/draws-stay-what-they-were", test_draws_stay);
	g_test_add_func("/random/between-includes-both-ends", test_between);
	g_test_add_func("/random/chance-is-by-number", test_chance);
	g_test_add_func("/random/octets-low-first", test_octets);
	g_test_add_func("/random/exponential-agrees-with-logl", test_exponential);
	g_test_add_func("/random/gsl-generator-draws-the-blocks", test_gsl);
	g_test_add_func("/random/gsl-stream-by-name", test_gsl_stream);
	return g_test_run();
}
