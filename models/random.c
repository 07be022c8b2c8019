// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Philox4x32-10 (Salmon, Moraes, Dror, Shaw: "Parallel Random Numbers: As Easy as 1, 2, 3", SC'11) and draws from it.
 *
 * Of a block's four words a draw in sequence uses the first two, a draw by number (random_chance_at) the last, so that the two
 * kinds do not meet in one stream.
 */
#include "models/random.h"

#define ROUNDS 10
#define MULTIPLIER_0 0xd2511f53u
#define MULTIPLIER_1 0xcd9e8d57u
#define WEYL_0 0x9e3779b9u
#define WEYL_1 0xbb67ae85u

void random_block(const uint32_t counter[4], const struct random_key *key, uint32_t out[4])
{
	uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3];
	uint32_t k0 = key->word[0], k1 = key->word[1];
	unsigned round;

	for (round = 0; round < ROUNDS; round++) {
		uint64_t p0 = (uint64_t)MULTIPLIER_0 * c0, p1 = (uint64_t)MULTIPLIER_1 * c2;

		c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
		c1 = (uint32_t)p1;
		c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
		c3 = (uint32_t)p0;
		k0 += WEYL_0;
		k1 += WEYL_1;
	}
	out[0] = c0;
	out[1] = c1;
	out[2] = c2;
	out[3] = c3;
}

/* A bijection of 64 bits in which every input bit moves about half of the output bits (Stafford's variant 13 constants). */
static uint64_t mix(uint64_t x)
{
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

struct random_key random_key_of(uint64_t seed, uint32_t replication)
{
	/* For one seed, different replications give different keys for certain. */
	uint64_t k = mix(mix(seed + 0x9e3779b97f4a7c15u) + replication);

	return (struct random_key){ { (uint32_t)k, (uint32_t)(k >> 32) } };
}

uint64_t random_name_id(const char *name)
{
	uint64_t h = 0xcbf29ce484222325u; /* FNV-1a, 64 bits */

	for (; *name; name++)
		h = (h ^ (uint8_t)*name) * 0x100000001b3u;
	return mix(h);
}

uint64_t random_stream_id(uint64_t name_id, enum random_purpose purpose)
{
	return mix(name_id + ((uint64_t)purpose + 1) * 0x9e3779b97f4a7c15u);
}

static void stream_block(const struct random_key *key, const struct random_stream *s, uint64_t n, uint32_t out[4])
{
	const uint32_t counter[4] = { (uint32_t)n, (uint32_t)(n >> 32), (uint32_t)s->id, (uint32_t)(s->id >> 32) };

	random_block(counter, key, out);
}

uint64_t random_u64(const struct random_key *key, struct random_stream *s)
{
	uint32_t word[4];

	stream_block(key, s, s->drawn++, word);
	return (uint64_t)word[1] << 32 | word[0];
}

/* The upper 64 bits of the product. */
static uint64_t multiply_high(uint64_t a, uint64_t b)
{
	return (uint64_t)((unsigned __int128)a * b >> 64);
}

int64_t random_between(const struct random_key *key, struct random_stream *s, int64_t low, int64_t high)
{
	uint64_t size = (uint64_t)high - (uint64_t)low + 1; /* 0: all 2^64 values */
	uint64_t draw;

	mip_assert(low <= high);
	draw = random_u64(key, s);
	return (int64_t)((uint64_t)low + (size ? multiply_high(draw, size) : draw));
}

bool random_chance_at(const struct random_key *key, const struct random_stream *s, uint64_t n, uint32_t threshold)
{
	uint32_t word[4];

	if (!threshold)
		return false;
	stream_block(key, s, n, word);
	return word[3] < threshold;
}

void random_octets(const struct random_key *key, struct random_stream *s, uint8_t *out, size_t n)
{
	while (n) {
		uint64_t draw = random_u64(key, s);
		size_t i, part = n < 8 ? n : 8;

		/* Lowest octet first on every machine. */
		for (i = 0; i < part; i++)
			out[i] = (uint8_t)(draw >> 8 * i);
		out += part;
		n -= part;
	}
}

#define LN2_Q63 0x58b90bfbe8e7bcd6u
#define SQRT2_Q63 0xb504f333f9de6484u

/*
 * -ln(v / 2^64) for 1 <= v <= 2^64 - 1, in units of 2^-32. v = m 2^e with m in [1/sqrt 2, sqrt 2), and
 * ln m = 2 artanh z = 2 (z + z^3/3 + z^5/5 ...) with z = (m - 1) / (m + 1), |z| < 0.1716. Terms up to z^15 leave an error below
 * 2^-45; the quotient's is below 2^-33.
 */
static uint64_t minus_log_q32(uint64_t v)
{
	unsigned zeros = (unsigned)__builtin_clzll(v);
	uint64_t m = v << zeros;                 /* in [1, 2), units of 2^-63 */
	uint64_t halvings = zeros + 1;           /* v / 2^64 = m / 2^halvings */
	bool below = m >= SQRT2_Q63;             /* m / 2 then, which is below 1 */
	uint64_t numerator, denominator, z, rest, square, sum;
	unsigned n;

	/* |m - 1| in units of 2^-64 and m + 1 in units of 2^-32. */
	if (below) {
		halvings--;
		numerator = 0 - m;               /* (1 - m/2) 2^64 */
		denominator = (m >> 32) + ((uint64_t)1 << 32);
	} else {
		numerator = m << 1;              /* the leading one falls out */
		denominator = (m >> 31) + ((uint64_t)1 << 32);
	}
	/* A division of 96 by 34 bits in two steps: units of 2^-32, then 28 bits more. */
	z = numerator / denominator;
	rest = numerator % denominator;
	z = z << 28 | (rest << 28) / denominator; /* units of 2^-60 */
	square = multiply_high(z << 4, z << 4);   /* units of 2^-64 */
	/* By Horner's rule from the highest term, units of 2^-60. */
	sum = 0;
	for (n = 15; n > 1; n -= 2)
		sum = multiply_high(sum + ((uint64_t)1 << 60) / n, square);
	sum = z + multiply_high(z << 4, sum);     /* artanh |z| */
	sum >>= 60 - 32 - 1 - 20;                 /* ln of m or its inverse, units of 2^-52 */
	/* halvings ln 2 in units of 2^-52: 64 ln 2 has 6 bits before the point. */
	v = multiply_high(halvings << 53, LN2_Q63);
	v = below ? v + sum : v - sum;
	return (v + (1u << 19)) >> 20;
}

uint64_t random_exponential_q32(const struct random_key *key, struct random_stream *s)
{
	/* U = (draw + 1) / 2^64, of which the largest, 1, has the logarithm 0. */
	uint64_t v = random_u64(key, s) + 1;

	return v ? minus_log_q32(v) : 0;
}
