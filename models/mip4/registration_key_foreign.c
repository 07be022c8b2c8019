// SPDX-License-Identifier: GPL-3.0-or-later
/* Registration keys at the foreign agent (section 9.4); see registration_key.h. */
#include "models/mip4/registration_key.h"

struct visitor_keys {
	struct registration_key key;     /* in force */
	/* what the request that is pending brings about */
	enum registration_key_method method;
	mip_time asked_at;
	uint32_t spi;
	uint8_t asked[16];               /* digest of the mobile node's extension: a repetition gets the same offer */
	/* 122, 124: */
	uint8_t offered[MIP4_KEY];
	mip_time ready;                  /* when we have computed it */
	uint16_t octets;
	uint8_t data[PUBLIC_KEY_OCTETS]; /* as sent, to be returned */
};

void foreign_keys_init(struct foreign_keys *f, struct node *n)
{
	*f = (struct foreign_keys){ 0 };
	processor_init(&f->processor, n);
}

void foreign_keys_fini(struct foreign_keys *f)
{
	processor_fini(&f->processor);
	key_pair_free(f->pair);
}

void visitor_keys_free(struct visitor_keys *v)
{
	if (v)
		mip_free(v, sizeof *v);
}

/* Chooses a key and encrypts it for the mobile node. false: its public key is none that we use. */
static bool offer_encrypted(struct foreign_keys *f, mip_time now, struct visitor_keys *v, const uint8_t *payload, const struct mip4_extension *e)
{
	struct node *n = f->processor.node;
	struct mip4_key_extension public;

	mip4_read_key_extension(payload, e, &public);
	node_random_octets(n, RANDOM_SECRET, v->offered, sizeof v->offered);
	v->octets = (uint16_t)public_key_encrypt(public.data, public.octets, v->offered, registration_key_random, n, v->data);
	if (!v->octets)
		return false;
	v->ready = processor_compute(&f->processor, now, COMPUTE_RSA_ENCRYPT);
	return true;
}

/* Our part of an exchange; *sendable: when the value to be sent is there, the key itself being computed behind it. */
static bool offer_exchange(struct foreign_keys *f, mip_time now, struct visitor_keys *v, const struct mip4_key_request *q, mip_time *sendable)
{
	struct node *n = f->processor.node;
	uint8_t private[DIFFIE_HELLMAN_PRIVATE];

	node_random_octets(n, RANDOM_SECRET, private, sizeof private);
	if (!diffie_hellman_value(q->prime, q->generator, q->octets, private, v->data) ||
	    !diffie_hellman_key(q->prime, q->value, q->octets, private, v->offered))
		return false;
	mip4_observe_secret(n, now, SECRET_DIFFIE_HELLMAN, 0, 0, private, sizeof private);
	v->octets = (uint16_t)q->octets;
	*sendable = processor_compute(&f->processor, now, COMPUTE_DIFFIE_HELLMAN);
	v->ready = processor_compute(&f->processor, now, COMPUTE_DIFFIE_HELLMAN);
	return true;
}

/* 9.4, steps 2 to 6: the way to answer what was asked. */
static enum registration_key_method way(const struct foreign_keys *f, const uint8_t *shared, const struct mip4_extension *asked,
                                        const struct mip4_key_request *q)
{
	if (shared)
		return REGISTRATION_KEY_HOME_AGENT;
	if (f->processor.node->conf->mip4.keys.foreign_public_key)
		return REGISTRATION_KEY_FOREIGN_PUBLIC_KEY;
	if (asked->type == EXTENSION4_MN_PUBLIC_KEY)
		return REGISTRATION_KEY_MOBILE_PUBLIC_KEY;
	return q->octets ? REGISTRATION_KEY_DIFFIE_HELLMAN : REGISTRATION_KEY_NONE;
}

/* Appends and returns when the request may leave. */
static mip_time answer(struct foreign_keys *f, mip_time now, struct visitor_keys *v, const uint8_t *shared, const uint8_t *payload,
                       const struct mip4_extension *asked, struct wr *w)
{
	struct node *n = f->processor.node;
	uint8_t digest[16], public[PUBLIC_KEY_WIRE];
	struct mip4_key_request q = { 0 };
	enum registration_key_method method;
	mip_time sendable = now;
	size_t octets;
	bool again;

	if (asked->type == EXTENSION4_KEY_REQUEST)
		mip4_read_key_request(payload, asked, &q);
	method = way(f, shared, asked, &q);
	mip4_digest(MIP4_HMAC_MD5, (const uint8_t[MIP4_KEY]){ 0 }, payload + asked->offset,
	            (size_t)(asked->data - asked->offset) + asked->length, digest);
	/* The same wish may come with another home agent, which may mean another way. */
	again = method != REGISTRATION_KEY_NONE && v->method == method && mip4_digest_equal(digest, v->asked);
	memcpy(v->asked, digest, sizeof digest);
	if (!again) {
		v->method = REGISTRATION_KEY_NONE;
		v->asked_at = now;
		v->spi = registration_key_new_spi(n);
	}
	switch (method) {
	case REGISTRATION_KEY_HOME_AGENT:
		mip4_write_key_extension(w, EXTENSION4_FA_KEY_REQUEST, SPI_FA_HA, NULL, 0);
		break;
	case REGISTRATION_KEY_FOREIGN_PUBLIC_KEY:
		octets = key_pair_public(registration_key_pair(n, now, &f->pair), public);
		mip4_write_key_extension(w, EXTENSION4_FA_PUBLIC_KEY, v->spi, public, octets);
		break;
	case REGISTRATION_KEY_MOBILE_PUBLIC_KEY:
		if (!again && !offer_encrypted(f, now, v, payload, asked))
			return now;
		sendable = v->ready;
		mip4_write_key_extension(w, EXTENSION4_MN_PUBLIC_KEY_REPLY, v->spi, v->data, v->octets);
		break;
	case REGISTRATION_KEY_DIFFIE_HELLMAN:
		if (!again && !offer_exchange(f, now, v, &q, &sendable))
			return now;
		/* A repetition finds the value on its way: the key comes one computation later. */
		if (again)
			sendable = v->ready - n->conf->mip4.keys.cost[COMPUTE_DIFFIE_HELLMAN];
		mip4_write_key_extension(w, EXTENSION4_DH_REPLY, v->spi, v->data, v->octets);
		break;
	default:
		break;
	}
	v->method = method;
	return sendable;
}

mip_time foreign_keys_offer(struct foreign_keys *f, mip_time now, struct visitor_keys **v, const uint8_t *shared, const struct mip4_message *m,
                            const uint8_t *payload, struct wr *w)
{
	const struct mip4_extension *asked = registration_key_inside(m, EXTENSION4_MN_PUBLIC_KEY);

	if (!asked)
		asked = registration_key_inside(m, EXTENSION4_KEY_REQUEST);
	if (!asked || !m->lifetime_s) {
		if (*v)
			(*v)->method = REGISTRATION_KEY_NONE;
		return now;
	}
	if (!*v) {
		*v = mip_alloc(sizeof **v);
		(*v)->method = REGISTRATION_KEY_NONE;
	}
	return answer(f, now, *v, shared, payload, asked, w);
}

/* Has the reply what we offered, unchanged? */
static bool returned(const struct visitor_keys *v, const struct mip4_message *m, const uint8_t *payload, enum mip4_extension_type type)
{
	const struct mip4_extension *e = registration_key_inside(m, type);
	struct mip4_key_extension k;

	if (!e)
		return false;
	mip4_read_key_extension(payload, e, &k);
	return k.spi == v->spi && k.octets == v->octets && !memcmp(k.data, v->data, v->octets);
}

static bool take(struct foreign_keys *f, mip_time now, const struct visitor_keys *v, const uint8_t *shared, const struct mip4_message *m,
                 const uint8_t *payload, struct registration_key *out)
{
	const struct mip4_extension *e, *spi;
	struct mip4_key_extension k;

	out->from = now;
	out->spi = v->spi;
	switch (v->method) {
	case REGISTRATION_KEY_HOME_AGENT:
		e = registration_key_inside(m, EXTENSION4_FA_KEY);
		spi = registration_key_inside(m, EXTENSION4_SPI);
		if (!e || !spi || !shared)
			return false;
		mip4_read_key_extension(payload, e, &k);
		if (k.octets != MIP4_KEY)
			return false;
		registration_key_mask(shared, payload, k.data, out->key);
		mip4_read_key_extension(payload, spi, &k);
		out->spi = k.spi;
		return true;
	case REGISTRATION_KEY_FOREIGN_PUBLIC_KEY:
		e = registration_key_inside(m, EXTENSION4_FA_PUBLIC_KEY_REPLY);
		if (!e || !f->pair)
			return false;
		mip4_read_key_extension(payload, e, &k);
		/* The reply goes on to the mobile node meanwhile. */
		out->from = processor_compute(&f->processor, now, COMPUTE_RSA_DECRYPT);
		return k.spi == v->spi && key_pair_decrypt(f->pair, k.data, k.octets, out->key);
	case REGISTRATION_KEY_MOBILE_PUBLIC_KEY:
	case REGISTRATION_KEY_DIFFIE_HELLMAN:
		memcpy(out->key, v->offered, sizeof out->key);
		out->from = mip_time_max(now, v->ready);
		return returned(v, m, payload, v->method == REGISTRATION_KEY_DIFFIE_HELLMAN ? EXTENSION4_DH_REPLY : EXTENSION4_MN_PUBLIC_KEY_REPLY);
	default:
		return false;
	}
}

void foreign_keys_install(struct foreign_keys *f, mip_time now, struct visitor_keys *v, const uint8_t *shared,
                          const struct mip4_message *m, const uint8_t *payload, mip_time until, bool again)
{
	struct node *n = f->processor.node;
	mip_time lifetime = n->conf->mip4.keys.lifetime;
	struct registration_key new = { 0 };
	enum registration_key_method method;

	if (!v)
		return;
	if (again)
		v->key = new;
	if (v->method == REGISTRATION_KEY_NONE)
		return;
	method = take(f, now, v, shared, m, payload, &new) ? v->method : REGISTRATION_KEY_NONE;
	v->method = REGISTRATION_KEY_NONE;
	node_observe(n, now, (struct observation){ .kind = OBSERVE_REGISTRATION_KEY, .value = method, .peer = in6_of_in4(m->home_address),
	                                           .index = new.spi, .amount = mip_time_max(now, new.from) - v->asked_at });
	if (method == REGISTRATION_KEY_NONE)
		return;
	new.until = lifetime ? mip_time_add(now, lifetime) : until;
	v->key = new;
	mip4_observe_secret(n, now, SECRET_REGISTRATION_KEY, m->home_address, new.spi, new.key, sizeof new.key);
}

bool visitor_keys_any(const struct visitor_keys *v, mip_time now)
{
	return v && registration_key_holds(&v->key, now);
}

const uint8_t *visitor_keys_find(const struct visitor_keys *v, mip_time now, uint32_t spi)
{
	return v && v->key.spi == spi && registration_key_holds(&v->key, now) ? v->key.key : NULL;
}
