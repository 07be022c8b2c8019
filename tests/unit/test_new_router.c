// SPDX-License-Identifier: GPL-3.0-or-later
/* The access router role as the one a node comes to: HI and HAck, addresses, what is kept and when it leaves, arrivals. */
#include "tests/unit/access_router_bench.h"

static void keeps_and_releases(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 next = NEW_HERE, from = address(3, 0x20), to;
	const uint8_t order[] = { 0, 1, 2, 5 };
	struct fast_message m;

	input(b, hi(9, &next, FAST_HI_PREDICTIVE));
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	g_assert_cmpuint(m.code, ==, HACK_ACCEPTED);
	for (uint8_t k = 0; k < 5; k++) {
		struct packet *p = udp_packet(&from, &next);

		p->data[p->length - 1] = k;
		input(b, p);
	}
	g_assert_cmpuint(bench_drops(b, DROP_QUEUE_FULL), ==, 2); /* three fit */
	bench_drain(b);
	announce(b, &next);
	g_assert_cmpuint(released(b, order, 3), ==, 3);
	/* A late repetition is answered and changes nothing. */
	input(b, hi(9, &next, FAST_HI_PREDICTIVE));
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	input(b, udp_packet(&from, &next));
	g_assert_cmpuint(released(b, order, 1), ==, 1);
	bench_free(b);
}

static void taken_address(void)
{
	struct bench *b = router_bench(DAD_ON);
	struct in6 next = NEW_HERE, self = HERE, to;
	struct fast_message m;

	input(b, hi(9, &next, FAST_HI_PREDICTIVE));
	g_assert_false(take_message(b, FAST_HACK, &m, &to)); /* probing */
	announce_from(b, &next, &stranger_mac); /* somebody defends it: as good an answer as a proper one */
	g_assert_false(take_message(b, FAST_HACK, &m, &to)); /* probing another */
	bench_until(b, b->now + MIP_SECOND);
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	g_assert_cmpuint(m.code, ==, HACK_ASSIGNED);
	g_assert_true(in6_prefix_equal(&m.new_care_of_address, &self, 64) && !in6_equal(&m.new_care_of_address, &next));
	bench_free(b);
}

/* Who it is probed for is no conflict: the node may be faster than the probe. */
static void here_while_it_is_probed(void)
{
	struct bench *b = router_bench(DAD_ON);
	struct in6 next = NEW_HERE, to;
	struct fast_message m;

	input(b, hi(9, &next, FAST_HI_PREDICTIVE));
	g_assert_false(take_message(b, FAST_HACK, &m, &to));
	announce(b, &next);
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	g_assert_cmpuint(m.code, ==, HACK_ACCEPTED);
	bench_until(b, b->now + 2 * MIP_SECOND);
	g_assert_false(take_message(b, FAST_HACK, &m, &to)); /* the probe is over */
	numbered(b, &next, 7);
	g_assert_cmpuint(released(b, (const uint8_t[]){ 7 }, 1), ==, 1);
	bench_free(b);
}

/* What is only probed takes room, too, or a flood of HI would have no bound. */
static void no_room(void)
{
	struct bench *b = router_bench(DAD_ON);
	struct in6 to;
	struct fast_message m;

	b->conf.binding_cache_limit = 2;
	for (uint8_t k = 0; k < 3; k++) {
		struct in6 next = address(1, (uint8_t)(0x20 + k));

		input(b, hi((uint16_t)(9 + k), &next, FAST_HI_PREDICTIVE));
		g_assert_true(take_message(b, FAST_HACK, &m, &to) == (k == 2));
	}
	g_assert_cmpuint(m.code, ==, HACK_RESOURCES);
	bench_free(b);
}

/* HI comes from routers, and is about an address of the domain: else anybody could have anybody's packets kept. */
static void whose_word(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 next = NEW_HERE, there = THERE, node = PREVIOUS_OTHER, anchor = address(9, 1), elsewhere = address(3, 0x20), to;
	struct fast_message m;

	b->conf.handover_address = HANDOVER_ADDRESS_PREVIOUS;
	input(b, hi_from(&node, &node, 9, &next, FAST_HI_PREDICTIVE));
	g_assert_false(take_message(b, FAST_HACK, &m, &to));
	g_assert_cmpuint(bench_drops(b, DROP_UNEXPECTED), ==, 1);
	input(b, hi_from(&there, &elsewhere, 10, &next, FAST_HI_PREDICTIVE));
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	g_assert_cmpuint(m.code, ==, HACK_ACCEPTED); /* the new address; the other is not one that it could serve */
	next = address(1, 0x21);
	input(b, hi_from(&anchor, &node, 11, &next, FAST_HI_PREDICTIVE));
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	g_assert_cmpuint(m.code, ==, HACK_USE_PREVIOUS);
	bench_free(b);
}

static void never_comes(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 next = NEW_HERE, from = address(3, 0x20);

	input(b, hi(9, &next, FAST_HI_PREDICTIVE));
	input(b, udp_packet(&from, &next));
	bench_until(b, b->now + (FAST_TUNNEL_LIFETIME_S + 1) * MIP_SECOND);
	g_assert_cmpuint(bench_drops(b, DROP_NO_BINDING), ==, 1);
	bench_free(b);
}

static uint8_t arrival_answer(struct bench *b, const struct in6 *expected_to, struct in6 *supplied)
{
	struct icmp6_message m = { 0 };
	struct in6 to;
	struct mac mac;

	do
		if (!take_icmp(b, ICMP6_ROUTER_ADVERTISEMENT, &m, &to, &mac))
			return ND_ARRIVAL_NONE;
	while (!m.u.router_advertisement.arrival);
	assert_in6(&to, expected_to);
	g_assert_false(mac.octets[0] & 1); /* unicast, to whoever announced itself */
	*supplied = m.u.router_advertisement.has_arrival_address ? m.u.router_advertisement.arrival_address : in6_unspecified;
	return m.u.router_advertisement.arrival;
}

static void assigned_address(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 next = NEW_HERE, assigned, supplied, to;
	struct fast_message m;

	b->conf.handover_address = HANDOVER_ADDRESS_ASSIGNED;
	input(b, hi(9, &next, FAST_HI_PREDICTIVE));
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	g_assert_cmpuint(m.code, ==, HACK_ASSIGNED);
	assigned = m.new_care_of_address;
	g_assert_false(in6_equal(&assigned, &next));
	input(b, hi(9, &next, FAST_HI_PREDICTIVE)); /* repeated: the same again */
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	assert_in6(&m.new_care_of_address, &assigned);
	numbered(b, &assigned, 7);
	bench_drain(b);
	/* It left before the FBack and comes with what it proposed. */
	announce(b, &next);
	g_assert_cmpuint(arrival_answer(b, &next, &supplied), ==, ND_ARRIVAL_USE_SUPPLIED);
	assert_in6(&supplied, &assigned);
	announce(b, &assigned);
	g_assert_cmpuint(released(b, (const uint8_t[]){ 7 }, 1), ==, 1);
	bench_free(b);
}

static void asked_to_assign(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 next = NEW_HERE, self = HERE, there = THERE, to;
	struct fast_message m = { .type = FAST_HI, .sequence = 9, .flags = FAST_HI_ASSIGN | FAST_HI_BUFFER, .has_link_layer_address = true,
		                  .link_layer_address = mobile_mac, .has_new_care_of_address = true, .new_care_of_address = next };

	input(b, fast_packet(&there, &self, NULL, NULL, &m, NULL));
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	g_assert_cmpuint(m.code, ==, HACK_ASSIGNED);
	g_assert_true(m.has_new_care_of_address);
	bench_free(b);
}

static void previous_served_here(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 next = NEW_HERE, previous = PREVIOUS_OTHER, from = address(3, 0x20), self = HERE, there = THERE, supplied, to;
	struct fast_message m;
	struct packet *p;
	uint8_t order[4];

	b->conf.handover_address = HANDOVER_ADDRESS_PREVIOUS;
	input(b, hi(9, &next, FAST_HI_PREDICTIVE));
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	g_assert_cmpuint(m.code, ==, HACK_USE_PREVIOUS);
	p = udp_packet(&from, &previous);
	p->data[p->length - 1] = 3;
	ip6_encapsulate(p, &there, &self);
	input(b, p); /* kept, and nobody is asked for: the node is not here yet */
	g_assert_null(node_output(b->n));
	input(b, hi(10, &next, FAST_HI_REACTIVE)); /* an FBU from the new link that left before the node knew */
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	g_assert_cmpuint(m.code, ==, HACK_USE_PREVIOUS);
	announce(b, &next);
	{
		struct packet *q, *kept[8];
		unsigned n = 0, data = 0, answers = 0;

		while ((q = node_output(b->n)))
			kept[n++] = q;
		for (unsigned k = 0; k < n; k++) {
			const uint8_t *ip = kept[k]->data + ETHERNET_HEADER;

			data += kept[k]->interface == CELL && ip[6] == PROTOCOL_UDP && !memcmp(ip + 24, &previous, 16) && !memcmp(kept[k]->data, &mobile_mac, 6);
			answers += kept[k]->interface == CELL && ip[6] == PROTOCOL_ICMP6 && ip[IPV6_HEADER] == ICMP6_ROUTER_ADVERTISEMENT;
			packet_free(kept[k]);
		}
		g_assert_cmpuint(data, ==, 1);
		g_assert_cmpuint(answers, ==, 1);
	}
	/* Said again, for the answer may have been lost. */
	announce(b, &next);
	g_assert_cmpuint(arrival_answer(b, &next, &supplied), ==, ND_ARRIVAL_PREVIOUS_SERVED);
	assert_in6(&supplied, &previous);
	/* What it sends goes back to the previous router. */
	p = udp_packet(&previous, &from);
	p->data[p->length - 1] = 4;
	cell_input(b, p);
	g_assert_cmpuint(tunnelled(b, &there, order, 4), ==, 1);
	g_assert_cmpuint(order[0], ==, 4);
	/* In the end the host route goes. */
	bench_until(b, b->now + (FAST_TUNNEL_LIFETIME_S + 1) * MIP_SECOND);
	bench_drain(b);
	input(b, udp_packet(&from, &previous));
	g_assert_cmpuint(released(b, order, 0), ==, 0);
	bench_free(b);
}

/* The FBack said so: it announces the previous address at once. */
static void previous_announced(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 next = NEW_HERE, previous = PREVIOUS_OTHER, from = address(3, 0x20), self = HERE, there = THERE, supplied, to;
	struct fast_message m;
	struct packet *p;

	b->conf.handover_address = HANDOVER_ADDRESS_PREVIOUS;
	input(b, hi(9, &next, FAST_HI_PREDICTIVE));
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	p = udp_packet(&from, &previous);
	p->data[p->length - 1] = 3;
	ip6_encapsulate(p, &there, &self);
	input(b, p);
	/* It is no address of this link: the engine takes no notice of such an advertisement, the role does. */
	announce(b, &previous);
	g_assert_cmpuint(released(b, (const uint8_t[]){ 3 }, 1), ==, 1);
	g_assert_cmpuint(arrival_answer(b, &previous, &supplied), ==, ND_ARRIVAL_NONE);
	bench_free(b);
}

static void not_its_address(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 next = NEW_HERE, other = address(1, 0x66), self = HERE, supplied, to;
	struct fast_message m;

	/* The router's own; announced by HI for another station; known to be another station's. */
	announce(b, &self);
	g_assert_cmpuint(arrival_answer(b, &self, &supplied), ==, ND_ARRIVAL_INVALID);
	input(b, hi(9, &next, FAST_HI_PREDICTIVE));
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	announce_from(b, &next, &stranger_mac);
	g_assert_cmpuint(arrival_answer(b, &next, &supplied), ==, ND_ARRIVAL_INVALID);
	announce_from(b, &other, &stranger_mac);
	g_assert_cmpuint(arrival_answer(b, &other, &supplied), ==, ND_ARRIVAL_NONE);
	announce(b, &other);
	g_assert_cmpuint(arrival_answer(b, &other, &supplied), ==, ND_ARRIVAL_INVALID);
	bench_free(b);
}

static bool defended(struct bench *b, const struct in6 *target)
{
	struct in6 source = address(1, 0x44), group = in6_solicited_node(target), to;
	struct icmp6_message ns = { .type = ICMP6_NEIGHBOR_SOLICITATION }, m;
	struct packet *p = ip6_packet(&source, &group, PROTOCOL_ICMP6, 255, 32);
	struct wr w = wr_of(packet_put(p, 32), 32);
	struct mac group_mac = mac_of_multicast(&group), mac;
	bool yes = false;
	uint8_t *h;

	ns.u.neighbour = (struct nd_neighbour_message){ .target = *target, .has_mac = true, .mac = stranger_mac };
	g_assert_cmpuint(icmp6_encode(&w, &ns, 0, &source, &group), ==, 32);
	ip6_finish(p);
	h = packet_push(p, ETHERNET_HEADER);
	memcpy(h, &group_mac, sizeof group_mac);
	memcpy(h + 6, &stranger_mac, sizeof stranger_mac);
	store_be16(h + 12, ETHERTYPE_IPV6);
	bench_drain(b);
	node_input(b->n, b->now, CELL, p);
	while (take_icmp(b, ICMP6_NEIGHBOR_ADVERTISEMENT, &m, &to, &mac))
		yes |= in6_equal(&m.u.neighbour.target, target);
	return yes;
}

/* It was faster than HI: nothing is kept or spoken for, and it is not asked whether somebody has its address. */
static void here_before(void)
{
	struct bench *b = router_bench(DAD_ON);
	struct in6 next = NEW_HERE, to;
	struct fast_message m;

	announce(b, &next);
	bench_until(b, b->now + 5 * MIP_MILLISECOND);
	bench_drain(b);
	input(b, hi(9, &next, FAST_HI_PREDICTIVE));
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	g_assert_cmpuint(m.code, ==, HACK_ACCEPTED);
	numbered(b, &next, 7);
	g_assert_cmpuint(released(b, (const uint8_t[]){ 7 }, 1), ==, 1);
	g_assert_false(defended(b, &next));
	/* It leaves, and is announced again: it has to be expected. */
	b->conf.dad = DAD_OFF;
	solicit(b, &next, &other_mac);
	bench_drain(b);
	input(b, hi(10, &next, FAST_HI_PREDICTIVE));
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	numbered(b, &next, 8);
	g_assert_cmpuint(released(b, NULL, 0), ==, 0);
	announce(b, &next);
	g_assert_cmpuint(released(b, (const uint8_t[]){ 8 }, 1), ==, 1);
	bench_free(b);
}

/* 5.4: five at once, then at the rate they came; what comes later queues up behind. */
static void metered(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 next = NEW_HERE, to;
	const mip_time interval = 20 * MIP_MILLISECOND;
	struct fast_message m;

	b->conf.handover_buffer = 100;
	b->conf.buffer_release = RELEASE_METERED;
	input(b, hi(9, &next, FAST_HI_PREDICTIVE));
	g_assert_true(take_message(b, FAST_HACK, &m, &to));
	for (uint8_t k = 0; k < 8; k++) {
		numbered(b, &next, k);
		bench_until(b, b->now + interval);
	}
	bench_drain(b);
	announce(b, &next);
	g_assert_cmpuint(released(b, (const uint8_t[]){ 0, 1, 2, 3, 4 }, 5), ==, 5);
	numbered(b, &next, 8);
	g_assert_cmpuint(released(b, NULL, 0), ==, 0);
	for (uint8_t k = 5; k <= 8; k++) {
		/* The rate is that of all that came: eight intervals for nine packets, the last of which came at the eighth. */
		bench_until(b, b->now + interval - 1);
		g_assert_cmpuint(released(b, NULL, 0), ==, 0);
		bench_until(b, b->now + 1);
		g_assert_cmpuint(released(b, &k, 1), ==, 1);
	}
	numbered(b, &next, 9); /* nothing is kept any more */
	g_assert_cmpuint(released(b, (const uint8_t[]){ 9 }, 1), ==, 1);
	bench_free(b);
}

static void speaks_for_it(void)
{
	struct bench *b = router_bench(DAD_OFF);
	struct in6 next = NEW_HERE;

	g_assert_false(defended(b, &next));
	input(b, hi(9, &next, FAST_HI_PREDICTIVE));
	g_assert_true(defended(b, &next));
	bench_until(b, b->now + PROXY_ND_LIFETIME - 1);
	g_assert_true(defended(b, &next));
	bench_until(b, b->now + 1);
	g_assert_false(defended(b, &next));
	/* Once it is here it speaks for itself. */
	input(b, hi(10, &next, FAST_HI_PREDICTIVE));
	announce(b, &next);
	g_assert_false(defended(b, &next));
	bench_free(b);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/new-router/keeps-in-order-and-within-its-bound", keeps_and_releases);
	g_test_add_func("/new-router/taken-address-gets-another", taken_address);
	g_test_add_func("/new-router/the-node-itself-is-no-conflict", here_while_it_is_probed);
	g_test_add_func("/new-router/probes-take-room", no_room);
	g_test_add_func("/new-router/whose-word-it-takes", whose_word);
	g_test_add_func("/new-router/what-is-kept-for-nobody-is-dropped", never_comes);
	g_test_add_func("/new-router/assigns-addresses", assigned_address);
	g_test_add_func("/new-router/assigns-when-asked-to", asked_to_assign);
	g_test_add_func("/new-router/previous-address-served-here", previous_served_here);
	g_test_add_func("/new-router/previous-address-announced", previous_announced);
	g_test_add_func("/new-router/an-address-that-is-not-the-nodes", not_its_address);
	g_test_add_func("/new-router/node-faster-than-hi", here_before);
	g_test_add_func("/new-router/metered-release", metered);
	g_test_add_func("/new-router/speaks-for-an-address-for-a-while", speaks_for_it);
	return g_test_run();
}
