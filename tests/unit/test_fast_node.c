// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Fast handovers at the mobile node through its verbs. The test plays the routers of three links, whose access points are their interfaces;
 * each frame the node sends counts, whatever link it is on.
 */
#include "mip6_harness.h"
#include "models/fmip6/message.h"

enum { OLD, NEW, OTHER, LINKS };

static const struct mac mobile_mac = { { 2, 0, 0, 0, 0, 9 } };
static const struct mac access_points[LINKS] = { { { 2, 0, 0, 0, 0, 1 } }, { { 2, 0, 0, 0, 0, 2 } }, { { 2, 0, 0, 0, 0, 3 } } };
static struct fast_neighbour neighbours[LINKS];
static const struct fast_domain domain = { neighbours, LINKS, { 1, 2, 3, 4, 5, 6, 7, 8 } };

static struct in6 router_of(int link)
{
	return address((uint16_t)(link + 1), 1);
}

static struct in6 own(int link)
{
	struct in6 router = router_of(link), identifier = in6_link_local_of(&mobile_mac);

	return in6_join(&router, &identifier);
}

static void frame(struct bench *b, int link, struct packet *p)
{
	uint8_t *h = packet_push(p, ETHERNET_HEADER);

	memcpy(h, &mobile_mac, sizeof mobile_mac);
	memcpy(h + 6, &access_points[link], sizeof access_points[link]);
	store_be16(h + 12, ETHERTYPE_IPV6);
	node_input(b->n, b->now, 0, p);
}

static void advertise(struct bench *b, int link, const struct in6 *destination, uint8_t arrival, const struct in6 *supplied)
{
	struct in6 source = in6_link_local_of(&access_points[link]);
	struct icmp6_message m = { .type = ICMP6_ROUTER_ADVERTISEMENT };
	struct nd_router_advertisement *ra = &m.u.router_advertisement;
	struct packet *p = ip6_packet(&source, destination, PROTOCOL_ICMP6, 255, 200);
	struct wr w = wr_of(p->data + IPV6_HEADER, 200);
	size_t octets;

	*ra = (struct nd_router_advertisement){ .hop_limit = 64, .router_lifetime_s = 30, .has_source_mac = true, .source_mac = access_points[link],
		                                .prefix_count = 1, .arrival = arrival, .has_arrival_address = supplied };
	ra->prefixes[0] = (struct nd_prefix){ .prefix = router_of(link), .length = 64, .on_link = true, .autonomous = true, .router_address = true,
		                              .valid_s = 1000, .preferred_s = 1000 };
	if (supplied)
		ra->arrival_address = *supplied;
	octets = icmp6_encode(&w, &m, 0, &source, destination);
	g_assert_cmpuint(octets, >, 0);
	packet_put(p, octets);
	ip6_finish(p);
	frame(b, link, p);
}

static void arrive(struct bench *b, int link)
{
	node_signal_from(b->n, b->now, 0, LINK_UP, &access_points[link]);
}

static void leave(struct bench *b)
{
	bench_drain(b);
	node_signal(b->n, b->now, 0, LINK_DOWN);
}

static void going_down(struct bench *b, int to)
{
	bench_drain(b);
	node_signal_from(b->n, b->now, 0, LINK_GOING_DOWN, &access_points[to]);
}

/* On the old link, with an address. */
static struct bench *fast_bench(enum local_mobility local)
{
	struct bench *b = bench_new();
	struct in6 a = own(OLD);

	for (int k = 0; k < LINKS; k++)
		neighbours[k] = (struct fast_neighbour){ access_points[k], access_points[k], router_of(k), true };
	b->conf.dad = DAD_OFF;
	b->conf.local = local;
	ip6_add_interface(b->n, INTERFACE_ETHERNET, &mobile_mac, 1500);
	node_add_role(b->n, fast_node_new(b->n, &(struct fast_node_conf){ .domain = &domain }));
	arrive(b, OLD);
	advertise(b, OLD, &in6_all_nodes, 0, NULL);
	g_assert_nonnull(ip6_find_address(b->n, &a));
	bench_drain(b);
	return b;
}

/* What the node sends, taken apart; `kind` 0: nothing of interest. */
struct said {
	enum { NOTHING, SOLICITATION, UPDATE, ANNOUNCEMENT } kind;
	struct in6 source, destination, home_address, target;
	struct fast_message update;
	struct fast_advice solicitation;
};

static struct said take(struct bench *b)
{
	struct said s = { .kind = NOTHING };
	struct packet *p;

	while (s.kind == NOTHING && (p = node_output(b->n))) {
		struct ipv6_view v;
		const uint8_t *upper;
		size_t length;

		packet_pull(p, ETHERNET_HEADER);
		g_assert_cmpint(ipv6_walk(p->data, p->length, true, &v), ==, IPV6_WALK_OK);
		upper = p->data + v.offset;
		length = (size_t)p->length - v.offset;
		s.source = ipv6_source(p->data);
		s.destination = ipv6_destination(p->data);
		if (v.protocol == PROTOCOL_MOBILITY && upper[2] == FAST_BU) {
			struct delivery d = { .packet = p, .protocol = v.protocol, .offset = v.offset, .length = (uint16_t)length,
				              .source = v.has_home_address ? v.home_address : s.source, .destination = s.destination };
			struct fast_security security = { .router = s.destination };

			g_assert_cmpint(fast_receive(&d, &s.update), ==, WIRE_OK); /* with its checksum */
			s.kind = UPDATE;
			s.home_address = d.source;
			security.care_of_address = s.update.has_alternate_care_of_address ? s.update.alternate_care_of_address : s.source;
			fast_key(&domain, &d.source, security.key);
			g_assert_true(fast_verify(&d, &s.update, &security));
		} else if (v.protocol == PROTOCOL_ICMP6 && upper[0] == ICMP6_FAST_HANDOVER) {
			s.kind = SOLICITATION;
			g_assert_cmpint(fast_advice_decode(upper[1], upper + 4, length - 4, &s.solicitation), ==, WIRE_OK);
			g_assert_cmpuint(ipv6_hop_limit(p->data), ==, 255);
		} else if (v.protocol == PROTOCOL_ICMP6 && upper[0] == ICMP6_NEIGHBOR_ADVERTISEMENT) {
			struct icmp6_message m;

			g_assert_cmpint(icmp6_decode(upper, length, &m), ==, WIRE_OK);
			s.kind = ANNOUNCEMENT;
			s.target = m.u.neighbour.target;
			/* 6.3 */
			g_assert_false(m.u.neighbour.router || m.u.neighbour.solicited || m.u.neighbour.override);
			g_assert_true(m.u.neighbour.has_mac && mac_equal(&m.u.neighbour.mac, &mobile_mac));
			assert_in6(&s.source, &s.target);
		}
		packet_free(p);
	}
	return s;
}

static void assert_silent(struct bench *b)
{
	g_assert_cmpint(take(b).kind, ==, NOTHING);
}

/* A Proxy Router Advertisement about a link; change v before it is sent. */
static struct fast_advice advice(int about, uint8_t code, uint16_t identifier)
{
	return (struct fast_advice){ .subtype = FAST_PRRTADV, .code = code, .identifier = identifier, .has_access_point = true,
		                     .access_point = access_points[about], .access_point_code = ACCESS_POINT_NEW, .has_router_mac = true,
		                     .router_mac = access_points[about], .has_router_address = true, .router_address = router_of(about) };
}

static void give_advice(struct bench *b, const struct fast_advice *v, const struct in6 *to)
{
	struct in6 source = in6_link_local_of(&access_points[OLD]);

	frame(b, OLD, fast_advice_packet(&source, to, v));
}

/* From the link-going-down signal to the FBU. */
static struct said predicted(struct bench *b, int to)
{
	struct in6 old = own(OLD);
	struct said s;
	struct fast_advice v;

	going_down(b, to);
	s = take(b);
	g_assert_cmpint(s.kind, ==, SOLICITATION);
	v = advice(to, PRRTADV_TUPLES, s.solicitation.identifier);
	give_advice(b, &v, &old);
	return take(b);
}

static void acknowledge(struct bench *b, int link, const struct said *update, const struct in6 *to, const struct in6 *made_over, uint8_t status,
                        const struct in6 *alternate)
{
	struct in6 router = update->destination;
	struct fast_security security = { .care_of_address = *made_over, .router = router };
	struct fast_message m = { .type = FAST_BACK, .code = status, .sequence = update->update.sequence, .lifetime_s = update->update.lifetime_s };

	if (alternate) {
		m.has_alternate_care_of_address = true;
		m.alternate_care_of_address = *alternate;
	}
	fast_key(&domain, &update->home_address, security.key);
	frame(b, link, fast_packet(&router, to, NULL, in6_equal(to, &update->home_address) ? NULL : &update->home_address, &m, &security));
}

static bool usable(struct bench *b, const struct in6 *a)
{
	const struct ip6_address *x = ip6_find_address(b->n, a);

	return x && x->state != IP6_ADDRESS_AWAY && x->state != IP6_ADDRESS_TENTATIVE;
}

/* ---- from the old link --------------------------------------------------------------------------------------------------------------- */

static void predictive(void)
{
	struct bench *b = fast_bench(LOCAL_FMIP_PREDICTIVE);
	struct in6 old = own(OLD), new = own(NEW), router = router_of(OLD);
	struct said s;

	going_down(b, NEW);
	s = take(b);
	g_assert_cmpint(s.kind, ==, SOLICITATION);
	g_assert_true(mac_equal(&s.solicitation.access_point, &access_points[NEW]));
	g_assert_true(s.solicitation.has_source_mac && mac_equal(&s.solicitation.source_mac, &mobile_mac));
	assert_in6(&s.source, &old);
	s = predicted(b, NEW); /* another signal for the same: asked anew */
	g_assert_cmpint(s.kind, ==, UPDATE);
	assert_in6(&s.source, &old);
	assert_in6(&s.destination, &router);
	assert_in6(&s.home_address, &old);
	g_assert_true(s.update.has_alternate_care_of_address);
	assert_in6(&s.update.alternate_care_of_address, &new);
	g_assert_cmpuint(s.update.flags, ==, BU_ACKNOWLEDGE | BU_HOME);
	g_assert_cmpuint(s.update.lifetime_s, ==, FAST_TUNNEL_LIFETIME_S);
	g_assert_false(s.update.has_link_layer_address); /* the address shows it */
	acknowledge(b, OLD, &s, &old, &new, FBACK_ACCEPTED, NULL);
	assert_silent(b);
	leave(b);
	bench_until(b, b->now + 50 * MIP_MILLISECOND);
	arrive(b, NEW);
	/* At once, before any advertisement: the announcement, the address in use, no FBU. */
	s = take(b);
	g_assert_cmpint(s.kind, ==, ANNOUNCEMENT);
	assert_in6(&s.target, &new);
	assert_silent(b);
	g_assert_true(usable(b, &new));
	bench_free(b);
}

static void silent_router(void)
{
	struct bench *b = fast_bench(LOCAL_FMIP_PREDICTIVE);

	going_down(b, NEW);
	for (unsigned sent = 0; sent <= RTSOLPR_RETRIES; sent++) {
		g_assert_cmpint(take(b).kind, ==, SOLICITATION);
		assert_silent(b);
		bench_until(b, b->now + (FAST_TIMEOUT << sent));
	}
	assert_silent(b); /* it does not do this */
	bench_free(b);
}

static void what_advice_is_taken(void)
{
	static const struct { uint8_t code, access_point_code; bool complete, other, taken; } rows[] = {
		{ PRRTADV_TUPLES, ACCESS_POINT_NEW, true, false, true },
		{ PRRTADV_PARTLY, ACCESS_POINT_NEW, true, false, true },
		{ PRRTADV_DHCP, ACCESS_POINT_NEW, true, false, true },
		{ PRRTADV_NO_INFORMATION, ACCESS_POINT_UNKNOWN, false, false, false },
		{ PRRTADV_NO_INFORMATION, ACCESS_POINT_NOT_FAST, false, false, false },
		{ PRRTADV_NO_INFORMATION, ACCESS_POINT_SAME_ROUTER, false, false, false },
		{ PRRTADV_PARTLY, ACCESS_POINT_NOT_FAST, false, false, false },
		{ PRRTADV_TUPLES, ACCESS_POINT_NEW, false, false, false },
		{ PRRTADV_TUPLES, ACCESS_POINT_NEW, true, true, false },
		{ PRRTADV_UNSOLICITED, ACCESS_POINT_NEW, true, false, false },
		{ 77, ACCESS_POINT_NEW, true, false, false },
	};

	for (gsize k = 0; k < G_N_ELEMENTS(rows); k++) {
		struct bench *b = fast_bench(LOCAL_FMIP_PREDICTIVE);
		struct in6 old = own(OLD);
		struct fast_advice v;
		struct said s;

		going_down(b, NEW);
		s = take(b);
		v = advice(rows[k].other ? OTHER : NEW, rows[k].code, (uint16_t)(s.solicitation.identifier + 1));
		give_advice(b, &v, &old); /* of another question */
		assert_silent(b);
		v.identifier--;
		v.access_point_code = rows[k].access_point_code;
		v.has_router_address = v.has_router_mac = rows[k].complete;
		give_advice(b, &v, &old);
		g_assert_cmpint(take(b).kind, ==, rows[k].taken ? UPDATE : NOTHING);
		/* Either way the question is answered. */
		bench_until(b, b->now + FAST_FBU_TIMEOUT / 2);
		assert_silent(b);
		bench_free(b);
	}
}

static void an_address_that_advice_carries(void)
{
	struct bench *b = fast_bench(LOCAL_FMIP_PREDICTIVE);
	struct in6 old = own(OLD), given = address(NEW + 1, 0x55);
	struct fast_advice v;
	struct said s;

	going_down(b, NEW);
	s = take(b);
	v = advice(NEW, PRRTADV_TUPLES, s.solicitation.identifier);
	v.has_new_care_of_address = true;
	v.new_care_of_address = given;
	give_advice(b, &v, &old);
	s = take(b);
	g_assert_cmpint(s.kind, ==, UPDATE);
	assert_in6(&s.update.alternate_care_of_address, &given);
	bench_free(b);
}

/* Anybody on the link can say so; nothing must come of it. */
static void useless_addresses(void)
{
	const struct in6 useless[] = { in6_all_nodes, in6_link_local_of(&access_points[NEW]) };

	for (gsize k = 0; k < 2 * G_N_ELEMENTS(useless); k++) {
		struct bench *b = fast_bench(LOCAL_FMIP_PREDICTIVE);
		struct in6 old = own(OLD), bad = useless[k / 2];
		struct fast_advice v;

		going_down(b, NEW);
		v = advice(NEW, PRRTADV_TUPLES, take(b).solicitation.identifier);
		v.has_new_care_of_address = k % 2;
		v.new_care_of_address = bad;
		if (!v.has_new_care_of_address)
			v.router_address = bad;
		give_advice(b, &v, &old);
		assert_silent(b);
		leave(b);
		arrive(b, NEW);
		assert_silent(b);
		bench_until(b, b->now + 20 * MIP_SECOND);
		bench_free(b);
	}
}

static void network_initiated(void)
{
	struct bench *b = fast_bench(LOCAL_FMIP_PREDICTIVE);
	struct in6 link_local = in6_link_local_of(&mobile_mac), new = own(NEW);
	struct fast_advice v = advice(NEW, PRRTADV_TRIGGER, 5);
	struct said s;

	give_advice(b, &v, &link_local); /* unasked for means identifier 0 */
	assert_silent(b);
	v.identifier = 0;
	give_advice(b, &v, &link_local);
	s = take(b);
	g_assert_cmpint(s.kind, ==, UPDATE);
	assert_in6(&s.update.alternate_care_of_address, &new);
	give_advice(b, &v, &link_local); /* once is enough */
	assert_silent(b);
	v = advice(OLD, PRRTADV_TRIGGER, 0); /* we are there */
	give_advice(b, &v, &link_local);
	assert_silent(b);
	bench_free(b);
}

static void unanswered_update(void)
{
	struct bench *b = fast_bench(LOCAL_FMIP_PREDICTIVE);
	struct said s = predicted(b, NEW);
	uint16_t sequence = s.update.sequence;

	for (unsigned sent = 0; sent < FBU_RETRIES; sent++) {
		bench_until(b, b->now + (FAST_FBU_TIMEOUT << sent));
		s = take(b);
		g_assert_cmpint(s.kind, ==, UPDATE);
		g_assert_cmpuint((uint16_t)(s.update.sequence - sequence), ==, sent + 1);
	}
	bench_until(b, b->now + (FAST_FBU_TIMEOUT << (FBU_RETRIES + 1)));
	assert_silent(b); /* no fast handovers here */
	bench_free(b);
}

static void refused_update(void)
{
	static const uint8_t statuses[] = { FBACK_UNSPECIFIED, FBACK_PROHIBITED, FBACK_RESOURCES, 131 };

	for (gsize k = 0; k < G_N_ELEMENTS(statuses); k++) {
		struct bench *b = fast_bench(LOCAL_FMIP_PREDICTIVE);
		struct in6 old = own(OLD), new = own(NEW);
		struct said s = predicted(b, NEW);

		acknowledge(b, OLD, &s, &old, &new, statuses[k], NULL);
		bench_until(b, b->now + 10 * MIP_SECOND);
		assert_silent(b);
		/* On the new link nothing is known beforehand; the FBU goes from there once an address is. */
		leave(b);
		arrive(b, NEW);
		assert_silent(b);
		advertise(b, NEW, &in6_all_nodes, 0, NULL);
		g_assert_cmpint(take(b).kind, ==, ANNOUNCEMENT);
		s = take(b);
		g_assert_cmpint(s.kind, ==, UPDATE);
		assert_in6(&s.source, &new);
		g_assert_false(s.update.has_alternate_care_of_address);
		bench_free(b);
	}
}

/* A forged FBack, or one with another number, changes nothing. */
static void bad_acknowledgements(void)
{
	struct bench *b = fast_bench(LOCAL_FMIP_PREDICTIVE);
	struct in6 old = own(OLD), new = own(NEW), wrong = own(OTHER);
	struct said s = predicted(b, NEW), again = s;

	acknowledge(b, OLD, &s, &old, &wrong, FBACK_ACCEPTED, NULL); /* made over another address: another authenticator */
	g_assert_cmpuint(bench_drops(b, DROP_BAD_AUTHENTICATOR), ==, 1);
	again.update.sequence++;
	acknowledge(b, OLD, &again, &old, &new, FBACK_ACCEPTED, NULL);
	g_assert_cmpuint(bench_drops(b, DROP_BAD_SEQUENCE), ==, 1);
	g_assert_cmpuint(bench_seen(b, OBSERVE_FAST_BA_ACCEPTED), ==, 0);
	acknowledge(b, OLD, &s, &old, &new, FBACK_ACCEPTED, NULL);
	g_assert_cmpuint(bench_seen(b, OBSERVE_FAST_BA_ACCEPTED), ==, 1);
	bench_free(b);
}

static void alternate_address(void)
{
	struct bench *b = fast_bench(LOCAL_FMIP_PREDICTIVE);
	struct in6 old = own(OLD), new = own(NEW), given = address(NEW + 1, 0x77), next = router_of(OTHER);
	struct said s = predicted(b, NEW);
	struct fast_advice v;

	acknowledge(b, OLD, &s, &old, &new, FBACK_USE_ALTERNATE, &given);
	leave(b);
	arrive(b, NEW);
	s = take(b);
	g_assert_cmpint(s.kind, ==, ANNOUNCEMENT);
	assert_in6(&s.target, &given);
	g_assert_true(usable(b, &given) && !usable(b, &new));
	/* The router's advertisements make no second one. */
	advertise(b, NEW, &in6_all_nodes, 0, NULL);
	g_assert_false(usable(b, &new));
	/* Leaving from there, the FBU says which station this is: the address does not show it. */
	going_down(b, OTHER);
	s = take(b);
	v = advice(OTHER, PRRTADV_TUPLES, s.solicitation.identifier);
	frame(b, NEW, fast_advice_packet(&(struct in6){ { 0xfe, 0x80, [15] = 1 } }, &given, &v));
	s = take(b);
	g_assert_cmpint(s.kind, ==, UPDATE);
	g_assert_true(s.update.has_link_layer_address && mac_equal(&s.update.link_layer_address, &mobile_mac));
	g_assert_true(in6_prefix_equal(&s.update.alternate_care_of_address, &next, 64));
	bench_free(b);
}

/* The new router serves the previous address: that is the alternate. */
static void alternate_is_the_previous(void)
{
	struct bench *b = fast_bench(LOCAL_FMIP_PREDICTIVE);
	struct in6 old = own(OLD), new = own(NEW);
	struct said s = predicted(b, NEW);

	acknowledge(b, OLD, &s, &old, &new, FBACK_USE_ALTERNATE, &old);
	leave(b);
	arrive(b, NEW);
	s = take(b);
	g_assert_cmpint(s.kind, ==, ANNOUNCEMENT);
	assert_in6(&s.target, &old);
	assert_silent(b);
	g_assert_true(usable(b, &old) && !usable(b, &new));
	advertise(b, NEW, &in6_all_nodes, 0, NULL);
	s = take(b);
	g_assert_cmpint(s.kind, ==, ANNOUNCEMENT);
	assert_in6(&s.target, &new);
	g_assert_true(usable(b, &new));
	bench_free(b);
}

/* Announced, acknowledged, and no movement follows: called off (5.6). */
static void never_happens(void)
{
	struct bench *b = fast_bench(LOCAL_FMIP_PREDICTIVE);
	struct in6 old = own(OLD), new = own(NEW);
	struct said s = predicted(b, NEW);

	acknowledge(b, OLD, &s, &old, &new, FBACK_ACCEPTED, NULL);
	bench_until(b, b->now + FAST_PATIENCE - 1);
	assert_silent(b);
	bench_until(b, b->now + 1);
	s = take(b);
	g_assert_cmpint(s.kind, ==, UPDATE);
	g_assert_cmpuint(s.update.lifetime_s, ==, 0);
	assert_in6(&s.home_address, &old);
	bench_until(b, b->now + FAST_FBU_TIMEOUT);
	s = take(b);
	g_assert_cmpint(s.kind, ==, UPDATE); /* repeated */
	acknowledge(b, OLD, &s, &old, &old, FBACK_ACCEPTED, NULL);
	bench_until(b, b->now + 20 * MIP_SECOND);
	assert_silent(b);
	bench_free(b);
}

/* ---- from the new link ----------------------------------------------------------------------------------------------------------------- */

static void reactive(void)
{
	struct bench *b = fast_bench(LOCAL_FMIP_REACTIVE);
	struct in6 old = own(OLD), new = own(NEW), router = router_of(OLD);
	struct said s = predicted(b, NEW);

	g_assert_cmpint(s.kind, ==, NOTHING); /* advised, but silent */
	leave(b);
	arrive(b, NEW);
	s = take(b);
	g_assert_cmpint(s.kind, ==, ANNOUNCEMENT);
	assert_in6(&s.target, &new);
	s = take(b);
	g_assert_cmpint(s.kind, ==, UPDATE);
	assert_in6(&s.source, &new);
	assert_in6(&s.destination, &router);
	assert_in6(&s.home_address, &old);
	acknowledge(b, NEW, &s, &new, &new, FBACK_ACCEPTED, NULL);
	bench_until(b, b->now + 5 * MIP_SECOND);
	assert_silent(b);
	bench_free(b);
}

static void before_the_acknowledgement(void)
{
	struct bench *b = fast_bench(LOCAL_FMIP_PREDICTIVE);
	struct in6 new = own(NEW);
	struct said s = predicted(b, NEW);

	leave(b);
	arrive(b, NEW);
	/* Section 4: the announcement, then the FBU again. */
	g_assert_cmpint(take(b).kind, ==, ANNOUNCEMENT);
	s = take(b);
	g_assert_cmpint(s.kind, ==, UPDATE);
	assert_in6(&s.source, &new);
	for (unsigned sent = 0; sent < FBU_RETRIES; sent++) {
		bench_until(b, b->now + (FAST_FBU_TIMEOUT << sent));
		s = take(b);
		g_assert_cmpint(s.kind, ==, UPDATE);
	}
	bench_until(b, b->now + 20 * MIP_SECOND);
	assert_silent(b);
	bench_free(b);
}

/* The access point's name is a hint, even where the link coming up is none. */
static void without_hints(void)
{
	struct bench *b = fast_bench(LOCAL_FMIP_PREDICTIVE);
	struct in6 old = own(OLD), new = own(NEW);
	struct said s;

	b->conf.movement_detection = DETECT_EAGER;
	predicted(b, NEW);
	leave(b);
	arrive(b, NEW);
	s = take(b);
	g_assert_cmpint(s.kind, ==, ANNOUNCEMENT);
	assert_in6(&s.target, &new);
	g_assert_true(usable(b, &new));
	g_assert_false(usable(b, &old));
	bench_free(b);
}

static void probe_from(struct bench *b, const struct mac *mac, const struct in6 *target)
{
	struct in6 group = in6_solicited_node(target);
	struct icmp6_message m = { .type = ICMP6_NEIGHBOR_SOLICITATION };
	struct packet *p = ip6_packet(&in6_unspecified, &group, PROTOCOL_ICMP6, 255, 24);
	struct wr w = wr_of(packet_put(p, 24), 24);
	struct mac to = mac_of_multicast(&group);
	uint8_t *h;

	m.u.neighbour.target = *target;
	g_assert_cmpuint(icmp6_encode(&w, &m, 0, &in6_unspecified, &group), ==, 24);
	ip6_finish(p);
	h = packet_push(p, ETHERNET_HEADER);
	memcpy(h, &to, sizeof to);
	memcpy(h + 6, mac, sizeof *mac);
	store_be16(h + 12, ETHERTYPE_IPV6);
	node_input(b->n, b->now, 0, p);
}

/* The router may still be probing, for us, when we do: only somebody else's probe is a conflict. */
static void probed_on_our_behalf(void)
{
	struct bench *b = fast_bench(LOCAL_FMIP_PREDICTIVE);
	struct in6 new = own(NEW);

	b->conf.dad = DAD_ON;
	predicted(b, NEW);
	leave(b);
	arrive(b, NEW);
	g_assert_true(usable(b, &new));
	probe_from(b, &access_points[NEW], &new);
	g_assert_cmpint(ip6_find_address(b->n, &new)->state, ==, IP6_ADDRESS_OPTIMISTIC);
	probe_from(b, &access_points[OTHER], &new);
	g_assert_cmpint(ip6_find_address(b->n, &new)->state, ==, IP6_ADDRESS_DUPLICATE);
	bench_free(b);
}

/* Told of one router, arrived at another: the previous one is told from there, which puts the tunnel straight. */
static void wrong_prediction(void)
{
	struct bench *b = fast_bench(LOCAL_FMIP_PREDICTIVE);
	struct in6 old = own(OLD), new = own(NEW), other = own(OTHER), router = router_of(OLD);
	struct said s = predicted(b, NEW);

	acknowledge(b, OLD, &s, &old, &new, FBACK_ACCEPTED, NULL);
	leave(b);
	arrive(b, OTHER);
	assert_silent(b); /* nothing is known of this link */
	advertise(b, OTHER, &in6_all_nodes, 0, NULL);
	s = take(b);
	g_assert_cmpint(s.kind, ==, ANNOUNCEMENT);
	assert_in6(&s.target, &other);
	s = take(b);
	g_assert_cmpint(s.kind, ==, UPDATE);
	assert_in6(&s.source, &other);
	assert_in6(&s.destination, &router);
	assert_in6(&s.home_address, &old);
	bench_free(b);
}

/* Gone for a moment, and back on the same link: what was announced is called off at once. */
static void back_again(void)
{
	struct bench *b = fast_bench(LOCAL_FMIP_PREDICTIVE);
	struct in6 old = own(OLD), new = own(NEW);
	struct said s = predicted(b, NEW);

	acknowledge(b, OLD, &s, &old, &new, FBACK_ACCEPTED, NULL);
	leave(b);
	arrive(b, OLD);
	s = take(b);
	g_assert_cmpint(s.kind, ==, ANNOUNCEMENT);
	assert_in6(&s.target, &old);
	s = take(b);
	g_assert_cmpint(s.kind, ==, UPDATE);
	g_assert_cmpuint(s.update.lifetime_s, ==, 0);
	g_assert_true(usable(b, &old));
	bench_free(b);
}

static bool delivers_from(struct bench *b, const struct in6 *router, const struct in6 *inner)
{
	struct in6 peer = address(3, 0x20), new = own(NEW);
	struct packet *p = udp_packet(&peer, inner);
	unsigned before = bench_drops(b, DROP_NO_LISTENER);

	ip6_encapsulate(p, router, &new);
	frame(b, NEW, p);
	bench_drain(b);
	/* Nobody listens to the port: what came out of the tunnel and is ours ends so. */
	return bench_drops(b, DROP_NO_LISTENER) == before + 1;
}

/* Packets of the previous address come out of the previous router's tunnel, from nobody else's, and for as long as that lasts. */
static void previous_tunnel(void)
{
	struct bench *b = fast_bench(LOCAL_FMIP_PREDICTIVE);
	struct in6 old = own(OLD), new = own(NEW), router = router_of(OLD), stranger = address(7, 7), other = own(OTHER);
	struct said s = predicted(b, NEW);

	acknowledge(b, OLD, &s, &old, &new, FBACK_ACCEPTED, NULL);
	leave(b);
	arrive(b, NEW);
	bench_drain(b);
	g_assert_true(delivers_from(b, &router, &old));
	g_assert_false(delivers_from(b, &stranger, &old));
	g_assert_false(delivers_from(b, &router, &other));
	bench_until(b, b->now + FAST_TUNNEL_LIFETIME_S * MIP_SECOND);
	g_assert_false(delivers_from(b, &router, &old));
	bench_free(b);
}

/* ---- what the new router answers (6.4.6) ---------------------------------------------------------------------------------------------- */

static struct bench *announced(struct said *update)
{
	struct bench *b = fast_bench(LOCAL_FMIP_PREDICTIVE);

	predicted(b, NEW);
	leave(b);
	arrive(b, NEW);
	g_assert_cmpint(take(b).kind, ==, ANNOUNCEMENT);
	*update = take(b);
	g_assert_cmpint(update->kind, ==, UPDATE);
	return b;
}

static void supplied_address(void)
{
	struct in6 new = own(NEW), given = address(NEW + 1, 0x77);
	struct said s;
	struct bench *b = announced(&s);

	advertise(b, NEW, &new, ND_ARRIVAL_USE_SUPPLIED, &given);
	s = take(b);
	g_assert_cmpint(s.kind, ==, ANNOUNCEMENT);
	assert_in6(&s.target, &given);
	s = take(b);
	g_assert_cmpint(s.kind, ==, UPDATE);
	assert_in6(&s.source, &given);
	g_assert_true(usable(b, &given) && !ip6_find_address(b->n, &new));
	bench_free(b);
}

static void previous_served(void)
{
	struct in6 new = own(NEW), old = own(OLD), stranger = own(OTHER);
	struct said s;
	struct bench *b = announced(&s);

	advertise(b, NEW, &new, ND_ARRIVAL_PREVIOUS_SERVED, &stranger); /* not ours: nothing */
	g_assert_true(usable(b, &new));
	advertise(b, NEW, &new, ND_ARRIVAL_PREVIOUS_SERVED, &old);
	g_assert_true(usable(b, &old) && !usable(b, &new));
	/* MUST NOT send FBUs, not the repetition either. */
	bench_until(b, b->now + 20 * MIP_SECOND);
	assert_silent(b);
	/* Neighbor Discovery makes a new address when the router advertises next; that it is there now is said again. */
	advertise(b, NEW, &in6_all_nodes, 0, NULL);
	g_assert_true(usable(b, &new));
	s = take(b);
	g_assert_cmpint(s.kind, ==, ANNOUNCEMENT);
	assert_in6(&s.target, &new);
	bench_free(b);
}

static void invalid_address(void)
{
	static const uint8_t statuses[] = { ND_ARRIVAL_INVALID, ND_ARRIVAL_UNRECOGNIZED };

	for (gsize k = 0; k < G_N_ELEMENTS(statuses); k++) {
		struct in6 new = own(NEW);
		struct said s;
		struct bench *b = announced(&s);

		advertise(b, NEW, &new, statuses[k], NULL);
		s = take(b);
		g_assert_cmpint(s.kind, ==, ANNOUNCEMENT);
		g_assert_true(in6_prefix_equal(&s.target, &new, 64) && !in6_equal(&s.target, &new));
		g_assert_cmpint(take(b).kind, ==, UPDATE);
		g_assert_true(usable(b, &s.target) && !ip6_find_address(b->n, &new));
		bench_free(b);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/fast-node/predictive", predictive);
	g_test_add_func("/fast-node/router-that-knows-nothing-of-this", silent_router);
	g_test_add_func("/fast-node/what-advice-is-taken", what_advice_is_taken);
	g_test_add_func("/fast-node/address-that-advice-carries", an_address_that_advice_carries);
	g_test_add_func("/fast-node/useless-addresses", useless_addresses);
	g_test_add_func("/fast-node/initiated-by-the-network", network_initiated);
	g_test_add_func("/fast-node/unanswered-update", unanswered_update);
	g_test_add_func("/fast-node/refused-update", refused_update);
	g_test_add_func("/fast-node/bad-acknowledgements", bad_acknowledgements);
	g_test_add_func("/fast-node/alternate-address", alternate_address);
	g_test_add_func("/fast-node/alternate-address-is-the-previous", alternate_is_the_previous);
	g_test_add_func("/fast-node/handover-that-never-happens", never_happens);
	g_test_add_func("/fast-node/reactive", reactive);
	g_test_add_func("/fast-node/gone-before-the-acknowledgement", before_the_acknowledgement);
	g_test_add_func("/fast-node/without-link-layer-hints", without_hints);
	g_test_add_func("/fast-node/probed-on-our-behalf", probed_on_our_behalf);
	g_test_add_func("/fast-node/wrong-prediction", wrong_prediction);
	g_test_add_func("/fast-node/back-again", back_again);
	g_test_add_func("/fast-node/tunnel-of-the-previous-router", previous_tunnel);
	g_test_add_func("/fast-node/address-supplied-on-arrival", supplied_address);
	g_test_add_func("/fast-node/previous-address-served", previous_served);
	g_test_add_func("/fast-node/address-called-invalid", invalid_address);
	return g_test_run();
}
