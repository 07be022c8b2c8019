// SPDX-License-Identifier: GPL-3.0-or-later
/* One node with Mobile IPv4 roles, fed by hand: a wire to everywhere, and an Ethernet link when wanted. */
#ifndef TESTS_UNIT_MIP4_HARNESS_H
#define TESTS_UNIT_MIP4_HARNESS_H

#include "models/ip4/ip4.h"
#include "models/mip4/message4.h"
#include "tests/unit/vector.h"

#define HOME 0x0a000506u
#define HOME_AGENT 0x0a000501u
#define PEER 0x0a000205u
#define OLD 0x0a000602u
#define NEW 0x0a000703u
#define NOW (100 * MIP_SECOND)
#define STAMP ((uint64_t)(2208988800u + 100) << 32)

static const uint8_t key[MIP4_KEY] = "0123456789abcde";
static const struct mac mobile_mac = { { 2, 0, 0, 0, 0, 9 } }, router_mac = { { 2, 0, 0, 0, 0, 1 } };

struct fixture {
	struct node *n;
	struct node_env env;
	struct observer observer;
	struct protocol_conf conf;
	unsigned accepted, refused;
	uint32_t status;
};

static inline void observe(void *context, const struct observation *o)
{
	struct fixture *f = context;

	if (o->kind == OBSERVE_BU_ACCEPTED)
		f->accepted++;
	if (o->kind == OBSERVE_BU_REFUSED) {
		f->refused++;
		f->status = o->value;
	}
}

static inline void drain(struct fixture *f)
{
	for (struct packet *p; (p = node_output(f->n));)
		packet_free(p);
}

/* Interface 0 is a wire to everywhere, with the address given unless it is 0; interface 1 an Ethernet link with `link`. */
static inline void begin(struct fixture *f, bool forwarding, in4 address, in4 link)
{
	struct ip4_interface *i;

	*f = (struct fixture){ 0 };
	f->observer = (struct observer){ .observe = observe, .context = f };
	f->env.observer = &f->observer;
	f->conf = (struct protocol_conf){ .route_optimization = true, .binding_cache_limit = 4, .router_advertisement_min = MIP_SECOND,
		                          .router_advertisement_max = 2 * MIP_SECOND, .lifetime = 60 * MIP_SECOND,
		                          .mip4 = { .update_interval = MIP_SECOND, .smooth_handoff = true, .keys = { .configured = true } } };
	f->n = node_new(&f->env, &f->conf, 0, 1);
	ip4_enable(f->n, forwarding);
	ip6_add_interface(f->n, INTERFACE_POINT_TO_POINT, NULL, 1500);
	i = ip4_add_interface(f->n, NULL, 1500);
	if (address)
		ip4_set_address(f->n, i, address, 24);
	ip4_add_route(f->n, 0, 0, 0, 0);
	if (link) {
		ip6_add_interface(f->n, INTERFACE_ETHERNET, &router_mac, 1500);
		ip4_set_address(f->n, ip4_add_interface(f->n, &router_mac, 1500), link, 24);
	}
}

static inline void up(struct fixture *f)
{
	node_signal(f->n, NOW, 0, LINK_UP);
	if (f->n->ip4->interface_count > 1)
		node_signal(f->n, NOW, 1, LINK_UP);
	drain(f);
}

static inline void feed(struct fixture *f, in4 source, in4 destination, const uint8_t *payload, size_t octets)
{
	node_input(f->n, NOW, 0, ip4_udp(f->n, source, MIP4_PORT, destination, MIP4_PORT, 64, payload, octets));
}

static inline struct mip4_message request(uint64_t identification)
{
	return (struct mip4_message){ .type = MIP4_REQUEST, .lifetime_s = 60, .home_address = HOME, .home_agent = HOME_AGENT,
		                      .care_of_address = OLD, .identification = identification };
}

/* On the Ethernet link. */
static inline void feed_frame(struct fixture *f, struct packet *take, const struct mac *from)
{
	uint8_t *e = packet_push(take, ETHERNET_HEADER);

	memcpy(e, &router_mac, 6);
	memcpy(e + 6, from, 6);
	store_be16(e + 12, ETHERTYPE_IPV4);
	node_input(f->n, NOW, 1, take);
}

static inline struct wr signed_message(uint8_t *octets, size_t room, const struct mip4_message *m, enum mip4_extension_type type,
                                       uint32_t spi, const uint8_t *with)
{
	struct wr w = wr_of(octets, room);

	mip4_write(&w, m);
	mip4_put_auth(&w, type, spi, MIP4_HMAC_MD5, with);
	return w;
}

/* A datagram of ours to the mobile node: where does it leave for? 0: as it is. */
static inline in4 tunnelled_to(struct fixture *f, in4 home)
{
	struct packet *p;
	in4 to;

	drain(f);
	ip4_send(f->n, NOW, ip4_udp(f->n, PEER, 10000, home, 10000, 64, "0123456789abcdef", 16), 0);
	p = node_output(f->n);
	g_assert_nonnull(p);
	to = ipv4_protocol(p->data) == PROTOCOL4_IPV4 ? ipv4_destination(p->data) : 0;
	g_assert_true(to || ipv4_destination(p->data) == home);
	packet_free(p);
	return to;
}

#endif
