// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The node under test, alone on its Ethernet link, driven through the seven verbs in virtual time. The tester answers neighbour
 * solicitations for everybody it plays, which is everybody, unless told to be silent; never those of duplicate address detection.
 *
 *   LH   a host without Mobile IPv6 where CN is
 *   CN   a correspondent on 3ffe:501:ffff:100::/64
 *   HA   a home agent with a real home link: the same link; HAv: the home prefix on an inner interface, the link is 101
 *   MN   a mobile node with home prefix 100 that finds out by itself where it is
 */
#include "tests/conformance/conformance.h"

#include "models/ip6/ip6_int.h"
#include "models/mip6/ipsec.h"
#include "models/mip6/mip6.h"
#include "models/node.h"

struct bench {
	struct node_env env;
	struct protocol_conf conf;
	struct node *n;
	struct values *v;
	mip_time now;
	struct mac mac;
	GPtrArray *seen;
	GHashTable *down;    /* address as text */
	struct subnet unoptimized;
	bool discover;       /* the mobile node does not know its home agent */
};

static struct in6 parse(struct values *v, const char *text)
{
	struct in6 a;

	if (!values_address(v, text, &a))
		g_error("%s is no address", text);
	return a;
}

static struct mac mac_of(const struct in6 *a)
{
	const uint8_t *i = a->octets + 8;

	if (i[3] == 0xff && i[4] == 0xfe)
		return (struct mac){ { (uint8_t)(i[0] ^ 2), i[1], i[2], i[5], i[6], i[7] } };
	return (struct mac){ { 0, 0, 0, 0, 0xa0, 0xa0 } };
}

static void free_seen(void *s)
{
	message_free(((struct seen *)s)->message);
	g_free(s);
}

/* ---- what the node sends -------------------------------------------------------------------------------------------------- */

static void input(struct bench *b, const struct mac *to, const struct mac *from, const uint8_t *packet, size_t n)
{
	struct packet *p = packet_new(n);
	uint8_t *h;

	memcpy(packet_put(p, n), packet, n);
	h = packet_push(p, ETHERNET_HEADER);
	memcpy(h, to, 6);
	memcpy(h + 6, from, 6);
	store_be16(h + 12, ETHERTYPE_IPV6);
	node_input(b->n, b->now, 0, p);
}

/* A solicited advertisement from whoever was asked for. */
static void answer(struct bench *b, const struct message *m)
{
	const char *target = message_field(m, "target"), *source = message_field(m, "src");
	struct octets_pair none = { g_byte_array_new(), g_byte_array_new() };
	g_autofree char *text = NULL;
	char *error = NULL;
	struct pattern *p;
	GByteArray *packet;
	struct in6 a = parse(b->v, target);
	struct mac from = mac_of(&a);

	if (!strcmp(source, "::") || g_hash_table_contains(b->down, target) || ip6_find_address(b->n, &a))
		goto out;
	/* All whose identifier does not name a link-layer address answer with the router's. R is set: many of them are routers. */
	text = g_strdup_printf("NA{%s->%s target=%s R=1 S=1 O=1 TLL=%s}", target, source, target,
	                       from.octets[4] == 0xa0 && from.octets[5] == 0xa0 ? "::200:ff:fe00:a0a0" : target);
	p = pattern_parse(text, &error);
	packet = packet_build(b->v, p, &none, &error);
	if (!packet)
		g_error("%s", error);
	input(b, &b->mac, &from, packet->data, packet->len);
	g_byte_array_free(packet, TRUE);
	pattern_free(p);
out:
	g_byte_array_free(none.sent, TRUE);
	g_byte_array_free(none.received, TRUE);
}

static void pump(struct bench *b)
{
	struct packet *p;

	while ((p = node_output(b->n))) {
		if (p->interface == 0) {
			struct seen *s = g_new0(struct seen, 1);

			s->at = b->now;
			s->message = message_decode(p->data + ETHERNET_HEADER, p->length - (size_t)ETHERNET_HEADER);
			g_ptr_array_add(b->seen, s);
			if (!strcmp(message_field(s->message, "type"), "NS") && message_field(s->message, "target"))
				answer(b, s->message);
		}
		packet_free(p);
	}
}

/* ---- verbs of the tester ---------------------------------------------------------------------------------------------------- */

void bench_send(struct bench *b, const GByteArray *packet)
{
	uint8_t header[40] = { 0 }; /* a packet may have been cut anywhere */
	struct in6 source, destination;
	struct mac to = b->mac, from;

	memcpy(header, packet->data, MIN(packet->len, sizeof header));
	memcpy(&source, header + 8, 16);
	memcpy(&destination, header + 24, 16);
	if (in6_is_multicast(&destination))
		to = mac_of_multicast(&destination);
	from = mac_of(&source);
	if (mac_equal(&from, &b->mac))
		from.octets[4] = 0xee;
	input(b, &to, &from, packet->data, packet->len);
	pump(b);
}

bool bench_step(struct bench *b, mip_time until)
{
	mip_time at = node_deadline(b->n);

	if (at > until) {
		b->now = until;
		return false;
	}
	b->now = mip_time_max(b->now, at);
	node_expire(b->n, b->now);
	pump(b);
	return true;
}

void bench_silence(struct bench *b, const struct in6 *address, bool down)
{
	char *text = address_text(address);

	if (down) {
		g_hash_table_add(b->down, text);
	} else {
		g_hash_table_remove(b->down, text);
		g_free(text);
	}
}

void bench_link(struct bench *b, bool up)
{
	node_signal(b->n, b->now, 0, up ? LINK_UP : LINK_DOWN);
	pump(b);
}

void bench_advertise(struct bench *b, const struct in6 *address, mip_time valid, mip_time preferred)
{
	/* The home link is the last interface, inner or not. */
	ip6_change_advertised(b->n, b->now, ip6_interface(b->n, b->n->ip6.interface_count - 1u), address, mip_time_add(b->now, valid),
	                      mip_time_add(b->now, preferred));
	pump(b);
}

mip_time bench_now(const struct bench *b)
{
	return b->now;
}

GPtrArray *bench_seen(struct bench *b)
{
	return b->seen;
}

/* ---- topologies ------------------------------------------------------------------------------------------------------------------- */

static void build_correspondent(struct bench *b)
{
	node_add_role(b->n, correspondent_new(b->n));
}

static void build_home_agent(struct bench *b, bool virtual)
{
	struct in6 address = parse(b->v, "HA"), router = parse(b->v, "R0"), any = { { 0 } };
	struct interface *outer = ip6_interface(b->n, 0), *home = outer;
	static const struct mac inner = { { 0, 0, 0, 0, 0, 0x11 } };

	if (virtual) {
		struct in6 own = parse(b->v, "HAouter");

		home = ip6_add_interface(b->n, INTERFACE_ETHERNET, &inner, 1500);
		ip6_add_address(b->n, outer, &own, 64);
		node_signal(b->n, 0, 1, LINK_UP);
	}
	ip6_advertise(b->n, home, &address, true);
	ip6_add_route(b->n, &any, 0, outer, &router);
	node_add_role(b->n, home_agent_new(b->n, &address));
	node_add_role(b->n, home_agent_discovery_new(b->n, &address));
	node_add_role(b->n, correspondent_new(b->n));
}

static void build_mobile_node(struct bench *b)
{
	struct mobile_node_conf conf = { .home_address = parse(b->v, "HoA") };

	if (!b->discover)
		conf.home_agent = parse(b->v, "HA0");
	/* Reverse order of a world's: see mobile_node.c. */
	node_add_role(b->n, mobile_node_new(b->n, &conf));
	if (b->conf.route_optimization)
		node_add_role(b->n, correspondent_new(b->n));
}

/* Manual keys for the home address with one other end, at either of the two. */
static void add_ipsec(struct bench *b, const char *home_address, const char *other, uint32_t spi, bool at_home_agent)
{
	struct ipsec_conf conf = { .home_address = parse(b->v, home_address), .home_agent = parse(b->v, other), .cipher = b->conf.ipsec,
		                   .spi = spi + (b->conf.ipsec == IPSEC_AES ? 0x400 : 0), .payload = b->conf.ipsec_payload,
		                   .at_home_agent = at_home_agent };
	struct ipsec_keys keys;

	for (unsigned k = 0; k < IPSEC_ASSOCIATIONS; k++)
		esp_keys(k + 1, keys.authentication[k], keys.encryption[k]);
	ipsec_add(b->n, &conf, &keys);
}

static void build_ipsec(struct bench *b, const char *topology)
{
	if (topology[0] == 'M') {
		add_ipsec(b, "HoA", "HA0", 0x111, false);
		add_ipsec(b, "HoA", "HA1", 0x211, false);
	} else {
		add_ipsec(b, "HoA", topology[0] == 'C' ? "CN" : "HA", 0x111, true);
		if (topology[0] == 'H')
			add_ipsec(b, "HoAz", "HA", 0x311, true);
	}
}

static bool set_switch(struct bench *b, const char *text)
{
	g_auto(GStrv) pair = g_strsplit(text, "=", 2);
	bool on = pair[1] && !strcmp(pair[1], "on");

	if (!strcmp(pair[0], "home-agent-dad"))
		b->conf.home_agent_dad = on;
	else if (!strcmp(pair[0], "route-optimization"))
		b->conf.route_optimization = on;
	else if (!strcmp(pair[0], "reuse-home-token"))
		b->conf.reuse_home_token = on;
	else if (!strcmp(pair[0], "dad"))
		b->conf.dad = on ? DAD_ON : DAD_OFF;
	else if (!strcmp(pair[0], "home-agent"))
		b->discover = !strcmp(pair[1], "discover");
	else if (!strcmp(pair[0], "home-agent-discovery"))
		b->conf.home_agent_discovery = on;
	else if (!strcmp(pair[0], "unacknowledged"))
		b->conf.unacknowledged = on;
	else if (!strcmp(pair[0], "binding-cache-limit"))
		b->conf.binding_cache_limit = (uint32_t)g_ascii_strtoull(pair[1], NULL, 10);
	else if (!strcmp(pair[0], "binding-cache-replacement"))
		b->conf.binding_cache_evict = !strcmp(pair[1], "oldest");
	else if (!strcmp(pair[0], "no-route-optimization")) {
		b->unoptimized = (struct subnet){ parse(b->v, pair[1]), 128 };
		b->conf.unoptimized = (struct subnet_list){ &b->unoptimized, 1 };
	} else if (!strcmp(pair[0], "ipsec"))
		b->conf.ipsec = !strcmp(pair[1], "aes") ? IPSEC_AES : IPSEC_NULL;
	else if (!strcmp(pair[0], "ipsec-payload"))
		b->conf.ipsec_payload = on;
	else if (!strcmp(pair[0], "lifetime"))
		b->conf.lifetime = (mip_time)g_ascii_strtoll(pair[1], NULL, 10) * MIP_SECOND;
	else
		return false;
	return true;
}

struct bench *bench_new(const char *topology, char *const *switches, struct values *v, char **error)
{
	struct bench *b = g_new0(struct bench, 1);
	bool mobile = !strcmp(topology, "MN"), home_agent = g_str_has_prefix(topology, "HA");

	b->v = v;
	b->mac = (struct mac){ { 0, 0, 0, 0, 0, home_agent ? 0x10 : 0x01 } };
	b->seen = g_ptr_array_new_with_free_func(free_seen);
	b->down = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
	b->env.random_key = random_key_of(1, 0);
	b->conf = (struct protocol_conf){
		.home_test_interval = 200 * MIP_SECOND,
		.route_optimization = true,
		.retransmission = true,
		.lifetime = 420 * MIP_SECOND,
		.nonce_lifetime = MAX_NONCE_LIFETIME,
		.binding_cache_limit = 16,
		.movement_detection = DETECT_UNREACHABILITY,
		.home_agent_dad = true,
		.home_agent_preference = 10,
		.home_agent_discovery = true,
		.first_registration_timeout = 3 * MIP_SECOND / 2,
		.router_advertisement_min = 200 * MIP_SECOND,
		.router_advertisement_max = 600 * MIP_SECOND,
		.prefix_advertisement_min = 600 * MIP_SECOND,
		.prefix_advertisement_max = 86400 * MIP_SECOND,
	};
	for (; *switches; switches++)
		if (!set_switch(b, *switches))
			*error = g_strdup_printf("unknown switch %s", *switches);
	b->n = node_new(&b->env, &b->conf, 1, random_name_id(topology));
	ip6_set_forwarding(b->n, home_agent);
	ip6_add_interface(b->n, INTERFACE_ETHERNET, &b->mac, 1500);
	if (!strcmp(topology, "CN"))
		build_correspondent(b);
	else if (!strcmp(topology, "LH"))
		; /* the engine alone */
	else if (home_agent)
		build_home_agent(b, topology[2] == 'v');
	else if (mobile)
		build_mobile_node(b);
	else
		*error = g_strdup_printf("unknown topology %s", topology);
	if (!*error && b->conf.ipsec != IPSEC_OFF)
		build_ipsec(b, topology);
	if (!*error)
		bench_link(b, true);
	return b;
}

void bench_free(struct bench *b)
{
	node_free(b->n);
	g_ptr_array_free(b->seen, TRUE);
	g_hash_table_destroy(b->down);
	g_free(b);
}
