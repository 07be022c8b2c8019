// SPDX-License-Identifier: GPL-3.0-or-later
/* See message_store.h. */
#include "models/mip6/message_store.h"

#include "models/wire/classify.h"

/* What a kept message says of itself; message: MESSAGE_UNKNOWN if it is none to keep. */
static struct kept_message describe(const struct packet *p)
{
	struct kept_message k = { .message = MESSAGE_UNKNOWN };
	struct mh_message m;
	struct ipv6_view v;
	size_t length;

	if (p->bulk || ipv6_walk(p->data, p->length, true, &v) != IPV6_WALK_OK || v.protocol != PROTOCOL_MOBILITY ||
	    mh_decode(p->data + v.offset, p->length - (size_t)v.offset, &m, &length) != WIRE_OK)
		return k;
	k.wire_source = ipv6_source(p->data);
	k.source = v.has_home_address ? v.home_address : k.wire_source;
	switch (mh_classify(&m)) {
	case MESSAGE_HOTI:
	case MESSAGE_COTI:
	case MESSAGE_BU:
	case MESSAGE_EBU:
		k.message = (uint8_t)mh_classify(&m);
		break;
	default:
		break;
	}
	return k;
}

bool message_store_wants(const struct packet *p)
{
	return describe(p).message != MESSAGE_UNKNOWN;
}

static bool makes_useless(const struct kept_message *now, const struct kept_message *then)
{
	if (!in6_equal(&now->home_address, &then->home_address))
		return false;
	if (now->message == then->message)
		return in6_equal(&now->source, &then->source);
	if (now->message != MESSAGE_BU)
		return false;
	return (then->message == MESSAGE_HOTI && in6_equal(&now->source, &then->source)) ||
	       (then->message == MESSAGE_COTI && in6_equal(&now->wire_source, &then->wire_source));
}

static void drop_first(struct message_store *s)
{
	struct kept_message *k = s->head;

	s->head = k->next;
	if (!s->head)
		s->tail = NULL;
	s->count--;
	packet_free(k->packet);
	mip_free(k, sizeof *k);
}

static void drop_useless(struct message_store *s, const struct kept_message *now)
{
	struct kept_message **link = &s->head, *last = NULL;

	while (*link) {
		struct kept_message *k = *link;

		if (makes_useless(now, k)) {
			*link = k->next;
			s->count--;
			packet_free(k->packet);
			mip_free(k, sizeof *k);
		} else {
			last = k;
			link = &k->next;
		}
	}
	s->tail = last;
}

static void drop_old(struct message_store *s, mip_time now)
{
	while (s->head && s->head->until <= now)
		drop_first(s);
}

struct kept_message *message_store_keep(struct message_store *s, mip_time now, mip_time lifetime, uint32_t limit,
                                        const struct in6 *home_address, struct interface *in, const struct packet *p)
{
	struct kept_message *k = mip_alloc(sizeof *k);

	*k = describe(p);
	mip_assert(k->message != MESSAGE_UNKNOWN);
	k->home_address = *home_address;
	drop_old(s, now);
	drop_useless(s, k);
	while (s->count && s->count >= limit)
		drop_first(s);
	k->packet = packet_clone(p);
	k->in = in;
	k->until = mip_time_add(now, lifetime);
	if (s->tail)
		s->tail->next = k;
	else
		s->head = k;
	s->tail = k;
	s->count++;
	return k;
}

struct kept_message *message_store_next(struct message_store *s, mip_time now, const struct in6 *home_address,
                                        struct kept_message *after)
{
	struct kept_message *k;

	if (!after)
		drop_old(s, now);
	k = after ? after->next : s->head;
	while (k && !in6_equal(&k->home_address, home_address))
		k = k->next;
	return k;
}

void message_store_clear(struct message_store *s)
{
	while (s->head)
		drop_first(s);
}
