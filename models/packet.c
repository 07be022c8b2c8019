// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/packet.h"

struct packet *packet_new(size_t octets)
{
	size_t need = sizeof(struct packet) + PACKET_HEADROOM + octets;
	size_t size = need <= PACKET_SMALL ? PACKET_SMALL : need <= PACKET_LARGE ? PACKET_LARGE : need;
	struct packet *p;

	mip_assert(need <= PACKET_MAXIMUM);
	p = mip_alloc_raw(size);
	memset(p, 0, sizeof *p);
	p->capacity = (uint16_t)(size - sizeof *p);
	p->data = p->store + PACKET_HEADROOM;
	return p;
}

void packet_free(struct packet *take)
{
	if (take)
		mip_free(take, sizeof *take + take->capacity);
}

struct packet *packet_clone(const struct packet *p)
{
	/* What does not fit behind the headroom was pushed into it. */
	size_t most = PACKET_MAXIMUM - sizeof *p - PACKET_HEADROOM, pushed = p->length > most ? p->length - most : 0;
	struct packet *copy = packet_new(p->length - pushed);

	copy->data -= pushed;
	memcpy(packet_put(copy, p->length), p->data, p->length);
	copy->bulk = p->bulk;
	copy->message = p->message;
	copy->relayed = p->relayed;
	copy->overhead = p->overhead;
	copy->interface = p->interface;
	return copy;
}

struct packet *packet_store_bulk(struct packet *take, size_t tail)
{
	size_t bulk = take->bulk, room = (size_t)(take->store + take->capacity - take->data) - take->length;
	struct packet *p = take;

	if (room < bulk + tail) {
		if (sizeof *p + PACKET_HEADROOM + take->length + bulk + tail > PACKET_MAXIMUM)
			return NULL;
		p = packet_new(take->length + bulk + tail);
		memcpy(packet_put(p, take->length), take->data, take->length);
		p->message = take->message;
		p->relayed = take->relayed;
		p->overhead = take->overhead;
		p->interface = take->interface;
		packet_free(take);
	}
	p->bulk = 0;
	memset(packet_put(p, bulk), 0, bulk);
	return p;
}

uint8_t *packet_push(struct packet *p, size_t n)
{
	mip_assert((size_t)(p->data - p->store) >= n);
	p->data -= n;
	p->length = (uint16_t)(p->length + n);
	return p->data;
}

uint8_t *packet_put(struct packet *p, size_t n)
{
	uint8_t *end = p->data + p->length;

	mip_assert(!p->bulk && (size_t)(p->store + p->capacity - end) >= n);
	p->length = (uint16_t)(p->length + n);
	return end;
}

void packet_queue_clear(struct packet_queue *q)
{
	struct packet *p;

	while ((p = packet_queue_pop(q)))
		packet_free(p);
}
