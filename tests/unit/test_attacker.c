// SPDX-License-Identifier: GPL-3.0-or-later
/* The redirecting attacker's rounds, against a correspondent played by the test: what it sends when, and what makes it go on. */
#include "models/attack/attacker.h"
#include "models/wire/spot_check.h"
#include "models/wire/tcp.h"
#include "tests/unit/mip6_harness.h"

#define S MIP_SECOND
#define HOME address(1, 0x66)
#define OWN address(1, 0x67)             /* its care-of address in times of good behaviour */
#define VICTIM address(2, 0x10)
#define CORRESPONDENT address(3, 0x20)
#define START (1000 * S)

struct scene {
	struct bench *b;
	uint8_t home_cookie[MH_COOKIE], care_of_cookie[MH_COOKIE];
};

static const uint8_t home_token[RR_TOKEN] = "hometokn", care_of_token[RR_TOKEN] = "careoftk";

static struct scene begin(mip_time earn, bool spoof)
{
	struct scene s = { .b = bench_new() };
	struct in6 home = HOME, own = OWN;
	struct interface *i = ip6_add_interface(s.b->n, INTERFACE_POINT_TO_POINT, NULL, 1500);
	struct attacker_conf conf = { .home_address = HOME, .care_of_address = OWN, .correspondent = CORRESPONDENT, .victim = VICTIM,
		                      .start = START, .earn = earn, .redirect = 3 * S, .spoof = spoof };

	ip6_add_address(s.b->n, i, &home, 64);
	ip6_add_address(s.b->n, i, &own, 64);
	ip6_add_route(s.b->n, &in6_unspecified, 0, i, NULL);
	node_add_role(s.b->n, attacker_new(s.b->n, &conf));
	s.b->now = START - 1;
	node_signal(s.b->n, s.b->now, 0, LINK_UP);
	bench_until(s.b, START - 1);
	bench_assert_silent(s.b);
	bench_until(s.b, START);
	return s;
}

/* The next packet is a test init of this type from its right address; keeps the cookie. */
static void expect_test(struct scene *s, enum mh_type type)
{
	struct in6 from = type == MH_HOTI ? HOME : OWN, to = CORRESPONDENT;
	struct sent p = bench_take(s->b, -1);

	g_assert_true(p.p && p.is_mh);
	g_assert_cmpuint(p.mh.type, ==, type);
	assert_in6(&p.wire_source, &from);
	assert_in6(&p.wire_destination, &to);
	memcpy(type == MH_HOTI ? s->home_cookie : s->care_of_cookie, p.mh.cookie, MH_COOKIE);
	sent_free(&p);
}

static void test_answer(struct scene *s, enum mh_type type, bool right)
{
	struct in6 from = CORRESPONDENT, to = type == MH_HOT ? HOME : OWN;
	struct mh_message m = { .type = (uint8_t)type, .nonce_index = type == MH_HOT ? 11 : 22 };

	memcpy(m.cookie, type == MH_HOT ? s->home_cookie : s->care_of_cookie, MH_COOKIE);
	m.cookie[0] ^= !right;
	memcpy(m.token, type == MH_HOT ? home_token : care_of_token, RR_TOKEN);
	node_input(s->b->n, s->b->now, 0, mip6_message(&from, &to, NULL, NULL, &m, NULL));
}

static void acknowledge(struct scene *s, uint8_t status)
{
	struct in6 from = CORRESPONDENT, to = OWN, home = HOME;
	struct mh_message m = { .type = MH_BA, .status = status, .lifetime = status ? 0 : 105 };

	node_input(s->b->n, s->b->now, 0, mip6_message(&from, &to, NULL, &home, &m, NULL));
}

/* The next packet is an update, of its own address or early of the victim's, with an authenticator that holds. */
static void expect_update(struct scene *s, bool early, bool spoof)
{
	struct in6 own = OWN, victim = VICTIM, home = HOME;
	struct mip6_security security = { .care_of_address = early ? victim : own, .correspondent = CORRESPONDENT };
	struct sent p = bench_take(s->b, -1);

	g_assert_true(p.p && p.is_mh && p.view.has_home_address);
	g_assert_cmpuint(p.mh.type, ==, early ? MH_EXPERIMENTAL : MH_BU);
	assert_in6(&p.d.source, &home);
	assert_in6(&p.wire_source, spoof ? &victim : &own);
	g_assert_cmpuint(p.mh.lifetime, ==, early ? 300 : 105); /* 3 s in 10 ms; 420 s in 4 s */
	g_assert_cmpuint(p.mh.options.home_nonce_index, ==, 11);
	g_assert_cmpuint(p.mh.options.care_of_nonce_index, ==, early ? 0 : 22);
	g_assert_cmpint(p.mh.options.has_alternate_care_of_address, ==, early && !spoof);
	if (early && !spoof)
		assert_in6(&p.mh.options.alternate_care_of_address, &victim);
	rr_binding_key(home_token, early ? NULL : care_of_token, security.key);
	g_assert_true(mip6_verify(&p.d, &p.mh, &security));
	sent_free(&p);
}

/* A packet of a flow of its own to the correspondent: the address it leaves from; unspecified: it does not. */
static struct in6 data_from(struct scene *s)
{
	struct in6 home = HOME, to = CORRESPONDENT, from = in6_unspecified;
	struct sent p;

	ip6_send(s->b->n, s->b->now, udp_packet(&home, &to), 0);
	p = bench_take(s->b, -1);
	if (p.p) {
		from = p.wire_source;
		g_assert_cmpint(p.view.has_home_address, ==, !in6_equal(&from, &home));
		assert_in6(&p.d.source, &home);
		sent_free(&p);
	}
	return from;
}

static void assert_data_from(struct scene *s, struct in6 want)
{
	struct in6 from = data_from(s);

	assert_in6(&from, &want);
}

static void round_of(gconstpointer spoofs)
{
	bool spoof = GPOINTER_TO_INT(spoofs);
	struct scene s = begin(10 * S, spoof);

	expect_test(&s, MH_HOTI);
	expect_test(&s, MH_COTI);
	assert_data_from(&s, HOME);
	/* Wrong cookies are not taken; one answer is not enough; what is missing is asked for again. */
	test_answer(&s, MH_HOT, false);
	test_answer(&s, MH_COT, false);
	test_answer(&s, MH_COT, true);
	bench_assert_silent(s.b);
	bench_until(s.b, START + S);
	expect_test(&s, MH_HOTI);
	bench_assert_silent(s.b);
	test_answer(&s, MH_HOT, true);
	expect_update(&s, false, false);
	assert_data_from(&s, HOME);
	/* Refused is as good as lost: a second later it begins anew, with new tokens. */
	acknowledge(&s, BA_INSUFFICIENT_RESOURCES);
	bench_until(s.b, START + 2 * S);
	expect_test(&s, MH_HOTI);
	expect_test(&s, MH_COTI);
	acknowledge(&s, BA_ACCEPTED); /* of nothing that is under way */
	test_answer(&s, MH_HOT, true);
	test_answer(&s, MH_COT, true);
	expect_update(&s, false, false);
	acknowledge(&s, BA_ACCEPTED);
	/* Ten seconds of good behaviour from its own address, then the victim's. */
	assert_data_from(&s, OWN);
	bench_until(s.b, START + 12 * S - 1);
	bench_assert_silent(s.b);
	bench_until(s.b, START + 12 * S);
	expect_update(&s, true, spoof);
	assert_data_from(&s, spoof ? VICTIM : in6_unspecified);
	/* Three seconds later the next round. */
	bench_until(s.b, START + 15 * S - 1);
	bench_assert_silent(s.b);
	bench_until(s.b, START + 15 * S);
	expect_test(&s, MH_HOTI);
	expect_test(&s, MH_COTI);
	bench_assert_silent(s.b);
	g_assert_cmpuint(bench_seen(s.b, OBSERVE_EARLY_BU_SENT), ==, 1);
	g_assert_cmpuint(bench_seen(s.b, OBSERVE_BU_SENT), ==, 2);
	bench_free(s.b);
}

/* Without good behaviour the home test alone is enough. */
static void nothing_to_earn(void)
{
	struct scene s = begin(0, false);

	expect_test(&s, MH_HOTI);
	bench_assert_silent(s.b);
	test_answer(&s, MH_HOT, true);
	expect_update(&s, true, false);
	bench_until(s.b, START + 3 * S);
	expect_test(&s, MH_HOTI);
	bench_assert_silent(s.b);
	bench_free(s.b);
}

/* A packet of the correspondent's with spot checks; `count` of them, numbered from `first`. */
static void spot_check(struct scene *s, struct in6 care_of, uint8_t first, uint8_t count)
{
	struct in6 from = CORRESPONDENT, home = HOME;
	struct packet *p = udp_packet(&from, &home);
	struct spot_checks checks = { .kind = SPOT_CHECK_ASK, .count = count };
	uint8_t options[SPOT_CHECK_HEADER_MAX];

	for (uint8_t k = 0; k < count; k++)
		checks.checks[k] = (struct spot_check){ (uint8_t)(first + k), { 9, (uint8_t)(first + k) } };
	ip6_insert_destination_options(p, options, spot_check_encode(&checks, options));
	ip6_insert_routing_header(p, &care_of);
	node_input(s->b->n, s->b->now, 0, p);
	bench_drain(s->b);
}

/* It pays to answer spot checks as an honest node does: the latest four, once. */
static void spot_checks_are_answered(void)
{
	struct scene s = begin(10 * S, false);
	struct in6 home = HOME, to = CORRESPONDENT;
	struct spot_checks answer;
	struct sent p;

	expect_test(&s, MH_HOTI);
	expect_test(&s, MH_COTI);
	test_answer(&s, MH_HOT, true);
	test_answer(&s, MH_COT, true);
	expect_update(&s, false, false);
	acknowledge(&s, BA_ACCEPTED);
	spot_check(&s, OWN, 1, 1);
	spot_check(&s, OWN, 2, 4);
	ip6_send(s.b->n, s.b->now, udp_packet(&home, &to), 0);
	p = bench_take(s.b, -1);
	g_assert_true(p.p && p.view.has_home_address && p.view.spot_check_offset);
	g_assert_cmpint(spot_check_decode(p.p->data + p.view.spot_check_offset, p.p->length - (size_t)p.view.spot_check_offset, &answer), ==,
	                WIRE_OK);
	g_assert_cmpuint(answer.kind, ==, SPOT_CHECK_ANSWER);
	g_assert_cmpuint(answer.count, ==, 4);
	for (unsigned k = 0; k < 4; k++) {
		g_assert_cmpuint(answer.checks[k].slot, ==, 2 + k);
		g_assert_cmpuint(answer.checks[k].token[1], ==, 2 + k);
	}
	sent_free(&p);
	ip6_send(s.b->n, s.b->now, udp_packet(&home, &to), 0);
	p = bench_take(s.b, -1);
	g_assert_true(p.p && !p.view.spot_check_offset);
	sent_free(&p);
	bench_free(s.b);
}

/* A segment of the correspondent's stream, 1000 octets from `sequence` on, as it comes by a binding or plainly. */
static void segment(struct scene *s, uint32_t sequence, bool bound)
{
	struct in6 from = CORRESPONDENT, home = HOME, own = OWN;
	const struct tcp_header h = { .source_port = 80, .destination_port = 4000, .sequence = sequence, .acknowledgment = 77, .flags = TCP_ACK,
		                      .window = 1000 };
	struct packet *p = ip6_packet(&from, &home, PROTOCOL_TCP, 64, TCP_HEADER_MAXIMUM);
	uint8_t header[TCP_HEADER_MAXIMUM];
	size_t octets = tcp_write(header, &h, 1000, &from, &home);

	memcpy(packet_put(p, octets), header, octets);
	p->bulk = 1000;
	ip6_finish(p);
	if (bound)
		ip6_insert_routing_header(p, &own);
	node_input(s->b->n, s->b->now, 0, p);
}

/* The next packet acknowledges this much, from there. */
static void expect_acknowledgment(struct scene *s, uint32_t acknowledgment, struct in6 from)
{
	struct in6 home = HOME, to = CORRESPONDENT;
	struct sent p = bench_take(s->b, -1);
	struct tcp_header h;
	size_t octets;

	g_assert_true(p.p && p.d.protocol == PROTOCOL_TCP);
	g_assert_cmpint(tcp_decode(p.p->data + p.d.offset, p.d.length, p.d.length, &home, &to, &h, &octets), ==, WIRE_OK);
	assert_in6(&p.d.source, &home);
	assert_in6(&p.wire_source, &from);
	g_assert_cmpuint(octets, ==, p.d.length);
	g_assert_cmpuint(h.flags, ==, TCP_ACK);
	g_assert_cmpuint(h.sequence, ==, 77);
	g_assert_cmpuint(h.acknowledgment, ==, acknowledgment);
	g_assert_cmpuint(h.source_port, ==, 4000);
	g_assert_cmpuint(h.destination_port, ==, 80);
	sent_free(&p);
}

/* Ten segments 100 ms apart are two each 200 ms; the numbers go round on the way. */
static void acknowledgments_are_made_up(void)
{
	struct scene s = begin(10 * S, true);
	uint32_t first = UINT32_MAX - 4999;

	expect_test(&s, MH_HOTI);
	expect_test(&s, MH_COTI);
	test_answer(&s, MH_HOT, true);
	test_answer(&s, MH_COT, true);
	expect_update(&s, false, false);
	acknowledge(&s, BA_ACCEPTED);
	for (uint32_t k = 0; k < 10; k++) {
		bench_until(s.b, START + (mip_time)(k + 1) * S / 10);
		segment(&s, first + 1000 * k, true);
		bench_drain(s.b); /* that is for the node's own TCP; which is not here, so somebody complains */
	}
	segment(&s, first + 3000, true); /* again: what comes next stays what it was */
	bench_drain(s.b);
	bench_until(s.b, START + 10 * S);
	expect_update(&s, true, true);
	/* (1000 - 100) ms over 10 gaps, the repeated one counted. */
	for (uint32_t k = 1; k < 15; k++) {
		bench_until(s.b, START + 10 * S + k * 180 * MIP_MILLISECOND - 1);
		bench_assert_silent(s.b);
		bench_until(s.b, START + 10 * S + k * 180 * MIP_MILLISECOND);
		expect_acknowledgment(&s, first + 10000 + 2000 * k, VICTIM);
		segment(&s, first, false); /* what comes home meanwhile is not answered */
		bench_assert_silent(s.b);
	}
	bench_until(s.b, START + 13 * S - 1);
	bench_drain(s.b);
	/* The redirection is over: every second segment is acknowledged, whatever is missing before it. */
	bench_until(s.b, START + 13 * S);
	expect_test(&s, MH_HOTI);
	expect_test(&s, MH_COTI);
	segment(&s, first + 60000, false);
	bench_assert_silent(s.b);
	segment(&s, first + 99000, false);
	expect_acknowledgment(&s, first + 100000, HOME);
	segment(&s, first + 41000, false);
	segment(&s, first + 42000, false);
	expect_acknowledgment(&s, first + 43000, HOME);
	bench_assert_silent(s.b);
	bench_free(s.b);
}

static void damaged_messages(void)
{
	struct scene s = begin(10 * S, false);
	struct in6 from = CORRESPONDENT, to = HOME;
	struct mh_message m = { .type = MH_HOT };
	struct packet *p = mip6_message(&from, &to, NULL, NULL, &m, NULL);

	bench_drain(s.b);
	p->data[p->length - 1] ^= 1;
	node_input(s.b->n, s.b->now, 0, p);
	g_assert_cmpuint(bench_drops(s.b, DROP_CHECKSUM), ==, 1);
	bench_assert_silent(s.b);
	bench_free(s.b);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/attacker/round/alternate-care-of-address", GINT_TO_POINTER(false), round_of);
	g_test_add_data_func("/attacker/round/forged-source", GINT_TO_POINTER(true), round_of);
	g_test_add_func("/attacker/nothing-to-earn", nothing_to_earn);
	g_test_add_func("/attacker/spot-checks-are-answered", spot_checks_are_answered);
	g_test_add_func("/attacker/acknowledgments-are-made-up", acknowledgments_are_made_up);
	g_test_add_func("/attacker/damaged-messages", damaged_messages);
	return g_test_run();
}
