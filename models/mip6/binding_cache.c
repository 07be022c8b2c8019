// SPDX-License-Identifier: GPL-3.0-or-later
/* The Binding Cache (RFC 6275 9.1). Chained hash; the walks over all entries here free them and let nobody see an order. */
#include "models/mip6/binding_cache.h"

#define FIRST_BUCKETS 8

static struct binding **bucket_of(const struct binding_cache *c, const struct in6 *home_address)
{
	return &c->buckets[in6_hash(home_address) & (c->bucket_count - 1)];
}

static uint32_t entries(const struct binding_cache *c)
{
	uint32_t sum = 0;

	for (unsigned i = 0; i < BINDING_STATES; i++)
		sum += c->count[i];
	return sum;
}

void binding_cache_init(struct binding_cache *c, timer_fire *fire)
{
	memset(c, 0, sizeof *c);
	c->fire = fire;
	c->entry_octets = sizeof(struct binding);
}

static void free_binding(struct node *n, struct binding *b)
{
	timer_disarm(&n->timers, &b->timer);
	mip_free(b, b->cache->entry_octets);
}

void binding_cache_init_home(struct binding_cache *c, timer_fire *fire)
{
	binding_cache_init(c, fire);
	c->entry_octets = offsetof(struct binding, home) + sizeof((struct binding *)NULL)->home;
}

void binding_cache_fini(struct binding_cache *c, struct node *n)
{
	uint16_t entry_octets = c->entry_octets;

	for (uint32_t i = 0; i < c->bucket_count; i++) {
		struct binding *b = c->buckets[i];

		while (b) {
			struct binding *next = b->hash_next;

			free_binding(n, b);
			b = next;
		}
	}
	if (c->buckets)
		mip_free(c->buckets, c->bucket_count * sizeof *c->buckets);
	binding_cache_init(c, c->fire);
	c->entry_octets = entry_octets;
}

struct binding *binding_cache_find(const struct binding_cache *c, const struct in6 *home_address)
{
	struct binding *b;

	if (!c->buckets)
		return NULL;
	for (b = *bucket_of(c, home_address); b; b = b->hash_next)
		if (in6_equal(&b->home_address, home_address))
			break;
	return b;
}

struct binding *binding_cache_find_in_use(const struct binding_cache *c, const struct in6 *home_address)
{
	struct binding *b = binding_cache_find(c, home_address);

	return b && binding_in_use(b) ? b : NULL;
}

static void grow(struct binding_cache *c)
{
	struct binding_cache larger = *c;

	larger.bucket_count = c->bucket_count ? 2 * c->bucket_count : FIRST_BUCKETS;
	larger.buckets = mip_alloc(larger.bucket_count * sizeof *larger.buckets);
	for (uint32_t i = 0; i < c->bucket_count; i++) {
		struct binding *b = c->buckets[i];

		while (b) {
			struct binding *next = b->hash_next, **bucket = bucket_of(&larger, &b->home_address);

			b->hash_next = *bucket;
			*bucket = b;
			b = next;
		}
	}
	if (c->buckets)
		mip_free(c->buckets, c->bucket_count * sizeof *c->buckets);
	*c = larger;
}

bool binding_cache_leads_to(const struct binding_cache *c, const struct in6 *from, const struct in6 *to)
{
	const struct binding *b = binding_cache_find_in_use(c, from);

	/* As many steps as there are bindings: what is there already is free of circles. */
	for (uint32_t n = binding_cache_in_use(c); b && n; n--) {
		if (in6_equal(&b->care_of_address, to))
			return true;
		b = binding_cache_find_in_use(c, &b->care_of_address);
	}
	return false;
}

struct binding *binding_cache_add(struct binding_cache *c, const struct in6 *home_address, enum binding_state state)
{
	struct binding *b = mip_alloc(c->entry_octets), **bucket;

	mip_assert(!binding_cache_find(c, home_address));
	if (entries(c) >= c->bucket_count)
		grow(c);
	b->cache = c;
	b->home_address = *home_address;
	b->timer.fire = c->fire;
	b->state = (uint8_t)state;
	c->count[state]++;
	bucket = bucket_of(c, home_address);
	b->hash_next = *bucket;
	*bucket = b;
	return b;
}

void binding_set_state(struct binding *b, enum binding_state state)
{
	b->cache->count[b->state]--;
	b->state = (uint8_t)state;
	b->cache->count[state]++;
}

void binding_cache_remove(struct binding_cache *c, struct node *n, struct binding *b)
{
	struct binding **link = bucket_of(c, &b->home_address);

	while (*link != b)
		link = &(*link)->hash_next;
	*link = b->hash_next;
	c->count[b->state]--;
	free_binding(n, b);
}

bool binding_cache_forget_remembered(struct binding_cache *c, struct node *n)
{
	bool any = false;

	for (uint32_t i = 0; i < c->bucket_count; i++) {
		struct binding **link = &c->buckets[i];

		while (*link) {
			struct binding *b = *link;

			if (b->state != BINDING_REMEMBERED || b->correspondent.replay_end == MIP_NEVER) {
				link = &b->hash_next;
				continue;
			}
			*link = b->hash_next;
			c->count[BINDING_REMEMBERED]--;
			free_binding(n, b);
			any = true;
		}
	}
	return any;
}
