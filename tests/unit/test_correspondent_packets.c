// SPDX-License-Identifier: GPL-3.0-or-later
/* What a correspondent does with other packets: messages nobody understands, data, errors; and the bounds of its memory. */
#include "correspondent_harness.h"

/* ---- messages nobody understands ------------------------------------------------------------------------------------------ */

static void mend(struct packet *p, size_t offset, const struct in6 *source)
{
	struct in6 destination = ipv6_destination(p->data);

	mh_set_checksum(p->data + offset, mh_checksum(p->data + offset, 8 * ((size_t)p->data[offset + 1] + 1), source, &destination));
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
#define T(name) g_test_add_func("/correspondent-packets/" #name, test_##name)
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
