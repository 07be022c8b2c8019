// SPDX-License-Identifier: GPL-3.0-or-later
/* The binding update list (RFC 6275 11.1) and the back-off of RFC 6275 11.8. */
#include "models/mip6/binding_update_list.h"

void exchange_init(struct exchange *x)
{
	*x = (struct exchange){ .due = MIP_NEVER };
	for (int i = 0; i < MAX_UPDATE_RATE; i++)
		x->recent[i] = -MIP_SECOND; /* before the run: never in the way */
}

void exchange_start(struct exchange *x, mip_time now, mip_time timeout)
{
	x->due = now;
	x->interval = timeout;
	x->attempts = 0;
}

bool exchange_allowed(struct exchange *x, mip_time now)
{
	mip_time allowed = x->recent[x->oldest] + MIP_SECOND;

	if (allowed <= now)
		return true;
	x->due = allowed;
	return false;
}

void exchange_sent(struct exchange *x, mip_time now)
{
	x->recent[x->oldest] = now;
	x->oldest = (uint8_t)((x->oldest + 1) % MAX_UPDATE_RATE);
	x->attempts++;
	x->due = mip_time_add(now, x->interval);
	x->interval = mip_time_min(2 * x->interval, MAX_BINDACK_TIMEOUT);
}

bool exchange_failed(const struct exchange *x, mip_time now, unsigned attempts)
{
	return x->due <= now && x->attempts >= attempts;
}

struct binding_update *binding_update_find(const struct binding_update_list *l, const struct in6 *peer)
{
	for (struct binding_update *b = l->head; b; b = b->next)
		if (in6_equal(&b->peer, peer))
			return b;
	return NULL;
}

struct binding_update *binding_update_add(struct binding_update_list *l, struct timer_heap *timers, const struct in6 *peer)
{
	struct binding_update **end = &l->head, *b;

	if (l->count == BINDING_UPDATE_LIST_LIMIT) {
		for (b = l->head; b && b->goal != GOAL_NONE; b = b->next)
			;
		if (!b)
			return NULL;
		binding_update_remove(l, timers, b);
	}
	b = mip_alloc(sizeof *b);
	b->peer = *peer;
	b->home_token_at = MIP_NEVER;
	b->next_home_test = MIP_NEVER;
	b->divert = REGISTRATION_WITHDRAWN;
	b->expires = b->refresh_at = MIP_NEVER;
	exchange_init(&b->home_test);
	exchange_init(&b->care_of_test);
	exchange_init(&b->update);
	exchange_init(&b->early_update);
	binding_update_abandon(b);
	while (*end)
		end = &(*end)->next;
	*end = b;
	l->count++;
	return b;
}

void binding_update_remove(struct binding_update_list *l, struct timer_heap *timers, struct binding_update *b)
{
	struct binding_update **link = &l->head;

	while (*link != b)
		link = &(*link)->next;
	*link = b->next;
	l->count--;
	timer_disarm(timers, &b->timer);
	binding_update_forget_ahead(b);
	mip_free(b, sizeof *b);
}

void binding_update_list_clear(struct binding_update_list *l, struct timer_heap *timers)
{
	while (l->head)
		binding_update_remove(l, timers, l->head);
}

void binding_update_abandon(struct binding_update *b)
{
	exchange_stop(&b->home_test);
	exchange_stop(&b->care_of_test);
	exchange_stop(&b->update);
	b->early = b->progress = REGISTRATION_NOT_SENT;
	b->lifetime_credit.updates = 0;
	b->care_of_token_at = MIP_NEVER;
	b->care_of_ahead = false;
	b->retry_at = 0;
	b->refusals = 0;
	b->used = b->lapsing = false;
	b->registered = b->direct = false;
	b->direct_until = MIP_NEVER;
	b->expires = b->refresh_at = MIP_NEVER;
}

void binding_update_forget_ahead(struct binding_update *b)
{
	if (b->ahead)
		mip_free(b->ahead, sizeof *b->ahead);
	b->ahead = NULL;
}

void binding_update_take_ahead(struct binding_update *b, const struct in6 *care_of_address)
{
	const struct care_of_test_ahead *a = b->ahead;

	if (a && a->token_at != MIP_NEVER && in6_equal(&a->address, care_of_address)) {
		memcpy(b->care_of_token, a->token, sizeof b->care_of_token);
		b->care_of_nonce_index = a->nonce_index;
		b->care_of_token_at = a->token_at;
		b->care_of_ahead = true;
	}
	binding_update_forget_ahead(b);
}

mip_time binding_update_deadline(const struct binding_update *b)
{
	mip_time at = mip_time_min(b->home_test.due, b->care_of_test.due);

	at = mip_time_min(at, b->update.due);
	if (b->ahead)
		at = mip_time_min(at, b->ahead->test.due);
	at = mip_time_min(at, b->next_home_test);
	at = mip_time_min(at, b->refresh_at);
	at = mip_time_min(at, b->expires);
	return b->direct ? mip_time_min(at, b->direct_until) : at;
}
