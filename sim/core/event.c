// SPDX-License-Identifier: GPL-3.0-or-later
/* Virtual time and timers over the event list. */
#include "sim/core/event.h"

#include "sim/core/event_list.h"

struct sim {
	mip_time now;
	uint64_t fired;
	bool running, stopping;
	struct event_list list;
};

struct sim *sim_new(void)
{
	struct sim *s = mip_alloc(sizeof *s);

	event_list_init(&s->list);
	return s;
}

void sim_free(struct sim *s)
{
	if (!s)
		return;
	event_list_fini(&s->list);
	mip_free(s, sizeof *s);
}

static void set_now(struct sim *s, mip_time now)
{
	s->now = now;
	s->list.now = (uint64_t)now;
}

void sim_arm(struct sim *s, struct sim_timer *t, mip_time at)
{
	if (t->at == at)
		return;
	if (t->at != MIP_NEVER)
		event_list_cancel(&s->list, t->entry);
	t->at = at;
	if (at == MIP_NEVER)
		return;
	mip_assert(at >= s->now);
	t->entry = event_list_add(&s->list, (uint64_t)at, t);
}

mip_time sim_now(const struct sim *s)
{
	return s->now;
}

uint64_t sim_run(struct sim *s, mip_time until)
{
	uint64_t before = s->fired, at;
	struct sim_timer *t;

	mip_assert(!s->running && until >= s->now);
	s->running = true;
	s->stopping = false;
	while (!s->stopping && (t = event_list_next(&s->list, (uint64_t)until, &at))) {
		set_now(s, (mip_time)at);
		t->at = MIP_NEVER;
		s->fired++;
		t->fire(s, t, (mip_time)at);
	}
	if (!s->stopping && until != MIP_NEVER)
		set_now(s, until);
	s->running = false;
	mip_assert(s->list.base <= s->list.now);
	return s->fired - before;
}

void sim_stop(struct sim *s)
{
	s->stopping = true;
}

uint64_t sim_entries(const struct sim *s)
{
	return s->list.live + s->list.dead;
}

uint64_t sim_events(const struct sim *s)
{
	return s->fired;
}
