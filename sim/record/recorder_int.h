// SPDX-License-Identifier: GPL-3.0-or-later
/* What recorder.c (taking in) and recorder_rows.c (writing out) share. For this folder only. */
#ifndef SIM_RECORD_RECORDER_INT_H
#define SIM_RECORD_RECORDER_INT_H

#include "models/observe.h"
#include "sim/record/recorder.h"
#include "sim/record/session.h"

enum registration_outcome { OUTCOME_NONE, OUTCOME_TENTATIVE, OUTCOME_FALLBACK, OUTCOME_REFUSED, OUTCOME_EXPIRED };

/* The steps of a registration that have a time, in the order of sim_registration's columns. */
enum registration_step {
	STEP_HOTI,
	STEP_HOT,
	STEP_COTI,
	STEP_COT,
	STEP_EARLY_BU,
	STEP_EARLY_BU_RX,
	STEP_EARLY_BA,
	STEP_BU,
	STEP_BU_RX,
	STEP_BA,
	STEP_SEND,
	STEP_RECV,
	REGISTRATION_STEPS
};

struct registration {
	int peer;                        /* node */
	mip_time at[REGISTRATION_STEPS]; /* MIP_NEVER: did not happen */
	enum registration_outcome outcome; /* the last thing heard of it; `registered` is seen in STEP_BU_RX and STEP_BA */
};

struct handover {
	int node, from_cell, to_cell;
	uint32_t sequence;               /* from 1, per node */
	int previous, next;              /* of the same node; -1 */
	mip_time down, up, router, care_of_address, home_bu, home_ba, local_bu, local_ba;
	bool at_home;                    /* it went home: there is no care-of address to wait for */
	struct in6 address;              /* the new care-of address, once care_of_address is set */
	GArray *registrations;           /* struct registration, in the order in which the peers were first met */
};

/* One direction of a handover's effect on a flow; see recorder_rows.c for what counts as before and after. */
struct gap {
	int handover, flow;
	mip_time last_before, first_after;         /* receptions */
	mip_time last_before_sent, first_after_sent;
	enum via via;
	uint32_t duplicated, reordered;
	uint32_t received, tunnelled;              /* once each, from link down on */
	uint64_t octets;
	mip_time delay_sum, delay_most, delay_last;
	double jitter_ns;
};

struct flow_record {
	GArray *sent_at, *received_at;   /* mip_time by sequence number, of one length; MIP_NEVER: not received */
	uint64_t received, duplicated, reordered, octets; /* octets: received, once each, at the IP layer */
	uint32_t highest;                /* sequence number received, + 1 */
	mip_time last_delay;
	double jitter_ns;
	mip_time last_received, last_received_sent;
	int gaps[2];                     /* the latest handover's gap of the sender [0] and of the receiver [1]; -1: none */
};

struct tally {
	uint64_t count, octets;
};

enum message_direction { MESSAGE_OUT, MESSAGE_IN, MESSAGE_THROUGH, MESSAGE_DIRECTIONS };

/* Between whom a mobility message goes, end to end. */
enum signalling_leg { LEG_MN_AR, LEG_AR_AR, LEG_MN_MAP, LEG_MN_HA, LEG_MN_CN, SIGNALLING_LEGS };

/* Allocated when the node is first heard of: a world may have a million nodes that say nothing. */
struct node_tally {
	struct tally messages[MESSAGE_TYPE_COUNT][MESSAGE_DIRECTIONS];
	struct tally tunnels[MESSAGE_TYPE_COUNT][MESSAGE_DIRECTIONS];
	uint64_t drops[DROP_REASON_COUNT];
	uint64_t events[OBSERVATION_KINDS];
	uint64_t tentative_expired;
	uint64_t signalling[SIGNALLING_LEGS]; /* octets */
};

struct node_record {
	int handover;                    /* the latest, -1: none yet */
	GArray *peers;                   /* int: correspondents it ever registered with, NULL: none */
	struct node_tally *tally;        /* NULL: none yet */
	uint64_t redirected_octets;      /* dropped, for a routing header that is not the node's */
	uint64_t data_octets;            /* of its flows, received, at the IP layer */
};

struct recorder {
	const struct scenario *scenario;
	FILE *keys;
	struct observer observer;
	struct world_movement_observer movement;
	int (*node_of)(const void *context, const struct in6 *address);
	const void *node_of_context;
	struct node_record *nodes;       /* one more than the scenario has: the last is the world itself */
	struct flow_record *flows;
	GArray *handovers;               /* struct handover */
	GArray *gaps;                    /* struct gap */
	bool moved;                      /* a mobile node's link went down */
	const struct world *world;       /* NULL: recording without one */
	GPtrArray *accounts;             /* recorder_credit.c's; NULL until the first */
	GHashTable *account_index;
	struct key_record *key_records;  /* recorder_keys.c's, by node; NULL until the first */
	struct session_watch *session;
	struct stream_record **streams;  /* recorder_stream.c's, by flow; NULL until the first */
};

/* recorder.c: one packet of a flow; also for a segment of a stream, numbered and delivered in order. */
void recorder_data_sent(struct recorder *r, const struct observation *o);
void recorder_data_received(struct recorder *r, const struct observation *o);

/* Interarrival jitter with one more packet, RFC 3550 section 6.4.1; packets in the order of arrival. */
double recorder_jitter(double jitter_ns, mip_time last_delay, mip_time delay);

/* recorder_stream.c */
void recorder_stream_observe(struct recorder *r, const struct observation *o);
/* At the end, before rows are written: stalls without an end. */
void recorder_stream_settle(struct recorder *r, mip_time end);
bool recorder_stream_is_tcp(const struct recorder *r, uint32_t flow);
/* Throughput of every flow and all else; series are numbered from `ordinal` on, the next number is returned. */
int recorder_stream_rows(const struct recorder *r, mip_time end, int ordinal, GByteArray *rows);
void recorder_stream_free(struct recorder *r);

/* recorder_credit.c */
void recorder_credit_observe(struct recorder *r, const struct observation *o);
/* Returns the ordinal of the next series. */
int recorder_credit_rows(const struct recorder *r, GByteArray *rows);
void recorder_credit_free(struct recorder *r);

/* recorder_keys.c */
void recorder_keys_observe(struct recorder *r, const struct observation *o);
void recorder_keys_rows(const struct recorder *r, GByteArray *rows);
void recorder_keys_free(struct recorder *r);


#define recorder_handover(r, i) (&g_array_index((r)->handovers, struct handover, i))
#define recorder_gap(r, i) (&g_array_index((r)->gaps, struct gap, i))

#endif
