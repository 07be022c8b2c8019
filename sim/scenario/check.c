// SPDX-License-Identifier: GPL-3.0-or-later
/* Checks across items: homes, prefixes and addresses, and whether a flow's ends can reach each other at all. */
#include "sim/scenario/reader.h"

#include "sim/scenario/value.h"

static bool forwards(enum node_type type)
{
	return type == NODE_ROUTER || type == NODE_ACCESS_ROUTER || type == NODE_HOME_AGENT ||
	       type == NODE_ANCHOR_POINT || type == NODE_TYPES;
}

static void check_cells(struct reader *r)
{
	for (int i = 0; i < r->s->cell_count; i++) {
		int router = r->s->cells[i].router;

		if (router >= 0 && !forwards(r->s->nodes[router].type))
			complain(&r->complaints, &r->cell_places[i].router, "'%s' is no router", r->s->nodes[router].name);
	}
}

/* A mobile node's home is a cell of a home agent. */
static void check_homes(struct reader *r)
{
	for (int i = 0; i < r->s->node_count; i++) {
		const struct scenario_node *n = &r->s->nodes[i];
		int router;

		if (n->type != NODE_MOBILE || n->home_cell < 0)
			continue;
		router = r->s->cells[n->home_cell].router;
		if (router >= 0 && r->s->nodes[router].type != NODE_HOME_AGENT && r->s->nodes[router].type != NODE_TYPES)
			complain(&r->complaints, &r->node_places[i].home,
			         "cell '%s' is no home: its router '%s' is no home-agent", r->s->cells[n->home_cell].name,
			         r->s->nodes[router].name);
	}
}

/* Two home agents on one home link. */
static void check_second_home_agents(struct reader *r)
{
	for (int i = 0; i < r->s->cell_count; i++) {
		const struct scenario_cell *c = &r->s->cells[i];
		const struct place *at = &r->cell_places[i].also;

		if (c->also < 0 || c->router < 0)
			continue;
		if (r->s->family == FAMILY_IPV4)
			complain(&r->complaints, at, "a home link of an IPv4 world has one home agent");
		else if (c->also == c->router)
			complain(&r->complaints, at, "'%s' is there already", r->s->nodes[c->also].name);
		else if (r->s->nodes[c->also].type != NODE_HOME_AGENT || r->s->nodes[c->router].type != NODE_HOME_AGENT)
			complain(&r->complaints, at, "both have to be home agents");
		else if (c->renumbering.at != MIP_NEVER)
			complain(&r->complaints, at, "a home link with two home agents is not renumbered");
	}
}

/* Only home agents tell mobile nodes that their prefix changes. */
static void check_renumbering(struct reader *r)
{
	for (int i = 0; i < r->s->cell_count; i++) {
		const struct scenario_cell *c = &r->s->cells[i];

		if (c->renumbering.at == MIP_NEVER)
			continue;
		if (r->s->family == FAMILY_IPV4)
			complain(&r->complaints, &r->cell_places[i].renumber, "IPv4 worlds are not renumbered");
		else if (c->router >= 0 && r->s->nodes[c->router].type != NODE_HOME_AGENT && r->s->nodes[c->router].type != NODE_TYPES)
			complain(&r->complaints, &r->cell_places[i].renumber, "only a home-agent's cell can be renumbered, and '%s' is none",
			         r->s->nodes[c->router].name);
		else if (c->renumbering.valid < c->renumbering.preferred)
			complain(&r->complaints, &r->cell_places[i].renumber, "a prefix is not preferred longer than it is valid");
	}
}

/* Who announces whom: towards the top, and not for ever. */
static void check_anchors(struct reader *r)
{
	for (int i = 0; i < r->s->node_count; i++) {
		const struct scenario_node *n = &r->s->nodes[i], *up;
		const struct place *at = &r->node_places[i].anchor;
		int steps = 1;

		if (n->anchor < 0 || n->type == NODE_TYPES)
			continue;
		up = &r->s->nodes[n->anchor];
		if (n->type != NODE_ACCESS_ROUTER && n->type != NODE_ANCHOR_POINT)
			complain(&r->complaints, at, "only access routers and anchor points announce an anchor point");
		else if (up->type != NODE_ANCHOR_POINT && up->type != NODE_TYPES)
			complain(&r->complaints, at, "'%s' is no anchor-point", up->name);
		for (; up->anchor >= 0 && steps <= SCENARIO_ANCHORS; steps++)
			up = &r->s->nodes[up->anchor];
		if (steps > SCENARIO_ANCHORS)
			complain(&r->complaints, at, "more than %d anchor points above each other", SCENARIO_ANCHORS);
	}
}

/* A mobile node without a home agent. */
static void check_regional_homes(struct reader *r)
{
	for (int i = 0; i < r->s->node_count; i++) {
		const struct scenario_node *n = &r->s->nodes[i], *home;
		const struct place *at = &r->node_places[i].regional_home;

		if (n->regional_home < 0 || n->type == NODE_TYPES)
			continue;
		home = &r->s->nodes[n->regional_home];
		if (n->type != NODE_MOBILE)
			complain(&r->complaints, at, "only a mobile-node has a regional-home");
		else if (home->type != NODE_ANCHOR_POINT && home->type != NODE_TYPES)
			complain(&r->complaints, at, "'%s' is no anchor-point", home->name);
		else if (n->protocol.local != LOCAL_HMIP && n->protocol.local != LOCAL_F_HMIP)
			complain(&r->complaints, at, "regional-home needs 'local: hmip' or f-hmip");
		else if (n->has_address)
			complain(&r->complaints, &r->node_places[i].address, "with regional-home the address is made from the anchor point's prefix");
	}
}

static void check_prefix(struct reader *r, GHashTable *seen, const struct in6 *prefix, const struct place *at)
{
	uint64_t *key = g_new(uint64_t, 1);

	*key = in6_prefix64(prefix);
	if (!g_hash_table_add(seen, key))
		complain(&r->complaints, at, "this prefix is given twice");
}

static void check_prefixes(struct reader *r)
{
	GHashTable *seen = g_hash_table_new_full(g_int64_hash, g_int64_equal, g_free, NULL);

	for (int i = 0; i < r->s->link_count; i++) {
		if (r->s->links[i].has_prefix)
			check_prefix(r, seen, &r->s->links[i].prefix, &r->link_places[i].prefix);
	}
	for (int i = 0; i < r->s->cell_count; i++) {
		if (r->s->cells[i].has_prefix)
			check_prefix(r, seen, &r->s->cells[i].prefix, &r->cell_places[i].prefix);
	}
	g_hash_table_destroy(seen);
}

static unsigned address_hash(const void *p)
{
	return in6_hash(p);
}

static gboolean address_equal(const void *a, const void *b)
{
	return in6_equal(a, b);
}

/* Marks the nodes that are on a link, or have a home cell, with the given prefix of their address. */
static void find_fitting(const struct scenario *s, bool *fits)
{
	for (int i = 0; i < s->link_count; i++) {
		const struct scenario_link *l = &s->links[i];

		for (int k = 0; l->has_prefix && k < l->member_count; k++) {
			if (in6_prefix64(&l->prefix) == in6_prefix64(&s->nodes[l->members[k]].address))
				fits[l->members[k]] = true;
		}
	}
	for (int i = 0; i < s->node_count; i++) {
		const struct scenario_node *n = &s->nodes[i];

		if (n->type == NODE_MOBILE && n->home_cell < 0)
			fits[i] = true; /* complained about already */
		else if (n->type == NODE_MOBILE && s->cells[n->home_cell].has_prefix)
			fits[i] = in6_prefix64(&s->cells[n->home_cell].prefix) == in6_prefix64(&n->address);
	}
}

static void check_addresses(struct reader *r)
{
	GHashTable *seen = g_hash_table_new(address_hash, address_equal);
	bool *fits = g_new0(bool, r->s->node_count + 1);

	find_fitting(r->s, fits);
	for (int i = 0; i < r->s->node_count; i++) {
		struct scenario_node *n = &r->s->nodes[i];

		if (!n->has_address || (n->type != NODE_MOBILE && n->type != NODE_HOST))
			continue;
		if (!g_hash_table_add(seen, &n->address))
			complain(&r->complaints, &r->node_places[i].address, "this address is given twice");
		else if (!fits[i])
			complain(&r->complaints, &r->node_places[i].address, "%s 'prefix' of this address",
			         n->type == NODE_MOBILE ? "the home cell does not have the" : "no link of the host has the");
	}
	g_free(fits);
	g_hash_table_destroy(seen);
}

/* ---- reachability: links and cells, joined by what forwards ------------------------------------------------------------- */

struct islands {
	int *parent; /* over links, then cells */
	struct attachment {
		int medium, next;
	} * attachments;
	int *first; /* by node, -1: on no link */
	int count;
};

static int island_of(struct islands *g, int medium)
{
	while (g->parent[medium] != medium)
		medium = g->parent[medium] = g->parent[g->parent[medium]];
	return medium;
}

static void attach(struct islands *g, int node, int medium)
{
	g->attachments[g->count] = (struct attachment){ medium, g->first[node] };
	g->first[node] = g->count++;
}

static void islands_init(struct islands *g, const struct scenario *s)
{
	int media = s->link_count + s->cell_count, attachments = s->cell_count + s->node_count;

	for (int i = 0; i < s->link_count; i++)
		attachments += s->links[i].member_count;
	g->parent = g_new(int, media + 1);
	g->attachments = g_new(struct attachment, attachments + 1);
	g->first = g_new(int, s->node_count + 1);
	g->count = 0;
	for (int i = 0; i < media; i++)
		g->parent[i] = i;
	for (int i = 0; i < s->node_count; i++)
		g->first[i] = -1;
	for (int i = 0; i < s->link_count; i++) {
		for (int k = 0; k < s->links[i].member_count; k++)
			attach(g, s->links[i].members[k], i);
	}
	for (int i = 0; i < s->cell_count; i++) {
		if (s->cells[i].router >= 0)
			attach(g, s->cells[i].router, s->link_count + i);
		if (s->cells[i].also >= 0)
			attach(g, s->cells[i].also, s->link_count + i);
	}
	for (int i = 0; i < s->node_count; i++) {
		if (s->nodes[i].type == NODE_MOBILE && s->nodes[i].home_cell >= 0)
			attach(g, i, s->link_count + s->nodes[i].home_cell);
		if (!forwards(s->nodes[i].type))
			continue;
		for (int a = g->first[i]; a >= 0; a = g->attachments[a].next)
			g->parent[island_of(g, g->attachments[a].medium)] = island_of(g, g->attachments[g->first[i]].medium);
	}
}

/* All a router is on is one island; a host may be on several, for it does not forward. */
static bool connected(struct islands *g, const struct scenario *s, int from, int to)
{
	for (int a = g->first[from]; a >= 0; a = forwards(s->nodes[from].type) ? -1 : g->attachments[a].next) {
		for (int b = g->first[to]; b >= 0; b = forwards(s->nodes[to].type) ? -1 : g->attachments[b].next) {
			if (island_of(g, g->attachments[a].medium) == island_of(g, g->attachments[b].medium))
				return true;
		}
	}
	return false;
}

static void check_flows(struct reader *r)
{
	const struct scenario *s = r->s;
	struct islands g;

	/* With links or cells that could not be read, what is connected is not known. */
	for (int i = 0; i < s->link_count; i++) {
		if (!r->link_places[i].good)
			return;
	}
	for (int i = 0; i < s->cell_count; i++) {
		if (s->cells[i].router < 0)
			return;
	}
	islands_init(&g, s);
	for (int i = 0; i < s->flow_count; i++) {
		int from = s->flows[i].from, to = s->flows[i].to;

		if (from < 0 || to < 0 || from == to || s->nodes[from].type == NODE_TYPES || s->nodes[to].type == NODE_TYPES)
			continue;
		if ((s->nodes[from].type == NODE_MOBILE && s->nodes[from].home_cell < 0) ||
		    (s->nodes[to].type == NODE_MOBILE && s->nodes[to].home_cell < 0))
			continue;
		if (!connected(&g, s, from, to))
			complain(&r->complaints, &r->flow_places[i], "no way from '%s' to '%s': no links connect them",
			         s->nodes[from].name, s->nodes[to].name);
	}
	g_free(g.parent);
	g_free(g.attachments);
	g_free(g.first);
}

/* Return routability is two tests; a preconfigured key takes the place of the home test, and may take that of both. */
static void check_authorization(struct reader *r)
{
	const struct scenario *s = r->s;

	for (int i = 0; i < s->node_count; i++) {
		const struct protocol_conf *p = &s->nodes[i].protocol;
		const struct place *at = &r->node_places[i].name;

		if (s->nodes[i].type != NODE_MOBILE || s->family == FAMILY_IPV4 || !p->route_optimization)
			continue;
		if (p->authorization == AUTHORIZE_PRECONFIGURED && p->home_test != HOME_TEST_NONE)
			complain(&r->complaints, at, "authorization: preconfigured needs no home test: say home-test: none");
		else if (p->authorization != AUTHORIZE_PRECONFIGURED && p->home_test == HOME_TEST_NONE)
			complain(&r->complaints, at, "home-test: none needs authorization: preconfigured");
		else if (p->authorization != AUTHORIZE_PRECONFIGURED && p->care_of_test == CARE_OF_TEST_NONE)
			complain(&r->complaints, at, "care-of-test: none needs authorization: preconfigured");
	}
}

/* What looks after one radio only. */
static void check_radios(struct reader *r)
{
	const struct scenario *s = r->s;
	bool *told = g_new0(bool, s->node_count + 1);

	for (int i = 0; i < s->move_count; i++) {
		int node = s->moves[i].node;
		const struct protocol_conf *p = node >= 0 ? &s->nodes[node].protocol : NULL;

		if (s->moves[i].overlap < 0 || !p || told[node] ||
		    (s->family != FAMILY_IPV4 && p->local == LOCAL_NONE && p->peer_signalling != PEER_FORWARDER))
			continue;
		told[node] = true;
		complain(&r->complaints, &r->node_places[node].name,
		         "'overlap' of links is not available with 'local', with 'peer-signalling: forwarder' or where 'family' is ipv4");
	}
	g_free(told);
}

/* Addresses of an IPv4 world are assigned; what has no IPv4 side yet is refused. */
static void check_family(struct reader *r)
{
	const struct scenario *s = r->s;

	if (s->family != FAMILY_IPV4)
		return;
	for (int i = 0; i < s->node_count; i++) {
		if (s->nodes[i].has_address)
			complain(&r->complaints, &r->node_places[i].address, "addresses are assigned where 'family' is ipv4");
		if (s->nodes[i].type == NODE_ANCHOR_POINT)
			complain(&r->complaints, &r->node_places[i].name, "there are no anchor points where 'family' is ipv4");
		if (s->nodes[i].protocol.local != LOCAL_NONE || s->nodes[i].protocol.ipsec != IPSEC_OFF)
			complain(&r->complaints, &r->node_places[i].name, "'local' and 'ipsec' are not available where 'family' is ipv4");
	}
	for (int i = 0; i < s->link_count; i++)
		if (s->links[i].has_prefix)
			complain(&r->complaints, &r->link_places[i].prefix, "prefixes are assigned where 'family' is ipv4");
	for (int i = 0; i < s->cell_count; i++)
		if (s->cells[i].has_prefix)
			complain(&r->complaints, &r->cell_places[i].prefix, "prefixes are assigned where 'family' is ipv4");
	if (s->cell_count && (unsigned)(s->link_count + s->cell_count) >> (24 - scenario_host_bits(s)))
		complain(&r->complaints, &r->cell_places[s->cell_count - 1].name, "10.0.0.0/8 is too small for so many links and cells");
}

static bool has_proxies(const struct scenario_node *n)
{
	return n->type == NODE_HOME_AGENT && n->protocol.peer_signalling == PEER_PROXIES;
}

/* A binding update proxy has to keep a message for longer than the location proxy of any other home agent may take to tell of changes. */
static void check_proxies(struct reader *r)
{
	const struct scenario *s = r->s;
	int slowest[2] = { -1, -1 }; /* to tell: the slowest, and the slowest of the others */
	char hold[40], wait[40];

	for (int i = 0; i < s->node_count; i++) {
		if (!has_proxies(&s->nodes[i]))
			continue;
		if (slowest[0] < 0 || s->nodes[i].protocol.proxy_wait > s->nodes[slowest[0]].protocol.proxy_wait) {
			slowest[1] = slowest[0];
			slowest[0] = i;
		} else if (slowest[1] < 0 || s->nodes[i].protocol.proxy_wait > s->nodes[slowest[1]].protocol.proxy_wait) {
			slowest[1] = i;
		}
	}
	for (int i = 0; i < s->node_count; i++) {
		const struct scenario_node *keeper = &s->nodes[i];
		int k = slowest[slowest[0] == i];

		if (k < 0 || !has_proxies(keeper) || keeper->protocol.proxy_hold > s->nodes[k].protocol.proxy_wait)
			continue;
		complain(&r->complaints, &r->node_places[i].name,
		         "proxy-hold %s of '%s' has to be longer than proxy-wait %s of '%s': what that one tells last would find nothing kept",
		         value_duration_text(keeper->protocol.proxy_hold, hold), keeper->name,
		         value_duration_text(s->nodes[k].protocol.proxy_wait, wait), s->nodes[k].name);
	}
}

void reader_check(struct reader *r)
{
	check_family(r);
	check_radios(r);
	check_authorization(r);
	check_cells(r);
	check_homes(r);
	check_renumbering(r);
	check_second_home_agents(r);
	check_anchors(r);
	check_regional_homes(r);
	check_prefixes(r);
	check_addresses(r);
	check_flows(r);
	check_proxies(r);
}
