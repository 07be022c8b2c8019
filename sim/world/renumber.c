// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Home links that get another prefix while the world runs (RFC 6275 10.6): from then on the home agent has an address in it, advertises it, serves
 * home addresses in it, and what is left of the first prefix's lifetimes ends.
 */
#include "models/mip6/mip6.h"
#include "sim/world/world_int.h"

struct renumbering {
	struct sim_timer timer;
	struct world *world;
	const struct scenario_cell *cell;
	struct in6 first, other;     /* addresses of the home agent */
	unsigned interface;
};

static void renumber(struct sim *sim, struct sim_timer *t, mip_time now)
{
	struct renumbering *x = mip_container_of(t, struct renumbering, timer);
	const struct scenario_renumbering *conf = &x->cell->renumbering;
	uint32_t router = (uint32_t)x->cell->router;
	struct node *n = x->world->nodes[router].node;
	struct interface *i = ip6_interface(n, x->interface);

	(void)sim;
	/* First what is urgent: how soon mobile nodes are told goes by what is left of the first prefix. */
	ip6_change_advertised(n, now, i, &x->first, mip_time_add(now, conf->valid), mip_time_add(now, conf->preferred));
	ip6_change_advertised(n, now, i, &x->other, MIP_NEVER, MIP_NEVER);
	node_add_role(n, home_agent_new(n, &x->other));
	node_add_role(n, home_agent_discovery_new(n, &x->other));
	world_pump(x->world, router, now);
}

void renumber_prepare(struct world *w, const struct in6 *router_address, const unsigned *interface)
{
	const struct scenario *s = w->scenario;

	for (int c = 0; c < s->cell_count; c++) {
		const struct scenario_cell *cell = &s->cells[c];
		struct segment *segment = g_ptr_array_index(w->segments, w->shared_link_count + c);
		struct renumbering *x;

		if (cell->renumbering.at == MIP_NEVER)
			continue;
		if (!w->renumberings)
			w->renumberings = g_new0(struct renumbering, s->cell_count);
		x = &w->renumberings[c];
		segment->other_prefix = world_next_prefix(w, in6_is_unspecified(&cell->renumbering.prefix) ? NULL : &cell->renumbering.prefix);
		*x = (struct renumbering){ .world = w, .cell = cell, .first = router_address[c], .interface = interface[c] };
		x->other = world_member_address(w, &segment->other_prefix, (uint32_t)cell->router);
		world_know_address(w, &x->other, (uint32_t)cell->router);
		sim_timer_init(&x->timer, renumber);
		sim_arm(w->sim, &x->timer, cell->renumbering.at);
	}
}

void renumber_free(struct world *w)
{
	g_free(w->renumberings);
}
