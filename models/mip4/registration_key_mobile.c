// SPDX-License-Identifier: GPL-3.0-or-later
/* Registration keys at the mobile node (section 9.1); see registration_key.h. */
#include "models/mip4/registration_key.h"

/* Our half of a Diffie-Hellman exchange. */
struct mobile_exchange {
	uint8_t prime[PUBLIC_KEY_OCTETS], value[PUBLIC_KEY_OCTETS], private[DIFFIE_HELLMAN_PRIVATE];
	mip_time at;                     /* when the value is there */
};

static const struct registration_key_conf *conf_of(const struct mobile_keys *k)
{
	return &k->processor.node->conf->mip4.keys;
}

void mobile_keys_init(struct mobile_keys *k, struct node *n)
{
	*k = (struct mobile_keys){ 0 };
	processor_init(&k->processor, n);
}

static void end_exchange(struct mobile_keys *k)
{
	if (k->exchange)
		mip_free(k->exchange, sizeof *k->exchange);
	k->exchange = NULL;
}

void mobile_keys_fini(struct mobile_keys *k)
{
	processor_fini(&k->processor);
	key_pair_free(k->pair);
	end_exchange(k);
}

/* Chooses a private number and computes the value that goes with it. */
static void compute_value(struct mobile_keys *k, mip_time now)
{
	struct node *n = k->processor.node;
	struct mobile_exchange *x = mip_alloc(sizeof *x);
	size_t octets = conf_of(k)->diffie_hellman_bits / 8;
	uint8_t generator[PUBLIC_KEY_OCTETS] = { 0 };
	bool ok;

	generator[octets - 1] = 2;
	diffie_hellman_prime(conf_of(k)->diffie_hellman_bits, x->prime);
	node_random_octets(n, RANDOM_SECRET, x->private, sizeof x->private);
	ok = diffie_hellman_value(x->prime, generator, octets, x->private, x->value);
	mip_assert(ok);
	x->at = processor_compute(&k->processor, now, COMPUTE_DIFFIE_HELLMAN);
	mip4_observe_secret(n, now, SECRET_DIFFIE_HELLMAN, 0, 0, x->private, sizeof x->private);
	k->exchange = x;
}

static bool wants(const struct mobile_keys *k, uint16_t flags)
{
	const struct registration_key_conf *c = conf_of(k);

	return (flags & AGENT_SMOOTH) && k->processor.node->conf->mip4.smooth_handoff &&
	       (c->home_agent || c->foreign_public_key || c->mobile_public_key || c->diffie_hellman);
}

/* 9.1 steps 4 and 5: a public key is preferred. */
static bool exchanges(const struct mobile_keys *k)
{
	return conf_of(k)->diffie_hellman && !conf_of(k)->mobile_public_key;
}

mip_time mobile_keys_ready(struct mobile_keys *k, mip_time now, in4 agent, uint16_t flags, mip_time until)
{
	const struct registration_key *have = mobile_keys_find(k, now, agent);

	if (!wants(k, flags) || (have && !k->left && have->until >= until)) {
		k->asked = false;
		return now;
	}
	if (!k->asked)
		k->asked_at = now;
	k->asked = true;
	if (!exchanges(k))
		return now;
	if (!k->exchange)
		compute_value(k, now);
	return mip_time_max(now, k->exchange->at);
}

void mobile_keys_ask(struct mobile_keys *k, mip_time now, struct wr *w)
{
	struct mip4_key_request q = { 0 };
	uint8_t octets[PUBLIC_KEY_WIRE] = { 0 };

	if (!k->asked)
		return;
	if (conf_of(k)->mobile_public_key) {
		mip4_write_key_extension(w, EXTENSION4_MN_PUBLIC_KEY, 0, octets,
		                         key_pair_public(registration_key_pair(k->processor.node, now, &k->pair), octets));
		return;
	}
	if (exchanges(k)) {
		q = (struct mip4_key_request){ k->exchange->prime, octets, k->exchange->value, conf_of(k)->diffie_hellman_bits / 8 };
		octets[q.octets - 1] = 2;
	}
	mip4_write_key_request(w, &q);
}

/* Method; REGISTRATION_KEY_NONE: the reply has no key for us. */
static enum registration_key_method take(struct mobile_keys *k, mip_time now, const struct mip4_message *m, const uint8_t *payload,
                                         const uint8_t secret[MIP4_KEY], struct registration_key *out)
{
	const struct mip4_extension *home = registration_key_inside(m, EXTENSION4_HOME_MOBILE_KEY),
				    *foreign = registration_key_inside(m, EXTENSION4_FA_PUBLIC_KEY_REPLY),
				    *mobile = registration_key_inside(m, EXTENSION4_MN_PUBLIC_KEY_REPLY),
				    *exchange = registration_key_inside(m, EXTENSION4_DH_REPLY), *spi = registration_key_inside(m, EXTENSION4_SPI);
	struct mip4_key_extension e;

	out->from = now;
	if (home) {
		mip4_read_key_extension(payload, home, &e);
		if (e.octets != MIP4_KEY)
			return REGISTRATION_KEY_NONE;
		registration_key_mask(secret, payload, e.data, out->key);
		if (spi || foreign)
			mip4_read_key_extension(payload, spi ? spi : foreign, &e);
		out->spi = e.spi;
		return foreign ? REGISTRATION_KEY_FOREIGN_PUBLIC_KEY : REGISTRATION_KEY_HOME_AGENT;
	}
	if (mobile && k->pair) {
		mip4_read_key_extension(payload, mobile, &e);
		out->spi = e.spi;
		out->from = processor_compute(&k->processor, now, COMPUTE_RSA_DECRYPT);
		return key_pair_decrypt(k->pair, e.data, e.octets, out->key) ? REGISTRATION_KEY_MOBILE_PUBLIC_KEY : REGISTRATION_KEY_NONE;
	}
	if (exchange && k->exchange && k->exchange->at <= now) {
		mip4_read_key_extension(payload, exchange, &e);
		out->spi = e.spi;
		if (e.octets != conf_of(k)->diffie_hellman_bits / 8 ||
		    !diffie_hellman_key(k->exchange->prime, e.data, e.octets, k->exchange->private, out->key))
			return REGISTRATION_KEY_NONE;
		out->from = processor_compute(&k->processor, now, COMPUTE_DIFFIE_HELLMAN);
		return REGISTRATION_KEY_DIFFIE_HELLMAN;
	}
	return REGISTRATION_KEY_NONE;
}

void mobile_keys_reply(struct mobile_keys *k, mip_time now, in4 agent, const struct mip4_message *m, const uint8_t *payload,
                       const uint8_t secret[MIP4_KEY], mip_time until)
{
	struct node *n = k->processor.node;
	struct registration_key new = { 0 };
	enum registration_key_method method;

	if (!k->asked)
		return;
	k->asked = false;
	method = take(k, now, m, payload, secret, &new);
	node_observe(n, now, (struct observation){ .kind = OBSERVE_REGISTRATION_KEY, .value = method, .peer = in6_of_in4(agent), .index = new.spi,
	                                           .amount = mip_time_max(now, new.from) - k->asked_at });
	/* Section 6: a request may go unfulfilled; a key from an earlier registration of this stay holds on. */
	if (method == REGISTRATION_KEY_NONE) {
		if (k->left)
			mobile_keys_forget(k);
		return;
	}
	new.until = conf_of(k)->lifetime ? mip_time_add(now, conf_of(k)->lifetime) : until;
	k->key = new;
	k->agent = agent;
	k->left = false;
	mip4_observe_secret(n, now, SECRET_REGISTRATION_KEY, agent, new.spi, new.key, sizeof new.key);
	if (method != REGISTRATION_KEY_DIFFIE_HELLMAN || conf_of(k)->value == VALUE_ONCE)
		return;
	end_exchange(k);
	if (conf_of(k)->value == VALUE_AHEAD)
		compute_value(k, now);
}

const struct registration_key *mobile_keys_find(const struct mobile_keys *k, mip_time now, in4 agent)
{
	return k->agent == agent && registration_key_holds(&k->key, now) ? &k->key : NULL;
}

void mobile_keys_leave(struct mobile_keys *k)
{
	k->left = true;
	k->asked = false;
}

void mobile_keys_forget(struct mobile_keys *k)
{
	k->key = (struct registration_key){ 0 };
	k->asked = false;
}
