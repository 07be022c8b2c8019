// SPDX-License-Identifier: GPL-3.0-or-later
/* Acknowledgements for data that went elsewhere, see spoofed_stream.h. */
#include "models/attack/spoofed_stream.h"

#include "models/wire/tcp.h"

#define HOP_LIMIT 64
#define SEGMENTS_PER_ACK 2

static void acknowledge(const struct spoofed_streams *s, struct node *n, mip_time now, const struct spoofed_stream *x)
{
	const struct tcp_header h = { .source_port = x->port, .destination_port = x->peer_port, .sequence = x->sequence,
		                      .acknowledgment = x->acknowledgment, .flags = TCP_ACK, .window = UINT16_MAX };
	struct packet *p = ip6_packet(&s->own, &s->correspondent, PROTOCOL_TCP, HOP_LIMIT, TCP_HEADER_MAXIMUM);
	uint8_t header[TCP_HEADER_MAXIMUM];
	size_t octets = tcp_write(header, &h, 0, &s->own, &s->correspondent);

	memcpy(packet_put(p, octets), header, octets);
	ip6_finish(p);
	ip6_send(n, now, p, 0);
}

static struct spoofed_stream *stream_of(struct spoofed_streams *s, const struct tcp_header *h)
{
	for (unsigned i = 0; i < s->count; i++)
		if (s->streams[i].port == h->destination_port && s->streams[i].peer_port == h->source_port)
			return &s->streams[i];
	if (s->taken_over || s->count == SPOOFED_STREAMS)
		return NULL;
	s->streams[s->count] =
	    (struct spoofed_stream){ .port = h->destination_port, .peer_port = h->source_port, .next = MIP_NEVER };
	return &s->streams[s->count++];
}

enum verdict spoofed_streams_input(struct spoofed_streams *s, struct node *n, mip_time now, struct delivery *d)
{
	struct spoofed_stream *x;
	struct tcp_header h;
	size_t header;
	uint32_t octets, end;

	if (tcp_decode(delivery_upper(d), d->length, d->octets, &d->source, &d->destination, &h, &header) != WIRE_OK)
		return VERDICT_CONTINUE;
	octets = d->octets - (uint32_t)header;
	if (!octets || !(h.flags & TCP_ACK) || !(x = stream_of(s, &h)))
		return VERDICT_CONTINUE;
	end = h.sequence + octets;
	x->sequence = h.acknowledgment;
	if (octets > x->segment)
		x->segment = octets;
	if (!s->taken_over) {
		if (!x->segments++)
			x->first = now;
		x->last = now;
		if (x->segments == 1 || (int32_t)(end - x->acknowledgment) > 0)
			x->acknowledgment = end;
		return VERDICT_CONTINUE; /* the node's own TCP answers */
	}
	packet_free(d->packet);
	if (s->blind)
		return VERDICT_TAKEN;
	/* Also what is sent again: then the sender has not believed the last ones. */
	x->acknowledgment = end;
	x->half = !x->half;
	if (!x->half)
		acknowledge(s, n, now, x);
	return VERDICT_TAKEN;
}

static mip_time pace(const struct spoofed_stream *x)
{
	return mip_time_max(SEGMENTS_PER_ACK * (x->last - x->first) / (x->segments - 1), MIP_MICROSECOND);
}

static void arm(struct spoofed_streams *s, struct node *n)
{
	mip_time at = MIP_NEVER;

	for (unsigned i = 0; i < s->count; i++)
		at = mip_time_min(at, s->streams[i].next);
	node_arm(n, &s->timer, at);
}

void spoofed_streams_redirect(struct spoofed_streams *s, struct node *n, mip_time now, bool on)
{
	s->blind = on;
	s->taken_over |= on;
	for (unsigned i = 0; i < s->count; i++)
		s->streams[i].next = on && s->streams[i].segments > 1 ? now + pace(&s->streams[i]) : MIP_NEVER;
	arm(s, n);
}

void spoofed_streams_expire(struct spoofed_streams *s, struct node *n, mip_time now)
{
	for (unsigned i = 0; i < s->count; i++) {
		struct spoofed_stream *x = &s->streams[i];

		if (x->next > now)
			continue;
		x->acknowledgment += SEGMENTS_PER_ACK * x->segment;
		x->next = now + pace(x);
		acknowledge(s, n, now, x);
	}
	arm(s, n);
}
