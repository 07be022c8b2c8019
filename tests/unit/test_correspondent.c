// SPDX-License-Identifier: GPL-3.0-or-later
/* The correspondent role driven by messages, as a mobile node (or an attacker) would send them. */
#include "mip6_harness.h"

#define HOME address(1, 0x10)
#define CARE_OF address(2, 0x10)
#define CARE_OF_2 address(4, 0x10)
#define CORRESPONDENT address(3, 0x20)

struct mobile {
	struct in6 home, care_of;
	uint8_t home_token[RR_TOKEN], care_of_token[RR_TOKEN];
	uint16_t home_index, care_of_index;
};

static struct bench *correspondent_bench(void)
{
	struct bench *b = bench_new();
	struct interface *i = ip6_add_interface(b->n, INTERFACE_POINT_TO_POINT, NULL, 1500);
	struct in6 self = CORRESPONDENT;

	ip6_add_address(b->n, i, &self, 64);
	ip6_add_route(b->n, &in6_unspecified, 0, i, NULL);
	node_add_role(b->n, correspondent_new(b->n));
	node_signal(b->n, b->now, 0, LINK_UP);
	return b;
}

static struct sent give(struct bench *b, struct packet *p)
{
	node_input(b->n, b->now, 0, p);
	return bench_take(b, -1);
}

static struct packet *test_init(const struct in6 *source, enum mh_type type)
{
	struct in6 self = CORRESPONDENT;
	struct mh_message m = { .type = (uint8_t)type, .cookie = { 1, 2, 3, 4, 5, 6, 7, (uint8_t)type } };

	return mip6_message(source, &self, NULL, NULL, &m, NULL);
}

static void run_test(struct bench *b, struct mobile *m, enum mh_type type)
{
	bool home = type == MH_HOTI;
	struct sent s = give(b, test_init(home ? &m->home : &m->care_of, type));

	g_assert_true(s.is_mh && s.mh.type == (home ? MH_HOT : MH_COT));
	memcpy(home ? m->home_token : m->care_of_token, s.mh.token, RR_TOKEN);
	*(home ? &m->home_index : &m->care_of_index) = s.mh.nonce_index;
	sent_free(&s);
	bench_assert_silent(b);
}

static struct mobile tested(struct bench *b, uint8_t host)
{
	struct mobile m = { .home = address(1, host), .care_of = address(2, host) };

	run_test(b, &m, MH_HOTI);
	run_test(b, &m, MH_COTI);
	return m;
}

enum { EARLY = 1, NO_HOME_ADDRESS_OPTION = 2, WITH_ALTERNATE = 4, NO_ACKNOWLEDGEMENT = 8, FORGED = 16, HOME_FLAG = 32 };

static struct mip6_security security_of(const struct mobile *m, bool home_only, bool deletion)
{
	struct mip6_security s = { .care_of_address = deletion ? m->home : m->care_of, .correspondent = CORRESPONDENT };

	rr_binding_key(m->home_token, home_only ? NULL : m->care_of_token, s.key);
	return s;
}

static struct packet *update(const struct mobile *m, uint16_t sequence, uint16_t lifetime, unsigned how)
{
	bool early = how & EARLY;
	struct in6 self = CORRESPONDENT;
	struct mip6_security s = security_of(m, early || !lifetime, !early && !lifetime);
	struct mh_message u = { .type = early ? MH_EXPERIMENTAL : MH_BU, .subtype = early ? MH_EARLY_BU : 0,
		                .sequence = sequence, .lifetime = lifetime };

	u.flags = (uint16_t)((how & NO_ACKNOWLEDGEMENT ? 0 : BU_ACKNOWLEDGE) | (how & HOME_FLAG ? BU_HOME : 0));
	u.options.has_nonce_indices = true;
	u.options.home_nonce_index = m->home_index;
	u.options.care_of_nonce_index = early || !lifetime ? 0 : m->care_of_index;
	if (how & WITH_ALTERNATE) {
		u.options.has_alternate_care_of_address = true;
		u.options.alternate_care_of_address = m->care_of;
	}
	if (how & FORGED)
		s.key[0] ^= 1;
	if (how & NO_HOME_ADDRESS_OPTION)
		return mip6_message(&m->home, &self, NULL, NULL, &u, &s);
	return mip6_message(&m->care_of, &self, &m->home, NULL, &u, &s);
}

/* Where a data packet to the home address goes now. */
static struct in6 data_goes_to(struct bench *b, const struct in6 *home)
{
	struct in6 self = CORRESPONDENT, to;
	struct sent s;

	ip6_send(b->n, b->now, udp_packet(&self, home), 0);
	s = bench_take(b, -1);
	g_assert_nonnull(s.p);
	assert_in6(&s.d.destination, home);
	to = s.wire_destination;
	g_assert_cmpint(s.view.has_routing_header, ==, !in6_equal(&to, home));
	sent_free(&s);
	return to;
}

static void assert_data_to(struct bench *b, const struct mobile *m, const struct in6 *expected)
{
	struct in6 to = data_goes_to(b, &m->home);

	assert_in6(&to, expected);
}

/* The one packet the node sends is a (possibly early) acknowledgement with these fields; authenticated with the key given, or not. */
static void assert_acknowledged(struct sent s, const struct mobile *m, bool early, uint8_t status, uint16_t sequence, uint16_t lifetime,
                                const struct mip6_security *security)
{
	struct in6 self = CORRESPONDENT;

	g_assert_true(s.is_mh);
	g_assert_cmpuint(s.mh.type, ==, early ? MH_EXPERIMENTAL : MH_BA);
	if (early)
		g_assert_cmpuint(s.mh.subtype, ==, MH_EARLY_BA);
	g_assert_cmpuint(s.mh.status, ==, status);
	g_assert_cmpuint(s.mh.sequence, ==, sequence);
	g_assert_cmpuint(s.mh.lifetime, ==, lifetime);
	assert_in6(&s.wire_source, &self);
	assert_in6(&s.d.destination, &m->home);
	g_assert_false(s.view.has_home_address);
	g_assert_cmpint(s.mh.options.has_authenticator, ==, !!security);
	if (security)
		g_assert_true(mip6_verify(&s.d, &s.mh, security));
	sent_free(&s);
}

static void register_binding(struct bench *b, const struct mobile *m, uint16_t sequence)
{
	struct mip6_security security = security_of(m, false, false);

	assert_acknowledged(give(b, update(m, sequence, 105, 0)), m, false, BA_ACCEPTED, sequence, 105, &security);
	bench_assert_silent(b);
	assert_data_to(b, m, &m->care_of);
}

/* ---- return routability ---------------------------------------------------------------------------------------------- */

static void test_answers_tests_with_tokens_of_the_node_key(void)
{
	static const enum mh_type types[] = { MH_HOTI, MH_COTI };
	struct bench *b = correspondent_bench();

	for (unsigned i = 0; i < G_N_ELEMENTS(types); i++) {
		struct in6 source = i ? CARE_OF : HOME;
		struct sent s = give(b, test_init(&source, types[i]));
		struct rr_node_key *key = rr_node_key_new(b->node_key);
		uint8_t token[RR_TOKEN], cookie[MH_COOKIE] = { 1, 2, 3, 4, 5, 6, 7, (uint8_t)types[i] };

		g_assert_cmpuint(packet_octets(s.p), ==, 64);
		assert_in6(&s.wire_destination, &source);
		g_assert_false(s.view.has_routing_header || s.view.has_home_address);
		g_assert_cmpuint(s.mh.type, ==, i ? MH_COT : MH_HOT);
		g_assert_cmpmem(s.mh.cookie, MH_COOKIE, cookie, MH_COOKIE);
		g_assert_cmpuint(s.mh.nonce_index, !=, 0);
		/* the observed nonce and key make this token: HMAC-SHA1 over address, nonce, 0 or 1 */
		g_assert_cmpuint(bench_last(b, OBSERVE_SECRET)->value, ==, i ? SECRET_CARE_OF_TOKEN : SECRET_HOME_TOKEN);
		g_assert_cmpuint(bench_last(b, OBSERVE_SECRET)->index, ==, s.mh.nonce_index);
		rr_token(key, &source, b->nonce, i ? RR_CARE_OF : RR_HOME, token);
		g_assert_cmpmem(token, RR_TOKEN, s.mh.token, RR_TOKEN);
		rr_node_key_free(key);
		sent_free(&s);
	}
	bench_assert_silent(b);
	bench_free(b);
}

static void test_drops_tests_with_home_address_option(void)
{
	static const enum mh_type types[] = { MH_HOTI, MH_COTI };
	struct bench *b = correspondent_bench();
	struct in6 home = HOME, care_of = CARE_OF, self = CORRESPONDENT;

	for (unsigned i = 0; i < G_N_ELEMENTS(types); i++) {
		struct mh_message m = { .type = (uint8_t)types[i] };

		node_input(b->n, b->now, 0, mip6_message(&care_of, &self, &home, NULL, &m, NULL));
		bench_assert_silent(b);
	}
	g_assert_cmpuint(bench_drops(b, DROP_BAD_HOME_ADDRESS), ==, 2);
	bench_free(b);
}

static void test_home_test_bypasses_the_binding(void)
{
	struct bench *b = correspondent_bench();
	struct mobile m = tested(b, 0x10);
	struct sent s;

	register_binding(b, &m, 1);
	s = give(b, test_init(&m.home, MH_HOTI));
	assert_in6(&s.wire_destination, &m.home);
	g_assert_false(s.view.has_routing_header);
	sent_free(&s);
	bench_free(b);
}

/* ---- binding updates --------------------------------------------------------------------------------------------------- */

static void test_update_makes_a_binding(void)
{
	static const struct {
		unsigned how;
		uint16_t asked, granted;
		bool acknowledged;
	} cases[] = {
		{ 0, 105, 105, true },
		{ 0, 106, 105, true },
		{ 0, UINT16_MAX, 105, true },
		{ 0, 1, 1, true },
		{ WITH_ALTERNATE, 105, 105, true },
		{ NO_ACKNOWLEDGEMENT, 105, 105, false },
	};

	for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct bench *b = correspondent_bench();
		struct mobile m = tested(b, 0x10);
		struct mip6_security security = security_of(&m, false, false);
		struct sent s;
		mip_time accepted = b->now;

		assert_data_to(b, &m, &m.home);
		s = give(b, update(&m, 7, cases[i].asked, cases[i].how));
		g_assert_cmpint(!!s.p, ==, cases[i].acknowledged);
		if (s.p) {
			g_assert_cmpuint(packet_octets(s.p), ==, 96);
			assert_in6(&s.wire_destination, &m.care_of);
			assert_acknowledged(s, &m, false, BA_ACCEPTED, 7, cases[i].granted, &security);
		}
		g_assert_cmpuint(bench_seen(b, OBSERVE_BU_ACCEPTED), ==, 1);
		assert_in6(&bench_last(b, OBSERVE_BU_ACCEPTED)->peer, &m.home);
		assert_in6(&bench_last(b, OBSERVE_BU_ACCEPTED)->address, &m.care_of);
		assert_data_to(b, &m, &m.care_of);
		bench_until(b, accepted + cases[i].granted * 4 * MIP_SECOND - 1);
		bench_drain(b);
		assert_data_to(b, &m, &m.care_of);
		bench_until(b, accepted + cases[i].granted * 4 * MIP_SECOND);
		assert_data_to(b, &m, &m.home);
		g_assert_cmpuint(bench_seen(b, OBSERVE_BINDING_EXPIRED), ==, 1);
		g_assert_cmpuint(bench_last(b, OBSERVE_BINDING_EXPIRED)->value, ==, 0);
		bench_free(b);
	}
}

/* Sends copies of a good update with one bit of its addresses or message flipped each: nothing may come of them. */
static void flip_every_bit(unsigned how, bool mend_checksum)
{
	struct bench *b = correspondent_bench();
	struct mobile m = tested(b, 0x10);
	struct packet *good = update(&m, 7, how & EARLY ? 300 : 105, how);
	enum observation_kind accepted = how & EARLY ? OBSERVE_EARLY_BU_ACCEPTED : OBSERVE_BU_ACCEPTED;
	struct ipv6_view v;
	struct sent s;

	g_assert_cmpint(ipv6_walk(good->data, good->length, true, &v), ==, IPV6_WALK_OK);
	for (unsigned octet = 8; octet < good->length; octet++) {
		unsigned option = v.has_home_address ? v.home_address_option_offset : 0;
		/* With an alternate care-of address the IPv6 source is only where the answer goes (9.5.1): neither the authenticator nor,
		 * with a Home Address option, the checksum covers it. */
		bool unprotected = how & WITH_ALTERNATE && octet >= 8 && octet < 24;
		bool in_addresses = octet < IPV6_HEADER || (option && octet >= option + 2u && octet < option + 18u);

		if (unprotected || (!in_addresses && octet < v.offset))
			continue;
		for (unsigned bit = 0; bit < 8; bit++) {
			struct packet *p = packet_clone(good);
			struct in6 source, destination;

			p->data[octet] ^= (uint8_t)(1u << bit);
			if (mend_checksum && octet != v.offset + 4u && octet != v.offset + 5u) {
				size_t length = 8 * ((size_t)p->data[v.offset + 1] + 1);

				source = option ? *(struct in6 *)(void *)(p->data + option + 2) : ipv6_source(p->data);
				destination = ipv6_destination(p->data);
				if (v.offset + length <= p->length)
					mh_set_checksum(p->data + v.offset, mh_checksum(p->data + v.offset, length, &source, &destination));
			}
			node_input(b->n, b->now, 0, p);
			bench_drain(b);
			if (bench_seen(b, OBSERVE_BU_ACCEPTED) || bench_seen(b, OBSERVE_EARLY_BU_ACCEPTED))
				g_error("accepted with bit %u of octet %u flipped", bit, octet);
		}
	}
	assert_data_to(b, &m, &m.home);
	s = give(b, good);
	g_assert_cmpuint(bench_seen(b, accepted), ==, 1);
	assert_data_to(b, &m, &m.care_of);
	sent_free(&s);
	bench_free(b);
}

static void test_one_flipped_bit_is_refused(void)
{
	static const unsigned how[] = { 0, EARLY, WITH_ALTERNATE, NO_ACKNOWLEDGEMENT, EARLY | NO_ACKNOWLEDGEMENT };

	for (unsigned i = 0; i < G_N_ELEMENTS(how); i++) {
		flip_every_bit(how[i], true);
		flip_every_bit(how[i], false);
	}
}

static void test_bad_authenticator_is_silent(void)
{
	static const unsigned how[] = { FORGED, FORGED | EARLY };

	for (unsigned i = 0; i < G_N_ELEMENTS(how); i++) {
		struct bench *b = correspondent_bench();
		struct mobile m = tested(b, 0x10);

		node_input(b->n, b->now, 0, update(&m, 1, 105, how[i]));
		bench_assert_silent(b);
		g_assert_cmpuint(bench_drops(b, DROP_BAD_AUTHENTICATOR), ==, 1);
		g_assert_cmpuint(bench_last(b, OBSERVE_BU_REFUSED)->value, ==, 256 + DROP_BAD_AUTHENTICATOR);
		assert_data_to(b, &m, &m.home);
		bench_free(b);
	}
}

static void test_old_sequence_is_answered_135_but_only_if_authentic(void)
{
	static const struct {
		uint16_t last, sequence;
		bool accepted;
	} cases[] = {
		{ 15, 15, false }, { 15, 14, false }, { 15, 0, false }, { 15, 32783, false }, { 15, 65535, false }, { 15, 16, true },
		{ 15, 32782, true }, { 65535, 0, true }, { 65535, 65534, false },
	};

	for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++)
		for (unsigned early = 0; early < 2; early++) {
			struct bench *b = correspondent_bench();
			struct mobile m = tested(b, 0x10);
			struct mip6_security security = security_of(&m, early, false);
			uint16_t lifetime = early ? 300 : 105;

			register_binding(b, &m, cases[i].last);
			node_input(b->n, b->now, 0, update(&m, cases[i].sequence, lifetime, (early ? EARLY : 0) | FORGED));
			bench_assert_silent(b);
			assert_acknowledged(give(b, update(&m, cases[i].sequence, lifetime, early ? EARLY : 0)), &m, early,
			                    cases[i].accepted ? BA_ACCEPTED : BA_SEQUENCE_OUT_OF_WINDOW,
			                    cases[i].accepted ? cases[i].sequence : cases[i].last, cases[i].accepted ? lifetime : 0, &security);
			bench_free(b);
		}
}

static void test_expired_nonces_are_answered_unauthenticated(void)
{
	static const struct {
		mip_time home_age, care_of_age; /* at the update */
		unsigned how;
		uint8_t status;
	} cases[] = {
		{ MAX_NONCE_LIFETIME, 0, 0, BA_ACCEPTED },
		{ MAX_NONCE_LIFETIME + 1, 0, 0, BA_EXPIRED_HOME_NONCE },
		{ 0, MAX_NONCE_LIFETIME, 0, BA_ACCEPTED },
		{ 0, MAX_NONCE_LIFETIME + 1, 0, BA_EXPIRED_CARE_OF_NONCE },
		{ MAX_NONCE_LIFETIME + 1, MAX_NONCE_LIFETIME + 1, 0, BA_EXPIRED_NONCES },
		{ 0, MAX_NONCE_LIFETIME + 1, EARLY, BA_ACCEPTED },
		{ MAX_NONCE_LIFETIME + 1, 0, EARLY, BA_EXPIRED_HOME_NONCE },
		{ MAX_NONCE_LIFETIME + 1, 0, EARLY | NO_ACKNOWLEDGEMENT, BA_EXPIRED_HOME_NONCE },
	};

	for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct bench *b = correspondent_bench();
		struct mobile m = { .home = HOME, .care_of = CARE_OF };
		mip_time at = b->now + 300 * MIP_SECOND;
		bool home_first = cases[i].home_age >= cases[i].care_of_age;
		bool early = cases[i].how & EARLY, accepted = cases[i].status == BA_ACCEPTED;
		struct mip6_security security;

		for (unsigned k = 0; k < 2; k++) {
			bool home = home_first == !k;

			bench_until(b, at - (home ? cases[i].home_age : cases[i].care_of_age));
			run_test(b, &m, home ? MH_HOTI : MH_COTI);
		}
		bench_until(b, at);
		security = security_of(&m, early, false);
		assert_acknowledged(give(b, update(&m, 3, 105, cases[i].how)), &m, early, cases[i].status, 3, accepted ? 105 : 0,
		                    accepted ? &security : NULL);
		if (!accepted)
			g_assert_cmpuint(bench_last(b, OBSERVE_BU_REFUSED)->value, ==, cases[i].status);
		bench_free(b);
	}
}

static void test_update_to_a_node_without_nonces(void)
{
	struct bench *b = correspondent_bench();
	struct mobile m = { .home = HOME, .care_of = CARE_OF, .home_index = 1, .care_of_index = 1 };

	assert_acknowledged(give(b, update(&m, 3, 105, 0)), &m, false, BA_EXPIRED_NONCES, 3, 0, NULL);
	assert_acknowledged(give(b, update(&m, 3, 105, EARLY)), &m, true, BA_EXPIRED_HOME_NONCE, 3, 0, NULL);
	bench_free(b);
}

static void test_full_cache_is_answered_130(void)
{
	for (unsigned early = 0; early < 2; early++) {
		struct bench *b = correspondent_bench();
		struct mobile m[5];
		struct mip6_security security;
		uint16_t lifetime = early ? 300 : 105;

		for (unsigned i = 0; i < 5; i++)
			m[i] = tested(b, (uint8_t)(0x10 + i));
		for (unsigned i = 0; i < 4; i++)
			register_binding(b, &m[i], 1);
		security = security_of(&m[4], early, false);
		assert_acknowledged(give(b, update(&m[4], 1, lifetime, (early ? EARLY : 0) | NO_ACKNOWLEDGEMENT)), &m[4], early,
		                    BA_INSUFFICIENT_RESOURCES, 1, 0, &security);
		assert_data_to(b, &m[4], &m[4].home);
		/* those that are in may still be refreshed */
		register_binding(b, &m[3], 2);
		/* and a deletion makes room */
		security = security_of(&m[0], true, true);
		assert_acknowledged(give(b, update(&m[0], 2, 0, 0)), &m[0], false, BA_ACCEPTED, 2, 0, &security);
		security = security_of(&m[4], early, false);
		assert_acknowledged(give(b, update(&m[4], 1, lifetime, early ? EARLY : 0)), &m[4], early, BA_ACCEPTED, 1, lifetime, &security);
		bench_free(b);
	}
}

static void test_deletion_remembers_the_sequence_number(void)
{
	struct bench *b = correspondent_bench();
	struct mobile m = tested(b, 0x10);
	struct mip6_security security = security_of(&m, false, false), deletion = security_of(&m, true, true);
	struct packet *first = update(&m, 8, 105, 0), *again = packet_clone(first);
	struct sent s = give(b, first);

	sent_free(&s);
	/* from home: no Home Address option, so no routing header in the answer */
	s = give(b, update(&m, 9, 0, NO_HOME_ADDRESS_OPTION));
	assert_in6(&s.wire_destination, &m.home);
	g_assert_false(s.view.has_routing_header);
	assert_acknowledged(s, &m, false, BA_ACCEPTED, 9, 0, &deletion);
	g_assert_cmpuint(bench_seen(b, OBSERVE_BINDING_DELETED), ==, 1);
	assert_data_to(b, &m, &m.home);
	/* replayed while its nonces are valid: refused as old, up to the last moment */
	bench_until(b, b->now + MAX_NONCE_LIFETIME);
	assert_acknowledged(give(b, packet_clone(again)), &m, false, BA_SEQUENCE_OUT_OF_WINDOW, 9, 0, &security);
	bench_until(b, b->now + 1);
	assert_acknowledged(give(b, again), &m, false, BA_EXPIRED_NONCES, 8, 0, NULL);
	/* then all is forgotten and any number will do */
	m = tested(b, 0x10);
	register_binding(b, &m, 2);
	bench_free(b);
}

static void test_expired_binding_cannot_be_replayed(void)
{
	struct bench *b = correspondent_bench();
	struct mobile m = tested(b, 0x10);
	struct mip6_security security = security_of(&m, false, false);
	struct packet *p = update(&m, 8, 2, NO_ACKNOWLEDGEMENT), *again = packet_clone(p);
	struct sent s = give(b, p);

	g_assert_null(s.p);
	bench_until(b, b->now + 8 * MIP_SECOND);
	assert_data_to(b, &m, &m.home);
	assert_acknowledged(give(b, again), &m, false, BA_SEQUENCE_OUT_OF_WINDOW, 8, 0, &security);
	assert_data_to(b, &m, &m.home);
	bench_free(b);
}

static void test_deletion_overtaking_an_update_stops_it(void)
{
	struct bench *b = correspondent_bench();
	struct mobile m = tested(b, 0x10);
	struct mip6_security security = security_of(&m, false, false), deletion = security_of(&m, true, true);

	assert_acknowledged(give(b, update(&m, 9, 0, 0)), &m, false, BA_ACCEPTED, 9, 0, &deletion);
	assert_acknowledged(give(b, update(&m, 8, 105, 0)), &m, false, BA_SEQUENCE_OUT_OF_WINDOW, 9, 0, &security);
	assert_data_to(b, &m, &m.home);
	bench_free(b);
}

static void test_home_registration_is_answered_131(void)
{
	struct bench *b = correspondent_bench();
	struct mobile m = tested(b, 0x10);

	assert_acknowledged(give(b, update(&m, 1, 105, HOME_FLAG)), &m, false, BA_HOME_REGISTRATION_NOT_SUPPORTED, 1, 0, NULL);
	bench_free(b);
}

static void test_unusable_addresses_are_dropped_silently(void)
{
	static const struct in6 bad[] = { { { 0xfe, 0x80, [15] = 1 } }, { { 0xff, 0x0e, [15] = 1 } }, { { [15] = 1 } }, { { 0 } } };

	for (unsigned i = 0; i < G_N_ELEMENTS(bad); i++) {
		struct bench *b = correspondent_bench();
		struct mobile m = tested(b, 0x10);
		struct in6 self = CORRESPONDENT;
		struct mh_message u = { .type = MH_BU, .sequence = 1, .flags = BU_ACKNOWLEDGE, .lifetime = 105 };
		struct mip6_security s = security_of(&m, false, false);

		s.care_of_address = bad[i];
		u.options.has_nonce_indices = u.options.has_alternate_care_of_address = true;
		u.options.home_nonce_index = m.home_index;
		u.options.care_of_nonce_index = m.care_of_index;
		u.options.alternate_care_of_address = bad[i];
		node_input(b->n, b->now, 0, mip6_message(&m.care_of, &self, &m.home, NULL, &u, &s));
		bench_assert_silent(b);
		node_input(b->n, b->now, 0, mip6_message(&m.care_of, &self, &bad[i], NULL, &u, &s));
		bench_assert_silent(b);
		g_assert_cmpuint(bench_drops(b, DROP_BAD_HOME_ADDRESS), ==, 2);
		assert_data_to(b, &m, &m.home);
		bench_free(b);
	}
}

/* ---- early binding updates ----------------------------------------------------------------------------------------------- */

static void test_tentative_binding_expires_to_the_nanosecond(void)
{
	static const struct {
		uint16_t asked; /* 10 ms */
		mip_time lifetime;
	} cases[] = { { 300, 3 * MIP_SECOND }, { 301, 3 * MIP_SECOND }, { UINT16_MAX, 3 * MIP_SECOND }, { 1, 10 * MIP_MILLISECOND } };

	for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct bench *b = correspondent_bench();
		struct mobile m = tested(b, 0x10);
		struct mip6_security security = security_of(&m, true, false);
		mip_time start = b->now;
		struct sent s = give(b, update(&m, 1, cases[i].asked, EARLY));

		assert_in6(&s.wire_destination, &m.care_of);
		assert_acknowledged(s, &m, true, BA_ACCEPTED, 1, (uint16_t)(cases[i].lifetime / (10 * MIP_MILLISECOND)), &security);
		g_assert_cmpuint(bench_seen(b, OBSERVE_EARLY_BU_ACCEPTED), ==, 1);
		assert_in6(&bench_last(b, OBSERVE_EARLY_BU_ACCEPTED)->address, &m.care_of);
		bench_until(b, start + cases[i].lifetime - 1);
		assert_data_to(b, &m, &m.care_of);
		bench_until(b, start + cases[i].lifetime);
		assert_data_to(b, &m, &m.home);
		g_assert_cmpuint(bench_last(b, OBSERVE_BINDING_EXPIRED)->value, ==, 1);
		g_assert_cmpint(bench_last(b, OBSERVE_BINDING_EXPIRED)->at, ==, start + cases[i].lifetime);
		bench_free(b);
	}
}

static void test_update_confirms_the_tentative_binding(void)
{
	struct bench *b = correspondent_bench();
	struct mobile m = tested(b, 0x10);
	struct sent s = give(b, update(&m, 1, 300, EARLY | NO_ACKNOWLEDGEMENT));

	g_assert_null(s.p);
	bench_until(b, b->now + 3 * MIP_SECOND - 1);
	register_binding(b, &m, 2);
	bench_until(b, b->now + 100 * MIP_SECOND);
	assert_data_to(b, &m, &m.care_of);
	g_assert_cmpuint(bench_seen(b, OBSERVE_BINDING_EXPIRED), ==, 0);
	bench_free(b);
}

static void test_early_update_replaces_the_binding_of_another_care_of_address(void)
{
	struct bench *b = correspondent_bench();
	struct mobile m = tested(b, 0x10), moved = m;
	struct mip6_security security;

	register_binding(b, &m, 1);
	moved.care_of = CARE_OF_2;
	security = security_of(&moved, true, false);
	assert_acknowledged(give(b, update(&moved, 2, 300, EARLY)), &moved, true, BA_ACCEPTED, 2, 300, &security);
	assert_data_to(b, &m, &moved.care_of);
	bench_until(b, b->now + 3 * MIP_SECOND);
	assert_data_to(b, &m, &m.home);
	g_assert_cmpuint(bench_last(b, OBSERVE_BINDING_EXPIRED)->value, ==, 1);
	bench_free(b);
}

static void test_early_update_leaves_a_verified_binding_alone(void)
{
	struct bench *b = correspondent_bench();
	struct mobile m = tested(b, 0x10);
	struct mip6_security security = security_of(&m, true, false), regular = security_of(&m, false, false);
	mip_time end = b->now + 420 * MIP_SECOND;

	register_binding(b, &m, 1);
	assert_acknowledged(give(b, update(&m, 2, 300, EARLY)), &m, true, BA_ACCEPTED, 2, 300, &security);
	assert_acknowledged(give(b, update(&m, 2, 105, 0)), &m, false, BA_SEQUENCE_OUT_OF_WINDOW, 2, 0, &regular);
	bench_until(b, end - 1);
	bench_drain(b);
	assert_data_to(b, &m, &m.care_of);
	bench_until(b, end);
	assert_data_to(b, &m, &m.home);
	g_assert_cmpuint(bench_last(b, OBSERVE_BINDING_EXPIRED)->value, ==, 0);
	bench_free(b);
}

static void test_repeated_early_update_does_not_prolong_the_tentative_binding(void)
{
	struct bench *b = correspondent_bench();
	struct mobile m = tested(b, 0x10);
	struct mip6_security security = security_of(&m, true, false);
	mip_time start = b->now;

	assert_acknowledged(give(b, update(&m, 1, 300, EARLY)), &m, true, BA_ACCEPTED, 1, 300, &security);
	bench_until(b, start + 2 * MIP_SECOND);
	assert_acknowledged(give(b, update(&m, 2, 300, EARLY)), &m, true, BA_ACCEPTED, 2, 100, &security);
	bench_until(b, start + 3 * MIP_SECOND);
	assert_data_to(b, &m, &m.home);
	bench_free(b);
}

static void test_unverified_refuse_answers_129(void)
{
	struct bench *b = correspondent_bench();
	struct mobile m;
	struct mip6_security security;

	b->conf.unverified = UNVERIFIED_REFUSE;
	m = tested(b, 0x10);
	security = security_of(&m, true, false);
	assert_acknowledged(give(b, update(&m, 1, 300, EARLY | NO_ACKNOWLEDGEMENT)), &m, true, BA_PROHIBITED, 1, 0, &security);
	assert_data_to(b, &m, &m.home);
	register_binding(b, &m, 2);
	bench_free(b);
}

static void test_early_update_with_lifetime_zero_is_discarded(void)
{
	struct bench *b = correspondent_bench();
	struct mobile m = tested(b, 0x10);

	register_binding(b, &m, 1);
	node_input(b->n, b->now, 0, update(&m, 2, 0, EARLY));
	bench_assert_silent(b);
	assert_data_to(b, &m, &m.care_of);
	bench_free(b);
}

/* ---- messages nobody understands ------------------------------------------------------------------------------------------ */

static void assert_binding_error(struct sent s, uint8_t status, const struct in6 *to, const struct in6 *home_address)
{
	g_assert_true(s.is_mh && s.mh.type == MH_BE);
	g_assert_cmpuint(packet_octets(s.p), ==, 64);
	g_assert_cmpuint(s.mh.status, ==, status);
	assert_in6(&s.wire_destination, to);
	assert_in6(&s.mh.home_address, home_address);
	g_assert_false(s.view.has_routing_header);
	sent_free(&s);
}

static void mend(struct packet *p, size_t offset, const struct in6 *source)
{
	struct in6 destination = ipv6_destination(p->data);

	mh_set_checksum(p->data + offset, mh_checksum(p->data + offset, 8 * ((size_t)p->data[offset + 1] + 1), source, &destination));
}

static void test_early_update_without_support_is_a_binding_error(void)
{
	struct bench *b = correspondent_bench();
	struct mobile m;

	b->conf.ebu_support = false;
	m = tested(b, 0x10);
	assert_binding_error(give(b, update(&m, 1, 300, EARLY)), BE_UNKNOWN_MH_TYPE, &m.care_of, &m.home);
	assert_data_to(b, &m, &m.home);
	register_binding(b, &m, 2);
	bench_free(b);
}

static void test_unknown_type_is_a_binding_error_at_a_limited_rate(void)
{
	struct bench *b = correspondent_bench();
	struct in6 source = CARE_OF;
	unsigned answers = 0;

	for (unsigned i = 0; i < 100; i++) {
		struct packet *p = test_init(&source, MH_COTI);
		struct sent s;

		p->data[IPV6_HEADER + 2] = 99;
		mend(p, IPV6_HEADER, &source);
		s = give(b, p);
		if (s.p) {
			answers++;
			assert_binding_error(s, BE_UNKNOWN_MH_TYPE, &source, &in6_unspecified);
		}
	}
	g_assert_cmpuint(answers, ==, 32);
	g_assert_cmpuint(bench_drops(b, DROP_UNKNOWN_MESSAGE), ==, 100);
	bench_until(b, b->now + 10 * MIP_MILLISECOND);
	for (unsigned i = 0; i < 2; i++) {
		struct packet *p = test_init(&source, MH_COTI);
		struct sent s;

		p->data[IPV6_HEADER + 2] = 99;
		mend(p, IPV6_HEADER, &source);
		s = give(b, p);
		g_assert_cmpint(!!s.p, ==, !i);
		sent_free(&s);
	}
	bench_free(b);
}

static void test_malformed_header_is_a_parameter_problem(void)
{
	static const struct {
		unsigned octet; /* of the Mobility Header */
		uint8_t value;
	} cases[] = { { 0, PROTOCOL_UDP }, { 1, 0 } };

	for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct bench *b = correspondent_bench();
		struct in6 source = CARE_OF;
		struct packet *p = test_init(&source, MH_COTI);
		struct icmp6_message m;
		struct sent s;

		p->data[IPV6_HEADER + cases[i].octet] = cases[i].value;
		mend(p, IPV6_HEADER, &source);
		s = give(b, p);
		g_assert_cmpuint(s.view.protocol, ==, PROTOCOL_ICMP6);
		g_assert_cmpint(icmp6_decode(s.p->data + IPV6_HEADER, s.p->length - IPV6_HEADER, &m), ==, WIRE_OK);
		g_assert_cmpuint(m.type, ==, ICMP6_PARAMETER_PROBLEM);
		g_assert_cmpuint(m.code, ==, PARAMETER_ERRONEOUS_HEADER);
		g_assert_cmpuint(m.u.error.parameter, ==, IPV6_HEADER + cases[i].octet);
		assert_in6(&s.wire_destination, &source);
		sent_free(&s);
		bench_assert_silent(b);
		bench_free(b);
	}
}

static void test_bad_checksum_is_silent(void)
{
	struct bench *b = correspondent_bench();
	struct in6 source = CARE_OF;
	struct packet *p = test_init(&source, MH_COTI);

	p->data[IPV6_HEADER + 2] = 99;
	node_input(b->n, b->now, 0, p);
	bench_assert_silent(b);
	g_assert_cmpuint(bench_drops(b, DROP_CHECKSUM), ==, 1);
	bench_free(b);
}

static void test_messages_for_mobile_nodes_are_dropped(void)
{
	static const uint8_t types[] = { MH_BRR, MH_HOT, MH_COT, MH_BA, MH_BE };
	struct bench *b = correspondent_bench();
	struct in6 source = CARE_OF, self = CORRESPONDENT;

	for (unsigned i = 0; i < G_N_ELEMENTS(types); i++) {
		struct mh_message m = { .type = types[i] };

		node_input(b->n, b->now, 0, mip6_message(&source, &self, NULL, NULL, &m, NULL));
		bench_assert_silent(b);
	}
	g_assert_cmpuint(bench_drops(b, DROP_UNEXPECTED), ==, G_N_ELEMENTS(types));
	bench_free(b);
}

/* ---- packets ------------------------------------------------------------------------------------------------------------------ */

/* No role listens to UDP: a packet that was accepted earns a Port Unreachable, one that was not a Binding Error. */
static void test_home_address_option_needs_the_binding(void)
{
	struct bench *b = correspondent_bench();
	struct mobile m = tested(b, 0x10);
	struct in6 self = CORRESPONDENT, other = CARE_OF_2;
	struct packet *p = udp_packet(&m.home, &self);
	struct sent s;

	ip6_insert_home_address(p, &m.care_of);
	assert_binding_error(give(b, p), BE_UNKNOWN_BINDING, &m.care_of, &m.home);
	register_binding(b, &m, 1);
	p = udp_packet(&m.home, &self);
	ip6_insert_home_address(p, &m.care_of);
	s = give(b, p);
	g_assert_cmpuint(s.view.protocol, ==, PROTOCOL_ICMP6);
	sent_free(&s);
	p = udp_packet(&m.home, &self);
	ip6_insert_home_address(p, &other);
	assert_binding_error(give(b, p), BE_UNKNOWN_BINDING, &other, &m.home);
	bench_free(b);
}

static void unreachable(struct bench *b, const struct mobile *m)
{
	struct in6 self = CORRESPONDENT, router = address(9, 1);
	struct packet *about = udp_packet(&self, &m->home), *p;
	struct icmp6_message e = { .type = ICMP6_DESTINATION_UNREACHABLE, .code = UNREACHABLE_ADDRESS };
	struct wr w;
	size_t n;

	ip6_insert_routing_header(about, &m->care_of);
	p = ip6_packet(&router, &self, PROTOCOL_ICMP6, 64, 200);
	e.u.error.invoking = about->data;
	e.u.error.length = about->length;
	n = 8 + (size_t)about->length;
	w = wr_of(packet_put(p, n), n);
	g_assert_cmpuint(icmp6_encode(&w, &e, 0, &router, &self), ==, n);
	ip6_finish(p);
	node_input(b->n, b->now, 0, p);
	packet_free(about);
	bench_assert_silent(b);
}

static void test_only_persistent_unreachability_deletes_the_binding(void)
{
	static const struct {
		mip_time gap;
		unsigned errors;
		bool deleted;
	} cases[] = {
		{ 20 * MIP_MILLISECOND, 3, false },  /* a burst */
		{ 500 * MIP_MILLISECOND, 2, false },
		{ 500 * MIP_MILLISECOND, 3, true },
		{ 6 * MIP_SECOND, 6, false },        /* now and then */
	};

	for (unsigned i = 0; i < G_N_ELEMENTS(cases); i++) {
		struct bench *b = correspondent_bench();
		struct mobile m = tested(b, 0x10);

		register_binding(b, &m, 1);
		for (unsigned k = 0; k < cases[i].errors; k++) {
			if (k)
				bench_until(b, b->now + cases[i].gap);
			unreachable(b, &m);
		}
		assert_data_to(b, &m, cases[i].deleted ? &m.home : &m.care_of);
		g_assert_cmpuint(bench_seen(b, OBSERVE_BINDING_DELETED), ==, cases[i].deleted);
		bench_free(b);
	}
}

static void test_used_binding_is_asked_for_a_refresh_once(void)
{
	for (unsigned used = 0; used < 2; used++) {
		struct bench *b = correspondent_bench();
		struct mobile m = tested(b, 0x10);
		mip_time end = b->now + 420 * MIP_SECOND;
		struct sent s;

		register_binding(b, &m, 1);
		bench_until(b, end - 5 * MIP_SECOND);
		if (used)
			assert_data_to(b, &m, &m.care_of);
		bench_until(b, end - 1);
		s = bench_take(b, -1);
		g_assert_cmpint(!!s.p, ==, used);
		if (s.p) {
			g_assert_true(s.is_mh && s.mh.type == MH_BRR);
			assert_in6(&s.wire_destination, &m.home);
			g_assert_false(s.view.has_routing_header);
			sent_free(&s);
		}
		bench_assert_silent(b);
		bench_free(b);
	}
}

static void test_many_deletions_give_the_nonces_up(void)
{
	struct bench *b = correspondent_bench();
	struct mobile first = tested(b, 0x10), m;
	struct mip6_security deletion = security_of(&first, true, true);

	assert_acknowledged(give(b, update(&first, 9, 0, 0)), &first, false, BA_ACCEPTED, 9, 0, &deletion);
	for (unsigned i = 0; i < 1024; i++) {
		struct sent s;

		m = (struct mobile){ .home = address(5, 0), .care_of = address(6, 0) };
		store_be32(m.home.octets + 12, i + 1);
		run_test(b, &m, MH_HOTI);
		s = give(b, update(&m, 1, 0, NO_ACKNOWLEDGEMENT));
		g_assert_null(s.p);
	}
	/* Nothing is remembered any more, and nothing that could be replayed is recognised (RFC 6275 5.2.8). */
	assert_acknowledged(give(b, update(&first, 8, 105, 0)), &first, false, BA_EXPIRED_NONCES, 8, 0, NULL);
	first = tested(b, 0x10);
	register_binding(b, &first, 1);
	bench_free(b);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
#define T(name) g_test_add_func("/correspondent/" #name, test_##name)
	T(answers_tests_with_tokens_of_the_node_key);
	T(drops_tests_with_home_address_option);
	T(home_test_bypasses_the_binding);
	T(update_makes_a_binding);
	T(one_flipped_bit_is_refused);
	T(bad_authenticator_is_silent);
	T(old_sequence_is_answered_135_but_only_if_authentic);
	T(expired_nonces_are_answered_unauthenticated);
	T(update_to_a_node_without_nonces);
	T(full_cache_is_answered_130);
	T(deletion_remembers_the_sequence_number);
	T(expired_binding_cannot_be_replayed);
	T(deletion_overtaking_an_update_stops_it);
	T(home_registration_is_answered_131);
	T(unusable_addresses_are_dropped_silently);
	T(tentative_binding_expires_to_the_nanosecond);
	T(update_confirms_the_tentative_binding);
	T(early_update_replaces_the_binding_of_another_care_of_address);
	T(early_update_leaves_a_verified_binding_alone);
	T(repeated_early_update_does_not_prolong_the_tentative_binding);
	T(unverified_refuse_answers_129);
	T(early_update_with_lifetime_zero_is_discarded);
	T(early_update_without_support_is_a_binding_error);
	T(unknown_type_is_a_binding_error_at_a_limited_rate);
	T(malformed_header_is_a_parameter_problem);
	T(bad_checksum_is_silent);
	T(messages_for_mobile_nodes_are_dropped);
	T(home_address_option_needs_the_binding);
	T(only_persistent_unreachability_deletes_the_binding);
	T(used_binding_is_asked_for_a_refresh_once);
	T(many_deletions_give_the_nonces_up);
	return g_test_run();
}
