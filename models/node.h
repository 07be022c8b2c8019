// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A node: the IPv6 engine, a heap of timers and a list of roles. It is driven through seven verbs and never reaches out:
 * new, input, signal, deadline, expire, output, free. The event kernel calls them with virtual time, a live driver with the
 * wall clock; after each input, signal or expire the driver drains output and re-reads deadline ("the pump").
 *
 * A role (mobile node, home agent, correspondent, traffic source ...) plugs into the hooks of struct role_ops. Adding a
 * protocol is adding a role.
 */
#ifndef MODELS_NODE_H
#define MODELS_NODE_H

#include "models/conf.h"
#include "models/ip6/ip6.h"
#include "models/observe.h"
#include "models/packet.h"
#include "models/random.h"
#include "models/timer.h"

/* What all nodes of one world share. Borrowed; outlives them. */
struct node_env {
	struct random_key random_key;
	const struct observer *observer; /* NULL: nobody looks */
};

enum link_signal { LINK_UP, LINK_DOWN, LINK_GOING_DOWN };

enum verdict {
	VERDICT_CONTINUE,  /* not mine, or changed in place: go on */
	VERDICT_TAKEN      /* the role owns the packet now (queued, sent on its own, dropped) */
};

struct role;
struct ip4;
struct ip4_role_ops;

struct role_ops {
	const char *name;
	/* A packet for this node whose upper-layer protocol the engine does not handle itself (everything but ICMPv6, plus the
	 * ICMPv6 types of RFC 6275 section 6), and IPv6-in-IPv6. TAKEN also when dropped by the role. */
	enum verdict (*input)(struct role *r, mip_time now, struct delivery *d);
	/* Home Address option before MH/ESP/AH excepted: is (home address, care-of address) a binding of ours? CONTINUE: accepted
	 * here; TAKEN never. Asked only when the packet has the option; no role accepting means the packet is dropped and
	 * `refuse_home_address` of the first role that has it is called (Binding Error, RFC 6275 9.3.1). */
	bool (*accept_home_address)(struct role *r, mip_time now, const struct delivery *d);
	void (*refuse_home_address)(struct role *r, mip_time now, const struct delivery *d);
	/* Type 2 routing header: is `home_address` ours (RFC 6275 11.3.3)? */
	bool (*accept_routing_header)(struct role *r, const struct in6 *home_address);
	/* A locally originated packet before routing. Not called for packets sent with IP6_SEND_PLAIN. */
	enum verdict (*output)(struct role *r, mip_time now, struct packet *p);
	/* Every packet this node sends, those of the roles included, when its addresses are settled: a tunnel below the mobility
	 * role (HMIPv6's regional address) begins here. */
	enum verdict (*below)(struct role *r, mip_time now, struct packet *p);
	/* A packet to be forwarded, hop limit not yet decremented (a home agent intercepts here). */
	enum verdict (*forward)(struct role *r, mip_time now, struct interface *in, struct packet *p);
	void (*signal)(struct role *r, mip_time now, struct interface *i, enum link_signal what);
	/* In front of a LINK_UP: which access point that link belongs to; of a LINK_GOING_DOWN: which one is thought to come
	 * next. Only from link layers that know. */
	void (*access_point)(struct role *r, mip_time now, struct interface *i, enum link_signal what,
	                     const struct mac *access_point);
	/* At a router whose link layer knows: this station of ours is expected to leave for that access point. */
	void (*station_leaving)(struct role *r, mip_time now, struct interface *i, const struct mac *station,
	                        const struct mac *access_point);
	/* Something the engine noticed: routers, addresses, ICMPv6 errors about packets of ours. */
	void (*notice)(struct role *r, mip_time now, const struct ip6_notice *n);
	/* IPv4 packets (models/ip4/ip4.h); NULL: none of its business. */
	const struct ip4_role_ops *ip4;
	void (*free)(struct role *r);
};

/* First member of every role's state. */
struct role {
	const struct role_ops *ops;
	struct role *next;
	struct node *node;
};

enum { NODE_HOOK_OUTPUT = 1, NODE_HOOK_FORWARD = 2, NODE_HOOK_BELOW = 4 };

struct node {
	const struct node_env *env;
	const struct protocol_conf *conf;
	struct packet_queue out;
	struct timer_heap timers;
	struct role *roles;             /* in the order of node_add_role */
	uint8_t hooks;                  /* which of the hot hooks any role has */
	uint8_t busy;                   /* nesting depth of verbs, for asserts */
	uint32_t id;                    /* the world's; only for observers */
	uint64_t name_id;               /* random_name_id of its name */
	uint32_t drawn[RANDOM_PURPOSES];
	struct ip6 ip6;
	struct ip4 *ip4;                /* models/ip4; NULL: a node without IPv4 */
};

/* ---- the seven verbs ---------------------------------------------------------------------------------------------- */

/* env and conf are borrowed. Add interfaces (ip6.h), roles and addresses before the first other verb. */
struct node *node_new(const struct node_env *env, const struct protocol_conf *conf, uint32_t id, uint64_t name_id);
/* A frame arrived on interface number `interface`: Ethernet or bare IPv6 as the interface says. Takes the packet. */
void node_input(struct node *n, mip_time now, unsigned interface, struct packet *take);
void node_signal(struct node *n, mip_time now, unsigned interface, enum link_signal what);
/* The same with the access point's name, which for LINK_GOING_DOWN is a prediction. */
void node_signal_from(struct node *n, mip_time now, unsigned interface, enum link_signal what, const struct mac *access_point);
/* At a router: a station on the interface is about to leave for an access point; a prediction, too. */
void node_station_leaving(struct node *n, mip_time now, unsigned interface, const struct mac *station,
                          const struct mac *access_point);
/* When the node wants expire; MIP_NEVER: not at all. */
static inline mip_time node_deadline(const struct node *n)
{
	return timer_heap_deadline(&n->timers);
}
/* Late is fine, early is a no-op. */
void node_expire(struct node *n, mip_time now);
/* The next frame owed (packet->interface says where) or NULL: drained. The caller owns it. */
static inline struct packet *node_output(struct node *n)
{
	return packet_queue_pop(&n->out);
}
void node_free(struct node *n);
/* Does a frame for this multicast MAC concern the interface? For links that filter by group. */
bool node_wants_group(struct node *n, unsigned interface, const struct mac *group);

/* ---- for roles ------------------------------------------------------------------------------------------------------ */

/* Takes the role; frees it through ops->free. */
void node_add_role(struct node *n, struct role *take);
static inline void node_arm(struct node *n, struct timer *t, mip_time at)
{
	timer_arm(&n->timers, t, at);
}

uint64_t node_random_u64(struct node *n, enum random_purpose purpose);
int64_t node_random_between(struct node *n, enum random_purpose purpose, int64_t low, int64_t high);
void node_random_octets(struct node *n, enum random_purpose purpose, uint8_t *out, size_t octets);
uint64_t node_random_exponential_q32(struct node *n, enum random_purpose purpose);

/* Fills in node and time and passes on; o's other fields are the caller's. */
static inline void node_observe(struct node *n, mip_time now, struct observation o)
{
	if (!n->env->observer)
		return;
	o.node = n->id;
	o.at = now;
	n->env->observer->observe(n->env->observer->context, &o);
}
/* Reports the drop and frees the packet. */
void node_drop(struct node *n, mip_time now, struct packet *take, enum drop_reason why);

#endif
