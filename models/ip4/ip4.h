// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The IPv4 host and router engine of a node, beside the IPv6 one: interfaces, ARP with proxy and gratuitous ARP (RFC 826, 1027, RFC 5944
 * 4.6), routes, forwarding, ICMP echo and errors (RFC 792, 1122, 1812), and the three encapsulations. A node without IPv4 has none of
 * this but a NULL pointer.
 *
 * Left out: fragmentation and reassembly (packets that do not fit are dropped and answered), IPv4 options (passed over), redirects,
 * ageing of ARP entries, broadcast to a subnet, DHCP: addresses are configured.
 */
#ifndef MODELS_IP4_IP4_H
#define MODELS_IP4_IP4_H

#include "models/in4.h"
#include "models/packet.h"
#include "models/timer.h"
#include "models/wire/ipv4.h"

struct node;
struct role;
struct observation;

struct ip4_interface {
	struct mac mac;
	bool ethernet, up;
	uint16_t mtu, index;
	in4 address;                     /* 0: none */
	uint8_t prefix_length;
	struct in4_table arp;            /* of struct arp_entry (arp.c) */
	struct in4_table proxies;        /* of struct in4_entry: addresses answered for */
};

/* How a packet is put into another. */
enum ip4_encapsulation { ENCAPSULATE_IP_IN_IP, ENCAPSULATE_MINIMAL, ENCAPSULATE_GRE };

/* A packet delivered to this node: it starts at the IPv4 header. */
struct ip4_delivery {
	struct packet *packet;           /* the role that returns TAKEN owns it */
	struct ip4_interface *in;
	in4 source, destination;
	uint8_t protocol, ttl;
	bool tunnelled;                  /* came out of a tunnel that ends here */
	in4 tunnel_source;               /* outer source, when tunnelled */
	bool has_mac;                    /* arrived in an Ethernet frame */
	struct mac from;                 /* from whom, when has_mac */
	uint16_t offset;                 /* of what follows the IPv4 header, from packet->data */
	uint16_t length;                 /* stored octets of that */
	uint32_t octets;                 /* the same with bulk */
};

static inline const uint8_t *ip4_upper(const struct ip4_delivery *d)
{
	return d->packet->data + d->offset;
}

/* What a role may hook into; struct role_ops points here, NULL: nothing. enum verdict as in node.h. */
struct ip4_role_ops {
	/* A packet for this node that the engine does not handle itself: everything but echo and ICMP errors. */
	int (*input)(struct role *r, mip_time now, struct ip4_delivery *d);
	/* A locally originated packet before routing; not with IP4_SEND_PLAIN. */
	int (*output)(struct role *r, mip_time now, struct packet *p);
	/* A packet to be forwarded, time to live not yet decremented. tunnel_source: of the tunnel it came out of, 0: none. */
	int (*forward)(struct role *r, mip_time now, struct ip4_interface *in, in4 tunnel_source, struct packet *p);
};

struct ip4_route {
	in4 prefix, next_hop;            /* next_hop 0: on link */
	uint16_t interface;
	uint8_t bits;
};

struct ip4 {
	struct ip4_interface **interfaces; /* by number */
	uint16_t interface_count, interface_capacity;
	bool forwarding;
	uint16_t identification;
	struct in4_table local;          /* our addresses */
	struct ip4_route *routes;        /* longest prefixes first, then by address */
	uint32_t route_count, route_capacity;
	mip_time error_allowed;          /* rate limit of ICMP errors */
};

/* ---- set up (before the first event) ----------------------------------------------------------------------------------------- */

/* Gives the node an IPv4 engine; its IPv6 engine then stays silent. */
void ip4_enable(struct node *n, bool forwarding);
void ip4_fini(struct node *n);
/* In the order of the node's interfaces. mac: NULL on point-to-point links. */
struct ip4_interface *ip4_add_interface(struct node *n, const struct mac *mac, uint16_t mtu);
struct ip4_interface *ip4_interface(struct node *n, unsigned index); /* must exist */
/* The interface's own address; a route to its subnet comes with it. */
void ip4_set_address(struct node *n, struct ip4_interface *i, in4 address, unsigned prefix_length);

/* ---- run time ------------------------------------------------------------------------------------------------------------------ */

/* One more address of ours, on no link (a home address away from home). Idempotent. */
void ip4_add_local(struct node *n, in4 address);
void ip4_remove_local(struct node *n, in4 address);
bool ip4_is_local(const struct node *n, in4 address);
void ip4_add_route(struct node *n, in4 prefix, unsigned bits, unsigned interface, in4 next_hop);
void ip4_remove_route(struct node *n, in4 prefix, unsigned bits);
/* NULL: no way. */
const struct ip4_route *ip4_find_route(const struct node *n, in4 destination);

/* Is this frame the IPv4 engine's (EtherType, or the version nibble on a point-to-point link)? */
bool ip4_is_frame(const struct node *n, unsigned interface, const struct packet *p);
void ip4_input(struct node *n, mip_time now, unsigned interface, struct packet *take);
void ip4_signal(struct node *n, mip_time now, unsigned interface, int what);
bool ip4_wants_group(struct node *n, unsigned interface, const struct mac *group);

enum ip4_send_flags { IP4_SEND_PLAIN = 1 /* skip the roles' output hooks */ };
/* Sends a complete packet. Takes it. */
void ip4_send(struct node *n, mip_time now, struct packet *take, unsigned flags);
/* To a multicast or broadcast destination, or past routing and ARP: mac NULL stands for the group of the destination. Takes it. */
void ip4_send_on(struct node *n, mip_time now, struct ip4_interface *i, const struct mac *mac, struct packet *take);
/* A packet that came out of a tunnel: delivered when ours, else forwarded. Takes it. */
void ip4_reinject(struct node *n, mip_time now, struct ip4_interface *in, in4 tunnel_source, struct packet *take);
/* One hop less, the first step of all forwarding, out of tunnels and into them as well (RFC 2003 3.1). false: it was the last one; the sender
 * has been told, and the packet is gone. */
bool ip4_pass(struct node *n, mip_time now, struct packet *take);
/* Forwards as if it had arrived on `in`, past the roles' forward hooks when `plain`. Takes it. */
void ip4_forward(struct node *n, mip_time now, struct ip4_interface *in, in4 tunnel_source, bool plain, struct packet *take);
/* Address of the interface that leads there; 0: none. */
in4 ip4_source_address(const struct node *n, in4 destination);
/* About a packet that starts at its IPv4 header; borrowed. mtu: of the next hop, for "fragmentation needed" (RFC 1191 4), else 0.
 * RFC 1122 3.2.2: none about errors, groups, fragments; rate limited. */
void ip4_send_error(struct node *n, mip_time now, const struct packet *about, uint8_t type, uint8_t code, uint16_t mtu);

/* arp.c: answer for an address; say that an address is at our MAC (a broadcast request for itself); know without asking. */
void ip4_add_proxy(struct node *n, mip_time now, struct ip4_interface *i, in4 address);
void ip4_remove_proxy(struct ip4_interface *i, in4 address);
void ip4_gratuitous_arp(struct node *n, mip_time now, struct ip4_interface *i, in4 address);
void ip4_arp_set(struct node *n, mip_time now, struct ip4_interface *i, in4 address, const struct mac *mac);
/* Forgets everything learnt on a link that is left. */
void ip4_arp_flush(struct node *n, mip_time now, struct ip4_interface *i);

/* ---- building packets ------------------------------------------------------------------------------------------------------------ */

/* A header without length and checksum; append the payload with packet_put, then ip4_finish. */
struct packet *ip4_packet(in4 source, in4 destination, uint8_t protocol, uint8_t ttl, size_t room);
void ip4_finish(struct node *n, struct packet *p);
/* A whole datagram. */
struct packet *ip4_udp(struct node *n, in4 source, uint16_t source_port, in4 destination, uint16_t destination_port, uint8_t ttl,
                       const void *payload, size_t octets);
/* Puts p into a tunnel. Minimal encapsulation falls back to IP in IP for fragments (RFC 2004 3.1). */
void ip4_encapsulate(struct node *n, struct packet *p, enum ip4_encapsulation how, in4 source, in4 destination);
/* Takes the tunnel off a packet of protocol 4, 47 or 55; *source gets its entry. false: malformed, packet unchanged. */
bool ip4_decapsulate(struct packet *p, in4 *source);
static inline bool ip4_is_tunnel(uint8_t protocol)
{
	return protocol == PROTOCOL4_IPV4 || protocol == PROTOCOL4_MINIMAL || protocol == PROTOCOL4_GRE;
}

/* ---- inside the folder ------------------------------------------------------------------------------------------------------------- */

void arp_input(struct node *n, mip_time now, struct ip4_interface *i, struct packet *take);
/* Resolves next_hop and sends. Takes. */
void arp_transmit(struct node *n, mip_time now, struct ip4_interface *i, in4 next_hop, struct packet *take);
void ip4_frame(struct node *n, mip_time now, struct ip4_interface *i, const struct mac *to, uint16_t ethertype, struct packet *take);
void ip4_report(struct node *n, mip_time now, int kind, const struct packet *p);

#endif
