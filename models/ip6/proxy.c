// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Proxy Neighbor Discovery (RFC 4861 7.2.8, RFC 6275 10.4.1). An announcement is sent once; RFC 6275 allows repeating it up to
 * MAX_NEIGHBOR_ADVERTISEMENT times for lossy links.
 */
#include "models/ip6/ip6_int.h"

static uint32_t low24(const uint8_t *low)
{
	return (uint32_t)low[0] << 16 | (uint32_t)low[1] << 8 | low[2];
}

static struct proxy **bucket(const struct proxy_table *t, const uint8_t *low)
{
	return &t->buckets[(low24(low) * 0x9e3779b1u >> 7) & t->mask];
}

struct proxy *proxy_find(struct node *n, struct interface *i, const struct in6 *address)
{
	struct proxy_table *t = n->ip6.proxies;
	struct proxy *p = t ? *bucket(t, address->octets + 13) : NULL;

	while (p && !(p->interface == i && in6_equal(&p->address, address)))
		p = p->next;
	return p;
}

bool proxy_wants_group(struct node *n, struct interface *i, const uint8_t low[3])
{
	struct proxy_table *t = n->ip6.proxies;
	struct proxy *p = t ? *bucket(t, low) : NULL;

	while (p && !(p->interface == i && !memcmp(p->address.octets + 13, low, 3)))
		p = p->next;
	return p;
}

static void grow(struct proxy_table *t)
{
	uint32_t buckets = t->buckets ? t->mask + 1 : 0;
	struct proxy **old = t->buckets;

	t->mask = buckets ? 2 * buckets - 1 : 7;
	t->buckets = mip_alloc((t->mask + 1) * sizeof *t->buckets);
	for (uint32_t k = 0; k < buckets; k++)
		for (struct proxy *p = old[k], *next; p; p = next) {
			struct proxy **to = bucket(t, p->address.octets + 13);

			next = p->next;
			p->next = *to;
			*to = p;
		}
	if (old)
		mip_free(old, buckets * sizeof *old);
}

bool ip6_add_silent_proxy(struct node *n, struct interface *i, const struct in6 *address)
{
	struct proxy_table *t = n->ip6.proxies;
	struct proxy *p, **to;

	if (proxy_find(n, i, address))
		return false;
	if (!t)
		t = n->ip6.proxies = mip_alloc(sizeof *t);
	if (!t->buckets || t->count > t->mask)
		grow(t);
	p = mip_alloc(sizeof *p);
	to = bucket(t, address->octets + 13);
	*p = (struct proxy){ .address = *address, .next = *to, .interface = i };
	*to = p;
	t->count++;
	return true;
}

void ip6_add_proxy(struct node *n, mip_time now, struct interface *i, const struct in6 *address)
{
	if (ip6_add_silent_proxy(n, i, address))
		proxy_advertise(n, now, i, address, &in6_all_nodes, false, true);
}

void ip6_remove_proxy(struct node *n, struct interface *i, const struct in6 *address)
{
	struct proxy *p = proxy_find(n, i, address), **at;

	if (!p)
		return;
	for (at = bucket(n->ip6.proxies, address->octets + 13); *at != p;)
		at = &(*at)->next;
	*at = p->next;
	n->ip6.proxies->count--;
	mip_free(p, sizeof *p);
}

void proxy_advertise(struct node *n, mip_time now, struct interface *i, const struct in6 *target, const struct in6 *to,
                     bool solicited, bool override)
{
	const struct in6 *source = address_for_nd(i, NULL);
	struct icmp6_message m = { .type = ICMP6_NEIGHBOR_ADVERTISEMENT };

	if (!source)
		return;
	m.u.neighbour = (struct nd_neighbour_message){
		.target = *target, .has_mac = true, .mac = i->mac, .solicited = solicited, .override = override
	};
	icmp_send_nd(n, now, i, &m, source, to, NULL);
}

void proxy_fini(struct node *n)
{
	struct proxy_table *t = n->ip6.proxies;

	if (!t)
		return;
	for (uint32_t k = 0; t->buckets && k <= t->mask; k++)
		for (struct proxy *p = t->buckets[k], *next; p; p = next) {
			next = p->next;
			mip_free(p, sizeof *p);
		}
	if (t->buckets)
		mip_free(t->buckets, (t->mask + 1) * sizeof *t->buckets);
	mip_free(t, sizeof *t);
	n->ip6.proxies = NULL;
}
