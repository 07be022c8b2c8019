// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Registration keys between a mobile node, a foreign agent and a home agent that are joined by hand, so that any message can be changed on its
 * way: by each method both ends come to the same key; one flipped bit anywhere in any of the four messages of a registration never leaves them
 * with different keys for the same SPI, and is answered by the status that is due; replays; requests that cannot be met; virtual time.
 *
 * ALL_BITS=1 flips every bit; else every 13th.
 */
#include "models/ip4/ip4.h"
#include "models/mip4/registration_key.h"
#include "tests/unit/vector.h"

#define HOME 0x0a000506u
#define HOME_AGENT 0x0a000501u
#define AGENT_WIRE 0x0a000102u
#define FOREIGN 0x0a000602u

static const uint8_t home_master[MIP4_KEY] = "home master key", foreign_master[MIP4_KEY] = "foreign master";
static const struct mac mobile_mac = { { 2, 0, 0, 0, 0, 9 } }, foreign_mac = { { 2, 0, 0, 0, 0, 1 } }, home_mac = { { 2, 0, 0, 0, 0, 2 } };

enum who { MOBILE, FOREIGN_AGENT, HOME_AGENT_NODE, NODES };
/* The messages of a registration, by their leg. */
enum leg { REQUEST_IN_CELL, REQUEST_ON_WIRE, REPLY_ON_WIRE, REPLY_IN_CELL, LEGS };

struct net {
	struct node_env env;
	struct observer observer;
	struct protocol_conf conf[NODES];
	struct node *nodes[NODES];
	struct mip4_pair_key pair;
	struct mip4_pair_keys pairs;
	mip_time now;
	/* of one registration */
	struct {
		bool there;
		uint8_t key[MIP4_KEY];
		uint32_t spi;
		mip_time at;
	} keys[2];                       /* MOBILE, FOREIGN_AGENT */
	enum registration_key_method method[2];
	bool accepted, relayed;
	uint32_t refused;                /* the code the mobile node was told; 1000: none */
	size_t octets[LEGS];
	mip_time at[LEGS];
	int flip_leg, dropped;
	size_t flip_bit;
	struct octets captured[LEGS];
};

static void observe(void *context, const struct observation *o)
{
	struct net *x = context;

	if (o->kind == OBSERVE_SECRET && o->value == SECRET_REGISTRATION_KEY && o->node < 2) {
		x->keys[o->node].there = true;
		x->keys[o->node].spi = o->index;
		x->keys[o->node].at = o->at;
		g_assert_cmpuint(o->data_length, ==, MIP4_KEY);
		memcpy(x->keys[o->node].key, o->data, MIP4_KEY);
	} else if (o->kind == OBSERVE_REGISTRATION_KEY) {
		x->method[o->node] = (enum registration_key_method)o->value;
	} else if (o->kind == OBSERVE_HOME_BA_ACCEPTED) {
		x->accepted = true;
	} else if (o->kind == OBSERVE_HOME_BA_REFUSED) {
		x->refused = o->value;
	}
}

static void begin(struct net *x)
{
	struct mobile_node4_conf mobile = { .home_address = HOME, .home_agent = HOME_AGENT, .home_prefix_length = 24 };
	const struct mac *macs[NODES] = { &mobile_mac, &foreign_mac, &home_mac };
	struct role *r;

	*x = (struct net){ .flip_leg = -1, .dropped = -1, .now = 100 * MIP_SECOND };
	x->observer = (struct observer){ .observe = observe, .context = x, .wants_secrets = true };
	x->env.observer = &x->observer;
	for (unsigned i = 0; i < NODES; i++) {
		x->conf[i] = (struct protocol_conf){ .route_optimization = true, .binding_cache_limit = 4, .router_advertisement_min = 1000 * MIP_SECOND,
			                             .router_advertisement_max = 1000 * MIP_SECOND, .lifetime = 300 * MIP_SECOND,
			                             .mip4 = { .update_interval = MIP_SECOND, .smooth_handoff = true, .pointer_lifetime = 10 * MIP_SECOND } };
		x->conf[i].mip4.keys.rsa_bits = 512;
		x->conf[i].mip4.keys.diffie_hellman_bits = 768;
		x->conf[i].mip4.keys.value = VALUE_ONCE;
		x->nodes[i] = node_new(&x->env, &x->conf[i], i, i + 1);
		ip4_enable(x->nodes[i], i != MOBILE);
		if (i != MOBILE) {
			ip6_add_interface(x->nodes[i], INTERFACE_POINT_TO_POINT, NULL, 1500);
			ip4_set_address(x->nodes[i], ip4_add_interface(x->nodes[i], NULL, 1500), i == FOREIGN_AGENT ? AGENT_WIRE : 0x0a000103, 24);
			ip4_add_route(x->nodes[i], 0, 0, 0, 0);
		}
		ip6_add_interface(x->nodes[i], INTERFACE_ETHERNET, macs[i], 1500);
		ip4_add_interface(x->nodes[i], macs[i], 1500);
	}
	ip4_set_address(x->nodes[FOREIGN_AGENT], ip4_interface(x->nodes[FOREIGN_AGENT], 1), FOREIGN, 24);
	ip4_set_address(x->nodes[HOME_AGENT_NODE], ip4_interface(x->nodes[HOME_AGENT_NODE], 1), HOME_AGENT, 24);
	x->pair = (struct mip4_pair_key){ .foreign = FOREIGN, .home = HOME_AGENT };
	mip4_node_key(FOREIGN, home_master, x->pair.key);
	mip4_node_key(HOME, home_master, mobile.key);
	r = home_agent4_new(x->nodes[HOME_AGENT_NODE], 1, home_master);
	home_agent4_share(r, &x->pairs);
	node_add_role(x->nodes[HOME_AGENT_NODE], r);
	r = foreign_agent4_new(x->nodes[FOREIGN_AGENT], foreign_master);
	foreign_agent4_share(r, &x->pairs);
	node_add_role(x->nodes[FOREIGN_AGENT], r);
	foreign_agent4_serve(r, 1, NULL, 0);
	node_add_role(x->nodes[MOBILE], mobile_node4_new(x->nodes[MOBILE], &mobile));
}

static void end(struct net *x)
{
	for (unsigned i = 0; i < NODES; i++)
		node_free(x->nodes[i]);
	for (unsigned i = 0; i < LEGS; i++)
		free(x->captured[i].data);
}

/* Switches of one method at all nodes. */
static void use(struct net *x, enum registration_key_method method)
{
	for (unsigned i = 0; i < NODES; i++) {
		struct registration_key_conf *k = &x->conf[i].mip4.keys;

		k->home_agent = method == REGISTRATION_KEY_HOME_AGENT;
		k->foreign_public_key = method == REGISTRATION_KEY_FOREIGN_PUBLIC_KEY;
		k->mobile_public_key = method == REGISTRATION_KEY_MOBILE_PUBLIC_KEY;
		k->diffie_hellman = method == REGISTRATION_KEY_DIFFIE_HELLMAN;
	}
	x->pairs = (struct mip4_pair_keys){ &x->pair, method == REGISTRATION_KEY_HOME_AGENT };
}

/* A frame on its way: looked at, changed if that is asked for. */
static struct packet *carry(struct net *x, unsigned from, struct packet *p, bool ethernet)
{
	size_t skip = ethernet ? ETHERNET_HEADER : 0;
	const uint8_t *ip = p->data + skip;
	struct packet *changed;
	uint8_t payload[2000];
	size_t octets;
	int leg;

	if ((ethernet && load_be16(p->data + 12) != ETHERTYPE_IPV4) || ip[9] != PROTOCOL4_UDP || load_be16(ip + 22) != MIP4_PORT)
		return p;
	octets = load_be16(ip + 2) - 28u;
	leg = from == MOBILE ? REQUEST_IN_CELL : from == HOME_AGENT_NODE ? REPLY_ON_WIRE : ethernet ? REPLY_IN_CELL : REQUEST_ON_WIRE;
	if (ip[28] != (leg == REQUEST_IN_CELL || leg == REQUEST_ON_WIRE ? MIP4_REQUEST : MIP4_REPLY))
		return p;
	x->octets[leg] = octets;
	x->at[leg] = x->now;
	free(x->captured[leg].data);
	x->captured[leg] = octets_copy(ip + 28, octets);
	if (x->dropped == leg) {
		packet_free(p);
		return NULL;
	}
	if (x->flip_leg != leg || x->flip_bit >= 8 * octets)
		return p;
	memcpy(payload, ip + 28, octets);
	payload[x->flip_bit / 8] ^= (uint8_t)(1 << x->flip_bit % 8);
	changed = ip4_udp(x->nodes[from], ipv4_source(ip), load_be16(ip + 20), ipv4_destination(ip), load_be16(ip + 22), 64, payload, octets);
	if (ethernet)
		memcpy(packet_push(changed, ETHERNET_HEADER), p->data, ETHERNET_HEADER);
	packet_free(p);
	return changed;
}

static void drain(struct net *x)
{
	bool moved = true;

	while (moved) {
		moved = false;
		for (unsigned i = 0; i < NODES; i++) {
			for (struct packet *p; (p = node_output(x->nodes[i]));) {
				bool ethernet = i == MOBILE || p->interface == 1;
				int to = i == MOBILE ? FOREIGN_AGENT : i == FOREIGN_AGENT ? (ethernet ? MOBILE : HOME_AGENT_NODE) : ethernet ? -1 : FOREIGN_AGENT;

				moved = true;
				p = carry(x, i, p, ethernet);
				if (p && to >= 0)
					node_input(x->nodes[to], x->now, to == FOREIGN_AGENT && ethernet ? 1 : 0, p);
				else if (p)
					packet_free(p);
			}
		}
	}
}

/* Lets virtual time pass. */
static void pass(struct net *x, mip_time until)
{
	for (;;) {
		mip_time next = MIP_NEVER;

		for (unsigned i = 0; i < NODES; i++)
			next = mip_time_min(next, node_deadline(x->nodes[i]));
		if (next > until)
			break;
		x->now = mip_time_max(next, x->now);
		for (unsigned i = 0; i < NODES; i++)
			node_expire(x->nodes[i], x->now);
		drain(x);
	}
	x->now = until;
}

static void up(struct net *x)
{
	for (unsigned i = FOREIGN_AGENT; i < NODES; i++)
		for (unsigned k = 0; k < 2; k++)
			node_signal(x->nodes[i], x->now, k, LINK_UP);
	drain(x);
}

/* The mobile node leaves the cell and comes again: a registration from the beginning; observed until `for_ns` later. */
static void register_again(struct net *x, mip_time for_ns)
{
	pass(x, x->now + 20 * MIP_SECOND);
	memset(x->keys, 0, sizeof x->keys);
	x->method[0] = x->method[1] = REGISTRATION_KEY_METHOD_COUNT;
	x->accepted = false;
	x->refused = 1000;
	memset(x->octets, 0, sizeof x->octets);
	node_signal(x->nodes[MOBILE], x->now, 0, LINK_DOWN);
	drain(x);
	node_signal(x->nodes[MOBILE], x->now, 0, LINK_UP);
	drain(x);
	if (for_ns)
		pass(x, x->now + for_ns);
}

static const char *const names[] = {
#define X(e, s) s,
	REGISTRATION_KEY_METHODS(X)
#undef X
};

static bool same_keys(const struct net *x)
{
	return x->keys[0].there && x->keys[1].there && x->keys[0].spi == x->keys[1].spi && !memcmp(x->keys[0].key, x->keys[1].key, MIP4_KEY);
}

static void method(gconstpointer data)
{
	enum registration_key_method m = (enum registration_key_method)GPOINTER_TO_INT(data);
	/* Octets of request and reply on the wire, from the layouts: 46 and 42 without keys. */
	static const size_t want[][LEGS] = {
		[REGISTRATION_KEY_HOME_AGENT] = { 46 + 3, 46 + 3 + 6 + 22, 42 + 23 + 23 + 6 + 22, 42 + 23 + 23 + 6 },
		[REGISTRATION_KEY_FOREIGN_PUBLIC_KEY] = { 46 + 3, 46 + 3 + 7 + 68, 42 + 23 + 7 + 64, 42 + 23 + 7 + 64 },
		[REGISTRATION_KEY_MOBILE_PUBLIC_KEY] = { 46 + 3 + 68, 46 + 3 + 68 + 7 + 64, 42 + 7 + 64, 42 + 7 + 64 },
		[REGISTRATION_KEY_DIFFIE_HELLMAN] = { 46 + 3 + 288, 46 + 3 + 288 + 7 + 96, 42 + 7 + 96, 42 + 7 + 96 },
	};
	struct net x;
	uint8_t first[MIP4_KEY];

	begin(&x);
	use(&x, m);
	up(&x);
	register_again(&x, 0);
	g_assert_true(x.accepted && same_keys(&x));
	g_assert_cmpint(x.method[MOBILE], ==, m);
	g_assert_cmpint(x.method[FOREIGN_AGENT], ==, m);
	for (unsigned i = 0; i < LEGS; i++)
		g_assert_cmpuint(x.octets[i], ==, want[m][i]);
	/* Each registration has a key of its own. */
	memcpy(first, x.keys[0].key, sizeof first);
	register_again(&x, 0);
	g_assert_true(same_keys(&x) && memcmp(first, x.keys[0].key, sizeof first));
	/* A renewal too, at three quarters of the lifetime. */
	memset(x.keys, 0, sizeof x.keys);
	pass(&x, x.now + 300 * MIP_SECOND / 4 * 3 + MIP_SECOND);
	g_assert_true(same_keys(&x));
	end(&x);
}

/* With nothing tried at the home agent, or at the foreign agent, the registration succeeds without a key. */
static void unmet(void)
{
	static const struct {
		enum registration_key_method asked;
		unsigned without;
	} of[] = { { REGISTRATION_KEY_HOME_AGENT, FOREIGN_AGENT }, { REGISTRATION_KEY_FOREIGN_PUBLIC_KEY, FOREIGN_AGENT },
		   { REGISTRATION_KEY_FOREIGN_PUBLIC_KEY, HOME_AGENT_NODE } };

	for (unsigned i = 0; i < G_N_ELEMENTS(of); i++) {
		struct net x;

		begin(&x);
		use(&x, of[i].asked);
		x.pairs.count = 0;
		x.conf[of[i].without].mip4.keys.foreign_public_key = false;
		up(&x);
		register_again(&x, 0);
		g_assert_true(x.accepted && !x.keys[0].there && !x.keys[1].there);
		g_assert_cmpint(x.method[MOBILE], ==, REGISTRATION_KEY_NONE);
		end(&x);
	}
}

/* Section 9's order of preference, step by step: what is better is taken away. */
static void preference(void)
{
	struct net x;

	begin(&x);
	for (unsigned i = 0; i < NODES; i++) {
		struct registration_key_conf *k = &x.conf[i].mip4.keys;

		k->home_agent = k->foreign_public_key = k->mobile_public_key = k->diffie_hellman = true;
	}
	x.pairs = (struct mip4_pair_keys){ &x.pair, 1 };
	up(&x);
	register_again(&x, 0);
	g_assert_cmpint(x.method[FOREIGN_AGENT], ==, REGISTRATION_KEY_HOME_AGENT);
	x.pairs.count = 0;
	register_again(&x, 0);
	g_assert_cmpint(x.method[FOREIGN_AGENT], ==, REGISTRATION_KEY_FOREIGN_PUBLIC_KEY);
	x.conf[FOREIGN_AGENT].mip4.keys.foreign_public_key = false;
	register_again(&x, 0);
	g_assert_cmpint(x.method[FOREIGN_AGENT], ==, REGISTRATION_KEY_MOBILE_PUBLIC_KEY);
	x.conf[MOBILE].mip4.keys.mobile_public_key = false;
	register_again(&x, 0);
	g_assert_cmpint(x.method[FOREIGN_AGENT], ==, REGISTRATION_KEY_DIFFIE_HELLMAN);
	g_assert_true(same_keys(&x));
	/* No smooth handoffs here: nothing is asked (9.1 step 1). */
	x.conf[MOBILE].mip4.smooth_handoff = false;
	register_again(&x, 0);
	g_assert_true(x.accepted && x.method[MOBILE] == REGISTRATION_KEY_METHOD_COUNT && x.octets[REQUEST_IN_CELL] == 46);
	end(&x);
}

static void flipped(gconstpointer data)
{
	enum registration_key_method m = (enum registration_key_method)GPOINTER_TO_INT(data);
	size_t stride = g_getenv("ALL_BITS") ? 1 : 13;
	unsigned refused_131 = 0, refused_132 = 0, refused_68 = 0, silent = 0, kept = 0;
	struct net x;
	size_t octets[LEGS];

	begin(&x);
	use(&x, m);
	up(&x);
	register_again(&x, 0);
	memcpy(octets, x.octets, sizeof octets);
	for (int leg = 0; leg < LEGS; leg++) {
		for (size_t bit = (size_t)leg % stride; bit < 8 * octets[leg]; bit += stride) {
			x.flip_leg = leg;
			x.flip_bit = bit;
			register_again(&x, 0);
			if (x.keys[0].there && x.keys[1].there && x.keys[0].spi == x.keys[1].spi && memcmp(x.keys[0].key, x.keys[1].key, MIP4_KEY))
				g_error("%s, leg %d, bit %zu: two keys", names[m], leg, bit);
			/* Nothing behind the mobile node's authentication extension changes what the mobile node is told; all before it does. */
			if (x.accepted && leg != REQUEST_ON_WIRE && !(leg == REPLY_ON_WIRE && m == REGISTRATION_KEY_HOME_AGENT))
				g_error("%s, leg %d, bit %zu: accepted", names[m], leg, bit);
			if (m == REGISTRATION_KEY_HOME_AGENT && (x.accepted && (leg == REQUEST_ON_WIRE || leg == REPLY_ON_WIRE)))
				g_error("%s, leg %d, bit %zu: accepted", names[m], leg, bit);
			refused_131 += x.refused == MIP4_HA_MN_AUTH;
			refused_132 += x.refused == MIP4_HA_FA_AUTH;
			refused_68 += x.refused == MIP4_FA_HA_AUTH;
			silent += !x.accepted && x.refused >= 256;
			kept += x.accepted && !x.keys[1].there;
			x.flip_leg = -1;
			/* It lives on: without interference the next one succeeds. */
			if (bit % 11 == 0) {
				register_again(&x, 0);
				g_assert_true(x.accepted && same_keys(&x));
			}
		}
	}
	g_test_message("%s: 131 %u times, 132 %u, 68 %u, silence %u, registered without a key %u", names[m], refused_131, refused_132, refused_68,
	               silent, kept);
	g_assert_cmpuint(refused_131, >, 0);
	g_assert_cmpuint(silent, >, 0);
	g_assert_true((refused_132 > 0) == (m == REGISTRATION_KEY_HOME_AGENT) && (refused_68 > 0) == (m == REGISTRATION_KEY_HOME_AGENT));
	g_assert_true((kept > 0) == (m != REGISTRATION_KEY_HOME_AGENT));
	end(&x);
}

/* The reply of an earlier registration, octet for octet, in the place of the present one. */
static void replayed(void)
{
	struct net x;
	struct octets old;

	begin(&x);
	use(&x, REGISTRATION_KEY_HOME_AGENT);
	up(&x);
	register_again(&x, 0);
	old = octets_copy(x.captured[REPLY_ON_WIRE].data, x.captured[REPLY_ON_WIRE].length);
	x.dropped = REPLY_ON_WIRE;
	register_again(&x, 0);
	g_assert_false(x.accepted);
	node_input(x.nodes[FOREIGN_AGENT], x.now, 0, ip4_udp(x.nodes[HOME_AGENT_NODE], HOME_AGENT, MIP4_PORT, FOREIGN, MIP4_PORT, 64, old.data, old.length));
	drain(&x);
	g_assert_true(!x.accepted && !x.keys[0].there && !x.keys[1].there);
	octets_free(&old);
	end(&x);
}

/* When messages leave and keys can be used, where computing takes time. A binding update with the key tells whether the agent has it. */
static uint8_t status_of_update(struct net *x, const uint8_t key[MIP4_KEY], uint32_t spi)
{
	uint8_t octets[128], status;
	struct wr w = wr_of(octets, sizeof octets);
	struct packet *p;

	/* Lifetime and care-of address of a pointer to the agent itself: it answers and changes nothing. */
	mip4_write(&w, &(struct mip4_message){ .type = MIP4_UPDATE, .flags = UPDATE_ACKNOWLEDGE, .lifetime_s = 10, .home_address = HOME,
	                                       .care_of_address = FOREIGN });
	mip4_put_auth(&w, EXTENSION4_GENERAL_AUTH, spi, MIP4_HMAC_MD5, key);
	node_input(x->nodes[FOREIGN_AGENT], x->now, 0, ip4_udp(x->nodes[HOME_AGENT_NODE], HOME_AGENT, MIP4_PORT, FOREIGN, MIP4_PORT, 64, octets, wr_length(&w)));
	p = node_output(x->nodes[FOREIGN_AGENT]);
	g_assert_true(p && p->data[28] == MIP4_ACKNOWLEDGE);
	status = p->data[31];
	packet_free(p);
	return status;
}

/* An update under a registration key, every bit flipped: refused with 131, or dropped where it cannot be read. Then it is accepted, again too while
 * the pointer lasts; but not after the mobile node has been back. */
static void update(void)
{
	struct net x;
	uint8_t octets[64];
	struct wr w = wr_of(octets, sizeof octets);
	unsigned refused = 0;

	begin(&x);
	use(&x, REGISTRATION_KEY_HOME_AGENT);
	up(&x);
	register_again(&x, 0);
	mip4_write(&w, &(struct mip4_message){ .type = MIP4_UPDATE, .flags = UPDATE_ACKNOWLEDGE, .lifetime_s = 10, .home_address = HOME,
	                                       .care_of_address = 0x0a000703 });
	mip4_put_auth(&w, EXTENSION4_GENERAL_AUTH, x.keys[0].spi, MIP4_HMAC_MD5, x.keys[0].key);
	for (size_t bit = 0; bit <= 8 * wr_length(&w) + 2; bit++) {
		struct packet *p;
		bool good = bit >= 8 * wr_length(&w);

		if (bit == 8 * wr_length(&w) + 2) {
			register_again(&x, 0);
			g_assert_true(same_keys(&x));
			good = false;
		} else if (!good) {
			octets[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
		node_input(x.nodes[FOREIGN_AGENT], x.now, 0,
		           ip4_udp(x.nodes[HOME_AGENT_NODE], HOME_AGENT, MIP4_PORT, FOREIGN, MIP4_PORT, 64, octets, wr_length(&w)));
		p = node_output(x.nodes[FOREIGN_AGENT]);
		if (good) {
			/* To the mobile node, by the pointer. */
			g_assert_true(p && ipv4_protocol(p->data) == PROTOCOL4_IPV4 && ipv4_destination(p->data) == 0x0a000703 && p->data[51] == ACK_OK);
		} else if (p && bit >= 8) { /* in the first octet it would be another message */
			if (ipv4_protocol(p->data) != PROTOCOL4_UDP || p->data[28] != MIP4_ACKNOWLEDGE || p->data[31] != ACK_AUTHENTICATION)
				g_error("bit %zu: protocol %u, message %u, status %u", bit, ipv4_protocol(p->data), p->data[28], p->data[31]);
			refused++;
		}
		packet_free(p);
		g_assert_null(node_output(x.nodes[FOREIGN_AGENT]));
		if (bit < 8 * wr_length(&w))
			octets[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	g_assert_cmpuint(refused, >, 6 * wr_length(&w));
	/* The home address deletes; the acknowledgement got lost, and the repetition gets one too. */
	w = wr_of(octets, sizeof octets);
	mip4_write(&w, &(struct mip4_message){ .type = MIP4_UPDATE, .flags = UPDATE_ACKNOWLEDGE, .lifetime_s = 10, .home_address = HOME, .care_of_address = HOME });
	mip4_put_auth(&w, EXTENSION4_GENERAL_AUTH, x.keys[0].spi, MIP4_HMAC_MD5, x.keys[0].key);
	for (unsigned i = 0; i < 3; i++) {
		struct packet *p;

		node_input(x.nodes[FOREIGN_AGENT], x.now, 0,
		           ip4_udp(x.nodes[HOME_AGENT_NODE], HOME_AGENT, MIP4_PORT, FOREIGN, MIP4_PORT, 64, octets, wr_length(&w)));
		p = node_output(x.nodes[FOREIGN_AGENT]);
		g_assert_true(p && p->data[28] == MIP4_ACKNOWLEDGE && p->data[31] == (i < 2 ? ACK_OK : ACK_AUTHENTICATION));
		packet_free(p);
		pass(&x, x.now + (i ? 9 : 2) * MIP_SECOND);
	}
	end(&x);
}

/* Extensions of any type and size, also on the side where they do not belong, in requests to both agents and replies to the foreign agent and the
 * mobile node: nothing breaks, and who is not tricked registers. */
static void hostile(void)
{
	static const enum mip4_extension_type types[] = { 113, 114, 115, 116, 120, 121, 122, 123, 124, 125 };
	static const size_t sizes[] = { 0, 1, 15, 16, 17, 63, 64, 68, 96, 255, 256, 257, 260, 300, 390, 700, 1000 };
	struct net x;
	uint8_t junk[1100], octets[1500], secret[MIP4_KEY];
	uint32_t stamp = 0;

	begin(&x);
	for (unsigned i = 0; i < NODES; i++)
		x.conf[i].mip4.keys.foreign_public_key = x.conf[i].mip4.keys.diffie_hellman = true;
	up(&x);
	mip4_node_key(HOME, home_master, secret);
	register_again(&x, 0);
	for (unsigned i = 0; i < sizeof junk; i++)
		junk[i] = (uint8_t)((i * i * 7 + 3) | 1);
	for (unsigned t = 0; t < G_N_ELEMENTS(types) * G_N_ELEMENTS(sizes) * 8; t++) {
		enum mip4_extension_type type = types[t / 8 % G_N_ELEMENTS(types)];
		size_t size = sizes[t / 8 / G_N_ELEMENTS(types)];
		bool outside = t & 1, reply = t & 2, twice = t & 4;
		struct mip4_message m = { .type = reply ? MIP4_REPLY : MIP4_REQUEST, .lifetime_s = 300, .home_address = HOME, .home_agent = HOME_AGENT,
			                  .care_of_address = FOREIGN, .identification = (uint64_t)(2208988800u + x.now / MIP_SECOND) << 32 | ++stamp };
		struct wr w = wr_of(octets, sizeof octets);

		if (!mip4_key_extension_length_ok((uint8_t)type, size + (mip4_key_extension_has_spi((uint8_t)type) ? 4 : 0)))
			continue;
		if (reply)
			x.dropped = REQUEST_ON_WIRE;
		register_again(&x, 0);
		x.dropped = -1;
		if (reply) {
			struct mip4_message asked;

			g_assert_cmpint(mip4_decode(x.captured[REQUEST_IN_CELL].data, x.captured[REQUEST_IN_CELL].length, &asked), ==, WIRE_OK);
			m.identification = asked.identification;
		}
		mip4_write(&w, &m);
		if (!reply && outside)
			mip4_write_key_request(&w, &(struct mip4_key_request){ 0 });
		if (outside)
			mip4_put_auth(&w, EXTENSION4_MN_HA, SPI_MN_HA, MIP4_HMAC_MD5, secret);
		for (unsigned k = 0; k <= (twice && size < 500); k++)
			mip4_write_key_extension(&w, type, SPI_FA_HA, junk, size);
		if (!outside)
			mip4_put_auth(&w, EXTENSION4_MN_HA, SPI_MN_HA, MIP4_HMAC_MD5, secret);
		g_assert_false(w.bad);
		node_input(x.nodes[reply ? FOREIGN_AGENT : HOME_AGENT_NODE], x.now, 0,
		           ip4_udp(x.nodes[HOME_AGENT_NODE], reply ? HOME_AGENT : FOREIGN, MIP4_PORT, reply ? FOREIGN : HOME_AGENT, MIP4_PORT, 64, octets, wr_length(&w)));
		drain(&x);
		g_assert_false(x.keys[0].there && x.keys[1].there && x.keys[0].spi == x.keys[1].spi && memcmp(x.keys[0].key, x.keys[1].key, MIP4_KEY));
	}
	register_again(&x, 0);
	g_assert_true(x.accepted && same_keys(&x));
	end(&x);
}

/* The same wish for a key behind two home agents, of which the foreign agent shares a key with one: what it offered for the first is no offer for
 * the second, whose request has one of its own. */
static void two_home_agents(gconstpointer data)
{
	enum registration_key_method m = (enum registration_key_method)GPOINTER_TO_INT(data);
	struct mip4_message sent;
	struct mip4_key_extension e;
	struct packet *p;
	struct net x;

	begin(&x);
	use(&x, m);
	x.pairs.count = 1;
	up(&x);
	x.dropped = REQUEST_ON_WIRE;
	register_again(&x, 0);
	g_assert_cmpint(mip4_decode(x.captured[REQUEST_ON_WIRE].data, x.captured[REQUEST_ON_WIRE].length, &sent), ==, WIRE_OK);
	g_assert_nonnull(registration_key_outside(&sent, EXTENSION4_FA_KEY_REQUEST));
	store_be32(x.captured[REQUEST_IN_CELL].data + 8, HOME_AGENT + 1);
	p = ip4_udp(x.nodes[MOBILE], HOME, MIP4_PORT, FOREIGN, MIP4_PORT, 255, x.captured[REQUEST_IN_CELL].data, x.captured[REQUEST_IN_CELL].length);
	ip4_send_on(x.nodes[MOBILE], x.now, ip4_interface(x.nodes[MOBILE], 0), &foreign_mac, p);
	drain(&x);
	g_assert_cmpint(mip4_decode(x.captured[REQUEST_ON_WIRE].data, x.captured[REQUEST_ON_WIRE].length, &sent), ==, WIRE_OK);
	g_assert_cmphex(sent.home_agent, ==, HOME_AGENT + 1);
	g_assert_null(registration_key_outside(&sent, EXTENSION4_FA_KEY_REQUEST));
	mip4_read_key_extension(x.captured[REQUEST_ON_WIRE].data,
	                        registration_key_outside(&sent, m == REGISTRATION_KEY_DIFFIE_HELLMAN ? EXTENSION4_DH_REPLY : EXTENSION4_MN_PUBLIC_KEY_REPLY), &e);
	g_assert_cmpuint(e.octets, ==, m == REGISTRATION_KEY_DIFFIE_HELLMAN ? 96 : 64);
	end(&x);
}

/* A processor that is asked for more than it can do: what waits stays bounded, and leaves when it is ready. */
static void overload(void)
{
	struct processor processor;
	struct net x;
	unsigned sent = 0;

	begin(&x);
	up(&x);
	processor_init(&processor, x.nodes[FOREIGN_AGENT]);
	for (unsigned i = 0; i < 2 * PROCESSOR_MESSAGES; i++)
		processor_send(&processor, x.now, x.now + MIP_MILLISECOND,
		               ip4_udp(x.nodes[FOREIGN_AGENT], AGENT_WIRE, MIP4_PORT, HOME_AGENT, MIP4_PORT, 64, foreign_master, 1));
	g_assert_cmpuint(processor.count, ==, PROCESSOR_MESSAGES);
	node_expire(x.nodes[FOREIGN_AGENT], x.now + MIP_MILLISECOND);
	for (struct packet *p; (p = node_output(x.nodes[FOREIGN_AGENT])); packet_free(p))
		sent++;
	g_assert_cmpuint(sent, ==, PROCESSOR_MESSAGES);
	g_assert_true(!processor.count && !processor.first);
	processor_fini(&processor);
	end(&x);
}

static void time_taken(void)
{
	const mip_time encrypt = 80 * MIP_MILLISECOND, decrypt = 930 * MIP_MILLISECOND, power = 545 * MIP_MILLISECOND;
	struct net x;
	mip_time start;

	begin(&x);
	for (unsigned i = 0; i < NODES; i++) {
		x.conf[i].mip4.keys.cost[COMPUTE_RSA_ENCRYPT] = encrypt;
		x.conf[i].mip4.keys.cost[COMPUTE_RSA_DECRYPT] = decrypt;
		x.conf[i].mip4.keys.cost[COMPUTE_DIFFIE_HELLMAN] = power;
		x.conf[i].mip4.keys.value = VALUE_ON_DEMAND;
	}
	up(&x);
	/* The home agent encrypts before its reply; the foreign agent decrypts after passing it on. */
	use(&x, REGISTRATION_KEY_FOREIGN_PUBLIC_KEY);
	register_again(&x, 0);
	start = x.now;
	pass(&x, start + encrypt);
	g_assert_true(x.at[REQUEST_ON_WIRE] == start && x.at[REPLY_ON_WIRE] == start + encrypt && x.at[REPLY_IN_CELL] == start + encrypt);
	pass(&x, start + encrypt + decrypt - 1);
	g_assert_cmpuint(status_of_update(&x, x.keys[0].key, x.keys[0].spi), ==, ACK_AUTHENTICATION);
	pass(&x, start + encrypt + decrypt);
	g_assert_cmpuint(status_of_update(&x, x.keys[0].key, x.keys[0].spi), ==, ACK_OK);
	g_assert_cmpuint(status_of_update(&x, x.keys[0].key, x.keys[0].spi + 1), ==, ACK_AUTHENTICATION);
	/* The foreign agent encrypts before the request goes on. */
	use(&x, REGISTRATION_KEY_MOBILE_PUBLIC_KEY);
	register_again(&x, 0);
	start = x.now;
	pass(&x, start + encrypt);
	g_assert_true(x.at[REQUEST_IN_CELL] == start && x.at[REQUEST_ON_WIRE] == start + encrypt && x.at[REPLY_IN_CELL] == start + encrypt);
	g_assert_cmpuint(status_of_update(&x, x.keys[0].key, x.keys[0].spi), ==, ACK_OK);
	/* The mobile node computes its value first; the foreign agent its own, then the key, while the request is on its way. */
	use(&x, REGISTRATION_KEY_DIFFIE_HELLMAN);
	register_again(&x, 0);
	start = x.now;
	pass(&x, start + 2 * power);
	g_assert_true(x.at[REQUEST_IN_CELL] == start + power && x.at[REQUEST_ON_WIRE] == start + 2 * power && x.at[REPLY_IN_CELL] == start + 2 * power);
	g_assert_cmpuint(status_of_update(&x, x.keys[0].key, x.keys[0].spi), ==, ACK_AUTHENTICATION);
	pass(&x, start + 3 * power);
	g_assert_cmpuint(status_of_update(&x, x.keys[0].key, x.keys[0].spi), ==, ACK_OK);
	/* Ahead: the value is there already, for the next one too. */
	x.conf[MOBILE].mip4.keys.value = VALUE_AHEAD;
	register_again(&x, 5 * MIP_SECOND);
	for (unsigned i = 0; i < 2; i++) {
		register_again(&x, 0);
		start = x.now;
		pass(&x, start + 2 * power);
		g_assert_true(x.at[REQUEST_IN_CELL] == start && x.at[REQUEST_ON_WIRE] == start + power);
		g_assert_cmpuint(status_of_update(&x, x.keys[0].key, x.keys[0].spi), ==, ACK_OK);
	}
	/* A repetition meets the computation already begun: one exchange, its value sent when it is there. */
	for (unsigned i = 0; i < NODES; i++)
		x.conf[i].mip4.keys.cost[COMPUTE_DIFFIE_HELLMAN] = 1500 * MIP_MILLISECOND;
	register_again(&x, 0);
	start = x.now;
	pass(&x, start + 5 * MIP_SECOND);
	g_assert_true(x.accepted && same_keys(&x) && x.at[REPLY_IN_CELL] == start + 1500 * MIP_MILLISECOND);
	end(&x);
}

/* A key ends with its lifetime, here shorter than the registration. */
static void lifetime(void)
{
	struct net x;

	begin(&x);
	use(&x, REGISTRATION_KEY_HOME_AGENT);
	for (unsigned i = 0; i < NODES; i++)
		x.conf[i].mip4.keys.lifetime = 30 * MIP_SECOND;
	up(&x);
	register_again(&x, 0);
	g_assert_cmpuint(status_of_update(&x, x.keys[0].key, x.keys[0].spi), ==, ACK_OK);
	pass(&x, x.now + 30 * MIP_SECOND - 1);
	g_assert_cmpuint(status_of_update(&x, x.keys[0].key, x.keys[0].spi), ==, ACK_OK);
	pass(&x, x.now + 1);
	g_assert_cmpuint(status_of_update(&x, x.keys[0].key, x.keys[0].spi), ==, ACK_AUTHENTICATION);
	end(&x);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (int m = REGISTRATION_KEY_HOME_AGENT; m < REGISTRATION_KEY_NONE; m++) {
		char *path = g_strdup_printf("/registration-key/method/%s", names[m]);

		g_test_add_data_func(path, GINT_TO_POINTER(m), method);
		g_free(path);
		path = g_strdup_printf("/registration-key/flipped/%s", names[m]);
		g_test_add_data_func(path, GINT_TO_POINTER(m), flipped);
		g_free(path);
	}
	g_test_add_data_func("/registration-key/two-home-agents/public-key", GINT_TO_POINTER(REGISTRATION_KEY_MOBILE_PUBLIC_KEY), two_home_agents);
	g_test_add_data_func("/registration-key/two-home-agents/exchange", GINT_TO_POINTER(REGISTRATION_KEY_DIFFIE_HELLMAN), two_home_agents);
	g_test_add_func("/registration-key/unmet", unmet);
	g_test_add_func("/registration-key/preference", preference);
	g_test_add_func("/registration-key/replayed", replayed);
	g_test_add_func("/registration-key/update", update);
	g_test_add_func("/registration-key/hostile", hostile);
	g_test_add_func("/registration-key/overload", overload);
	g_test_add_func("/registration-key/time", time_taken);
	g_test_add_func("/registration-key/lifetime", lifetime);
	return g_test_run();
}
