// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a node tells the outside. Metrics are computed from these observations and from nothing else. An observation changes
 * nothing in the node; with no observer it costs one predicted branch.
 */
#ifndef MODELS_OBSERVE_H
#define MODELS_OBSERVE_H

#include "models/base.h"

enum observation_kind {
	/* movement and addresses, at a mobile node */
	OBSERVE_ROUTER_FOUND,          /* first advertisement of the new link's router; address: router's */
	OBSERVE_CARE_OF_ADDRESS,       /* usable: configured, duplicate address detection done; address: it */
	OBSERVE_AT_HOME,               /* back on the home link (home prefix seen) */
	OBSERVE_DUPLICATE_ADDRESS,     /* address: the contested one */
	/* registration; peer: the other end (home agent's or correspondent's address; at a correspondent: the home address) */
	OBSERVE_HOME_BU_SENT, OBSERVE_HOME_BA_ACCEPTED, OBSERVE_HOME_BA_REFUSED,  /* value: sequence / status */
	OBSERVE_HOTI_SENT, OBSERVE_HOT_ACCEPTED, OBSERVE_COTI_SENT, OBSERVE_COT_ACCEPTED,
	OBSERVE_EARLY_BU_SENT, OBSERVE_EARLY_BU_ACCEPTED /* at the correspondent; address: care-of */, OBSERVE_EARLY_BA_ACCEPTED,
	OBSERVE_BU_SENT, OBSERVE_BU_ACCEPTED /* at the correspondent or home agent; address: care-of */, OBSERVE_BA_ACCEPTED,
	OBSERVE_BU_REFUSED,            /* at the receiver; value: status, or 256 + enum drop_reason when silent */
	OBSERVE_BA_REFUSED,            /* at the mobile node; value: status */
	OBSERVE_SEND_DIRECT,           /* the mobile node may send to peer directly from its care-of address (`address`) */
	OBSERVE_COTI_AHEAD_SENT,       /* from the next care-of address, `address` */
	OBSERVE_DIVERTED,              /* it asked the peer to send to its home address meanwhile; value: sequence */
	OBSERVE_FALLBACK,              /* the mobile node gave route optimization with peer up, or peer does not know it */
	OBSERVE_EARLY_UNKNOWN,         /* peer answered that it knows no Early Binding Update; remembered */
	OBSERVE_BINDING_EXPIRED,       /* at correspondent or home agent; value: 1 if tentative */
	OBSERVE_BINDING_DELETED,
	OBSERVE_REFORWARDED,           /* at a home agent: a kept message is sent again; peer: home address, address: where to; octets */
	/* data; flow, value: sequence number; octets: at the IP layer, as sent by the application's host */
	OBSERVE_DATA_SENT, OBSERVE_DATA_RECEIVED,  /* received: sent_at and via are set; peer: the sender */
	/* TCP flows; octets: at the IP layer */
	OBSERVE_STREAM_SENT,           /* a segment; value: enum stream_segment; amount: octets of the stream sent so far, each counted once */
	OBSERVE_STREAM_RECEIVED,       /* a segment, at either end; via; value: its enum stream_segment; amount: octets delivered in order so far */
	OBSERVE_STREAM_TIMEOUT,        /* the sender's retransmission timer expired */
	OBSERVE_STREAM_RECOVERY,       /* the sender entered fast recovery */
	OBSERVE_STREAM_CLOSED,         /* at the source; value: 0 all acknowledged, 1 given up or reset */
	OBSERVE_TRANSACTION,           /* request-response, at the client: answered; value: request; sent_at: when it left first */
	OBSERVE_TRANSACTION_FAILED,    /* not answered in time */
	OBSERVE_SERIES,                /* a sample a flow was asked for; value: enum series_kind, amount: the number */
	/* Credit-Based Authorization, at a correspondent; peer: home address, address: care-of address */
	OBSERVE_CREDIT,                /* value: octets; before and after each ageing and after each change but earning */
	OBSERVE_CREDIT_SHORT,          /* a packet of `octets` was not covered; value: enum credit_short */
	OBSERVE_MISUSE,                /* the misuse monitor struck; value: enum misuse */
	OBSERVE_SPOT_CHECK,            /* of the care-of address; value: 0 started, 1 passed, 2 an answer that is not right */
	OBSERVE_UNVERIFIED_SENT,       /* `octets`, all headers counted, left for an unverified care-of address, however that was allowed */
	/* every message a node originates or has delivered to it, and tunnel overhead; value: enum message_type */
	OBSERVE_MESSAGE_SENT, OBSERVE_MESSAGE_RECEIVED, OBSERVE_MESSAGE_FORWARDED,
	OBSERVE_DROP,                  /* value: enum drop_reason; octets */
	OBSERVE_SECRET,                /* value: enum secret_kind; peer; data, data_length: the octets; only when `wants_secrets` */
	/* local mobility, at a mobile node, and at the anchor point (peer: the regional address); value: sequence */
	OBSERVE_LOCAL_BU_SENT, OBSERVE_LOCAL_BU_ACCEPTED, OBSERVE_LOCAL_BA_ACCEPTED,
	/* fast handovers: at a mobile node (peer: who redirects; value: 0 from the old link, 1 from the new one, 2 calling off; status); at the
	 * previous router (peer, address: previous and new care-of address; value: 1 if reactive) from when on it redirects; at the new router
	 * (peer: new care-of address; value: packets kept) when the node is there */
	OBSERVE_FAST_BU_SENT, OBSERVE_FAST_BA_ACCEPTED, OBSERVE_FAST_DIVERTED, OBSERVE_FAST_RELEASED,
	/* Mobile IPv4 registration keys. The time a computation takes: value: enum computation; amount: ns. A key is there, at a mobile node (peer: the
	 * foreign agent; amount: ns since it wanted one) or foreign agent (peer: the home address; amount: since it was asked); value: enum registration_key_method, index: SPI */
	OBSERVE_COMPUTATION, OBSERVE_REGISTRATION_KEY,
	OBSERVATION_KINDS
};

enum misuse {
	MISUSE_RATE,                   /* a packet beyond the rate went home */
	MISUSE_UNVERIFIED,             /* a care-of address was given up without having been verified */
	MISUSE_REFUSED,                /* an early binding update was refused for the score */
	MISUSE_KINDS
};

enum via { VIA_DIRECT, VIA_TUNNEL, VIA_HOME_LINK, VIA_NATIVE /* IPv4: in no tunnel, as a foreign agent hands it on */ };

enum stream_segment { STREAM_NEW, STREAM_AGAIN /* sent or seen before */, STREAM_CONTROL /* no data in it */ };

/* Series of flows: enum, name, unit. */
#define SERIES_KINDS(X) X(CONGESTION_WINDOW, "cwnd", "octets") X(SLOW_START_THRESHOLD, "ssthresh", "octets") X(DELIVERED, "delivered", "octets")
enum series_kind {
#define X(e, s, u) SERIES_##e,
	SERIES_KINDS(X)
#undef X
	SERIES_KIND_COUNT
};

/* One row each: enum, name as results and traces spell it. */
#define MESSAGE_TYPES(X) \
	X(UNKNOWN, "other") X(DATA, "data") X(RS, "RS") X(RA, "RA") X(NS, "NS") X(NA, "NA") X(REDIRECT, "Redirect") \
	X(ECHO_REQUEST, "EchoRequest") X(ECHO_REPLY, "EchoReply") X(ICMP6_ERROR, "ICMPv6Error") \
	X(BRR, "BRR") X(HOTI, "HoTI") X(COTI, "CoTI") X(HOT, "HoT") X(COT, "CoT") X(BU_HOME, "BU(home)") X(BA_HOME, "BA(home)") \
	X(BU, "BU") X(BA, "BA") X(BE, "BE") X(EBU, "EBU") X(EBA, "EBA") \
	X(RTSOLPR, "RtSolPr") X(PRRTADV, "PrRtAdv") X(FBU, "FBU") X(FBACK, "FBack") X(HI, "HI") X(HACK, "HAck") X(BU_LOCAL, "BU(local)") \
	X(ARP, "ARP") X(ICMP4_ERROR, "ICMPError") X(AGENT_ADVERTISEMENT, "AgentAdv") X(AGENT_SOLICITATION, "AgentSol") \
	X(REGISTRATION_REQUEST, "RegRequest") X(REGISTRATION_REPLY, "RegReply") X(BINDING_WARNING, "BindingWarning") \
	X(BINDING_REQUEST, "BindingRequest") X(BINDING_UPDATE, "BindingUpdate") X(BINDING_ACKNOWLEDGE, "BindingAck") \
	X(LOCATION_QUERY, "LocationQuery") X(LOCATION, "Location") \
	X(HOME_AGENT_REQUEST, "HAADRequest") X(HOME_AGENT_REPLY, "HAADReply") X(MPS, "MPS") X(MPA, "MPA")
enum message_type {
#define X(e, s) MESSAGE_##e,
	MESSAGE_TYPES(X)
#undef X
	MESSAGE_TYPE_COUNT
};

#define DROP_REASONS(X) \
	X(TRUNCATED, "truncated") X(MALFORMED, "malformed") X(NOT_FOR_US, "not-for-us") X(CHECKSUM, "checksum") \
	X(HOP_LIMIT, "hop-limit") X(NO_ROUTE, "no-route") X(UNREACHABLE_NEIGHBOUR, "unreachable-neighbour") \
	X(TOO_BIG, "too-big") X(NO_LISTENER, "no-listener") X(UNKNOWN_HEADER, "unknown-header") X(TENTATIVE_ADDRESS, "tentative-address") \
	X(INTERFACE_DOWN, "interface-down") X(QUEUE_FULL, "queue-full") X(NOT_ON_LINK, "not-on-link") X(LOSS, "loss") \
	X(NO_BINDING, "no-binding") X(BAD_TUNNEL_SOURCE, "bad-tunnel-source") X(BAD_ROUTING_HEADER, "bad-routing-header") \
	X(BAD_HOME_ADDRESS, "bad-home-address") X(BAD_AUTHENTICATOR, "bad-authenticator") X(BAD_SEQUENCE, "bad-sequence") \
	X(BAD_NONCE, "bad-nonce") X(BAD_COOKIE, "bad-cookie") X(UNEXPECTED, "unexpected") X(UNKNOWN_MESSAGE, "unknown-message") \
	X(NOT_REGISTERED, "not-registered") X(RATE_LIMITED, "rate-limited") X(NO_SOURCE_ADDRESS, "no-source-address") X(NO_CREDIT, "no-credit") \
	X(DUPLICATE, "duplicate") \
	X(NO_ASSOCIATION, "no-association") X(REPLAY, "replay") X(BAD_ICV, "bad-icv") X(UNPROTECTED, "unprotected")
enum drop_reason {
#define X(e, s) DROP_##e,
	DROP_REASONS(X)
#undef X
	DROP_REASON_COUNT
};

enum secret_kind {
	SECRET_NODE_KEY, SECRET_NONCE, SECRET_HOME_TOKEN, SECRET_CARE_OF_TOKEN, SECRET_BINDING_KEY,
	SECRET_PRECONFIGURED, /* at the correspondent; peer: the mobile node's home address; Kcn, home nonce, care-of nonce */
	SECRET_ESP_AUTHENTICATION, SECRET_ESP_ENCRYPTION, /* index: SPI; peer: the mobile node's home address */
	/* Mobile IPv4; index: SPI, peer: the other end */
	SECRET_MOBILE_HOME, SECRET_MOBILE_FOREIGN, SECRET_FOREIGN_HOME, SECRET_REGISTRATION_KEY,
	SECRET_RSA_MODULUS, SECRET_RSA_PRIVATE /* exponent */, SECRET_DIFFIE_HELLMAN /* private number */,
	SECRET_KINDS
};

struct observation {
	enum observation_kind kind;
	uint32_t node;             /* world's id of the node */
	mip_time at;
	struct in6 peer, address;
	uint32_t value;
	uint32_t octets;
	uint32_t flow;
	int64_t amount;            /* streams and series */
	enum via via;
	mip_time sent_at;
	const uint8_t *data;       /* borrowed during the call */
	size_t data_length;
	uint32_t index;            /* nonce index, SPI */
};

struct observer {
	void (*observe)(void *context, const struct observation *o);
	void *context;
	bool wants_secrets;
	bool wants_messages;       /* OBSERVE_MESSAGE_* and OBSERVE_DROP */
};

#endif
