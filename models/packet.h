// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A packet: real octets with headroom in front, followed by `bulk` octets that are zero and not stored (bulk payload, so that
 * a large data packet costs no copying; sizes, checksums and traces count them like any other octet).
 *
 * Ownership: whoever holds the pointer owns the packet. A call that takes ownership says so; everything else borrows.
 */
#ifndef MODELS_PACKET_H
#define MODELS_PACKET_H

#include "models/base.h"

struct packet {
	struct packet *next;    /* link for the one queue that holds it */
	uint8_t *data;          /* first octet; an IPv6 header inside a node, an Ethernet header on an Ethernet link */
	uint16_t length;        /* octets stored at data */
	uint16_t bulk;          /* zero octets that follow them */
	uint16_t capacity;      /* octets of store */
	uint16_t interface;     /* on output: index of the interface it leaves by */
	uint8_t message;        /* enum message_type of what it carries, for the observer; 0 not classified */
	bool relayed;           /* in an ESP tunnel of the sender's: what is inside is somebody else's; for the observer */
	uint16_t overhead;      /* octets of outer tunnel headers on top of the message */
	mip_time at;            /* for the queue that holds it (a link: arrival) */
	uint8_t store[];
};

/* What a path may put in front of what its source made, at most: type 2 routing header 24 and Home Address option 24, a spot
 * check 16 and four answers 48 (more than ESP with its IV), the tunnels of an anchor point and of a fast handover 80, Ethernet
 * 14; rounded up. */
#define PACKET_HEADROOM 208
#define PACKET_SMALL 448     /* whole allocation of the common size, header included */
#define PACKET_LARGE 2304    /* whole allocation of the next; beyond, just what is needed */
#define PACKET_MAXIMUM 65535 /* whole allocation of the largest */

/* A packet of no octets with room for `octets` behind the usual headroom. Never NULL. */
struct packet *packet_new(size_t octets);
/* Frees; NULL is allowed. */
void packet_free(struct packet *take);
/* A copy of its own, with the usual headroom or, of one too large for that, what is left of it. */
struct packet *packet_clone(const struct packet *p);
/* The packet with its bulk stored as what it is, zero octets, and room for `tail` more; another packet if it has to be. NULL: it
 * would be longer than a packet can hold; the caller still has `take`. */
struct packet *packet_store_bulk(struct packet *take, size_t tail);
/* Prepends n octets (uninitialised) and returns the new first octet; the headroom must suffice (it always does for what fits
 * PACKET_HEADROOM; asserted). */
uint8_t *packet_push(struct packet *p, size_t n);
/* Appends n octets (uninitialised), returns the first of them; the packet must hold no bulk yet; room is asserted. */
uint8_t *packet_put(struct packet *p, size_t n);

/* Drops n octets from the front; n <= length. */
static inline void packet_pull(struct packet *p, size_t n)
{
	mip_assert(n <= p->length);
	p->data += n;
	p->length = (uint16_t)(p->length - n);
}

/* Octets that may still be put in front. */
static inline size_t packet_headroom(const struct packet *p)
{
	return (size_t)(p->data - p->store);
}

static inline uint32_t packet_octets(const struct packet *p)
{
	return (uint32_t)p->length + p->bulk;
}

/* A FIFO of packets; zero-initialised is empty. */
struct packet_queue {
	struct packet *head, *tail;
};

static inline void packet_queue_push(struct packet_queue *q, struct packet *take)
{
	take->next = NULL;
	if (q->head)
		q->tail->next = take;
	else
		q->head = take;
	q->tail = take;
}

/* NULL: empty. The caller owns what it gets. */
static inline struct packet *packet_queue_pop(struct packet_queue *q)
{
	struct packet *p = q->head;

	if (p)
		q->head = p->next;
	return p;
}

void packet_queue_clear(struct packet_queue *q);

#endif
