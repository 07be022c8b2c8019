// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * TCP streams whose acknowledgements an attacker makes up (Taxonomy 2.3): it has opened them honestly, and knows from then which
 * sequence numbers come next. While they go to the victim it acknowledges, at the pace they had before, two segments at a time
 * what it assumes has been sent. A sender believes that as long as it is not ahead of what it has sent, and sends on as fast as
 * it is told that data arrives. Between redirections the attacker acknowledges whatever it sees, gaps or not.
 *
 * Left out: probing how much faster a sender would go.
 */
#ifndef MODELS_ATTACK_SPOOFED_STREAM_H
#define MODELS_ATTACK_SPOOFED_STREAM_H

#include "models/node.h"

#define SPOOFED_STREAMS 8 /* of one attacker; what is opened beyond is left alone */

struct spoofed_stream {
	uint16_t port, peer_port;
	uint32_t sequence;               /* of ours: what the sender expects next */
	uint32_t acknowledgment;         /* sent last, or to be sent: next octet of the stream */
	uint32_t segment;                /* largest seen */
	uint32_t segments;               /* seen in times of good behaviour */
	mip_time first, last;            /* the first and the last of them */
	mip_time next;                   /* blind: when the next acknowledgement is due; MIP_NEVER: none is */
	bool half;                       /* a segment waits for a second one */
};

struct spoofed_streams {
	struct in6 own, correspondent;
	struct timer timer;              /* embedded in the attacker, which sets fire */
	struct spoofed_stream streams[SPOOFED_STREAMS];
	unsigned count;
	bool taken_over;                 /* from the first redirection on, the node's TCP has no part in them */
	bool blind;
};

/* A TCP segment from the correspondent. TAKEN: it was ours, and is gone. */
enum verdict spoofed_streams_input(struct spoofed_streams *s, struct node *n, mip_time now, struct delivery *d);
/* Redirection begins, or ends. */
void spoofed_streams_redirect(struct spoofed_streams *s, struct node *n, mip_time now, bool on);
/* Sends the acknowledgements that are due; on its timer. */
void spoofed_streams_expire(struct spoofed_streams *s, struct node *n, mip_time now);

#endif
