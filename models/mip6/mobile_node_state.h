// SPDX-License-Identifier: GPL-3.0-or-later
/* The mobile node's state and what its files offer each other; for mobile_node*.c only. */
#ifndef MODELS_MIP6_MOBILE_NODE_STATE_H
#define MODELS_MIP6_MOBILE_NODE_STATE_H

#include "models/mip6/answer.h"
#include "models/mip6/binding_update_list.h"
#include "models/mip6/ipsec.h"
#include "models/mip6/local.h"
#include "models/mip6/message.h"
#include "models/mip6/mip6.h"
#include "models/node.h"
#include "models/wire/icmp6.h"

#define MOBILE_NODE_HOME_ADDRESSES 4            /* of one node; those of further prefixes are not made */
#define MOBILE_NODE_QUEUE_LIMIT 64              /* packets that wait for a binding; the oldest gives way (DROP_QUEUE_FULL) */
#define MOBILE_NODE_FALLBACK_RETRY (60 * MIP_SECOND) /* no new try with a correspondent that did not answer before (our choice) */
#define MOBILE_NODE_REFUSED_RETRY (32 * MIP_SECOND)  /* the same with a home agent that refused for lack of resources */

enum mobile_node_position {
	POSITION_UNKNOWN,       /* between links, or no advertisement seen yet */
	POSITION_AWAY,          /* has or had a care-of address on this link */
	POSITION_RETURNING,     /* home prefix seen; the home agent has not yet deleted the binding */
	POSITION_PROBING,       /* home prefix seen, no binding: duplicate address detection for the home address */
	POSITION_HOME,
	POSITION_REFUSED        /* the home address is somebody else's: never used again (RFC 6275 11.7.1) */
};

struct home_agent_location; /* mobile_node.c */

/* The radio that is not in use; in reach of another link for the time of a movement (mobile_node_two_links.c). */
struct second_link {
	struct interface *interface;
	struct in6 router, address;             /* its router's, unspecified until found; the care-of address there */
	bool up, usable;                        /* the link; the address */
	bool home;                              /* it is the home link */
};

struct mobile_node {
	struct role role;
	struct in6 home_address, home_agent;
	struct in6 care_of_address;             /* the current, or the last */
	struct interface *interface;            /* in use */
	struct second_link *second;             /* NULL: one radio */
	struct mobile_node_local *local;        /* decides what is registered as care-of address; NULL: the address on the link */
	struct ip6_address *address;            /* the home address's */
	struct timer timer;                     /* of the home registration */
	struct home_registration home;
	struct binding_update_list list;
	struct packet_queue queue;
	struct answer_limit errors;
	uint8_t queued;
	uint8_t position;                       /* enum mobile_node_position */
	bool care_of_valid;
	bool link_lost;                         /* the link went down since the care-of address was taken */
	mip_time home_prefix_until;             /* the home prefix is valid until then, as far as known */
	struct home_agent_location *location;   /* asks for the home agent's link-layer address, on return; NULL: not now */
	struct mobile_node_discovery *discovery; /* NULL until the first need */
};

static inline bool mobile_node_away(const struct mobile_node *m)
{
	return m->position == POSITION_AWAY && m->care_of_valid;
}

/* The home agent tunnels to and from this care-of address as soon as it has processed what has already left. */
static inline bool mobile_node_tunnel(const struct mobile_node *m)
{
	return mobile_node_away(m) && m->home.bound && m->home.sent;
}

static inline void mobile_node_observe(struct mobile_node *m, mip_time now, enum observation_kind kind, const struct in6 *peer,
                                       uint32_t value)
{
	node_observe(m->role.node, now,
	             (struct observation){ .kind = kind,
	                                   .peer = *peer,
	                                   .address = mobile_node_away(m) ? m->care_of_address : m->home_address,
	                                   .value = value });
}

/* ---- mobile_node.c ---------------------------------------------------------------------------------------------------- */

/* Is there a further home address, whose business a message may be that this one does not expect? */
bool mobile_node_follows(const struct mobile_node *m);
/* A prefix of the home link other than that of our home address: it may bring a further home address. */
void mobile_node_prefix_offered(struct mobile_node *m, mip_time now, const struct nd_prefix *p);
/* Through the reverse tunnel, as `ipsec` wants it. Takes it. */
void mobile_node_send_tunnelled(struct mobile_node *m, mip_time now, struct packet *take);
/* Sends what waits, if it can leave now. */
void mobile_node_flush(struct mobile_node *m, mip_time now);
/* The home address may not be used, here or anywhere; what waits is dropped. */
void mobile_node_refuse_home_address(struct mobile_node *m, mip_time now);
/* On the home link without a binding: duplicate address detection for the home address, then settle. */
void mobile_node_probe_home(struct mobile_node *m, mip_time now);
/* The home agent holds no binding any more, and we are on its link: announce the home address, use it. link_local_defended: by
 * the home agent, for us, up to now. */
void mobile_node_settle_home(struct mobile_node *m, mip_time now, bool link_local_defended);

void mobile_node_take_care_of_address(struct mobile_node *m, mip_time now, const struct in6 *address);
void mobile_node_arrive_home(struct mobile_node *m, mip_time now);
/* The link is gone, and with it the care-of address or home. */
void mobile_node_leave(struct mobile_node *m);

/* ---- mobile_node_two_links.c ----------------------------------------------------------------------------------------------- */

/* If the node has two interfaces. */
void mobile_node_second_init(struct mobile_node *m);
void mobile_node_second_free(struct mobile_node *m);
/* The next two with m->second: a notice of its interface; any signal. False: the signal means what it does with one radio. */
void mobile_node_second_notice(struct mobile_node *m, mip_time now, const struct ip6_notice *n);
bool mobile_node_second_signal(struct mobile_node *m, mip_time now, const struct interface *i, enum link_signal what);
/* Sends what the care-of test from the next care-of address needs now, if there is one and it is wanted. */
void mobile_node_test_ahead(struct mobile_node *m, mip_time now, struct binding_update *b);
/* A Care-of Test that is not for the care-of address in use. */
enum drop_reason mobile_node_tested_ahead(struct mobile_node *m, mip_time now, const struct delivery *d,
                                          const struct mh_message *t, struct binding_update *b);

/* ---- mobile_node_home.c: registration with the home agent ------------------------------------------------------------------ */

void mobile_node_home_init(struct mobile_node *m);
/* Units of 4 s that a binding may last at most: less than what is left of the care-of address and the home prefix (11.7.1). */
uint16_t mobile_node_lifetime_limit(const struct mobile_node *m, mip_time now, mip_time wanted);
/* The home agent does not know Mobility Headers (11.3.5): no more updates to it. */
void mobile_node_home_impossible(struct mobile_node *m);
/* Registers the current care-of address; or, in POSITION_RETURNING, asks for deletion. */
void mobile_node_home_register(struct mobile_node *m, mip_time now);
/* Stops what is under way; the link or the care-of address is gone. */
void mobile_node_home_abandon(struct mobile_node *m);
enum drop_reason mobile_node_home_acknowledged(struct mobile_node *m, mip_time now, const struct delivery *d,
                                               const struct mh_message *a);
/* The home agent says it has no binding for us (Binding Error status 1). */
void mobile_node_home_unknown(struct mobile_node *m, mip_time now);

/* ---- mobile_node_discovery.c: home agents and home prefixes (11.4) --------------------------------------------------------- */

/* Asks for home agents, if it does not already; the first of the answer is registered with. */
void mobile_node_discover(struct mobile_node *m, mip_time now);
/* The home agent refused: the next one known will be tried, or they will be asked for. False: this is not configured. */
bool mobile_node_try_another_home_agent(struct mobile_node *m, mip_time now);
void mobile_node_solicit_prefixes(struct mobile_node *m, mip_time now);
/* The home prefix is advertised with this valid lifetime. */
void mobile_node_home_prefix_seen(struct mobile_node *m, mip_time now, uint32_t valid_s);
/* The answers; CONTINUE: not one of them. */
enum verdict mobile_node_discovery_input(struct mobile_node *m, mip_time now, const struct delivery *d);
/* No care-of address: nothing is under way any more. */
void mobile_node_discovery_abandon(struct mobile_node *m);
void mobile_node_discovery_free(struct mobile_node *m);

/* ---- mobile_node_peer.c: what is sent to correspondents, and when ---------------------------------------------------------- */

/* Makes sure that a registration with peer is under way or done, if it may be. Returns its entry, NULL if there is none. */
struct binding_update *mobile_node_optimize(struct mobile_node *m, mip_time now, const struct in6 *peer);
/* Does what the decision function wants now and re-arms the entry's timer. */
void mobile_node_advance(struct mobile_node *m, mip_time now, struct binding_update *b);
void mobile_node_advance_all(struct mobile_node *m, mip_time now);
/* A new registration, or a refresh of the one that stands. Call mobile_node_advance afterwards. */
void mobile_node_begin(struct mobile_node *m, mip_time now, struct binding_update *b);
/* Registrations under way are abandoned: no care-of address now. */
void mobile_node_peers_abandon(struct mobile_node *m);
/* A new care-of address: all correspondents of the list have to learn it. */
void mobile_node_peers_moved(struct mobile_node *m, mip_time now);
/* At home and deregistered there: all correspondents that may hold a binding have to delete it. */
void mobile_node_peers_returned(struct mobile_node *m, mip_time now);
/* The correspondent has the binding, for this long since the update was sent. */
void mobile_node_peer_registered(struct binding_update *b, mip_time lifetime);
/* The home prefix ends sooner than was thought: bindings that would outlast it are to be made anew (RFC 6275 11.4.2). False:
 * there are none. Register with the home agent afterwards. */
bool mobile_node_peers_shortened(struct mobile_node *m, mip_time now);
/* Gives route optimization up for now; the entry stays, so that nothing is tried before `retry_at`. May free an entry that was to
 * be deleted at the correspondent. */
void mobile_node_fall_back(struct mobile_node *m, mip_time now, struct binding_update *b, mip_time retry_at);
/* No binding wanted with this peer any more. Frees the entry unless something about the peer has to be remembered. */
void mobile_node_forget(struct mobile_node *m, struct binding_update *b);
/* The link is about to go: fresh home tokens for what comes (EBU document 4.1). */
void mobile_node_test_homes(struct mobile_node *m, mip_time now);
/* Data went directly, to or from the peer. */
void mobile_node_used(struct mobile_node *m, mip_time now, struct binding_update *b);
/* Re-evaluates whether data may go directly. */
void mobile_node_update_direct(struct mobile_node *m, mip_time now, struct binding_update *b, unsigned steps);

/* ---- mobile_node_answer.c: what correspondents answer ---------------------------------------------------------------------- */

/* A Mobility Header message for a mobile node; returns DROP_REASON_COUNT when it was accepted, else why not. */
enum drop_reason mobile_node_message(struct mobile_node *m, mip_time now, const struct delivery *d, const struct mh_message *a);
/* A Parameter Problem about a packet of ours. */
void mobile_node_parameter_problem(struct mobile_node *m, mip_time now, const struct ip6_notice *n);

#endif
