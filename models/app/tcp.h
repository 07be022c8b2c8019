// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * One TCP connection as a pure state machine (RFC 9293 as far as a bulk transfer needs it): set-up and close, slow start and
 * congestion avoidance (RFC 5681), NewReno (RFC 6582), loss recovery with selective acknowledgments (RFC 2018, 6675), limited transmit
 * (RFC 3042), retransmission timer (RFC 6298, integers), delayed acknowledgments, window scale (RFC 7323).
 *
 * Octets have no content: an application gives a number of them, the other end delivers a number of them.
 *
 * Decisions. No timestamps option is sent: one round trip is timed at a time, never over a retransmission (Karn), which is what
 * RFC 6298 asks for at least. The application reads at once, so the advertised window is always the whole buffer. Left out:
 * simultaneous open, urgent data, path MTU discovery (maximum_segment is for the scenario to choose), D-SACK, F-RTO, ECN, keep-alive.
 */
#ifndef MODELS_APP_TCP_H
#define MODELS_APP_TCP_H

#include "models/app/tcp_ranges.h"
#include "models/wire/tcp.h"

#define TCP_UNLIMITED ((int64_t)1 << 60)        /* octets to send: until tcp_close */
#define TCP_MAXIMUM_SEGMENT_LIFETIME (30 * MIP_SECOND)
#define TCP_RETRIES_MAXIMUM 15                  /* timeouts in a row, then the connection is given up */
#define TCP_DUPLICATE_THRESHOLD 3

enum tcp_state {
	TCP_CLOSED, TCP_LISTEN, TCP_SYN_SENT, TCP_SYN_RECEIVED, TCP_ESTABLISHED, TCP_FIN_WAIT_1, TCP_FIN_WAIT_2, TCP_CLOSING,
	TCP_TIME_WAIT, TCP_CLOSE_WAIT, TCP_LAST_ACK
};

/* Open: nothing is known to be lost. Recovery: after duplicate acknowledgments. Loss: after a timeout. */
enum tcp_phase { TCP_OPEN, TCP_RECOVERY, TCP_LOSS };

struct tcp_conf {
	uint16_t maximum_segment;         /* octets of data in a segment, ours and at most what the peer allows */
	uint32_t receive_buffer;          /* octets; at most 2^30 */
	bool sack;                        /* offer it and accept the peer's offer */
	mip_time rto_minimum;             /* RFC 6298 2.4: one second */
	mip_time delayed_ack;             /* at most 500 ms (RFC 5681 4.2); 0: every segment is acknowledged at once */
};

struct tcp_segment {
	struct tcp_header header;         /* on output all but the ports */
	uint32_t octets;                  /* of data */
	int64_t offset;                   /* output: of its first octet in the stream, from 0 */
	bool again;                       /* output: holds data sent before */
};

struct tcp_counts {
	uint32_t retransmissions, timeouts, fast_recoveries; /* segments; expirations; entries */
	uint32_t duplicates, early, refused;  /* segments received: nothing new in them; behind a hole; of no use */
};

/*
 * Sequence numbers are kept as 64-bit distances from the initial one: the SYN is 0, the stream's first octet 1, the FIN follows its
 * last. Ends of ranges are exclusive.
 */
struct tcp {
	struct tcp_conf conf;
	enum tcp_state state;
	bool aborted;                     /* closed by a reset or given up */
	uint32_t iss, irs;
	uint32_t segment;                 /* SMSS: octets of data we put into one segment */
	uint8_t send_shift, receive_shift;
	bool sack, scaled;                /* negotiated; the peer's SYN had a window scale */
	struct tcp_counts counts;

	/* sender */
	int64_t unacknowledged;           /* SND.UNA */
	int64_t next;                     /* highest sent, exclusive (HighData + 1) */
	int64_t end;                      /* of what the application gave */
	bool closing;                     /* a FIN follows it */
	int64_t window, largest_window;   /* the peer's, octets */
	int64_t window_sequence, window_acknowledgment; /* SND.WL1, SND.WL2 */
	int64_t congestion_window, slow_start_threshold;
	int64_t acknowledged_since;       /* octets counted towards the next increase in congestion avoidance */
	enum tcp_phase phase;
	int64_t recovery_point;           /* no new recovery before this is acknowledged */
	int64_t lost_below;               /* after a timeout: what is outstanding below counts as lost */
	int64_t high_retransmitted;       /* HighRxt, exclusive */
	int64_t rescue_retransmitted;     /* RescueRxt, exclusive */
	int64_t limited;                  /* new octets sent on the first duplicate acknowledgments (limited transmit) */
	uint32_t duplicate_acks;
	bool partial_seen;                /* NewReno: the timer restarts on the first partial acknowledgment only */
	bool want_first;                  /* retransmit the first segment whatever the window (fast retransmit, partial acknowledgment) */
	bool want_probe;                  /* one octet into a closed window */
	struct tcp_ranges sacked;

	/* timer, RFC 6298 */
	mip_time smoothed, variation;     /* SRTT (MIP_NEVER: no sample yet), RTTVAR */
	mip_time timeout;                 /* RTO, backed off */
	mip_time retransmit_at;
	mip_time timed_at;                /* when the octet before timed_sequence left; MIP_NEVER: none is timed */
	int64_t timed_sequence;
	mip_time last_sent_at;
	uint32_t retries;
	bool syn_repeated;

	/* receiver */
	int64_t expected;                 /* RCV.NXT */
	int64_t peer_end;                 /* of the peer's stream, where its FIN stands; -1: not known */
	struct tcp_ranges early;          /* received behind holes */
	uint32_t unanswered;              /* segments since the last acknowledgment */
	mip_time acknowledge_at;
	bool want_syn, want_ack, want_reset;
	mip_time forget_at;               /* end of TIME-WAIT */
};

/* iss: initial sequence number, for the caller to draw. Free with tcp_fini. */
void tcp_init(struct tcp *t, const struct tcp_conf *conf, uint32_t iss);
void tcp_fini(struct tcp *t);
void tcp_listen(struct tcp *t);
void tcp_connect(struct tcp *t, mip_time now);
/* The application gives octets; any time before tcp_close. */
void tcp_send(struct tcp *t, int64_t octets);
/* No more octets; what was given is still sent, unless it was TCP_UNLIMITED: then only what has left already. */
void tcp_close(struct tcp *t);
/* As tcp_close, but what was given and has not left yet is not sent. */
void tcp_cut(struct tcp *t);

void tcp_input(struct tcp *t, mip_time now, const struct tcp_segment *in);
/* MIP_NEVER: nothing wanted. */
mip_time tcp_deadline(const struct tcp *t);
/* Late is fine, early is a no-op. */
void tcp_expire(struct tcp *t, mip_time now);
/* The next segment owed; false: drained. Call it after every other verb until it says so. */
bool tcp_output(struct tcp *t, mip_time now, struct tcp_segment *out);

/* Octets delivered to the application in order, without the FIN. */
int64_t tcp_delivered(const struct tcp *t);
/* Octets of ours the peer acknowledged, without the FIN. */
int64_t tcp_acknowledged(const struct tcp *t);
/* All octets given have been acknowledged, and the FIN. */
bool tcp_done(const struct tcp *t);

#endif
