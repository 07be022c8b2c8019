// SPDX-License-Identifier: GPL-3.0-or-later
/* See prefix_schedule.h. */
#include "models/mip6/prefix_schedule.h"

static struct scheduled_prefixes **find(struct prefix_schedule *s, const struct in6 *home_address)
{
	struct scheduled_prefixes **at = &s->list;

	while (*at && !in6_equal(&(*at)->home_address, home_address))
		at = &(*at)->next;
	return at;
}

mip_time prefix_schedule_delay(mip_time shortest, mip_time longest, uint64_t drawn)
{
	mip_time range = longest > shortest ? longest - shortest : shortest - longest;

	return shortest + (range ? (mip_time)(drawn % (uint64_t)range) : 0);
}

bool prefix_schedule_planned(const struct prefix_schedule *s, const struct in6 *home_address)
{
	const struct scheduled_prefixes *x = s->list;

	while (x && !in6_equal(&x->home_address, home_address))
		x = x->next;
	return x && !x->sent;
}

bool prefix_schedule_add(struct prefix_schedule *s, const struct in6 *home_address, mip_time at)
{
	struct scheduled_prefixes **place = find(s, home_address);

	if (!*place) {
		*place = mip_alloc(sizeof **place);
		(*place)->home_address = *home_address;
	} else if (!(*place)->sent) {
		return false;
	}
	(*place)->due = at;
	(*place)->sent = 0;
	return true;
}

void prefix_schedule_remove(struct prefix_schedule *s, const struct in6 *home_address)
{
	struct scheduled_prefixes **at = find(s, home_address), *gone = *at;

	if (!gone)
		return;
	*at = gone->next;
	mip_free(gone, sizeof *gone);
}

void prefix_schedule_again(struct prefix_schedule *s, const struct in6 *home_address, mip_time now)
{
	struct scheduled_prefixes *x = *find(s, home_address);

	if (!x || x->due != MIP_NEVER)
		return;
	x->due = now;
	x->sent = 0;
}

mip_time prefix_schedule_deadline(const struct prefix_schedule *s)
{
	mip_time first = MIP_NEVER;

	for (const struct scheduled_prefixes *x = s->list; x; x = x->next)
		first = mip_time_min(first, x->due);
	return first;
}

const struct scheduled_prefixes *prefix_schedule_due(struct prefix_schedule *s, mip_time now)
{
	for (struct scheduled_prefixes *x = s->list; x; x = x->next) {
		if (x->due > now)
			continue;
		x->due = x->sent < PREFIX_ADV_RETRIES ? now + (PREFIX_ADV_TIMEOUT << x->sent) : MIP_NEVER;
		x->sent++;
		return x;
	}
	return NULL;
}

void prefix_schedule_clear(struct prefix_schedule *s)
{
	while (s->list)
		prefix_schedule_remove(s, &s->list->home_address);
}
