// SPDX-License-Identifier: GPL-3.0-or-later
/* ESP between mobile node and home agent: the reference packet, both ends, replays, flipped bits, policies of the home agent. */
#include "mip6_harness.h"

#include "models/mip6/ipsec.h"
#include "models/wire/esp.h"
#include "vector.h"

/* As in the reference packets: 2001:db8:<subnet>::<host>. */
static struct in6 at(uint16_t subnet, uint8_t host)
{
	return (struct in6){ { 0x20, 0x01, 0x0d, 0xb8, (uint8_t)(subnet >> 8), (uint8_t)subnet, [15] = host } };
}

#define HOME_AGENT at(1, 1)
#define HOME at(1, 0x10)
#define CARE_OF at(2, 0x10)
#define CARE_OF_2 at(4, 0x10)
#define CORRESPONDENT at(3, 0x20)

/* ---- two ends, each a host with a role that keeps what it is given ---------------------------------------------------------- */

struct catcher {
	struct role role;
	struct delivery last;
	struct packet *packet;           /* of the last */
	unsigned count;
};

static enum verdict catch(struct role *r, mip_time now, struct delivery *d)
{
	struct catcher *c = mip_container_of(r, struct catcher, role);

	(void)now;
	packet_free(c->packet);
	c->packet = d->packet;
	c->last = *d;
	c->count++;
	return VERDICT_TAKEN;
}

static bool accept_any(struct role *r, const struct in6 *home_address)
{
	(void)r, (void)home_address;
	return true;
}

static bool accept_home(struct role *r, mip_time now, const struct delivery *d)
{
	(void)r, (void)now, (void)d;
	return true;
}

static void free_catcher(struct role *r)
{
	struct catcher *c = mip_container_of(r, struct catcher, role);

	packet_free(c->packet);
	mip_free(c, sizeof *c);
}

static const struct role_ops catcher_ops = { .name = "catcher", .input = catch, .accept_home_address = accept_home,
	                                     .accept_routing_header = accept_any, .free = free_catcher };

struct end {
	struct bench *b;
	struct catcher *c;
};

static struct ipsec_keys test_keys(void)
{
	struct ipsec_keys k;

	memset(&k, 0x6b, sizeof k);
	return k;
}

static void add(struct node *n, enum ipsec cipher, bool payload, bool at_home_agent)
{
	const struct ipsec_keys keys = test_keys();
	const struct ipsec_conf conf = { .home_address = HOME, .home_agent = HOME_AGENT, .cipher = cipher, .spi = 0x1000,
		                         .payload = payload, .at_home_agent = at_home_agent };

	ipsec_add(n, &conf, &keys);
}

static struct end end_new(enum ipsec cipher, bool payload, bool at_home_agent)
{
	struct end e = { .b = bench_new() };
	struct node *n = e.b->n;
	struct interface *i = ip6_add_interface(n, INTERFACE_POINT_TO_POINT, NULL, 9000);
	struct in6 self = at_home_agent ? HOME_AGENT : CARE_OF, home = HOME, second = CARE_OF_2;

	ip6_add_address(n, i, &self, 128);
	if (!at_home_agent) {
		ip6_add_address(n, i, &second, 128);
		ip6_add_address(n, i, &home, 128)->state = IP6_ADDRESS_AWAY;
	}
	ip6_add_route(n, &in6_unspecified, 0, i, NULL);
	add(n, cipher, payload, at_home_agent);
	e.c = mip_alloc(sizeof *e.c);
	e.c->role.ops = &catcher_ops;
	node_add_role(n, &e.c->role);
	node_signal(n, e.b->now, 0, LINK_UP);
	return e;
}

static struct packet *sent_packet(struct end *e)
{
	struct packet *p = node_output(e->b->n);

	g_assert_nonnull(p);
	g_assert_null(node_output(e->b->n));
	return p;
}

static void give(struct end *e, struct packet *take)
{
	node_input(e->b->n, e->b->now, 0, take);
	bench_drain(e->b);
}

/* The update of the reference packets 11 and 14. */
static struct packet *update(uint16_t sequence)
{
	struct in6 care_of = CARE_OF, agent = HOME_AGENT, home = HOME;
	struct mh_message m = { .type = MH_BU, .sequence = sequence, .flags = BU_ACKNOWLEDGE | BU_HOME | BU_LINK_LOCAL, .lifetime = 0x1000 };

	m.options.has_alternate_care_of_address = true;
	m.options.alternate_care_of_address = care_of;
	return mip6_message(&care_of, &agent, &home, NULL, &m, NULL);
}

static struct packet *sealed_update(struct end *e, uint16_t sequence)
{
	struct in6 agent = HOME_AGENT, home = HOME;

	ipsec_send(e->b->n, e->b->now, &home, &agent, IPSEC_BINDING, update(sequence));
	return sent_packet(e);
}

static struct packet *tunnelled(struct end *e, const struct in6 *source, const struct in6 *destination, struct packet *take)
{
	struct in6 agent = HOME_AGENT, home = HOME;

	ipsec_tunnel(e->b->n, e->b->now, &home, &agent, source, destination, take);
	return sent_packet(e);
}

static struct packet *home_test_init(void)
{
	struct in6 home = HOME, peer = CORRESPONDENT;
	struct mh_message m = { .type = MH_HOTI, .cookie = { 0xa0, 0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa6, 0xa7 } };

	return mip6_message(&home, &peer, NULL, NULL, &m, NULL);
}

static void the_reference_packet(void)
{
	struct octets v = octets_of_vector("esp-14-bu-null"), plain = octets_of_vector("mh-11-bu-home");
	struct end mobile = end_new(IPSEC_NULL, false, false), agent = end_new(IPSEC_NULL, false, true);
	struct packet *p = sealed_update(&mobile, load_be16(plain.data + 70));

	assert_octets(p->data, p->length, v.data, v.length);
	give(&agent, p);
	/* Opened it is the packet without ESP. */
	g_assert_cmpuint(agent.c->count, ==, 1);
	g_assert_cmpuint(agent.c->last.secured, ==, 1 + IPSEC_BINDING);
	g_assert_cmpuint(agent.c->last.protocol, ==, PROTOCOL_MOBILITY);
	g_assert_cmpuint(agent.c->last.esp_octets, ==, 24);
	assert_octets(agent.c->packet->data, agent.c->packet->length, plain.data, plain.length);
	bench_free(mobile.b);
	bench_free(agent.b);
	octets_free(&v);
	octets_free(&plain);
}

/* Sizes of the reference, section 16, and what comes out is what went in; both ciphers, both directions, all uses. */
static void there_and_back(void)
{
	for (int aes = 0; aes < 2; aes++) {
		enum ipsec cipher = aes ? IPSEC_AES : IPSEC_NULL;
		struct end mobile = end_new(cipher, true, false), agent = end_new(cipher, true, true);
		struct in6 home = HOME, self = HOME_AGENT, care_of = CARE_OF, peer = CORRESPONDENT;
		struct mh_message ack = { .type = MH_BA, .sequence = 7, .lifetime = 9 }, hot = { .type = MH_HOT };
		struct packet *p, *copy;

		p = sealed_update(&mobile, 9);
		g_assert_cmpuint(p->length, ==, IPV6_HEADER + HOME_ADDRESS_HEADER + (aes ? 84 : 56));
		give(&agent, p);
		g_assert_cmpuint(agent.c->last.secured, ==, 1 + IPSEC_BINDING);

		p = mip6_message(&self, &care_of, NULL, &home, &ack, NULL);
		copy = packet_clone(p);
		ipsec_send(agent.b->n, agent.b->now, &home, &self, IPSEC_BINDING, p);
		p = sent_packet(&agent);
		g_assert_cmphex(load_be32(p->data + IPV6_HEADER + ROUTING_HEADER_2), ==, 0x1001);
		g_assert_cmpuint(p->length, ==, IPV6_HEADER + ROUTING_HEADER_2 + (aes ? 68 : 40));
		give(&mobile, p);
		g_assert_cmpuint(mobile.c->last.secured, ==, 1 + IPSEC_BINDING);
		assert_octets(mobile.c->packet->data, mobile.c->packet->length, copy->data, copy->length);
		packet_free(copy);

		p = tunnelled(&mobile, &care_of, &self, home_test_init());
		g_assert_cmphex(load_be32(p->data + IPV6_HEADER), ==, 0x1002);
		g_assert_cmpuint(p->length, ==, IPV6_HEADER + (aes ? 100 : 80));
		give(&agent, p);
		g_assert_cmpuint(agent.c->last.secured, ==, 1 + IPSEC_TEST);
		g_assert_cmpuint(agent.c->last.protocol, ==, PROTOCOL_IPV6);

		p = mip6_message(&peer, &home, NULL, NULL, &hot, NULL);
		copy = packet_clone(p);
		p = tunnelled(&agent, &self, &care_of, p);
		g_assert_cmpuint(p->length, ==, IPV6_HEADER + (aes ? 116 : 88));
		g_assert_true(p->relayed);
		g_assert_cmpuint(p->overhead, ==, IPV6_HEADER + (aes ? 52 : 24));
		give(&mobile, p);
		g_assert_cmpuint(mobile.c->last.secured, ==, 1 + IPSEC_TEST);
		assert_octets(delivery_upper(&mobile.c->last), mobile.c->last.length, copy->data, copy->length);
		packet_free(copy);

		/* Bulk is real octets inside; large packets too. */
		for (unsigned bulk = 0; bulk < 8000; bulk += 613) {
			p = udp_packet(&home, &peer);
			p->bulk = (uint16_t)bulk;
			ip6_finish(p);
			p = tunnelled(&mobile, &care_of, &self, p);
			g_assert_cmpuint(p->bulk, ==, 0);
			g_assert_cmpuint(p->length, ==, IPV6_HEADER + (aes ? esp_octets(56 + bulk, 16, 16) : esp_octets(56 + bulk, 0, 4)));
			give(&agent, p);
			g_assert_cmpuint(agent.c->last.secured, ==, 1 + IPSEC_PAYLOAD);
			g_assert_cmpuint(agent.c->last.length, ==, 56 + bulk);
			for (unsigned k = 0; k < bulk; k++)
				g_assert_cmpuint(delivery_upper(&agent.c->last)[56 + k], ==, 0);
		}
		g_assert_cmpuint(bench_seen(agent.b, OBSERVE_DROP) + bench_seen(mobile.b, OBSERVE_DROP), ==, 0);
		bench_free(mobile.b);
		bench_free(agent.b);
	}
}

static void without_associations_nothing_changes(void)
{
	struct bench *b = bench_new();
	struct in6 home = HOME, self = HOME_AGENT, care_of = CARE_OF;
	struct interface *i = ip6_add_interface(b->n, INTERFACE_POINT_TO_POINT, NULL, 1500);
	struct packet *p, *q = update(3);

	ip6_add_address(b->n, i, &care_of, 128);
	ip6_add_route(b->n, &in6_unspecified, 0, i, NULL);
	node_signal(b->n, b->now, 0, LINK_UP);
	g_assert_false(node_has_ipsec(b->n));
	ipsec_send(b->n, b->now, &home, &self, IPSEC_BINDING, update(3));
	p = node_output(b->n);
	assert_octets(p->data, p->length, q->data, q->length);
	packet_free(p);
	packet_free(q);
	ipsec_tunnel(b->n, b->now, &home, &self, &care_of, &self, home_test_init());
	p = node_output(b->n);
	g_assert_cmpuint(ipv6_next_header(p->data), ==, PROTOCOL_IPV6);
	g_assert_cmpuint(p->length, ==, 96);
	packet_free(p);
	g_assert_true(ipsec_expects(b->n, IPSEC_BINDING, &(struct delivery){ .secured = 0 }));
	bench_free(b);
}

/* ---- what must not get through -------------------------------------------------------------------------------------------------- */

static void one_flipped_bit_is_refused(void)
{
	for (int aes = 0; aes < 2; aes++) {
		enum ipsec cipher = aes ? IPSEC_AES : IPSEC_NULL;
		struct end mobile = end_new(cipher, false, false), agent = end_new(cipher, false, true);
		struct packet *p = sealed_update(&mobile, 1);
		unsigned first = 8 * (IPV6_HEADER + HOME_ADDRESS_HEADER), last = 8 * p->length;

		for (unsigned bit = first; bit < last; bit++) {
			struct packet *copy = packet_clone(p);

			copy->data[bit / 8] ^= (uint8_t)(0x80 >> bit % 8);
			give(&agent, copy);
			g_assert_cmpuint(agent.c->count, ==, 0);
		}
		/* The SPI leads nowhere, or to another association; the number 1 made 0 is none; all else fails by the ICV. */
		g_assert_cmpuint(bench_drops(agent.b, DROP_NO_ASSOCIATION) + bench_drops(agent.b, DROP_REPLAY) +
		                         bench_drops(agent.b, DROP_BAD_ICV), ==, last - first);
		g_assert_cmpuint(bench_drops(agent.b, DROP_REPLAY), ==, 1);
		g_assert_cmpuint(bench_drops(agent.b, DROP_BAD_ICV), >=, last - first - 33);
		/* A home address that is not the association's: the ICV does not cover it, the selectors do. */
		for (unsigned octet = 48; octet < 64; octet++) {
			struct packet *copy = sealed_update(&mobile, 1);

			copy->data[octet] ^= 1;
			give(&agent, copy);
			g_assert_cmpuint(agent.c->count, ==, 0);
		}
		give(&agent, p); /* nothing of this used up its number */
		g_assert_cmpuint(agent.c->count, ==, 1);
		bench_free(mobile.b);
		bench_free(agent.b);
	}
}

static void every_length_is_survived(void)
{
	for (int aes = 0; aes < 2; aes++) {
		enum ipsec cipher = aes ? IPSEC_AES : IPSEC_NULL;
		struct end mobile = end_new(cipher, false, false), agent = end_new(cipher, false, true);
		struct packet *p = sealed_update(&mobile, 1);

		for (uint16_t n = IPV6_HEADER + HOME_ADDRESS_HEADER; n < p->length; n++) {
			struct packet *copy = packet_clone(p);

			copy->length = n;
			ip6_finish(copy);
			give(&agent, copy);
			g_assert_cmpuint(agent.c->count, ==, 0);
		}
		packet_free(p);
		bench_free(mobile.b);
		bench_free(agent.b);
	}
}

static void replays_are_refused(void)
{
	struct end mobile = end_new(IPSEC_AES, false, false), agent = end_new(IPSEC_AES, false, true);
	struct packet *kept[200];

	for (unsigned i = 0; i < 200; i++)
		kept[i] = sealed_update(&mobile, 1); /* numbers 1 .. 200 */
	give(&agent, packet_clone(kept[0]));
	g_assert_cmpuint(agent.c->count, ==, 1);
	give(&agent, packet_clone(kept[0]));
	g_assert_cmpuint(agent.c->count, ==, 1);
	g_assert_cmpuint(bench_drops(agent.b, DROP_REPLAY), ==, 1);
	/* 70 first: 7 .. 69 may still come, each once, 6 may not. */
	give(&agent, packet_clone(kept[69]));
	g_assert_cmpuint(agent.c->count, ==, 2);
	give(&agent, packet_clone(kept[5]));
	g_assert_cmpuint(agent.c->count, ==, 2);
	for (unsigned round = 0; round < 2; round++)
		for (unsigned i = 68; i >= 6; i--)
			give(&agent, packet_clone(kept[i]));
	g_assert_cmpuint(agent.c->count, ==, 2 + 63);
	g_assert_cmpuint(bench_drops(agent.b, DROP_REPLAY), ==, 2 + 63);
	/* A jump of more than the window forgets all of it. */
	give(&agent, packet_clone(kept[199]));
	give(&agent, packet_clone(kept[135]));
	g_assert_cmpuint(agent.c->count, ==, 2 + 63 + 1);
	give(&agent, packet_clone(kept[136]));
	g_assert_cmpuint(agent.c->count, ==, 2 + 63 + 2);
	for (unsigned i = 0; i < 200; i++)
		packet_free(kept[i]);
	bench_free(mobile.b);
	bench_free(agent.b);
}

static void an_association_is_for_its_use_only(void)
{
	struct end mobile = end_new(IPSEC_NULL, true, false), agent = end_new(IPSEC_NULL, false, true);
	struct in6 home = HOME, self = HOME_AGENT, care_of = CARE_OF, peer = CORRESPONDENT;

	/* The agent's policy has no association for payload. */
	give(&agent, tunnelled(&mobile, &care_of, &self, udp_packet(&home, &peer)));
	/* An inner source that is not the association's. */
	give(&agent, tunnelled(&mobile, &care_of, &self, udp_packet(&peer, &self)));
	/* Mobility Header under the association for ICMPv6. */
	ipsec_send(mobile.b->n, mobile.b->now, &home, &self, IPSEC_PREFIX, update(1));
	give(&agent, sent_packet(&mobile));
	g_assert_cmpuint(agent.c->count, ==, 0);
	g_assert_cmpuint(bench_drops(agent.b, DROP_UNPROTECTED), ==, 3);
	bench_free(mobile.b);
	bench_free(agent.b);
}

static void the_tunnel_follows_the_mobile_node(void)
{
	struct end mobile = end_new(IPSEC_AES, false, false), agent = end_new(IPSEC_AES, false, true);
	struct in6 self = HOME_AGENT, from[] = { CARE_OF, CARE_OF_2 };

	for (unsigned i = 0; i < 4; i++) {
		give(&agent, tunnelled(&mobile, &from[i & 1], &self, home_test_init()));
		g_assert_cmpuint(agent.c->count, ==, i + 1);
	}
	bench_free(mobile.b);
	bench_free(agent.b);
}

static void keys_are_the_same_everywhere_and_all_different(void)
{
	struct random_key key = random_key_of(1, 0), other = random_key_of(2, 0);
	struct ipsec_keys a, b, c, d;

	ipsec_derive_keys(&key, random_name_id("mn"), &a);
	ipsec_derive_keys(&key, random_name_id("mn"), &b);
	ipsec_derive_keys(&key, random_name_id("mn2"), &c);
	ipsec_derive_keys(&other, random_name_id("mn"), &d);
	assert_octets(&a, sizeof a, &b, sizeof b);
	for (unsigned i = 0; i < IPSEC_ASSOCIATIONS; i++) {
		g_assert_true(memcmp(a.authentication[i], c.authentication[i], 20));
		g_assert_true(memcmp(a.authentication[i], d.authentication[i], 20));
		g_assert_true(memcmp(a.encryption[i], a.authentication[i], 16));
		for (unsigned k = 0; k < i; k++) {
			g_assert_true(memcmp(a.authentication[i], a.authentication[k], 20));
			g_assert_true(memcmp(a.encryption[i], a.encryption[k], 16));
		}
	}
}

static void many_pairs_are_found(void)
{
	struct bench *b = bench_new();
	const struct ipsec_keys keys = test_keys();
	struct ipsec_conf conf = { .home_agent = HOME_AGENT, .cipher = IPSEC_NULL, .at_home_agent = true };

	for (uint32_t i = 0; i < 1000; i++) {
		conf.home_address = HOME;
		store_be32(conf.home_address.octets + 8, i);
		conf.spi = 0x111 + IPSEC_ASSOCIATIONS * i;
		ipsec_add(b->n, &conf, &keys);
	}
	for (uint32_t i = 0; i < 1001; i++) {
		const struct in6 peer = CORRESPONDENT, agent = HOME_AGENT;
		struct packet *p = udp_packet(&peer, &conf.home_address);
		struct delivery plain = { .packet = p };

		store_be32(conf.home_address.octets + 8, i);
		/* Known pairs want their payload outside ESP, as configured; nobody may use an association for it. */
		g_assert_true(ipsec_expects_tunnelled(b->n, &conf.home_address, &agent, p->data, p->length, &plain));
		packet_free(p);
		p = mip6_message(&peer, &conf.home_address, NULL, NULL, &(struct mh_message){ .type = MH_HOT }, NULL);
		g_assert_cmpint(ipsec_expects_tunnelled(b->n, &conf.home_address, &agent, p->data, p->length, &plain), ==, i == 1000);
		packet_free(p);
	}
	bench_free(b);
}

/* ---- a home agent and its policies ------------------------------------------------------------------------------------------------ */

static struct bench *home_agent_bench(bool payload)
{
	static const struct mac mac = { { 2, 0, 0, 0, 0, 1 } };
	struct bench *b = bench_new();
	struct in6 self = HOME_AGENT, out = at(8, 1);
	struct interface *home = ip6_add_interface(b->n, INTERFACE_ETHERNET, &mac, 1500);
	struct interface *outside = ip6_add_interface(b->n, INTERFACE_POINT_TO_POINT, NULL, 1500);

	b->conf.home_agent_dad = false;
	ip6_set_forwarding(b->n, true);
	ip6_add_address(b->n, home, &self, 64);
	ip6_add_address(b->n, outside, &out, 128);
	ip6_add_route(b->n, &self, 64, home, NULL);
	ip6_add_route(b->n, &in6_unspecified, 0, outside, NULL);
	node_add_role(b->n, home_agent_new(b->n, &self));
	add(b->n, IPSEC_AES, payload, true);
	node_signal(b->n, b->now, 0, LINK_UP);
	node_signal(b->n, b->now, 1, LINK_UP);
	bench_drain(b);
	return b;
}

/* The next that leaves by the outside interface; NULL: none. */
static struct packet *take_outside(struct bench *b)
{
	struct packet *p;

	while ((p = node_output(b->n)) && p->interface != 1)
		packet_free(p);
	return p;
}

static struct packet *through(struct bench *b, struct packet *take)
{
	node_input(b->n, b->now, 1, take);
	return take_outside(b);
}

static void a_home_agent_refuses_what_is_not_protected(void)
{
	for (int payload = 0; payload < 2; payload++) {
		struct bench *b = home_agent_bench(payload);
		struct end mobile = end_new(IPSEC_AES, payload, false);
		struct in6 home = HOME, self = HOME_AGENT, care_of = CARE_OF, elsewhere = CARE_OF_2, peer = CORRESPONDENT, source;
		struct packet *p;

		g_assert_null(through(b, update(1)));
		g_assert_cmpuint(bench_drops(b, DROP_UNPROTECTED), ==, 1);
		g_assert_cmpuint(bench_last(b, OBSERVE_BU_REFUSED)->value, ==, 256 + DROP_UNPROTECTED);

		p = through(b, sealed_update(&mobile, 2));
		give(&mobile, p);
		g_assert_cmpuint(mobile.c->last.secured, ==, 1 + IPSEC_BINDING);
		g_assert_cmpuint(delivery_upper(&mobile.c->last)[2], ==, MH_BA);
		g_assert_cmpuint(delivery_upper(&mobile.c->last)[6], ==, BA_ACCEPTED);

		/* Home tests: in ESP to the correspondent in the clear, else not at all. */
		p = through(b, tunnelled(&mobile, &care_of, &self, home_test_init()));
		source = ipv6_source(p->data);
		assert_in6(&source, &home);
		g_assert_cmpuint(p->length, ==, 56);
		packet_free(p);
		p = home_test_init();
		ip6_encapsulate(p, &care_of, &self);
		g_assert_null(through(b, p));
		g_assert_cmpuint(bench_drops(b, DROP_UNPROTECTED), ==, 2);

		/* Payload: as configured. */
		p = udp_packet(&home, &peer);
		ip6_encapsulate(p, &care_of, &self);
		p = through(b, p);
		g_assert_cmpint(!p, ==, payload);
		packet_free(p);
		p = through(b, tunnelled(&mobile, &care_of, &self, udp_packet(&home, &peer)));
		g_assert_cmpuint(p->length, ==, 56);
		packet_free(p);
		/* From elsewhere it is believed just in ESP (RFC 6275 10.4.5). */
		p = through(b, tunnelled(&mobile, &elsewhere, &self, udp_packet(&home, &peer)));
		g_assert_cmpint(!!p, ==, payload);
		packet_free(p);

		/* To the mobile node: home tests in ESP, payload as configured. */
		p = through(b, mip6_message(&peer, &home, NULL, NULL, &(struct mh_message){ .type = MH_HOT }, NULL));
		g_assert_cmpuint(ipv6_next_header(p->data), ==, PROTOCOL_ESP);
		give(&mobile, p);
		g_assert_cmpuint(mobile.c->last.secured, ==, 1 + IPSEC_TEST);
		p = through(b, udp_packet(&peer, &home));
		g_assert_cmpuint(ipv6_next_header(p->data), ==, payload ? PROTOCOL_ESP : PROTOCOL_IPV6);
		packet_free(p);
		bench_free(mobile.b);
		bench_free(b);
	}
}

/* Sent here again and again, as by another home agent whose mobile node claims this one's home address for its care-of address. */
static void a_ring_of_tunnels_ends(gconstpointer payload)
{
	struct bench *b = home_agent_bench(GPOINTER_TO_INT(payload));
	struct end mobile = end_new(IPSEC_AES, GPOINTER_TO_INT(payload), false);
	struct in6 home = HOME, peer = CORRESPONDENT;
	struct packet *p;
	int rounds = 0;

	packet_free(through(b, sealed_update(&mobile, 2)));
	for (p = udp_packet(&peer, &home); p; p = through(b, p)) {
		ipv6_set_destination(p->data, &home);
		g_assert_cmpint(rounds++, <, 10);
	}
	g_assert_cmpint(rounds, >, 2);
	g_assert_cmpuint(bench_drops(b, DROP_HOP_LIMIT), ==, 1);
	bench_free(mobile.b);
	bench_free(b);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/ipsec/the-reference-packet", the_reference_packet);
	g_test_add_func("/ipsec/there-and-back", there_and_back);
	g_test_add_func("/ipsec/without-associations-nothing-changes", without_associations_nothing_changes);
	g_test_add_func("/ipsec/one-flipped-bit-is-refused", one_flipped_bit_is_refused);
	g_test_add_func("/ipsec/every-length-is-survived", every_length_is_survived);
	g_test_add_func("/ipsec/replays-are-refused", replays_are_refused);
	g_test_add_func("/ipsec/an-association-is-for-its-use-only", an_association_is_for_its_use_only);
	g_test_add_func("/ipsec/the-tunnel-follows-the-mobile-node", the_tunnel_follows_the_mobile_node);
	g_test_add_func("/ipsec/keys-are-the-same-everywhere-and-all-different", keys_are_the_same_everywhere_and_all_different);
	g_test_add_func("/ipsec/many-pairs-are-found", many_pairs_are_found);
	g_test_add_func("/ipsec/a-home-agent-refuses-what-is-not-protected", a_home_agent_refuses_what_is_not_protected);
	g_test_add_data_func("/ipsec/a-ring-of-tunnels-ends/plain", GINT_TO_POINTER(false), a_ring_of_tunnels_ends);
	g_test_add_data_func("/ipsec/a-ring-of-tunnels-ends/esp", GINT_TO_POINTER(true), a_ring_of_tunnels_ends);
	return g_test_run();
}
