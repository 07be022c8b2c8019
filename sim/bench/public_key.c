// SPDX-License-Identifier: GPL-3.0-or-later
/* What public key operations of 1024 bits cost here: processor time of the study's own runs, and the row `xeon` of `computation`. */
#include "sim/bench/bench.h"

#include "models/crypto/public_key.h"
#include "models/random.h"

#include <glib.h>

#define BITS 1024
#define OCTETS (BITS / 8)

enum variant { ENCRYPT, DECRYPT, EXPONENTIATE };

struct draws {
	struct random_key key;
	struct random_stream stream;
};

static void draw(void *context, size_t n, uint8_t *out)
{
	struct draws *d = context;

	random_octets(&d->key, &d->stream, out, n);
}

/* Microseconds an operation. */
static double measure(const struct bench *b)
{
	struct draws d = { .key = random_key_of(1, 0) };
	struct key_pair *pair = key_pair_new(BITS, draw, &d);
	uint8_t public[PUBLIC_KEY_WIRE], cipher[PUBLIC_KEY_OCTETS], prime[OCTETS], generator[OCTETS] = { 0 }, value[OCTETS], key[MIP4_KEY],
	    private[DIFFIE_HELLMAN_PRIVATE];
	size_t octets = key_pair_public(pair, public);
	double start;
	bool ok = true;

	draw(&d, sizeof key, key);
	draw(&d, sizeof private, private);
	diffie_hellman_prime(BITS, prime);
	generator[OCTETS - 1] = 2;
	public_key_encrypt(public, octets, key, draw, &d, cipher);
	diffie_hellman_value(prime, generator, OCTETS, private, value);
	start = bench_cpu_seconds();
	for (int64_t i = 0; i < b->size; i++) {
		if (b->variant == ENCRYPT)
			ok = ok && public_key_encrypt(public, octets, key, draw, &d, cipher);
		else if (b->variant == DECRYPT)
			ok = ok && key_pair_decrypt(pair, cipher, OCTETS, key);
		else
			ok = ok && diffie_hellman_key(prime, value, OCTETS, private, key);
	}
	start = bench_cpu_seconds() - start;
	key_pair_free(pair);
	return ok ? start * 1e6 / (double)b->size : 0;
}

static const struct bench rows[] = {
	{ "public-key", "{\"operation\":\"rsa-encrypt\",\"bits\":1024}", "us", 100, true, measure, 0, 5000, ENCRYPT },
	{ "public-key", "{\"operation\":\"rsa-decrypt\",\"bits\":1024}", "us", 1000, true, measure, 0, 1000, DECRYPT },
	{ "public-key", "{\"operation\":\"diffie-hellman\",\"bits\":1024}", "us", 1000, true, measure, 0, 1000, EXPONENTIATE },
};
const struct bench_table bench_public_key = { rows, G_N_ELEMENTS(rows) };
