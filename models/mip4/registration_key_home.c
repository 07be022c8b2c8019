// SPDX-License-Identifier: GPL-3.0-or-later
/* Registration keys at the home agent (sections 9.2 and 9.3); see registration_key.h. */
#include "models/mip4/registration_key.h"

void home_keys_init(struct home_keys *h, struct node *n)
{
	*h = (struct home_keys){ 0 };
	processor_init(&h->processor, n);
}

void home_keys_fini(struct home_keys *h)
{
	processor_fini(&h->processor);
}

/* The key for the mobile node; w holds the fixed part of the reply. */
static void write_home_mobile(const uint8_t secret[MIP4_KEY], struct wr *w, const uint8_t key[MIP4_KEY])
{
	uint8_t masked[MIP4_KEY];

	registration_key_mask(secret, w->start, key, masked);
	mip4_write_key_extension(w, EXTENSION4_HOME_MOBILE_KEY, SPI_MN_HA, masked, sizeof masked);
}

mip_time home_keys_supply(struct home_keys *h, mip_time now, const uint8_t *shared, const struct mip4_message *request,
                          const uint8_t *payload, const uint8_t secret[MIP4_KEY], struct wr *w)
{
	static const enum mip4_extension_type chosen[] = { EXTENSION4_MN_PUBLIC_KEY_REPLY, EXTENSION4_DH_REPLY };
	struct node *n = h->processor.node;
	const struct mip4_extension *e;
	struct mip4_key_extension k;
	uint8_t key[MIP4_KEY], out[PUBLIC_KEY_OCTETS];
	size_t octets;

	if (!request->lifetime_s ||
	    !(registration_key_inside(request, EXTENSION4_MN_PUBLIC_KEY) || registration_key_inside(request, EXTENSION4_KEY_REQUEST)))
		return now;
	/* Step 1. */
	for (unsigned i = 0; i < 2; i++) {
		e = registration_key_outside(request, chosen[i]);
		if (!e)
			continue;
		mip4_read_key_extension(payload, e, &k);
		if (k.octets <= PUBLIC_KEY_OCTETS)
			mip4_write_key_extension(w, chosen[i], k.spi, k.data, k.octets);
		return now;
	}
	/* Step 2; the agent's authenticator has been found right. */
	e = registration_key_outside(request, EXTENSION4_FA_KEY_REQUEST);
	if (e && shared) {
		mip4_read_key_extension(payload, e, &k);
		if (k.spi != SPI_FA_HA)
			return now;
		node_random_octets(n, RANDOM_SECRET, key, sizeof key);
		write_home_mobile(secret, w, key);
		registration_key_mask(shared, w->start, key, out);
		mip4_write_key_extension(w, EXTENSION4_FA_KEY, SPI_FA_HA, out, MIP4_KEY);
		mip4_write_key_extension(w, EXTENSION4_SPI, registration_key_new_spi(n), NULL, 0);
		return now;
	}
	/* Step 3. */
	e = registration_key_outside(request, EXTENSION4_FA_PUBLIC_KEY);
	if (!e || !n->conf->mip4.keys.foreign_public_key)
		return now;
	mip4_read_key_extension(payload, e, &k);
	node_random_octets(n, RANDOM_SECRET, key, sizeof key);
	octets = public_key_encrypt(k.data, k.octets, key, registration_key_random, n, out);
	if (!octets)
		return now;
	write_home_mobile(secret, w, key);
	mip4_write_key_extension(w, EXTENSION4_FA_PUBLIC_KEY_REPLY, k.spi, out, octets);
	return processor_compute(&h->processor, now, COMPUTE_RSA_ENCRYPT);
}
