// SPDX-License-Identifier: GPL-3.0-or-later
/* Return routability and binding updates at a correspondent. */
#include "correspondent_harness.h"

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
	struct mh_message u = { .type = MH_BU, .sequence = 1, .lifetime = 105, .flags = BU_ACKNOWLEDGE | BU_HOME };
	struct in6 self = CORRESPONDENT;

	assert_acknowledged(give(b, mip6_message(&m.care_of, &self, &m.home, NULL, &u, NULL)), &m, false, BA_HOME_REGISTRATION_NOT_SUPPORTED, 1,
	                    0, NULL);
	/* 9.5.1: with nonce indices it is dropped */
	g_assert_null(give(b, update(&m, 2, 105, HOME_FLAG)).p);
	/* and of a binding of the other kind the type may not change */
	register_binding(b, &m, 3);
	u.sequence = 4;
	assert_acknowledged(give(b, mip6_message(&m.care_of, &self, &m.home, NULL, &u, NULL)), &m, false, BA_TYPE_CHANGE_DISALLOWED, 4, 0, NULL);
	assert_data_to(b, &m, &m.care_of);
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
	return g_test_run();
}
