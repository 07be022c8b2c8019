// SPDX-License-Identifier: GPL-3.0-or-later
/* The access router role as the one a node leaves: RtSolPr and PrRtAdv, FBU and FBack, tunnel and copies. */
#include "tests/unit/access_router_bench.h"

static void predictive(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 previous = mobile_at(HERE), next = mobile_at(THERE), there = THERE, to;
	struct fast_message m;

	input(b, fbu(&previous, &previous, &next, 5, 10, false));
	g_assert_true(take_message(b, FAST_HI, &m, &to));
	assert_in6(&to, &there);
	assert_in6(&m.new_care_of_address, &next);
	g_assert_cmpuint(m.code, ==, FAST_HI_PREDICTIVE);
	g_assert_cmpuint(m.flags, ==, FAST_HI_BUFFER);
	g_assert_true(mac_equal(&m.link_layer_address, &mobile_mac));
	g_assert_false(diverted(b, &previous, &next)); /* not before the new router agrees */
	input(b, hack(m.sequence, HACK_ACCEPTED, NULL));
	g_assert_true(diverted(b, &previous, &next));
	/* 5.6: called off, and over by itself. */
	input(b, fbu(&previous, &previous, &previous, 6, 0, false));
	g_assert_false(diverted(b, &previous, &next));
	input(b, fbu(&previous, &previous, &next, 7, 10, false));
	g_assert_true(take_message(b, FAST_HI, &m, &to));
	input(b, hack(m.sequence, HACK_ACCEPTED, NULL));
	g_assert_true(diverted(b, &previous, &next));
	bench_until(b, b->now + 11 * MIP_SECOND);
	g_assert_false(diverted(b, &previous, &next));
	bench_free(b);
}

static void forged_update(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 previous = mobile_at(HERE), next = mobile_at(THERE), to;
	struct fast_message m;

	input(b, fbu(&previous, &previous, &next, 5, 10, true));
	g_assert_false(take_message(b, FAST_HI, &m, &to));
	g_assert_cmpuint(bench_drops(b, DROP_BAD_AUTHENTICATOR), ==, 1);
	bench_free(b);
}

static void silent_new_router(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 previous = mobile_at(HERE), next = mobile_at(THERE), to;
	struct fast_message m;

	/* Reactive, so that the answer leaves at once by the outside. */
	input(b, fbu(&next, &previous, &next, 5, 10, false));
	for (unsigned sent = 0; sent <= HI_RETRIES; sent++) {
		g_assert_true(take_message(b, FAST_HI, &m, &to));
		g_assert_cmpuint(m.code, ==, FAST_HI_REACTIVE);
		g_assert_cmpuint(m.flags, ==, 0);
		bench_until(b, b->now + (FAST_TIMEOUT << sent));
	}
	g_assert_true(take_message(b, FAST_BACK, &m, &to));
	g_assert_cmpuint(m.code, ==, FBACK_UNSPECIFIED);
	g_assert_false(diverted(b, &previous, &next));
	bench_free(b);
}

/* A tunnel that is only asked for takes room, too. */
static void no_room(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 to;
	struct fast_message m;

	b->conf.binding_cache_limit = 2;
	for (uint8_t k = 0; k < 3; k++) {
		struct in6 previous = address(1, (uint8_t)(0x20 + k)), next = address(2, (uint8_t)(0x20 + k));

		input(b, fbu(&next, &previous, &next, 5, 10, false));
		g_assert_true(take_message(b, k < 2 ? FAST_HI : FAST_BACK, &m, &to));
	}
	g_assert_cmpuint(m.code, ==, FBACK_RESOURCES);
	bench_free(b);
}

static void refused_and_assigned(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 previous = mobile_at(HERE), next = mobile_at(THERE), other = address(2, 0x77), to;
	struct fast_message m;

	input(b, fbu(&next, &previous, &next, 5, 10, false));
	g_assert_true(take_message(b, FAST_HI, &m, &to));
	input(b, hack(m.sequence, HACK_RESOURCES, NULL));
	g_assert_true(take_message(b, FAST_BACK, &m, &to));
	g_assert_cmpuint(m.code, ==, FBACK_RESOURCES);
	input(b, fbu(&next, &previous, &next, 6, 10, false));
	g_assert_true(take_message(b, FAST_HI, &m, &to));
	input(b, hack(m.sequence, HACK_ASSIGNED, &other));
	g_assert_true(take_message(b, FAST_BACK, &m, &to));
	g_assert_cmpuint(m.code, ==, FBACK_USE_ALTERNATE);
	assert_in6(&m.alternate_care_of_address, &other);
	g_assert_true(diverted(b, &previous, &other));
	bench_free(b);
}

/* A tunnel to an address that is none is refused like any other handover that cannot be. */
static void useless_address(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 previous = mobile_at(HERE), next = mobile_at(THERE), to;
	struct fast_message m;

	input(b, fbu(&next, &previous, &next, 5, 10, false));
	g_assert_true(take_message(b, FAST_HI, &m, &to));
	input(b, hack(m.sequence, HACK_ASSIGNED, &in6_all_nodes));
	g_assert_true(take_message(b, FAST_BACK, &m, &to));
	g_assert_cmpuint(m.code, ==, FBACK_UNSPECIFIED);
	g_assert_false(diverted(b, &previous, &in6_all_nodes));
	bench_free(b);
}

static void advice(void)
{
	static const struct { struct mac access_point; uint8_t code, reason; } rows[] = {
		{ { { 2, 0, 0, 0, 0, 2 } }, PRRTADV_TUPLES, ACCESS_POINT_NEW },
		{ { { 2, 0, 0, 0, 0, 1 } }, PRRTADV_NO_INFORMATION, ACCESS_POINT_SAME_ROUTER },
		{ { { 2, 0, 0, 0, 0, 4 } }, PRRTADV_NO_INFORMATION, ACCESS_POINT_NOT_FAST },
		{ { { 2, 0, 0, 0, 0, 0x55 } }, PRRTADV_NO_INFORMATION, ACCESS_POINT_UNKNOWN },
	};
	struct bench *b = router_bench(DAD_OFF);
	struct in6 source = mobile_at(HERE), there = THERE, to;
	struct fast_advice v;

	/* One that asks is known to the router (NS), or is asked back. */
	announce(b, &source);
	bench_drain(b);
	for (gsize k = 0; k < G_N_ELEMENTS(rows); k++) {
		solicit(b, &source, &rows[k].access_point);
		g_assert_true(take_advice(b, &v, &to));
		g_assert_cmpuint(v.subtype, ==, FAST_PRRTADV);
		g_assert_cmpuint(v.code, ==, rows[k].code);
		g_assert_cmpuint(v.identifier, ==, 77);
		g_assert_cmpuint(v.access_point_code, ==, rows[k].reason);
		g_assert_true(mac_equal(&v.access_point, &rows[k].access_point));
		g_assert_cmpint(v.has_router_address, ==, !k);
		assert_in6(&to, &source);
		if (!k)
			assert_in6(&v.router_address, &there);
	}
	bench_free(b);
}

static void network_initiated(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 station = in6_link_local_of(&mobile_mac), there = THERE, to;
	struct fast_advice v;

	node_station_leaving(b->n, b->now, CELL, &mobile_mac, &other_mac);
	g_assert_true(take_advice(b, &v, &to));
	g_assert_cmpuint(v.code, ==, PRRTADV_TRIGGER);
	g_assert_cmpuint(v.identifier, ==, 0);
	assert_in6(&to, &station);
	assert_in6(&v.router_address, &there);
	/* Nowhere to go to fast: nothing is said. */
	node_station_leaving(b->n, b->now, CELL, &mobile_mac, &slow_mac);
	node_station_leaving(b->n, b->now, CELL, &mobile_mac, &router_mac);
	node_station_leaving(b->n, b->now, CELL, &mobile_mac, &stranger_mac);
	g_assert_false(take_advice(b, &v, &to));
	bench_free(b);
}

static void keeps_copies(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 previous = mobile_at(HERE), next = mobile_at(THERE), to;
	struct fast_message m;
	uint8_t order[8];

	b->conf.previous_buffer = 2;
	announce(b, &previous);
	numbered(b, &previous, 0); /* before anything is in sight */
	solicit(b, &previous, &other_mac);
	for (uint8_t k = 1; k <= 3; k++)
		numbered(b, &previous, k); /* forwarded as ever, copies of 2 and 3 kept */
	g_assert_cmpuint(released(b, (const uint8_t[]){ 0, 1, 2, 3 }, 4), ==, 4);
	input(b, fbu(&next, &previous, &next, 5, 10, false));
	g_assert_true(take_message(b, FAST_HI, &m, &to));
	numbered(b, &previous, 4); /* the new router has not agreed yet */
	bench_drain(b);
	input(b, hack(m.sequence, HACK_ACCEPTED, NULL));
	numbered(b, &previous, 5);
	g_assert_cmpuint(tunnelled(b, &next, order, 8), ==, 3);
	g_assert_cmpmem(order, 3, ((uint8_t[]){ 3, 4, 5 }), 3);
	/* Copies are no losses: in sight again, and nothing comes of it. */
	input(b, fbu(&previous, &previous, &previous, 6, 0, false));
	solicit(b, &previous, &other_mac);
	numbered(b, &previous, 6);
	bench_until(b, b->now + (FAST_TUNNEL_LIFETIME_S + 1) * MIP_SECOND);
	g_assert_cmpuint(bench_drops(b, DROP_NO_BINDING), ==, 0);
	bench_free(b);
}

/* 5.6: the node turns up elsewhere; its FBU from there supersedes what stood. And it comes back. */
static void erroneous(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 previous = mobile_at(HERE), wrong = mobile_at(THERE), right = mobile_at(THIRD), third = THIRD, self = HERE, to;
	struct fast_message m, answer = { .type = FAST_HACK, .code = HACK_ACCEPTED };

	input(b, fbu(&previous, &previous, &wrong, 5, 10, false));
	g_assert_true(take_message(b, FAST_HI, &m, &to));
	input(b, hack(m.sequence, HACK_ACCEPTED, NULL));
	g_assert_true(diverted(b, &previous, &wrong));
	input(b, fbu(&right, &previous, &right, 6, 10, false));
	g_assert_true(take_message(b, FAST_HI, &m, &to));
	assert_in6(&to, &third);
	g_assert_cmpuint(m.code, ==, FAST_HI_REACTIVE);
	g_assert_false(diverted(b, &previous, &wrong));
	answer.sequence = m.sequence;
	input(b, fast_packet(&third, &self, NULL, NULL, &answer, NULL));
	g_assert_true(diverted(b, &previous, &right));
	/* Back on this link, announced to us by its next router or by itself: the tunnel has had its day. */
	announce(b, &previous);
	g_assert_false(diverted(b, &previous, &right));
	bench_free(b);
}

/* An FBU again while HI is out, and again when the tunnel stands: one HI, and an FBack for the last. */
static void repeated_update(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 previous = mobile_at(HERE), next = mobile_at(THERE), to;
	struct fast_message m;
	uint16_t sequence;

	input(b, fbu(&previous, &previous, &next, 5, 10, false));
	g_assert_true(take_message(b, FAST_HI, &m, &to));
	sequence = m.sequence;
	input(b, fbu(&previous, &previous, &next, 6, 10, false));
	g_assert_false(take_message(b, FAST_HI, &m, &to));
	input(b, hack(sequence, HACK_ACCEPTED, NULL));
	g_assert_true(take_message(b, FAST_BACK, &m, &to)); /* the copy for the new link */
	g_assert_cmpuint(m.sequence, ==, 6);
	/* The node left before the FBack: it asks from the new link. */
	input(b, fbu(&next, &previous, &next, 7, 10, false));
	g_assert_true(take_message(b, FAST_BACK, &m, &to));
	g_assert_cmpuint(m.sequence, ==, 7);
	g_assert_cmpuint(m.code, ==, FBACK_ACCEPTED);
	assert_in6(&to, &next);
	/* HAck again, or with a number of nobody's: unexpected. */
	input(b, hack(sequence, HACK_ACCEPTED, NULL));
	g_assert_cmpuint(bench_drops(b, DROP_UNEXPECTED), ==, 1);
	bench_free(b);
}

/* HAck 3: the tunnel ends at the new router, which also sends back through it what the node says. */
static void previous_served_elsewhere(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 previous = mobile_at(HERE), next = mobile_at(THERE), there = THERE, self = HERE, peer = address(3, 0x20), stranger = THIRD, to;
	struct fast_message m;
	struct packet *p;
	unsigned forwarded = 0;

	input(b, fbu(&previous, &previous, &next, 5, 10, false));
	g_assert_true(take_message(b, FAST_HI, &m, &to));
	input(b, hack(m.sequence, HACK_USE_PREVIOUS, NULL));
	g_assert_cmpuint(bench_seen(b, OBSERVE_FAST_DIVERTED), ==, 1);
	g_assert_true(diverted(b, &previous, &there));
	/* It left before the FBack and asks again from there: the same answer, no other HI. */
	bench_drain(b);
	input(b, fbu(&next, &previous, &next, 6, 10, false));
	g_assert_true(take_message(b, FAST_BACK, &m, &to));
	g_assert_cmpuint(m.code, ==, FBACK_USE_ALTERNATE);
	assert_in6(&m.alternate_care_of_address, &previous);
	g_assert_true(diverted(b, &previous, &there));
	for (int from_there = 0; from_there < 2; from_there++) {
		p = udp_packet(&previous, &peer);
		ip6_encapsulate(p, from_there ? &there : &stranger, &self);
		input(b, p);
		while ((p = node_output(b->n))) {
			forwarded += p->interface == OUTSIDE && ipv6_next_header(p->data) == PROTOCOL_UDP;
			packet_free(p);
		}
		g_assert_cmpuint(forwarded, ==, from_there);
	}
	bench_free(b);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/previous-router/diverts-once-the-new-router-agrees", predictive);
	g_test_add_func("/previous-router/forged-update-is-dropped", forged_update);
	g_test_add_func("/previous-router/silent-new-router-is-given-up", silent_new_router);
	g_test_add_func("/previous-router/requests-take-room", no_room);
	g_test_add_func("/previous-router/refusal-and-other-address-are-passed-on", refused_and_assigned);
	g_test_add_func("/previous-router/useless-address-is-refused", useless_address);
	g_test_add_func("/previous-router/what-it-says-of-access-points", advice);
	g_test_add_func("/previous-router/initiates-handovers", network_initiated);
	g_test_add_func("/previous-router/copies-go-through-the-tunnel-first", keeps_copies);
	g_test_add_func("/previous-router/erroneous-prediction-and-back", erroneous);
	g_test_add_func("/previous-router/repeated-updates", repeated_update);
	g_test_add_func("/previous-router/previous-address-served-elsewhere", previous_served_elsewhere);
	return g_test_run();
}
