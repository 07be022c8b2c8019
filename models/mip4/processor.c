// SPDX-License-Identifier: GPL-3.0-or-later
/* See processor.h. */
#include "models/mip4/processor.h"

struct waiting_message {
	struct waiting_message *next;
	struct processor *processor;
	struct timer timer;
	struct packet *packet;
};

void processor_init(struct processor *p, struct node *n)
{
	*p = (struct processor){ .node = n };
}

void processor_fini(struct processor *p)
{
	for (struct waiting_message *w = p->first, *next; w; w = next) {
		next = w->next;
		timer_disarm(&p->node->timers, &w->timer);
		packet_free(w->packet);
		mip_free(w, sizeof *w);
	}
	p->first = NULL;
	p->count = 0;
}

mip_time processor_compute(struct processor *p, mip_time now, enum computation what)
{
	mip_time takes = p->node->conf->mip4.keys.cost[what];

	p->free_at = mip_time_add(mip_time_max(now, p->free_at), takes);
	node_observe(p->node, now, (struct observation){ .kind = OBSERVE_COMPUTATION, .value = what, .amount = takes });
	return p->free_at;
}

static void fire(struct node *n, struct timer *t, mip_time now)
{
	struct waiting_message *w = mip_container_of(t, struct waiting_message, timer), **at = &w->processor->first;
	struct packet *p = w->packet;

	while (*at != w)
		at = &(*at)->next;
	*at = w->next;
	w->processor->count--;
	mip_free(w, sizeof *w);
	ip4_send(n, now, p, 0);
}

void processor_send(struct processor *p, mip_time now, mip_time at, struct packet *take)
{
	struct waiting_message *w;

	if (at <= now) {
		ip4_send(p->node, now, take, 0);
		return;
	}
	if (p->count == PROCESSOR_MESSAGES) {
		node_drop(p->node, now, take, DROP_QUEUE_FULL);
		return;
	}
	w = mip_alloc(sizeof *w);
	w->processor = p;
	w->packet = take;
	w->timer.fire = fire;
	w->next = p->first;
	p->first = w;
	p->count++;
	node_arm(p->node, &w->timer, at);
}
