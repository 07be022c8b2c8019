// SPDX-License-Identifier: GPL-3.0-or-later
/* For tests of the correspondent role: a host behind one link, and the messages a mobile node (or an attacker) sends it. */
#ifndef TESTS_UNIT_CORRESPONDENT_HARNESS_H
#define TESTS_UNIT_CORRESPONDENT_HARNESS_H

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

static inline struct bench *correspondent_bench(void)
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

static inline struct sent give(struct bench *b, struct packet *p)
{
	node_input(b->n, b->now, 0, p);
	return bench_take(b, -1);
}

static inline struct packet *test_init(const struct in6 *source, enum mh_type type)
{
	struct in6 self = CORRESPONDENT;
	struct mh_message m = { .type = (uint8_t)type, .cookie = { 1, 2, 3, 4, 5, 6, 7, (uint8_t)type } };

	return mip6_message(source, &self, NULL, NULL, &m, NULL);
}

static inline void run_test(struct bench *b, struct mobile *m, enum mh_type type)
{
	bool home = type == MH_HOTI;
	struct sent s = give(b, test_init(home ? &m->home : &m->care_of, type));

	g_assert_true(s.is_mh && s.mh.type == (home ? MH_HOT : MH_COT));
	memcpy(home ? m->home_token : m->care_of_token, s.mh.token, RR_TOKEN);
	*(home ? &m->home_index : &m->care_of_index) = s.mh.nonce_index;
	sent_free(&s);
	bench_assert_silent(b);
}

static inline struct mobile tested(struct bench *b, uint8_t host)
{
	struct mobile m = { .home = address(1, host), .care_of = address(2, host) };

	run_test(b, &m, MH_HOTI);
	run_test(b, &m, MH_COTI);
	return m;
}

enum { EARLY = 1, NO_HOME_ADDRESS_OPTION = 2, WITH_ALTERNATE = 4, NO_ACKNOWLEDGEMENT = 8, FORGED = 16, HOME_FLAG = 32 };

static inline struct mip6_security security_of(const struct mobile *m, bool home_only, bool deletion)
{
	struct mip6_security s = { .care_of_address = deletion ? m->home : m->care_of, .correspondent = CORRESPONDENT };

	rr_binding_key(m->home_token, home_only ? NULL : m->care_of_token, s.key);
	return s;
}

static inline struct packet *update(const struct mobile *m, uint16_t sequence, uint16_t lifetime, unsigned how)
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
static inline struct in6 data_goes_to(struct bench *b, const struct in6 *home)
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

static inline void assert_data_to(struct bench *b, const struct mobile *m, const struct in6 *expected)
{
	struct in6 to = data_goes_to(b, &m->home);

	assert_in6(&to, expected);
}

/* The one packet the node sends is a (possibly early) acknowledgement with these fields; authenticated with the key given, or not. */
static inline void assert_acknowledged(struct sent s, const struct mobile *m, bool early, uint8_t status, uint16_t sequence, uint16_t lifetime,
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

static inline void register_binding(struct bench *b, const struct mobile *m, uint16_t sequence)
{
	struct mip6_security security = security_of(m, false, false);

	assert_acknowledged(give(b, update(m, sequence, 105, 0)), m, false, BA_ACCEPTED, sequence, 105, &security);
	bench_assert_silent(b);
	assert_data_to(b, m, &m->care_of);
}

static inline void assert_binding_error(struct sent s, uint8_t status, const struct in6 *to, const struct in6 *home_address)
{
	g_assert_true(s.is_mh && s.mh.type == MH_BE);
	g_assert_cmpuint(packet_octets(s.p), ==, 64);
	g_assert_cmpuint(s.mh.status, ==, status);
	assert_in6(&s.wire_destination, to);
	assert_in6(&s.mh.home_address, home_address);
	g_assert_false(s.view.has_routing_header);
	sent_free(&s);
}

#endif
