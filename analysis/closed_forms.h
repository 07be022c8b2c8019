// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Every formula that simulation is held against, in this one file, so that figures, tables and tests cannot disagree about them.
 * "EBU" is the Early Binding Updates document (draft-vogt-mip6-early-binding-updates), section 5. Latencies count from the instant
 * at which the new care-of address is usable. They hold for unlimited rates, no loss, no processing time, one handover with
 * bindings in place, and round-trip times below the first retransmission (1 s). Nanoseconds, exact: a round-trip time is twice a
 * one-way delay and therefore even.
 */
#ifndef ANALYSIS_CLOSED_FORMS_H
#define ANALYSIS_CLOSED_FORMS_H

#include "models/base.h"

/* Round-trip times: mobile node - home agent; mobile node - home agent - correspondent; mobile node - correspondent. */
struct round_trips {
	mip_time ha, bt, ro;
};

/* What decides a latency. */
struct closed_form_case {
	bool early;      /* early binding update, with a home keygen token at hand; else the standard procedure */
	bool optimistic; /* does not wait for acknowledgements before it sends */
	bool reuse;      /* the home keygen token is still fresh: no home test (RTT_BT counts as 0) */
	bool sequential; /* return routability starts when the home agent has acknowledged (not for early ones) */
};

/* When the mobile node may send directly: STD_LATENCY_SEND_*, NEW_LATENCY_SEND_*. */
mip_time closed_form_send(struct closed_form_case c, struct round_trips rtt);
/* When data can first arrive directly, if the correspondent has some ready: STD_LATENCY_RECV, NEW_LATENCY_RECV. */
mip_time closed_form_receive(struct closed_form_case c, struct round_trips rtt);
/* When the correspondent begins to send to the new address: the (early) binding update arrives there. */
mip_time closed_form_rebound(struct closed_form_case c, struct round_trips rtt);
/* When the binding update that ends the procedure arrives at the correspondent; after an early one it is the confirming one,
 * which waits for the care-of test and for the home agent (RFC 6275 section 11.7.2). */
mip_time closed_form_confirmed(struct closed_form_case c, struct round_trips rtt);
/* A stream sends at start + k interval: arrival of its first packet sent at or after `rebound`, over half of RTT_RO. */
mip_time closed_form_stream_arrival(mip_time start, mip_time interval, mip_time rebound, mip_time rtt_ro);

/* Wait for the next router advertisement from a random instant, intervals U(a, b) seconds: mean E[X^2]/(2 E[X]) and variance. */
double closed_form_advertisement_wait_s(double a, double b);
double closed_form_advertisement_wait_variance_s2(double a, double b);
/* Movement detection and addressing: that wait, a delay U(0, 1 s) and 1 s of duplicate address detection. */
double closed_form_detection_and_address_s(double a, double b);
double closed_form_detection_and_address_deviation_s(double a, double b);

/* Octets at the IP layer of the messages that keep a binding at a correspondent alive for one lifetime, the mobile node at rest. */
struct refresh_message {
	const char *name;
	unsigned octets;
	bool acknowledgement; /* only if one is asked for */
	bool tunnel;          /* outer headers, between mobile node and home agent only */
};
extern const struct refresh_message closed_form_refresh[];
extern const unsigned closed_form_refresh_count;
unsigned closed_form_refresh_octets(bool acknowledgement, bool tunnel);
double closed_form_refresh_bps(unsigned octets, double lifetime_s);

#endif
