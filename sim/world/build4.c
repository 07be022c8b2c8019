// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The roles of an IPv4 world (`family: ipv4`): home agents, foreign agents at the cells of access routers, mobile nodes,
 * correspondents, and the keys they share. Keys come from the seed and the nodes' names, as an administrator would hand them out.
 */
#include "models/mip4/mip4.h"
#include "models/ip4/ip4.h"
#include "sim/world/world_int.h"

static void master_key(const struct world *w, const struct scenario *s, int node, uint8_t key[MIP4_KEY])
{
	char *name = g_strdup_printf("master key of %s", s->nodes[node].name);
	struct random_stream stream = { random_stream_id(random_name_id(name), RANDOM_SECRET), 0 };

	random_octets(&w->env.random_key, &stream, key, MIP4_KEY);
	g_free(name);
}

static in4 address_of(const struct world *w, int node)
{
	return in4_of_in6(&w->main_address[node]);
}

static const struct segment_router *router_of(const struct world *w, int cell)
{
	const struct segment *s = g_ptr_array_index(w->segments, w->shared_link_count + cell);

	return &g_array_index(s->routers, struct segment_router, 0);
}

static in4 cell_address(const struct world *w, int cell)
{
	const struct segment_router *r = router_of(w, cell);

	return ip4_interface(w->nodes[r->node].node, r->interface)->address;
}

/* Of a mobile node or a foreign agent: does it share keys with those of the other kind that do? */
static bool shares_with_mobile(const struct scenario_node *n)
{
	return n->protocol.mip4.keys.configured || (n->protocol.mip4.agent_authentication & AGENT_AUTHENTICATION_MOBILE);
}

/* What the node at `address` shares with each home agent; lives as long as the world. */
static struct mip4_association *associations(struct world *w, const struct scenario *s, enum node_type with, in4 address, uint32_t *count)
{
	GArray *a = g_array_new(FALSE, TRUE, sizeof(struct mip4_association));
	struct mip4_association *data;

	for (int i = 0; i < s->cell_count; i++) {
		const struct segment_router *r = router_of(w, i);
		struct mip4_association one = { .peer = cell_address(w, i) };
		uint8_t key[MIP4_KEY];

		if (s->nodes[r->node].type != with || (with == NODE_ACCESS_ROUTER && !shares_with_mobile(&s->nodes[r->node])))
			continue;
		master_key(w, s, (int)r->node, key);
		mip4_node_key(address, key, one.key);
		g_array_append_val(a, one);
	}
	*count = a->len;
	data = (struct mip4_association *)(void *)g_array_free(a, FALSE);
	g_ptr_array_add(w->owned, data);
	return data;
}

/* What foreign and home agents share whose switches say so: one list for the world, which lives as long. */
static const struct mip4_pair_keys *pair_keys(struct world *w, const struct scenario *s)
{
	GArray *a = g_array_new(FALSE, TRUE, sizeof(struct mip4_pair_key));
	struct mip4_pair_keys *keys = g_new0(struct mip4_pair_keys, 1);

	for (int home = 0; home < s->cell_count; home++) {
		const struct scenario_node *h = &s->nodes[router_of(w, home)->node];
		uint8_t master[MIP4_KEY];

		if (h->type != NODE_HOME_AGENT || !h->protocol.mip4.keys.home_agent)
			continue;
		master_key(w, s, s->cells[home].router, master);
		for (int foreign = 0; foreign < s->cell_count; foreign++) {
			const struct scenario_node *f = &s->nodes[router_of(w, foreign)->node];
			struct mip4_pair_key one = { .foreign = cell_address(w, foreign), .home = cell_address(w, home) };

			if (f->type != NODE_ACCESS_ROUTER || !f->protocol.mip4.keys.home_agent)
				continue;
			mip4_node_key(one.foreign, master, one.key);
			g_array_append_val(a, one);
		}
	}
	keys->count = a->len;
	keys->pairs = (struct mip4_pair_key *)(void *)g_array_free(a, FALSE);
	g_ptr_array_add(w->owned, keys->pairs);
	g_ptr_array_add(w->owned, keys);
	return keys;
}

static void build_agents(struct world *w, const struct scenario *s)
{
	struct role **foreign = g_new0(struct role *, s->node_count);
	const struct mip4_pair_keys *pairs = pair_keys(w, s);

	for (int i = 0; i < s->cell_count; i++) {
		const struct segment_router *r = router_of(w, i);
		struct node *model = w->nodes[r->node].node;
		enum node_type type = s->nodes[r->node].type;
		const struct mip4_association *with;
		uint8_t key[MIP4_KEY];
		uint32_t count;

		master_key(w, s, (int)r->node, key);
		if (type == NODE_HOME_AGENT) {
			struct role *home = home_agent4_new(model, r->interface, key);

			home_agent4_share(home, pairs);
			node_add_role(model, home);
		} else if (type == NODE_ACCESS_ROUTER) {
			if (!foreign[r->node]) {
				foreign[r->node] = foreign_agent4_new(model, key);
				foreign_agent4_share(foreign[r->node], pairs);
				node_add_role(model, foreign[r->node]);
			}
			with = associations(w, s, NODE_HOME_AGENT, cell_address(w, i), &count);
			foreign_agent4_serve(foreign[r->node], r->interface, with, count);
		}
	}
	g_free(foreign);
}

static void build_mobile(struct world *w, const struct scenario *s, int i)
{
	const struct scenario_node *n = &s->nodes[i];
	struct node *model = w->nodes[i].node;
	struct mobile_node4_conf conf = { .home_address = address_of(w, i), .home_agent = cell_address(w, n->home_cell),
		                          .home_prefix_length = (uint8_t)(32 - w->host_bits), .host_part = (in4)i + 1 };
	uint8_t key[MIP4_KEY];

	master_key(w, s, s->cells[n->home_cell].router, key);
	mip4_node_key(conf.home_address, key, conf.key);
	if (shares_with_mobile(n))
		conf.agents = associations(w, s, NODE_ACCESS_ROUTER, conf.home_address, &conf.agent_count);
	node_add_role(model, mobile_node4_new(model, &conf));
}

void world_build_roles4(struct world *w)
{
	const struct scenario *s = w->scenario;

	build_agents(w, s);
	for (int i = 0; i < s->node_count; i++) {
		const struct scenario_node *n = &s->nodes[i];
		const struct segment *home;

		if (n->type != NODE_MOBILE)
			continue;
		home = g_ptr_array_index(w->segments, w->shared_link_count + n->home_cell);
		w->main_address[i] = world_member_address(w, &home->prefix, (uint32_t)i);
		world_know_address(w, &w->main_address[i], (uint32_t)i);
		world_add_radio(w, (uint32_t)i, home->mtu);
		build_mobile(w, s, i);
	}
	for (int i = 0; i < s->node_count; i++) {
		const struct scenario_node *n = &s->nodes[i];
		const struct mip4_association *with;
		uint32_t count;

		if ((n->type != NODE_HOST && n->type != NODE_MOBILE) || !n->protocol.route_optimization)
			continue;
		with = associations(w, s, NODE_HOME_AGENT, address_of(w, i), &count);
		node_add_role(w->nodes[i].node, correspondent4_new(w->nodes[i].node, with, count));
	}
}
