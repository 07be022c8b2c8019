// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Base Mobile IPv4: every status code of foreign agent and home agent has its cause, a visitor list does not believe a request before its
 * reply, authentication between all three is demanded where it is shared, and a mobile node repairs the refusals that it can.
 */
#include "tests/unit/mip4_harness.h"

#define STRANGER_AGENT 0x0a000909u
#define HOST_PART 6u

/* The reply to the mobile node that left last on the link; *from its source. false: none. */
static bool reply_on_link(struct fixture *f, struct mip4_message *m, struct mac *to)
{
	bool found = false;

	for (struct packet *p; (p = node_output(f->n)); packet_free(p))
		if (p->interface == 1 && p->length > 42 && load_be16(p->data + 12) == ETHERTYPE_IPV4 && p->data[23] == PROTOCOL4_UDP &&
		    p->data[42] == MIP4_REPLY) {
			g_assert_cmpint(mip4_decode(p->data + 42, p->length - 42u, m), ==, WIRE_OK);
			memcpy(to, p->data, 6);
			found = true;
		}
	return found;
}

/* What was sent last over the wire; *octets and *payload its UDP payload in `store`. 0: nothing. */
static in4 message_on_wire(struct fixture *f, uint8_t store[256], size_t *octets, uint16_t *datagram)
{
	in4 to = 0;

	for (struct packet *p; (p = node_output(f->n)); packet_free(p))
		if (p->interface == 0 && ipv4_protocol(p->data) == PROTOCOL4_UDP) {
			*octets = p->length - 28u;
			memcpy(store, p->data + 28, *octets);
			*datagram = load_be16(p->data + 4);
			to = ipv4_destination(p->data);
		}
	return to;
}

enum then { NOTHING, UNSIGNED_REPLY, BROKEN_REPLY, SILENCE, UNREACHABLE };

struct agent_case {
	const char *name;
	struct mip4_conf conf;
	uint32_t limit;
	uint8_t flags;                   /* of the request */
	uint16_t lifetime_s;
	in4 home_agent, care_of_address; /* 0: the usual */
	uint8_t ttl;                     /* 0: 255 */
	bool signed33, badly;
	enum then then;
	uint8_t icmp;
	uint8_t code;                    /* 0: relayed */
	uint16_t reply_lifetime_s;
};

static const struct agent_case agent_cases[] = {
	{ .name = "relayed" },
	{ .name = "prohibited", .conf = { .prohibit = true }, .code = 65 },
	{ .name = "no-room", .limit = 1, .code = 66 },
	{ .name = "mobile-node-unauthenticated", .conf = { .agent_authentication = AGENT_AUTHENTICATION_MOBILE }, .code = 67 },
	{ .name = "mobile-node-badly-authenticated", .conf = { .agent_authentication = AGENT_AUTHENTICATION_MOBILE }, .signed33 = true, .badly = true, .code = 67 },
	{ .name = "mobile-node-authenticated", .conf = { .agent_authentication = AGENT_AUTHENTICATION_MOBILE }, .signed33 = true },
	{ .name = "home-agent-unauthenticated", .conf = { .agent_authentication = AGENT_AUTHENTICATION_HOME }, .then = UNSIGNED_REPLY, .code = 68 },
	{ .name = "too-long", .conf = { .agent_lifetime = 20 * MIP_SECOND }, .code = 69, .reply_lifetime_s = 20 },
	{ .name = "reserved-bit", .flags = REQUEST_RESERVED, .code = 70 },
	{ .name = "broken-reply", .then = BROKEN_REPLY, .code = 71 },
	{ .name = "no-minimal", .conf = { .only_ip_in_ip = 1 }, .flags = REQUEST_MINIMAL, .code = 72 },
	{ .name = "no-gre", .conf = { .only_ip_in_ip = 1 }, .flags = REQUEST_GRE, .code = 72 },
	{ .name = "no-reverse-tunnels", .conf = { .reverse_tunnels = REVERSE_TUNNELS_REFUSED }, .flags = REQUEST_REVERSE_TUNNEL, .code = 74 },
	{ .name = "reverse-tunnel-mandatory", .conf = { .reverse_tunnels = REVERSE_TUNNELS_REQUIRED }, .code = 75 },
	{ .name = "reverse-tunnel", .conf = { .reverse_tunnels = REVERSE_TUNNELS_REQUIRED }, .flags = REQUEST_REVERSE_TUNNEL },
	{ .name = "too-distant", .flags = REQUEST_REVERSE_TUNNEL, .ttl = 254, .code = 76 },
	{ .name = "not-our-care-of-address", .care_of_address = NEW, .code = 77 },
	{ .name = "co-located", .care_of_address = NEW, .flags = REQUEST_DECAPSULATE },
	{ .name = "late", .then = SILENCE, .code = 78 },
	{ .name = "network-unreachable", .then = UNREACHABLE, .icmp = UNREACHABLE4_NET, .code = 80 },
	{ .name = "host-unreachable", .then = UNREACHABLE, .icmp = UNREACHABLE4_HOST, .code = 81 },
	{ .name = "port-unreachable", .then = UNREACHABLE, .icmp = UNREACHABLE4_PORT, .code = 82 },
	{ .name = "unreachable-otherwise", .then = UNREACHABLE, .icmp = UNREACHABLE4_PROTOCOL, .code = 88 },
	{ .name = "our-own-address", .home_agent = OLD, .code = 194 },
};

static void ask(struct fixture *f, in4 home, const struct mip4_message *q, uint8_t ttl, const struct mac *from, const uint8_t *key33)
{
	uint8_t octets[256];
	struct wr w = signed_message(octets, sizeof octets, q, EXTENSION4_MN_HA, SPI_MN_HA, key);

	if (key33)
		mip4_put_auth(&w, EXTENSION4_MN_FA, SPI_MN_FA, MIP4_HMAC_MD5, key33);
	feed_frame(f, ip4_udp(f->n, home, MIP4_PORT, OLD, MIP4_PORT, ttl, octets, wr_length(&w)), from);
}

static void then(struct fixture *f, const struct agent_case *c, const struct mip4_message *q, uint16_t datagram)
{
	uint8_t octets[256];
	struct mip4_message r = { .type = MIP4_REPLY, .lifetime_s = 60, .home_address = HOME, .home_agent = HOME_AGENT,
		                  .identification = q->identification };
	struct wr w = signed_message(octets, sizeof octets, &r, EXTENSION4_MN_HA, SPI_MN_HA, key);
	struct packet *p;
	uint8_t *u;

	switch (c->then) {
	case NOTHING:
		break;
	case BROKEN_REPLY:
		octets[21] = 99;
		/* fall through */
	case UNSIGNED_REPLY:
		feed(f, HOME_AGENT, OLD, octets, wr_length(&w));
		break;
	case SILENCE:
		node_expire(f->n, NOW + MIP4_PENDING - 1);
		node_expire(f->n, NOW + MIP4_PENDING);
		break;
	case UNREACHABLE:
		p = ip4_packet(HOME_AGENT, OLD, PROTOCOL4_ICMP, 64, 36);
		u = packet_put(p, 36);
		memset(u, 0, 36);
		u[0] = ICMP4_UNREACHABLE;
		u[1] = c->icmp;
		ipv4_write(u + 8, &(struct ipv4_header){ .total_length = 100, .ttl = 60, .protocol = PROTOCOL4_UDP, .source = OLD,
		                                         .destination = HOME_AGENT, .identification = (uint16_t)(datagram ^ 1) });
		store_be16(u + 28, MIP4_PORT);
		store_be16(u + 30, MIP4_PORT);
		/* About another datagram first: nothing comes of it. */
		for (int k = 0; k < 2; k++) {
			icmp4_checksum_set(u, 36);
			ip4_finish(f->n, p);
			node_input(f->n, NOW, 0, packet_clone(p));
			store_be16(u + 12, datagram);
		}
		packet_free(p);
		break;
	}
}

static void agent_case(gconstpointer data)
{
	const struct agent_case *c = data;
	const struct mip4_association with = { HOME_AGENT, "home and foreign" };
	struct fixture f;
	struct mip4_message q = request(STAMP | 7), relayed, r = { 0 };
	uint8_t store[256], mine[MIP4_KEY];
	struct role *role;
	struct mac to;
	size_t octets;
	uint16_t datagram = 0;
	in4 target;

	begin(&f, true, 0x0a000102, OLD);
	f.conf.mip4 = c->conf;
	if (c->limit)
		f.conf.binding_cache_limit = c->limit;
	role = foreign_agent4_new(f.n, key);
	node_add_role(f.n, role);
	foreign_agent4_serve(role, 1, &with, 1);
	up(&f);
	if (c->limit) {
		struct mip4_message other = q;

		other.home_address = HOME + 1;
		ask(&f, HOME + 1, &other, 255, &mobile_mac, NULL);
		drain(&f);
	}
	q.flags = c->flags;
	if (c->home_agent)
		q.home_agent = c->home_agent;
	if (c->care_of_address)
		q.care_of_address = c->care_of_address;
	mip4_node_key(HOME, key, mine);
	mine[0] ^= c->badly;
	ask(&f, HOME, &q, c->ttl ? c->ttl : 255, &mobile_mac, c->signed33 ? mine : NULL);
	if (c->code && !c->then) {
		g_assert_true(reply_on_link(&f, &r, &to));
	} else {
		target = message_on_wire(&f, store, &octets, &datagram);
		g_assert_cmphex(target, ==, HOME_AGENT);
		g_assert_cmpint(mip4_decode(store, octets, &relayed), ==, WIRE_OK);
		/* What was for the agent is gone; what it shares with the home agent is there. */
		g_assert_null(mip4_extension_find(&relayed, EXTENSION4_MN_FA));
		g_assert_true(mip4_one_auth_ok(store, &relayed, EXTENSION4_MN_HA, SPI_MN_HA, MIP4_HMAC_MD5, key));
		g_assert_true(mip4_one_auth_ok(store, &relayed, EXTENSION4_FA_HA, SPI_FA_HA, MIP4_HMAC_MD5, with.key) ==
		              ((c->conf.agent_authentication & AGENT_AUTHENTICATION_HOME) != 0));
		then(&f, c, &q, datagram);
		g_assert_true(reply_on_link(&f, &r, &to) == (c->code != 0));
	}
	g_assert_cmpuint(r.code, ==, c->code);
	if (c->code) {
		g_assert_true(r.home_address == HOME && r.home_agent == q.home_agent && r.identification == q.identification && mac_equal(&to, &mobile_mac));
		g_assert_cmpuint(r.lifetime_s, ==, c->reply_lifetime_s ? c->reply_lifetime_s : q.lifetime_s);
		/* 3.7.2: not more than one denial a second. */
		if (!c->then) {
			ask(&f, HOME, &q, c->ttl ? c->ttl : 255, &mobile_mac, c->signed33 ? mine : NULL);
			g_assert_false(reply_on_link(&f, &r, &to));
		}
	}
	node_free(f.n);
}

/* Was it passed on? */
static bool agent_reply(struct fixture *f, const struct mip4_message *q, uint8_t code, uint16_t lifetime_s)
{
	struct mac to;
	struct mip4_message relayed;
	uint8_t octets[256];
	struct mip4_message r = { .type = MIP4_REPLY, .code = code, .lifetime_s = lifetime_s, .home_address = q->home_address,
		                  .home_agent = HOME_AGENT, .identification = q->identification };
	struct wr w = signed_message(octets, sizeof octets, &r, EXTENSION4_MN_HA, SPI_MN_HA, key);

	drain(f);
	feed(f, HOME_AGENT, OLD, octets, wr_length(&w));
	return reply_on_link(f, &relayed, &to);
}

/* Whose frame is a datagram for the visitor put into? */
static bool goes_to(struct fixture *f, mip_time at, const struct mac *want)
{
	struct packet *p = ip4_udp(f->n, PEER, 10000, HOME, 10000, 64, "0123456789abcdef", 16);
	bool found = false;

	drain(f);
	ip4_encapsulate(f->n, p, ENCAPSULATE_IP_IN_IP, HOME_AGENT, OLD);
	node_input(f->n, at, 0, p);
	for (; (p = node_output(f->n)); packet_free(p))
		found |= p->interface == 1 && !memcmp(p->data, want, 6);
	return found;
}

/* Another who asks in the visitor's name changes nothing until the home agent says yes; lifetimes are the shortest of all. */
static void visitor_list(void)
{
	static const struct mac thief = { { 2, 0, 0, 0, 0, 66 } };
	struct fixture f;
	struct mip4_message q = request(STAMP | 7);
	struct role *role;

	begin(&f, true, 0x0a000102, OLD);
	f.conf.mip4.agent_lifetime = 30 * MIP_SECOND;
	q.lifetime_s = 25;
	role = foreign_agent4_new(f.n, key);
	node_add_role(f.n, role);
	foreign_agent4_serve(role, 1, NULL, 0);
	up(&f);
	ask(&f, HOME, &q, 255, &mobile_mac, NULL);
	/* An answer to another question; the answer; the same again. */
	q.identification++;
	g_assert_false(agent_reply(&f, &q, 0, 25));
	q.identification--;
	g_assert_true(agent_reply(&f, &q, 0, 65000));
	g_assert_false(agent_reply(&f, &q, 0, 65000));
	g_assert_true(goes_to(&f, NOW, &mobile_mac));
	q.identification = STAMP | 8;
	ask(&f, HOME, &q, 255, &thief, NULL);
	g_assert_true(goes_to(&f, NOW, &mobile_mac));
	g_assert_true(agent_reply(&f, &q, MIP4_HA_MN_AUTH, 25));
	g_assert_true(goes_to(&f, NOW, &mobile_mac) && !goes_to(&f, NOW, &thief));
	/* Not longer than was asked for, whatever the reply says. */
	node_expire(f.n, NOW + 25 * MIP_SECOND - 1);
	g_assert_true(goes_to(&f, NOW + 25 * MIP_SECOND - 1, &mobile_mac));
	node_expire(f.n, NOW + 25 * MIP_SECOND);
	g_assert_false(goes_to(&f, NOW + 25 * MIP_SECOND, &mobile_mac));
	node_free(f.n);
}

/* ---- home agent ---------------------------------------------------------------------------------------------------------------- */

struct home_case {
	const char *name;
	struct mip4_conf conf;
	uint32_t limit;
	uint8_t flags;
	in4 home_agent, care_of_address; /* 0: the usual */
	uint64_t identification;         /* 0: the usual */
	int agent;                       /* 1: extension 34; 2: a bad one */
	bool badly, without;             /* extension 32 */
	bool silent;
	uint8_t code;
	uint16_t granted_s;
};

static const struct home_case home_cases[] = {
	{ .name = "accepted", .granted_s = 60 },
	{ .name = "simultaneous", .flags = REQUEST_SIMULTANEOUS, .code = 1, .granted_s = 60 },
	{ .name = "shortened", .conf = { .agent_lifetime = 20 * MIP_SECOND }, .granted_s = 20 },
	{ .name = "prohibited", .conf = { .prohibit = true }, .code = 129 },
	{ .name = "no-room", .limit = 1, .code = 130 },
	{ .name = "mobile-node-badly-authenticated", .badly = true, .code = 131 },
	{ .name = "mobile-node-unauthenticated", .without = true, .silent = true },
	{ .name = "foreign-agent-unauthenticated", .conf = { .agent_authentication = AGENT_AUTHENTICATION_HOME }, .code = 132 },
	{ .name = "foreign-agent-badly-authenticated", .conf = { .agent_authentication = AGENT_AUTHENTICATION_HOME }, .agent = 2, .code = 132 },
	{ .name = "foreign-agent-authenticated", .conf = { .agent_authentication = AGENT_AUTHENTICATION_HOME }, .agent = 1, .granted_s = 60 },
	{ .name = "foreign-agent-unknown", .agent = 1, .silent = true },
	{ .name = "old", .identification = STAMP - ((uint64_t)8 << 32), .code = 133 },
	{ .name = "reserved-bit", .flags = REQUEST_RESERVED, .code = 134 },
	{ .name = "care-of-everybody", .care_of_address = IN4_ALL_SYSTEMS, .code = 134 },
	{ .name = "care-of-itself", .care_of_address = HOME_AGENT, .code = 134 },
	{ .name = "another-home-agent", .home_agent = STRANGER_AGENT, .code = 136 },
	{ .name = "no-reverse-tunnels", .conf = { .reverse_tunnels = REVERSE_TUNNELS_REFUSED }, .flags = REQUEST_REVERSE_TUNNEL, .code = 137 },
	{ .name = "reverse-tunnel-mandatory", .conf = { .reverse_tunnels = REVERSE_TUNNELS_REQUIRED }, .code = 138 },
	{ .name = "no-minimal", .conf = { .only_ip_in_ip = 1 }, .flags = REQUEST_MINIMAL, .code = 139 },
	{ .name = "no-gre", .conf = { .only_ip_in_ip = 1 }, .flags = REQUEST_GRE, .code = 139 },
};

static void register_with(struct fixture *f, const struct home_case *c, struct mip4_message *q)
{
	uint8_t octets[256], mine[MIP4_KEY], agents[MIP4_KEY];
	struct wr w = wr_of(octets, sizeof octets);

	mip4_node_key(q->home_address, key, mine);
	mip4_node_key(OLD, key, agents);
	mine[3] ^= c->badly;
	agents[3] ^= c->agent == 2;
	mip4_write(&w, q);
	if (!c->without)
		mip4_put_auth(&w, EXTENSION4_MN_HA, SPI_MN_HA, MIP4_HMAC_MD5, mine);
	if (c->agent)
		mip4_put_auth(&w, EXTENSION4_FA_HA, SPI_FA_HA, MIP4_HMAC_MD5, agents);
	feed(f, OLD, HOME_AGENT, octets, wr_length(&w));
}

static void home_case(gconstpointer data)
{
	const struct home_case *c = data;
	static const struct home_case usual = { 0 };
	struct fixture f;
	struct mip4_message q = request(STAMP | 7), r;
	uint8_t store[256], mine[MIP4_KEY], agents[MIP4_KEY];
	size_t octets;
	uint16_t datagram;

	begin(&f, true, 0x0a000101, HOME_AGENT);
	f.conf.mip4 = c->conf;
	if (c->limit)
		f.conf.binding_cache_limit = c->limit;
	node_add_role(f.n, home_agent4_new(f.n, 1, key));
	up(&f);
	if (c->limit) {
		struct mip4_message other = q;

		other.home_address = HOME + 1;
		register_with(&f, &usual, &other);
		drain(&f);
	}
	f.accepted = 0;
	q.flags = c->flags;
	if (c->home_agent)
		q.home_agent = c->home_agent;
	if (c->identification)
		q.identification = c->identification;
	if (c->care_of_address)
		q.care_of_address = c->care_of_address;
	register_with(&f, c, &q);
	g_assert_true((message_on_wire(&f, store, &octets, &datagram) == OLD) == !c->silent);
	g_assert_cmpuint(f.accepted, ==, !c->silent && c->code <= 1);
	if (c->silent)
		goto end;
	g_assert_cmpint(mip4_decode(store, octets, &r), ==, WIRE_OK);
	g_assert_cmpuint(r.code, ==, c->code);
	g_assert_true(r.home_agent == HOME_AGENT && (uint32_t)r.identification == (uint32_t)q.identification);
	mip4_node_key(HOME, key, mine);
	mip4_node_key(OLD, key, agents);
	g_assert_true(mip4_one_auth_ok(store, &r, EXTENSION4_MN_HA, SPI_MN_HA, MIP4_HMAC_MD5, mine));
	g_assert_true(mip4_one_auth_ok(store, &r, EXTENSION4_FA_HA, SPI_FA_HA, MIP4_HMAC_MD5, agents) ==
	              ((c->conf.agent_authentication & AGENT_AUTHENTICATION_HOME) != 0));
	if (c->granted_s) {
		g_assert_cmpuint(r.lifetime_s, ==, c->granted_s);
		/* It intercepts so long, and no longer. */
		node_expire(f.n, NOW + c->granted_s * MIP_SECOND - 1);
		g_assert_cmphex(tunnelled_to(&f, HOME), ==, OLD);
		node_expire(f.n, NOW + c->granted_s * MIP_SECOND);
		drain(&f);
		ip4_send(f.n, NOW, ip4_udp(f.n, PEER, 10000, HOME, 10000, 64, "0123456789abcdef", 16), 0);
		g_assert_cmphex(message_on_wire(&f, store, &octets, &datagram), ==, 0);
	}
	/* The home agent's clock is in the answer to one out of step. */
	if (c->code == 133)
		g_assert_cmphex(r.identification >> 32, ==, STAMP >> 32);
end:
	drain(&f);
	node_free(f.n);
}

/* ---- mobile node --------------------------------------------------------------------------------------------------------------- */

/* The request on the link, if there is one: its payload in store. */
static bool request_of(struct fixture *f, uint8_t store[256], size_t *octets, struct mip4_message *q, uint8_t *ttl)
{
	bool found = false;

	for (struct packet *p; (p = node_output(f->n)); packet_free(p))
		if (p->length > 42 && load_be16(p->data + 12) == ETHERTYPE_IPV4 && p->data[23] == PROTOCOL4_UDP) {
			*octets = p->length - 42u;
			*ttl = p->data[22];
			memcpy(store, p->data + 42, *octets);
			g_assert_cmpint(mip4_decode(store, *octets, q), ==, WIRE_OK);
			found = q->type == MIP4_REQUEST;
		}
	return found;
}

static bool restarted;

static void advertise(struct fixture *f, uint16_t flags, uint16_t lifetime_s, in4 agent)
{
	struct agent_advertisement a = { .lifetime_s = 3, .address_count = 1, .addresses = { agent }, .has_agent = true, .sequence = restarted ? 0 : 300,
		                         .registration_lifetime_s = lifetime_s, .flags = (uint16_t)(AGENT_FOREIGN | flags), .care_of_count = 1,
		                         .care_of = { agent }, .prefix_count = 1, .prefix_lengths = { 24 } };
	struct packet *p = ip4_packet(agent, IN4_ALL_SYSTEMS, PROTOCOL4_ICMP, 1, 64);
	uint8_t octets[64], *e;
	size_t length = agent_advertisement_write(octets, sizeof octets, &a);

	memcpy(packet_put(p, length), octets, length);
	ip4_finish(f->n, p);
	e = packet_push(p, ETHERNET_HEADER);
	memcpy(e, "\1\0\x5e\0\0\1", 6);
	memcpy(e + 6, &router_mac, 6);
	store_be16(e + 12, ETHERTYPE_IPV4);
	node_input(f->n, NOW, 0, p);
}

static void answer(struct fixture *f, const struct mip4_message *q, uint8_t code, uint16_t lifetime_s, uint64_t identification, const uint8_t *key33)
{
	struct mip4_message r = { .type = MIP4_REPLY, .code = code, .lifetime_s = lifetime_s, .home_address = HOME, .home_agent = HOME_AGENT,
		                  .identification = identification ? identification : q->identification };
	uint8_t octets[256], *e;
	struct wr w = wr_of(octets, sizeof octets);
	struct packet *p;

	mip4_write(&w, &r);
	if (code < 64 || (code >= 128 && code != 194))
		mip4_put_auth(&w, EXTENSION4_MN_HA, SPI_MN_HA, MIP4_HMAC_MD5, key);
	if (key33)
		mip4_put_auth(&w, EXTENSION4_MN_FA, SPI_MN_FA, MIP4_HMAC_MD5, key33);
	p = ip4_udp(f->n, OLD, MIP4_PORT, HOME, MIP4_PORT, 64, octets, wr_length(&w));
	e = packet_push(p, ETHERNET_HEADER);
	memcpy(e, &mobile_mac, 6);
	memcpy(e + 6, &router_mac, 6);
	store_be16(e + 12, ETHERTYPE_IPV4);
	node_input(f->n, NOW, 0, p);
}

static void mobile_begin(struct fixture *f, const struct mip4_conf *conf, const struct mip4_association *agents)
{
	struct mobile_node4_conf c = { .home_address = HOME, .home_agent = HOME_AGENT, .home_prefix_length = 24, .host_part = HOST_PART,
		                       .agents = agents, .agent_count = agents ? 1 : 0 };

	memcpy(c.key, key, sizeof key);
	*f = (struct fixture){ .conf = { .movement_detection = DETECT_EAGER, .lifetime = 100 * MIP_SECOND, .mip4 = *conf } };
	f->n = node_new(&f->env, &f->conf, 0, 1);
	ip4_enable(f->n, false);
	ip6_add_interface(f->n, INTERFACE_ETHERNET, &mobile_mac, 1500);
	ip4_add_interface(f->n, &mobile_mac, 1500);
	node_add_role(f->n, mobile_node4_new(f->n, &c));
	node_signal(f->n, NOW, 0, LINK_UP);
	drain(f);
}

struct repair_case {
	const char *name;
	struct mip4_conf conf;
	uint8_t code;
	uint16_t lifetime_s;
	uint64_t identification;         /* of the reply; 0: the request's */
	bool again;                      /* is asked anew at once */
	uint8_t flags;                   /* then */
	uint16_t asked_s;
};

static const struct repair_case repair_cases[] = {
	{ .name = "lifetime", .code = 69, .lifetime_s = 30, .again = true, .asked_s = 30 },
	{ .name = "lifetime-no-shorter", .code = 69, .lifetime_s = 100 },
	{ .name = "minimal-at-agent", .conf = { .encapsulation = ENCAPSULATE_MINIMAL }, .code = 72, .again = true, .asked_s = 100 },
	{ .name = "gre-at-home", .conf = { .encapsulation = ENCAPSULATE_GRE }, .code = 139, .again = true, .asked_s = 100 },
	{ .name = "reverse-at-agent", .conf = { .reverse_tunnel = true }, .code = 74, .again = true, .asked_s = 100 },
	{ .name = "reverse-at-home", .conf = { .reverse_tunnel = true }, .code = 137, .again = true, .asked_s = 100 },
	{ .name = "reverse-wanted-by-agent", .code = 75, .again = true, .flags = REQUEST_REVERSE_TUNNEL, .asked_s = 100 },
	{ .name = "reverse-wanted-at-home", .code = 138, .again = true, .flags = REQUEST_REVERSE_TUNNEL, .asked_s = 100 },
	{ .name = "clock", .code = 133, .identification = STAMP + ((uint64_t)500 << 32), .again = true, .asked_s = 100 },
	{ .name = "busy", .code = 66 },
	{ .name = "prohibited-at-home", .code = 129 },
	{ .name = "unspecified-at-agent", .code = 64 },
	{ .name = "unspecified-at-home", .code = 128 },
};

static void repair_case(gconstpointer data)
{
	const struct repair_case *c = data;
	struct fixture f;
	struct mip4_message q, again = { 0 };
	uint8_t store[256], ttl;
	size_t octets;

	mobile_begin(&f, &c->conf, NULL);
	advertise(&f, AGENT_MINIMAL | AGENT_GRE | AGENT_REVERSE_TUNNEL, 1000, OLD);
	g_assert_true(request_of(&f, store, &octets, &q, &ttl));
	g_assert_true(q.care_of_address == OLD && q.lifetime_s == 100 && !(q.flags & REQUEST_DECAPSULATE) && ttl == 255);
	answer(&f, &q, c->code, c->lifetime_s, c->identification ? c->identification | (uint32_t)q.identification : 0, NULL);
	g_assert_true(request_of(&f, store, &octets, &again, &ttl) == c->again);
	if (c->again) {
		g_assert_cmpuint(again.flags, ==, c->flags);
		g_assert_cmpuint(again.lifetime_s, ==, c->asked_s);
		g_assert_true(again.identification != q.identification);
		/* The same answer again is not asked about for ever (but a clock may go wrong again). */
		answer(&f, &again, c->code, c->lifetime_s, 0, NULL);
		g_assert_true(c->code == 133 || !request_of(&f, store, &octets, &again, &ttl));
	} else {
		/* Not at once, but when the timer says so. */
		node_expire(f.n, NOW + MIP4_RETRANSMIT_FIRST);
		g_assert_true(request_of(&f, store, &octets, &again, &ttl));
	}
	drain(&f);
	node_free(f.n);
}

/* Replies that prove nothing are not believed: flipped bits, no extension, another's key; a shared key with the agent is shown and wanted. */
static void replies(void)
{
	const struct mip4_association shared = { OLD, "mobile, foreign" };
	const struct mip4_conf conf = { .agent_authentication = AGENT_AUTHENTICATION_MOBILE };
	struct fixture f;
	struct mip4_message q, other;
	uint8_t store[256], ttl, bad[MIP4_KEY];
	size_t octets;

	mobile_begin(&f, &conf, &shared);
	/* An agent has an address. A busy one is left alone; the lifetime it advertises is not exceeded; another on the same subnet is no movement. */
	advertise(&f, 0, 40, 0);
	advertise(&f, 0, 40, IN4_ALL_SYSTEMS);
	g_assert_false(request_of(&f, store, &octets, &q, &ttl));
	restarted = true;
	advertise(&f, 0, 40, 0);
	restarted = false;
	g_assert_false(request_of(&f, store, &octets, &q, &ttl));
	advertise(&f, AGENT_BUSY, 40, OLD);
	g_assert_false(request_of(&f, store, &octets, &q, &ttl));
	advertise(&f, 0, 40, OLD);
	g_assert_true(request_of(&f, store, &octets, &q, &ttl));
	g_assert_cmpuint(q.lifetime_s, ==, 40);
	g_assert_true(mip4_one_auth_ok(store, &q, EXTENSION4_MN_FA, SPI_MN_FA, MIP4_HMAC_MD5, shared.key) &&
	              mip4_one_auth_ok(store, &q, EXTENSION4_MN_HA, SPI_MN_HA, MIP4_HMAC_MD5, key));
	advertise(&f, 0, 40, OLD + 1);
	g_assert_false(request_of(&f, store, &octets, &other, &ttl));
	memcpy(bad, shared.key, sizeof bad);
	bad[9] ^= 4;
	answer(&f, &q, 75, 0, 0, NULL);
	answer(&f, &q, 75, 0, 0, bad);
	answer(&f, &q, 75, 0, q.identification + 1, shared.key);
	g_assert_false(request_of(&f, store, &octets, &other, &ttl));
	answer(&f, &q, 75, 0, 0, shared.key);
	g_assert_true(request_of(&f, store, &octets, &other, &ttl));
	/* Its sequence number fell below 256: it has restarted, and knows no visitors. */
	node_expire(f.n, NOW + MIP_SECOND / 10);
	restarted = true;
	advertise(&f, 0, 40, OLD);
	restarted = false;
	g_assert_true(request_of(&f, store, &octets, &other, &ttl));
	g_assert_cmphex(other.care_of_address, ==, OLD);
	/* Another subnet is. */
	advertise(&f, 0, 40, NEW);
	g_assert_true(request_of(&f, store, &octets, &other, &ttl));
	g_assert_cmphex(other.care_of_address, ==, NEW);
	drain(&f);
	node_free(f.n);
}

/* 3.6.3: repeated unchanged with nonces, as a new request with timestamps; a refusal with a new nonce makes a new request too. */
static void repetition(gconstpointer nonces)
{
	const struct mip4_conf conf = { .replay = GPOINTER_TO_INT(nonces) };
	struct fixture f;
	struct mip4_message q, again;
	uint8_t store[256], first[256], ttl;
	size_t octets, first_octets;

	mobile_begin(&f, &conf, NULL);
	advertise(&f, 0, 1000, OLD);
	g_assert_true(request_of(&f, first, &first_octets, &q, &ttl));
	node_expire(f.n, NOW + MIP4_RETRANSMIT_FIRST);
	g_assert_true(request_of(&f, store, &octets, &again, &ttl));
	g_assert_true((octets == first_octets && !memcmp(store, first, octets)) == conf.replay);
	/* A whole second later, and yet a late answer to the first is none to the second. */
	g_assert_true(conf.replay || (uint32_t)again.identification != (uint32_t)q.identification);
	answer(&f, &again, MIP4_HA_IDENTIFICATION, 0, (uint64_t)12345 << 32 | (uint32_t)again.identification, NULL);
	g_assert_true(request_of(&f, store, &octets, &q, &ttl));
	g_assert_true(q.identification != again.identification);
	g_assert_true(!conf.replay || q.identification >> 32 == 12345);
	/* Accepted, renewed: with the nonce of the reply. */
	answer(&f, &q, 0, 2, (uint64_t)777 << 32 | (uint32_t)q.identification, NULL);
	node_expire(f.n, NOW + 3 * MIP_SECOND / 2);
	g_assert_true(request_of(&f, store, &octets, &again, &ttl));
	g_assert_true(again.identification != q.identification && (!conf.replay || again.identification >> 32 == 777));
	drain(&f);
	node_free(f.n);
}

/* Its own address on the visited subnet: registered straight, or through an agent that demands it; tunnels end at the node itself. */
static void co_located(gconstpointer required)
{
	const struct mip4_conf conf = { .co_located = 1, .encapsulation = ENCAPSULATE_GRE };
	const in4 mine = (OLD & 0xffffff00u) | HOST_PART;
	struct fixture f;
	struct mip4_message q;
	uint8_t store[256], ttl;
	size_t octets;
	struct packet *p;
	bool agents = GPOINTER_TO_INT(required), out = false;

	mobile_begin(&f, &conf, NULL);
	advertise(&f, agents ? AGENT_REGISTRATION_REQUIRED : 0, 1000, OLD);
	g_assert_true(request_of(&f, store, &octets, &q, &ttl));
	g_assert_true(q.care_of_address == mine && q.flags == (REQUEST_DECAPSULATE | REQUEST_GRE));
	/* Nothing leaves from the home address before. */
	ip4_send(f.n, NOW, ip4_udp(f.n, HOME, 10000, PEER, 10000, 64, "0123456789abcdef", 16), 0);
	g_assert_null(node_output(f.n));
	answer(&f, &q, 0, 100, 0, NULL);
	ip4_send(f.n, NOW, ip4_udp(f.n, HOME, 10000, PEER, 10000, 64, "0123456789abcdef", 16), 0);
	for (; (p = node_output(f.n)); packet_free(p))
		out |= load_be16(p->data + 12) == ETHERTYPE_IPV4 && ipv4_source(p->data + 14) == HOME;
	g_assert_true(out);
	/* An echo request in a tunnel to it is answered from the home address; one for another in such a tunnel is not passed on. */
	for (int k = 0; k < 2; k++) {
		uint8_t *u;

		p = ip4_packet(PEER, k ? HOME + 1 : HOME, PROTOCOL4_ICMP, 64, 16);
		u = packet_put(p, 16);
		memset(u, 0, 16);
		u[0] = ICMP4_ECHO_REQUEST;
		icmp4_checksum_set(u, 16);
		ip4_finish(f.n, p);
		ip4_encapsulate(f.n, p, ENCAPSULATE_GRE, HOME_AGENT, mine);
		u = packet_push(p, ETHERNET_HEADER);
		memcpy(u, &mobile_mac, 6);
		memcpy(u + 6, &router_mac, 6);
		store_be16(u + 12, ETHERTYPE_IPV4);
		node_input(f.n, NOW, 0, p);
		for (out = false; (p = node_output(f.n)); packet_free(p))
			out |= load_be16(p->data + 12) == ETHERTYPE_IPV4 && ipv4_source(p->data + 14) == HOME && ipv4_destination(p->data + 14) == PEER;
		g_assert_true(out == !k);
	}
	node_free(f.n);
}

/* Nobody answers: three solicitations at a second's distance, then doubled ones (2.4). */
static void solicitations(void)
{
	const struct mip4_conf conf = { 0 };
	struct fixture f;
	GString *at = g_string_new(NULL);
	mip_time t = NOW;

	mobile_begin(&f, &conf, NULL);
	f.conf.movement_detection = DETECT_HINT;
	node_signal(f.n, NOW, 0, LINK_DOWN);
	node_signal(f.n, NOW, 0, LINK_UP);
	drain(&f);
	while ((t = node_deadline(f.n)) < NOW + 40 * MIP_SECOND) {
		node_expire(f.n, t);
		for (struct packet *p; (p = node_output(f.n)); packet_free(p))
			g_string_append_printf(at, "%d ", (int)((t - NOW) / MIP_SECOND));
	}
	g_assert_cmpstr(at->str, ==, "1 2 3 5 9 17 33 ");
	g_string_free(at, TRUE);
	node_free(f.n);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (gsize i = 0; i < G_N_ELEMENTS(agent_cases); i++) {
		char *name = g_strdup_printf("/mip4/foreign-agent/%u-%s", agent_cases[i].code, agent_cases[i].name);

		g_test_add_data_func(name, &agent_cases[i], agent_case);
		g_free(name);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(home_cases); i++) {
		char *name = g_strdup_printf("/mip4/home-agent/%u-%s", home_cases[i].code, home_cases[i].name);

		g_test_add_data_func(name, &home_cases[i], home_case);
		g_free(name);
	}
	for (gsize i = 0; i < G_N_ELEMENTS(repair_cases); i++) {
		char *name = g_strdup_printf("/mip4/mobile-node/%u-%s", repair_cases[i].code, repair_cases[i].name);

		g_test_add_data_func(name, &repair_cases[i], repair_case);
		g_free(name);
	}
	g_test_add_func("/mip4/visitor-list", visitor_list);
	g_test_add_func("/mip4/replies", replies);
	g_test_add_data_func("/mip4/repetition/timestamps", GINT_TO_POINTER(0), repetition);
	g_test_add_data_func("/mip4/repetition/nonces", GINT_TO_POINTER(1), repetition);
	g_test_add_data_func("/mip4/co-located/straight", GINT_TO_POINTER(0), co_located);
	g_test_add_data_func("/mip4/co-located/through-agent", GINT_TO_POINTER(1), co_located);
	g_test_add_func("/mip4/solicitations", solicitations);
	return g_test_run();
}
