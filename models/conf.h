// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The switches of a node: what `protocol:` of a scenario sets. A scheme is a named row of them, nothing more. Shared by all
 * nodes with equal settings; borrowed, never changed while a world runs.
 */
#ifndef MODELS_CONF_H
#define MODELS_CONF_H

#include "models/base.h"

enum home_test { HOME_TEST_ON_MOVEMENT, HOME_TEST_PROACTIVE, HOME_TEST_NONE };
enum care_of_test { CARE_OF_TEST_BEFORE, CARE_OF_TEST_CONCURRENT, CARE_OF_TEST_NONE };
enum authorization { AUTHORIZE_RETURN_ROUTABILITY, AUTHORIZE_PRECONFIGURED };
enum waiting { WAIT_CONSERVATIVE, WAIT_OPTIMISTIC };
enum dad_mode { DAD_ON, DAD_OFF, DAD_OPTIMISTIC };
enum movement_detection { DETECT_HINT, DETECT_EAGER, DETECT_UNREACHABILITY };
enum link_local_dad { LINK_LOCAL_DAD_WITH_CARE_OF, LINK_LOCAL_DAD_FIRST };
enum registration_order { REGISTER_PARALLEL, REGISTER_SEQUENTIAL };
enum peer_signalling { PEER_HOME, PEER_CARE_OF, PEER_FORWARDER, PEER_PROXIES };
enum ipsec { IPSEC_OFF, IPSEC_NULL, IPSEC_AES };
enum unverified { UNVERIFIED_REFUSE, UNVERIFIED_LIFETIME, UNVERIFIED_CREDIT, UNVERIFIED_HEURISTIC, UNVERIFIED_TRUSTED };
enum credit_mode { CREDIT_INBOUND, CREDIT_OUTBOUND };
enum credit_short { CREDIT_SHORT_HOME, CREDIT_SHORT_BUFFER, CREDIT_SHORT_DROP };

struct fraction {
	uint32_t numerator, denominator;
};

struct subnet {
	struct in6 prefix;
	uint32_t bits;
};
struct subnet_list {
	const struct subnet *subnets;     /* borrowed */
	uint32_t count;
};

static inline bool subnet_list_has(const struct subnet_list *l, const struct in6 *a)
{
	for (uint32_t i = 0; i < l->count; i++)
		if (in6_prefix_equal(&l->subnets[i].prefix, a, l->subnets[i].bits))
			return true;
	return false;
}

/* The misuse monitor (UNVERIFIED_HEURISTIC). */
struct heuristic_conf {
	int64_t rate_bps;                 /* to one unverified care-of address, at the IP layer */
	uint32_t burst;                   /* octets beyond it at once */
	uint32_t score;                   /* from this misuse score on early binding updates are refused */
};

/* Credit-Based Authorization (models/mip6/credit.h); presets rfc4866 and draft-2004 are rows of these. */
struct credit_conf {
	enum credit_mode mode;            /* what earns: data from the mobile node, or data to its verified care-of address */
	enum credit_short when_short;     /* what happens to a packet that the credit does not cover */
	struct fraction factor;           /* of ageing */
	mip_time interval;                /* of ageing */
	struct fraction quench;           /* of what is earned */
	bool verified_only;               /* inbound: only data from a verified care-of address earns (RFC 4866) */
	bool per_interval;                /* what is earned counts from the end of the interval on (drafts) */
	bool forfeit;                     /* a packet that is not covered costs what credit there is (drafts) */
	bool spot_checks;                 /* outbound: care-of address spot checks (drafts, section 6) */
};

/* Binding lifetime extension (mip6/lifetime_credit.h). */
struct lifetime_credit_conf {
	bool on;                          /* mobile node: asks for it; correspondent: grants it */
	struct fraction part;             /* of the time bound so far that a binding may last */
	mip_time limit;                   /* but no longer than this */
};

enum local_mobility { LOCAL_NONE, LOCAL_HMIP, LOCAL_FMIP_PREDICTIVE, LOCAL_FMIP_REACTIVE, LOCAL_F_HMIP };
enum handover_initiation { INITIATED_BY_MOBILE, INITIATED_BY_NETWORK };
enum handover_address { HANDOVER_ADDRESS_PROPOSED, HANDOVER_ADDRESS_ASSIGNED, HANDOVER_ADDRESS_PREVIOUS };
enum buffer_release { RELEASE_AT_ONCE, RELEASE_METERED };
enum anchor_selection { ANCHOR_FURTHEST, ANCHOR_NEAREST, ANCHOR_PREFERENCE };

/* Where a registration key comes from: the methods of section 6 of the MIPv4-RO document, in its order. */
#define REGISTRATION_KEY_METHODS(X) \
	X(CONFIGURED, "configured") X(HOME_AGENT, "home-agent") X(FOREIGN_PUBLIC_KEY, "foreign-public-key") \
	X(MOBILE_PUBLIC_KEY, "mobile-public-key") X(DIFFIE_HELLMAN, "diffie-hellman") X(NONE, "none")
enum registration_key_method {
#define X(e, s) REGISTRATION_KEY_##e,
	REGISTRATION_KEY_METHODS(X)
#undef X
	REGISTRATION_KEY_METHOD_COUNT
};
/* What takes time to compute. */
#define COMPUTATIONS(X) X(RSA_ENCRYPT, "rsa-encrypt") X(RSA_DECRYPT, "rsa-decrypt") X(DIFFIE_HELLMAN, "diffie-hellman")
enum computation {
#define X(e, s) COMPUTE_##e,
	COMPUTATIONS(X)
#undef X
	COMPUTATION_COUNT
};
enum diffie_hellman_value { VALUE_AHEAD, VALUE_ON_DEMAND, VALUE_ONCE };

struct registration_key_conf {
	bool configured;                  /* a mobile node and a foreign agent that both have it on share a key */
	bool home_agent;                  /* the same of a foreign agent and a home agent; a mobile node: asks for a key */
	bool foreign_public_key;          /* a foreign agent has a key pair; a home agent encrypts for it; a mobile node: asks for a key */
	bool mobile_public_key;           /* a mobile node has a key pair */
	bool diffie_hellman;              /* a mobile node offers an exchange; foreign agents always can */
	int value;                        /* enum diffie_hellman_value: when a mobile node computes the value it offers */
	uint32_t rsa_bits, diffie_hellman_bits;
	mip_time lifetime;                /* of a key from when it was supplied; 0: that of the registration */
	mip_time cost[COMPUTATION_COUNT];
};

/* Mobile IPv4: RFC 5944 and the MIPv4-RO document. Route optimization, lifetime, movement detection, advertisement intervals and the
 * limit of the binding cache are those of both families. */
struct mip4_conf {
	int encapsulation;                /* enum ip4_encapsulation: what a mobile node asks for */
	int algorithm;                    /* enum mip4_algorithm, of every authenticator */
	int replay;                       /* registrations are protected by nonces (1) instead of timestamps (0) */
	bool reverse_tunnel;              /* mobile node asks for it (T) */
	int co_located;                   /* 1: mobile node: the care-of address is its own, on the visited subnet */
	mip_time address_delay;           /* ... and usable so long after an agent was heard there (DHCP, or whatever assigns it) */
	int agent_authentication;         /* enum mip4_agent_authentication: this node has associations with agents beside mobile-home */
	bool private_binding;             /* mobile node's P bit: the home agent tells nobody where it is */
	bool smooth_handoff;              /* mobile node notifies the previous foreign agent; agents set S */
	bool special_tunnels;             /* a foreign agent sends home what it has no visitor and no pointer for */
	uint32_t buffer_packets;          /* a foreign agent keeps this many of the last packets of a visitor; 0: none */
	mip_time pointer_lifetime;        /* of forwarding pointers at a previous agent */
	mip_time update_interval;         /* least time between updates or warnings to one node about one binding */
	/* agents */
	bool registration_required;       /* foreign agent: who is here registers through it, with a co-located address too (R) */
	int only_ip_in_ip;                /* 1: neither minimal encapsulation nor GRE (M, G; codes 72 and 139) */
	int reverse_tunnels;              /* enum mip4_reverse_tunnels (codes 74, 75, 137, 138) */
	bool notify_correspondents;       /* home agent: who was told a binding hears of the next one, too (optim-11, 7.2) */
	bool prohibit;                    /* refuses every registration (codes 65 and 129) */
	mip_time agent_lifetime;          /* the longest it grants (a foreign agent: code 69); 0: no limit */
	mip_time clock_offset;            /* this node's clock is ahead of the home agents' by so much */
	struct registration_key_conf keys;
};

/* Who shares keys beside mobile node and home agent, as far as this node knows. Extensions 33 and 34 then are sent and demanded. */
enum mip4_agent_authentication { AGENT_AUTHENTICATION_NONE, AGENT_AUTHENTICATION_MOBILE = 1, AGENT_AUTHENTICATION_HOME = 2,
	                         AGENT_AUTHENTICATION_BOTH = 3 };
/* What an agent says to reverse tunnels (RFC 3024). */
enum mip4_reverse_tunnels { REVERSE_TUNNELS_OFFERED, REVERSE_TUNNELS_REQUIRED, REVERSE_TUNNELS_REFUSED };

struct protocol_conf {
	/* towards correspondents */
	enum home_test home_test;
	mip_time home_test_interval;      /* proactive: period, MIP_NEVER: none; a test on a going-down hint comes on top */
	bool reuse_home_token;            /* on: no new home test while the token is fresh (MAX_TOKEN_LIFETIME) */
	bool divert;                      /* the correspondent is asked to send to the home address while it cannot be told the new care-of address */
	enum care_of_test care_of_test;   /* concurrent: register early, test meanwhile (EBU document, 4.2) */
	enum authorization authorization; /* preconfigured: a correspondent takes either */
	bool care_of_test_ahead;          /* attached to two links: the next care-of address is tested before the movement */
	int update_at_once;               /* 1: the correspondent is told when the tests are done, whatever the home agent has said */
	enum waiting wait;
	enum registration_order registration_order;
	enum peer_signalling peer_signalling; /* where HoTI, CoTI and BU for a correspondent that is bound here are sent */
	bool route_optimization;          /* mobile node: start it; correspondent: answer it (off: a legacy host) */
	struct subnet_list unoptimized;   /* mobile node: correspondents with whom it does not */
	bool unacknowledged;              /* mobile node: registers with correspondents without asking for an acknowledgement (A flag) */
	bool retransmission;
	mip_time lifetime;                /* of bindings asked for; a multiple of 4 s on the wire */
	struct lifetime_credit_conf lifetime_credit; /* both ends */
	/* at correspondents */
	enum unverified unverified;       /* what an early binding update gets */
	struct credit_conf credit;        /* with UNVERIFIED_CREDIT */
	struct heuristic_conf heuristic;  /* with UNVERIFIED_HEURISTIC */
	struct subnet_list trusted;       /* home addresses, and */
	struct subnet_list ingress_filtered; /* care-of addresses that cannot be forged: no limit but the tentative lifetime */
	mip_time tentative_lifetime;      /* TENTATIVE_BINDING_LIFETIME */
	mip_time nonce_lifetime;          /* how long a nonce is recognised after its first use */
	bool token_lifetime_option;       /* Home Tests tell how long their token is recognised */
	bool ebu_support;                 /* this node, as a correspondent, knows Early Binding Updates */
	uint32_t binding_cache_limit;     /* entries; beyond: status 130, or */
	int binding_cache_evict;          /* 1: at a correspondent: the binding used longest ago gives way (RFC 6275 9.6) */
	/* movement and addresses */
	enum movement_detection movement_detection;
	bool dad_delay;                   /* random 0-1 s before duplicate address detection (RFC 4862 5.4.2) */
	enum link_local_dad link_local_dad;
	enum dad_mode dad;
	bool home_agent_dad;              /* home agent probes a new home address before it answers (RFC 6275 10.3.1) */
	enum ipsec ipsec;                 /* between mobile node and home agent (mip6/ipsec.h) */
	bool ipsec_payload;               /* ... and for payload in their tunnel */
	mip_time first_registration_timeout; /* InitialBindackTimeoutFirstReg, RFC 6275 13: 1.5 s */
	/* local mobility */
	enum local_mobility local;
	enum anchor_selection anchor_selection;
	enum handover_initiation handover_initiation; /* who hears of a coming handover from the link layer */
	enum handover_address handover_address; /* new access router: what it does about the address a node proposes */
	enum buffer_release buffer_release; /* new access router, once the node is there */
	uint32_t handover_buffer;         /* new access router: packets kept for one mobile node that is not there yet */
	uint32_t previous_buffer;         /* previous one: copies kept of the last packets for a node that may leave; 0: none */
	uint32_t prediction_missed_q32, prediction_wrong_q32, prediction_false_q32; /* probabilities in units of 2^-32 */
	/* home agents */
	mip_time reforward;               /* T_b: signals for a mobile node are kept this long, to be sent again when it registers; 0: not */
	mip_time proxy_hold, proxy_wait;  /* T_h: a proxy keeps signals of its mobile nodes; T_p: tells who asked for a location; 0: no proxy */
	mip_time forwarder_lifetime;      /* how long previous access routers are asked to forward; a multiple of 4 s */
	uint32_t reforward_limit;         /* kept messages; beyond, the oldest is forgotten */
	/* routers */
	bool home_agent_discovery;        /* a mobile node finds its home agents by itself (RFC 6275 11.4.1) */
	uint16_t home_agent_preference;   /* in advertisements (RFC 6275 7.4); 0, the default: not said */
	mip_time router_advertisement_min, router_advertisement_max;
	mip_time prefix_advertisement_min, prefix_advertisement_max; /* MinMobPfxAdvInterval and MaxMobPfxAdvInterval, RFC 6275 10.6.2; 0: never */
	struct mip4_conf mip4;
	bool router_advertisement_prompt; /* solicitations are answered at once, not after 0-0.5 s (MAX_RA_DELAY_TIME taken as 0) */
};

#endif
