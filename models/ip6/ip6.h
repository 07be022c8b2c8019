// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The IPv6 host and router engine of a node: interfaces, addresses with duplicate address detection (RFC 4862, 4429), neighbour
 * cache and router discovery (RFC 4861), forwarding (RFC 8200), ICMPv6 (RFC 4443), and the places where roles plug in.
 *
 * Point-to-point interfaces carry bare IPv6 and need no address resolution and no advertisements; Ethernet interfaces have both.
 */
#ifndef MODELS_IP6_IP6_H
#define MODELS_IP6_IP6_H

#include "models/base.h"
#include "models/observe.h"
#include "models/packet.h"
#include "models/timer.h"
#include "models/wire/ipv6.h"

struct node;
struct role;
struct interface;
struct nd_prefix;

enum interface_kind { INTERFACE_POINT_TO_POINT, INTERFACE_ETHERNET };

/* ---- addresses ------------------------------------------------------------------------------------------------------ */

enum ip6_address_state {
	IP6_ADDRESS_TENTATIVE,   /* being probed; not usable */
	IP6_ADDRESS_OPTIMISTIC,  /* RFC 4429 */
	IP6_ADDRESS_PREFERRED,
	IP6_ADDRESS_DEPRECATED,
	IP6_ADDRESS_AWAY,        /* a home address away from home: ours, but not on this link: never probed, announced or defended */
	IP6_ADDRESS_DUPLICATE
};

struct ip6_address {
	struct in6 address;
	struct ip6_address *next;
	struct interface *interface;
	struct timer timer;              /* probing while tentative, lifetimes later */
	mip_time preferred_until, valid_until;
	uint8_t prefix_length;
	uint8_t state;                   /* enum ip6_address_state */
	uint8_t probes_left;
	bool autoconfigured;             /* from an advertised prefix */
	bool anycast;                    /* never a source (RFC 4291 2.6) */
};

/* Duplicate address detection on behalf of another (a home agent for a home address). Embedded in its owner. */
struct ip6_probe {
	struct in6 target;
	struct interface *interface;
	struct mac answered_by;          /* the link-layer address in the answer, if it had one */
	bool has_answered_by;
	bool has_owner;
	struct mac owner;                /* who it is probed for, who is no conflict itself */
	struct ip6_probe *next, **back;  /* the engine's; back: what points here, NULL while idle */
	struct timer timer;
	/* Called once, unless cancelled; `duplicate`: somebody answered. The probe is idle again by then. */
	void (*done)(struct ip6_probe *p, mip_time now, bool duplicate);
};

/* ---- what a role sees ------------------------------------------------------------------------------------------------- */

/* A packet delivered to this node. Addresses are logical (Home Address option and type 2 routing header applied); wire_* are
 * what the IPv6 header says. The packet starts at the (inner) IPv6 header; `offset` is where the upper layer begins. */
struct delivery {
	struct packet *packet;           /* the role that returns TAKEN owns it */
	struct interface *in;
	struct in6 source, destination;
	struct in6 wire_source, wire_destination;
	bool has_home_address, has_routing_header;
	bool tunnelled;                  /* came out of an IPv6-in-IPv6 tunnel ending here */
	struct in6 tunnel_source;        /* outer source, when tunnelled */
	uint8_t protocol;                /* upper layer, IPPROTO_* */
	uint16_t offset;                 /* of the upper layer from packet->data */
	uint16_t next_header_offset;     /* of the octet that named it, for Parameter Problem pointers */
	uint16_t spot_check_offset;      /* of a Spot Check option (wire/spot_check.h), 0: none */
	uint16_t length;                 /* stored octets of the upper layer */
	uint32_t octets;                 /* the same with bulk */
	uint8_t secured;                 /* it came in ESP, which is gone from the packet: 1 + what the association is for; else 0 */
	uint16_t esp_octets;             /* that the ESP took beside what it protected */
};

static inline const uint8_t *delivery_upper(const struct delivery *d)
{
	return d->packet->data + d->offset;
}

enum ip6_notice_kind {
	IP6_NOTICE_ROUTER,           /* first advertisement of a router after link up or of a new router; address: its link-local */
	IP6_NOTICE_ROUTER_LOST,      /* unreachable or expired; address: its link-local */
	IP6_NOTICE_PREFIX,           /* an on-link prefix was advertised (each advertisement); address: the prefix */
	IP6_NOTICE_ADDRESS_READY,    /* an autoconfigured address may be used; address */
	IP6_NOTICE_ADDRESS_DUPLICATE,
	IP6_NOTICE_ADDRESS_GONE,     /* expired, or flushed by movement */
	IP6_NOTICE_NEIGHBOUR,        /* at a router: an advertisement of a neighbour; address: its target; neighbour: the rest */
	IP6_NOTICE_PREFIXES,         /* at a router: what it advertises on an interface has changed */
	IP6_NOTICE_ADVERTISEMENT,    /* at a router: another one's advertisement; address: its link-local */
	IP6_NOTICE_ARRIVAL,          /* at a host: an advertisement acknowledges its arrival (RFC 5568 6.4.6); advertisement */
	IP6_NOTICE_ICMP_ERROR        /* about a packet of ours; destination: where that was going (behind a routing header: the
	                                final destination); protocol: its upper layer, 0 if not seen */
};

struct ip6_notice {
	enum ip6_notice_kind kind;
	struct interface *interface;
	struct in6 address;
	uint8_t prefix_length;
	const struct nd_router_advertisement *advertisement; /* with ROUTER, PREFIX, ARRIVAL and ADVERTISEMENT */
	const struct nd_neighbour_message *neighbour; /* with NEIGHBOUR */
	struct in6 source, destination;  /* ICMP_ERROR: who complains; about what */
	uint8_t type, code, protocol;
	uint32_t pointer;                /* Parameter Problem: pointer; Packet Too Big: MTU */
	const uint8_t *invoking;         /* ICMP_ERROR: the packet it is about, cut somewhere; NULL otherwise */
	size_t invoking_length;
};

/* ---- the engine inside a node ------------------------------------------------------------------------------------------- */

struct route_table;                      /* route.h */
struct proxy_table;                      /* ip6_int.h */

struct ip6 {
	struct interface *interfaces;    /* list in index order */
	struct interface **by_index;     /* the same, by number */
	struct route_table *routes;      /* routers and wired hosts; NULL: none */
	struct ip6_probe *probes;
	struct proxy_table *proxies;     /* NULL: none */
	uint16_t interface_count, interface_capacity;
	bool forwarding;
	mip_time icmp_error_allowed;     /* rate limit of ICMPv6 errors, RFC 4443 2.4 f */
};

/* ---- set up (before the first event) --------------------------------------------------------------------------------------- */

void ip6_init(struct node *n);
void ip6_fini(struct node *n);
/* mac: NULL on point-to-point links. The interface starts down; ip6_signal(LINK_UP) brings it up. */
struct interface *ip6_add_interface(struct node *n, enum interface_kind kind, const struct mac *mac, uint16_t mtu);
struct interface *ip6_interface(struct node *n, unsigned index); /* must exist */
void ip6_set_forwarding(struct node *n, bool on);

/* A manually configured address, usable at once, without probing. */
struct ip6_address *ip6_add_address(struct node *n, struct interface *i, const struct in6 *address, unsigned prefix_length);
/* The same for an anycast address: packets to it are delivered, none leave from it. */
void ip6_add_anycast(struct node *n, struct interface *i, const struct in6 *address);
/* NULL: not ours (tentative and away ones are found too: look at state). */
struct ip6_address *ip6_find_address(struct node *n, const struct in6 *address);
void ip6_remove_address(struct node *n, struct ip6_address *a);
/* To another interface of the same host. */
void ip6_move_address(struct ip6_address *a, struct interface *to);
/* An interface's address of a state better than tentative whose first 64 bits are not link-local; NULL: none. */
struct ip6_address *ip6_global_address(struct interface *i);
/* Our link-local address on it, NULL while there is none. */
const struct in6 *ip6_link_local(struct interface *i);
/* Probes the interface's link-local address again, whatever was found before; nothing where nothing is probed. */
void ip6_retry_link_local(struct node *n, mip_time now, struct interface *i);
/* Stops probing it, until the next movement or either of these two; and has it without a probe, announced to all nodes (RFC 6275
 * 11.5.5). */
void ip6_hold_link_local(struct node *n, struct interface *i);
void ip6_take_link_local(struct node *n, mip_time now, struct interface *i);
/* Starts probing a TENTATIVE or AWAY address as the configuration says; ends in ADDRESS_READY or ADDRESS_DUPLICATE. */
void ip6_probe_address(struct node *n, mip_time now, struct ip6_address *a);

/* next_hop: NULL or unspecified means on-link. prefix_length 0 is the default route. Longest prefix wins. */
void ip6_add_route(struct node *n, const struct in6 *prefix, unsigned prefix_length, struct interface *i,
                   const struct in6 *next_hop);
void ip6_remove_route(struct node *n, const struct in6 *prefix, unsigned prefix_length);

/* Router side of an Ethernet interface: advertise this /64 with the intervals of the node's configuration; home_agent sets the
 * H flag, and the R flag with the router's global address in the prefix option (RFC 6275 7.1, 7.2). */
void ip6_advertise(struct node *n, struct interface *i, const struct in6 *router_address, bool home_agent);

/* The prefix option shows the router's whole address (RFC 6275 7.2), also where it is no home agent. After ip6_advertise. */
void ip6_advertise_address(struct interface *i);
/* A mobility anchor point to advertise on an interface that ip6_advertise was called for, ND_MAX_ANCHORS at most; from fails_at
 * on (MIP_NEVER: not) with lifetime 0. Borrows nothing. */
struct nd_anchor;
void ip6_advertise_anchor(struct node *n, struct interface *i, const struct nd_anchor *anchor, mip_time fails_at);
/* Advertises the prefix of this address, too, or otherwise than so far: the lifetimes end then; MIP_NEVER: the defaults, always
 * anew. The address itself is not added. False: no room. */
bool ip6_set_advertised(struct node *n, struct interface *i, const struct in6 *address, mip_time valid_until,
                        mip_time preferred_until);
/* The same while the world runs, the address added, the roles told (IP6_NOTICE_PREFIXES). */
bool ip6_change_advertised(struct node *n, mip_time now, struct interface *i, const struct in6 *address, mip_time valid_until,
                           mip_time preferred_until);
/* What the interface advertises about the prefix of an address at this time: remaining lifetimes in seconds. False: nothing. */
bool ip6_advertised_lifetimes(struct node *n, mip_time now, const struct interface *i, const struct in6 *address,
                              uint32_t *valid_s, uint32_t *preferred_s);
/* The prefix options of its advertisements at this time; at most `room`. Returns how many there are. */
unsigned ip6_advertised_prefixes(struct node *n, mip_time now, const struct interface *i, struct nd_prefix *out, unsigned room);

/* ---- run time -------------------------------------------------------------------------------------------------------------- */

void ip6_input(struct node *n, mip_time now, unsigned interface, struct packet *take);
void ip6_signal(struct node *n, mip_time now, struct interface *i, int what /* enum link_signal */);
/* Does a frame for this multicast MAC concern the interface? For links that filter by group. */
bool ip6_wants_group(struct node *n, unsigned interface, const struct mac *group);

enum ip6_send_flags {
	IP6_SEND_PLAIN = 1   /* skip the roles' output hooks: no binding, no tunnel (all Mobility Header messages, RFC 6275 6.1) */
};
/* Sends a complete IPv6 packet. Takes it. Nothing may be assumed to have been sent: it can be queued for address resolution. */
void ip6_send(struct node *n, mip_time now, struct packet *take, unsigned flags);
/* Routes and forwards a packet that came out of a tunnel as if it had arrived on `in` (hop limit decremented, hooks run); or
 * delivers it when its destination is ours. tunnel_source NULL: a tunnel below the mobility roles, which then look at the packet
 * as one that came plainly. Takes it. */
void ip6_reinject(struct node *n, mip_time now, struct interface *in, const struct in6 *tunnel_source, struct packet *take);
/* Goes on with a delivery whose outermost upper layer a role has opened in place (ESP): d says what is there now. Takes
 * d->packet. */
void ip6_deliver_upper(struct node *n, mip_time now, struct delivery *d);
/* Source address for a destination: global of the interface that leads there; false: none. */
bool ip6_source_address(struct node *n, const struct in6 *destination, struct in6 *source);
/* Is the link-layer address of a neighbour known? And: it is this one. */
bool ip6_neighbour_known(struct interface *i, const struct in6 *address);
void ip6_learn_neighbour(struct node *n, mip_time now, struct interface *i, const struct in6 *address, const struct mac *mac);
/* MTU of the interface that leads there; the minimum if nothing does. */
uint32_t ip6_path_mtu(struct node *n, const struct in6 *destination);
/* Is there a way out right now: an interface that is up and (for hosts) a default router or an on-link prefix? */
bool ip6_reachable(struct node *n, const struct in6 *destination);

/* ICMPv6 error about a packet that starts at its IPv6 header; borrowed. Follows RFC 4443 2.4: none about errors, multicast...;
 * rate limited. Its destination is the packet's source as on the wire. */
void ip6_send_error(struct node *n, mip_time now, const struct packet *about, uint8_t type, uint8_t code, uint32_t pointer);
/* The same from a given address of ours; NULL: chosen. */
void ip6_send_error_from(struct node *n, mip_time now, const struct packet *about, uint8_t type, uint8_t code, uint32_t pointer,
                         const struct in6 *source);

/* Proxy Neighbor Discovery for an address (RFC 4861 7.2.8, RFC 6275 10.4.1): joins its solicited-node group, answers
 * solicitations, defends it, announces it by unsolicited advertisements with O=1, R=0. Idempotent. */
void ip6_add_proxy(struct node *n, mip_time now, struct interface *i, const struct in6 *address);
/* The same without the announcement, for an address that nobody on the link can know yet. False: it is one already. */
bool ip6_add_silent_proxy(struct node *n, struct interface *i, const struct in6 *address);
void ip6_remove_proxy(struct node *n, struct interface *i, const struct in6 *address);
/* Unsolicited Neighbor Advertisement to all nodes for an address of ours (returning home, RFC 6275 11.5.5). */
void ip6_announce(struct node *n, mip_time now, struct interface *i, const struct in6 *address, bool override);
/* Starts duplicate address detection on behalf of p->target; set target, interface, done first. */
void ip6_start_probe(struct node *n, mip_time now, struct ip6_probe *p);
void ip6_cancel_probe(struct node *n, struct ip6_probe *p);
/* Fast handovers (RFC 5568), at a host. All that is known of the old link goes, as with movement-detection: hint at link up. */
void ip6_move(struct node *n, mip_time now, struct interface *i);
/* A link that is gone for good: all that is known of it goes, its autoconfigured addresses, too; whatever link comes next is a
 * new one. */
void ip6_leave(struct node *n, mip_time now, struct interface *i);
/* A default router of this link by its link-layer address alone; its link-local address is taken to be made from that. Renewed by
 * its own advertisements. It is taken to expect us: that it probes an address of ours for us is no conflict. */
void ip6_know_router(struct node *n, mip_time now, struct interface *i, const struct mac *mac);
/* An address of this link not made from an advertised prefix. verified: somebody has probed it for us, it is preferred at once;
 * else optimistic (RFC 4429) unless duplicate address detection is off. Tells the roles that it is ready. */
void ip6_assign_address(struct node *n, mip_time now, struct interface *i, const struct in6 *address, bool verified);
/* An autoconfigured address of ours may not be used any more: it goes, the roles are told. */
void ip6_give_up_address(struct node *n, mip_time now, const struct in6 *address);
/* Unsolicited advertisement with R = S = O = 0 from and for an address that may not be ours yet (RFC 5568 6.3). */
void ip6_announce_arrival(struct node *n, mip_time now, struct interface *i, const struct in6 *address);
/* At a router: a Router Advertisement to that node alone with an acknowledgement of its arrival (RFC 5568 6.4.6). status: enum
 * nd_arrival; supplied: NULL or an address. */
void ip6_answer_arrival(struct node *n, mip_time now, struct interface *i, const struct in6 *destination, const struct mac *mac,
                        uint8_t status, const struct in6 *supplied);
/* Is another link-layer address known for this neighbour? */
bool ip6_neighbour_contradicts(struct interface *i, const struct in6 *address, const struct mac *mac);
/* At a router: the neighbour's link-layer address is this one; the entry is stale. */
void ip6_know_neighbour(struct node *n, mip_time now, struct interface *i, const struct in6 *address, const struct mac *mac);
/* Our link-layer address on an Ethernet interface. */
const struct mac *ip6_mac(const struct interface *i);
/* The interface whose on-link prefix contains the address; NULL: none. */
struct interface *ip6_on_link_interface(struct node *n, const struct in6 *address);

/* ---- building packets (extension.c) ---------------------------------------------------------------------------------------- */

/* A packet with a finished IPv6 header but payload length; append the upper layer with packet_put, then ip6_finish. */
struct packet *ip6_packet(const struct in6 *source, const struct in6 *destination, uint8_t next_header, uint8_t hop_limit,
                          size_t room);
/* Sets the payload length from the packet's size. */
void ip6_finish(struct packet *p);
/* Destination Options header with the Home Address option: the IPv6 source (the home address) moves into it, care_of_address
 * takes its place (RFC 6275 6.3). 24 octets; directly behind the IPv6 header or behind a type 2 routing header. */
void ip6_insert_home_address(struct packet *p, const struct in6 *care_of_address);
/* Type 2 routing header: the IPv6 destination (the home address) moves into it (RFC 6275 6.4). 24 octets. */
void ip6_insert_routing_header(struct packet *p, const struct in6 *care_of_address);
/* The opposite, for a packet whose first extension header it is; false: it is not, nothing is changed. */
bool ip6_remove_routing_header(struct packet *p);
/* A Destination Options header with these options (padded by the caller: n + 2 is a multiple of 8) directly behind the IPv6
 * header. Before the two above. */
void ip6_insert_destination_options(struct packet *p, const uint8_t *options, size_t n);
/* IPv6-in-IPv6 (RFC 2473), 40 octets; adds to packet->overhead. */
void ip6_encapsulate(struct packet *p, const struct in6 *source, const struct in6 *destination);
/* Needed in front of a packet that enters a tunnel. */
#define IP6_TUNNEL_ROOM (IPV6_HEADER + ETHERNET_HEADER)
/* For a packet to be forwarded into a tunnel. Entering is a hop (RFC 2473 3.1), so that two tunnels cannot pass a packet on for
 * ever. False: its hop limit was used up and the source has been told, or it is in too many tunnels already; the packet is
 * gone. */
bool ip6_tunnel_hop(struct node *n, mip_time now, struct packet *p);

#endif
