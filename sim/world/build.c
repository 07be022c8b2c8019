// SPDX-License-Identifier: GPL-3.0-or-later
/* From a scenario to a world: nodes by type, links, cells, roles, addresses, traffic. */
#include "models/attack/attacker.h"
#include "models/fmip6/fmip6.h"
#include "models/hmip6/hmip6.h"
#include "models/mip6/ipsec.h"
#include "models/mip6/forwarder.h"
#include "models/mip6/mip6.h"
#include "models/wire/icmp6.h"
#include "models/mip6/proxies.h"
#include "models/mip6/reforward.h"
#include "sim/world/world_int.h"

struct builder {
	struct world *w;
	const struct scenario *s;
	struct in6 *cell_router_address;   /* by cell */
	struct in6 *anchor_address;        /* by node, of anchor points */
	unsigned *cell_interface;          /* by cell: its router's */
	struct role **udp, **tcp, **request; /* by node, made on first use */
};

static bool forwards(enum node_type t)
{
	return t == NODE_ROUTER || t == NODE_ACCESS_ROUTER || t == NODE_HOME_AGENT || t == NODE_ANCHOR_POINT;
}

static void know_main_address(struct builder *b, int node, const struct in6 *address)
{
	if (in6_is_unspecified(&b->w->main_address[node]))
		b->w->main_address[node] = *address;
}

/* The member whose given address decides the link's prefix; the link's own `prefix` comes first. */
static const struct in6 *link_prefix(const struct scenario *s, const struct scenario_link *l, struct in6 *storage)
{
	if (l->has_prefix)
		return &l->prefix;
	for (int k = 0; k < l->member_count; k++) {
		const struct scenario_node *n = &s->nodes[l->members[k]];

		if (n->has_address && n->type == NODE_HOST) {
			*storage = in6_join(&n->address, &in6_unspecified);
			return storage;
		}
	}
	return NULL;
}

static void settle_address(struct builder *b, int node, unsigned interface, const struct in6 *computed)
{
	const struct scenario_node *n = &b->s->nodes[node];

	if (n->has_address && n->type == NODE_HOST && in6_is_unspecified(&b->w->main_address[node])) {
		struct node *model = b->w->nodes[node].node;

		ip6_add_address(model, ip6_interface(model, interface), &n->address, 64);
		world_know_address(b->w, &n->address, (uint32_t)node);
		know_main_address(b, node, &n->address);
	}
	know_main_address(b, node, computed);
}

static void build_links(struct builder *b)
{
	for (int i = 0; i < b->s->link_count; i++) {
		const struct scenario_link *l = &b->s->links[i];
		struct in6 storage, address;
		const struct in6 *prefix = link_prefix(b->s, l, &storage);

		if (l->member_count == 2) {
			struct wire *wire = world_add_wire(b->w, (uint32_t)l->members[0], (uint32_t)l->members[1], &l->channel, l->mtu,
			                                   l->cost, prefix, random_name_id(l->name));

			for (int k = 0; k < 2; k++) {
				address = world_member_address(b->w, &wire->prefix, (uint32_t)l->members[k]);
				settle_address(b, l->members[k], wire->interfaces[k], &address);
			}
		} else {
			struct segment *s = world_add_segment(b->w, &l->channel, l->mtu, l->cost, prefix, random_name_id(l->name));

			for (int k = 0; k < l->member_count; k++) {
				unsigned interface = world_add_member(b->w, s, (uint32_t)l->members[k]);

				address = world_member_address(b->w, &s->prefix, (uint32_t)l->members[k]);
				settle_address(b, l->members[k], interface, &address);
			}
			b->w->shared_link_count++;
		}
	}
}

static void serve_home(struct builder *b, int router, const struct segment *s, const struct in6 *address)
{
	struct node *n = b->w->nodes[router].node;

	if (!b->w->ipv4) {
		if (n->conf->reforward)
			node_add_role(n, reforward_new(n, &s->prefix));
		if (n->conf->peer_signalling == PEER_PROXIES)
			node_add_role(n, proxies_new(n, address));
		node_add_role(n, home_agent_new(n, address));
		node_add_role(n, home_agent_discovery_new(n, address));
	}
	b->w->main_address[router] = *address;
}

/* Its mobile nodes may know the first alone, or find it by discovery. */
static void build_second_home_agent(struct builder *b, struct segment *s, int router)
{
	struct node *n = b->w->nodes[router].node;
	unsigned interface = world_add_member(b->w, s, (uint32_t)router);
	struct in6 address = world_member_address(b->w, &s->prefix, (uint32_t)router);

	ip6_advertise(n, ip6_interface(n, interface), &address, true);
	serve_home(b, router, s, &address);
	know_main_address(b, router, &address);
}

static void build_cells(struct builder *b)
{
	for (int i = 0; i < b->s->cell_count; i++) {
		const struct scenario_cell *c = &b->s->cells[i];
		struct node *router = b->w->nodes[c->router].node;
		bool home_agent = b->s->nodes[c->router].type == NODE_HOME_AGENT;
		struct segment *s = world_add_segment(b->w, &c->channel, c->mtu, c->channel.delay, c->has_prefix ? &c->prefix : NULL,
		                                      random_name_id(c->name));
		unsigned interface = world_add_member(b->w, s, (uint32_t)c->router);
		bool forwarder = !b->w->ipv4 && !home_agent && router->conf->peer_signalling == PEER_FORWARDER;

		b->cell_interface[i] = interface;
		b->cell_router_address[i] = world_member_address(b->w, &s->prefix, (uint32_t)c->router);
		if (!b->w->ipv4)
			ip6_advertise(router, ip6_interface(router, interface), &b->cell_router_address[i], home_agent || forwarder);
		if (forwarder)
			node_add_role(router, forwarder_new(router, &b->cell_router_address[i]));
		if (home_agent)
			serve_home(b, c->router, s, &b->cell_router_address[i]);
		know_main_address(b, c->router, &b->cell_router_address[i]);
		if (c->also >= 0)
			build_second_home_agent(b, s, c->also);
	}
}

#define FIRST_SPI 0x1000 /* then eight for each mobile node, in the order of the nodes */

/* Each end has IPsec if its own switches say so: a home agent that wants it refuses a mobile node that does not. */
static void build_ipsec(struct builder *b, int mobile, int router, const struct mobile_node_conf *m, uint32_t first_spi)
{
	int ends[2] = { mobile, router };
	struct ipsec_keys keys;

	ipsec_derive_keys(&b->w->env.random_key, b->w->nodes[mobile].node->name_id ^ first_spi ^ FIRST_SPI, &keys);
	for (int k = 0; k < 2; k++) {
		const struct protocol_conf *protocol = &b->s->nodes[ends[k]].protocol;

		if (protocol->ipsec != IPSEC_OFF)
			ipsec_add(b->w->nodes[ends[k]].node,
			          &(struct ipsec_conf){ .home_address = m->home_address, .home_agent = m->home_agent, .cipher = protocol->ipsec,
			                                .spi = first_spi + IPSEC_ASSOCIATIONS * (uint32_t)mobile,
			                                .payload = protocol->ipsec_payload, .at_home_agent = k },
			          &keys);
	}
}

/* An anchor point's regional addresses belong to a link of their own, on which nobody else is. */
static void build_anchors(struct builder *b)
{
	static const struct channel_conf nothing = { 0 };
	const struct scenario *s = b->s;

	for (int i = 0; i < s->node_count; i++) {
		struct segment *segment;
		char *name;

		if (s->nodes[i].type != NODE_ANCHOR_POINT)
			continue;
		name = g_strdup_printf("%s/regional", s->nodes[i].name);
		segment = world_add_segment(b->w, &nothing, 1500, 0, NULL, random_name_id(name));
		g_free(name);
		world_add_member(b->w, segment, (uint32_t)i);
		b->anchor_address[i] = world_member_address(b->w, &segment->prefix, (uint32_t)i);
		b->w->main_address[i] = b->anchor_address[i];
	}
	/* What each cell's router announces: itself, if it is one, at distance 1, and the chain above it. */
	for (int c = 0; c < s->cell_count; c++) {
		int router = s->cells[c].router, at = s->nodes[router].type == NODE_ANCHOR_POINT ? router : s->nodes[router].anchor;
		uint8_t distance = at == router ? 1 : 2;
		struct node *model = b->w->nodes[router].node;

		for (; at >= 0; at = s->nodes[at].anchor, distance++) {
			struct nd_anchor option = { .address = b->anchor_address[at], .distance = distance,
				                    .preference = (uint8_t)s->nodes[at].preference };

			ip6_advertise_anchor(model, ip6_interface(model, b->cell_interface[c]), &option, s->nodes[at].fails_at);
		}
	}
}

bool world_does_fast(const struct scenario_node *n)
{
	return n->protocol.local == LOCAL_FMIP_PREDICTIVE || n->protocol.local == LOCAL_FMIP_REACTIVE || n->protocol.local == LOCAL_F_HMIP;
}

/* One domain: every cell's router knows every other's. Needs nothing unless somebody does fast handovers. */
static void build_access_routers(struct builder *b)
{
	const struct scenario *s = b->s;
	struct world *w = b->w;
	bool wanted = false;

	for (int i = 0; i < s->node_count; i++)
		wanted |= world_does_fast(&s->nodes[i]);
	if (!wanted)
		return;
	w->fast_neighbours = g_new0(struct fast_neighbour, s->cell_count);
	w->fast_domain = g_new0(struct fast_domain, 1);
	w->fast_domain->neighbours = w->fast_neighbours;
	w->fast_domain->count = (uint32_t)s->cell_count;
	store_be64(w->fast_domain->secret, random_name_id("fast handover domain"));
	for (int c = 0; c < s->cell_count; c++) {
		const struct scenario_node *router = &s->nodes[s->cells[c].router];
		struct mac mac = world_mac((uint32_t)s->cells[c].router, b->cell_interface[c]);

		w->fast_neighbours[c] = (struct fast_neighbour){ .access_point = mac, .router_mac = mac, .router = b->cell_router_address[c],
			                                         .fast = router->type != NODE_HOME_AGENT && world_does_fast(router) };
	}
	for (int i = 0; i < s->node_count; i++) {
		struct node *model = w->nodes[i].node;
		bool anchor = s->nodes[i].type == NODE_ANCHOR_POINT;

		if (!world_does_fast(&s->nodes[i]) || !(anchor || s->nodes[i].type == NODE_ACCESS_ROUTER))
			continue;
		node_add_role(model, access_router_new(model, w->fast_domain, anchor ? &b->anchor_address[i] : NULL));
	}
	for (int c = 0; c < s->cell_count; c++)
		if (w->fast_neighbours[c].fast)
			ip6_advertise_address(ip6_interface(w->nodes[s->cells[c].router].node, b->cell_interface[c]));
}

/* Addresses of the cells whose advertisements have this anchor point. */
static const struct in6 *anchor_links(struct builder *b, int anchor, uint32_t *count)
{
	const struct scenario *s = b->s;
	struct in6 *links = g_new(struct in6, s->cell_count);

	g_ptr_array_add(b->w->owned, links);
	for (int c = *count = 0; c < s->cell_count; c++) {
		int at = s->cells[c].router;

		while (at >= 0 && at != anchor)
			at = s->nodes[at].anchor;
		if (at == anchor)
			links[(*count)++] = b->cell_router_address[c];
	}
	return links;
}

static void build_anchor_roles(struct builder *b)
{
	for (int i = 0; i < b->s->node_count; i++) {
		struct node *model = b->w->nodes[i].node;

		struct anchor_point_conf conf = { .address = b->anchor_address[i], .fails_at = b->s->nodes[i].fails_at };

		if (b->s->nodes[i].type != NODE_ANCHOR_POINT)
			continue;
		if (b->s->nodes[i].domain_only)
			conf.on_link = anchor_links(b, i, &conf.on_link_count);
		node_add_role(model, anchor_point_new(model, &conf));
	}
}

/* What the regional role will form itself. */
static struct in6 regional_address(const struct builder *b, uint32_t mobile)
{
	struct mac mac = world_mac(mobile, 0);
	struct in6 identifier = in6_link_local_of(&mac);

	return in6_join(&b->anchor_address[b->s->nodes[mobile].regional_home], &identifier);
}

/* What is below the mobile node role comes first. */
static void add_mobile_node(struct builder *b, const struct scenario_node *n, struct node *model, const struct mobile_node_conf *conf)
{
	struct role *regional = NULL, *mobile_node;

	if (n->protocol.local == LOCAL_HMIP || n->protocol.local == LOCAL_F_HMIP)
		regional = regional_new(model, n->regional_home >= 0 ? &conf->home_address : NULL);
	if (world_does_fast(n))
		node_add_role(model, fast_node_new(model, &(struct fast_node_conf){ .domain = b->w->fast_domain, .regional = regional,
		                                                                    .anchor = regional ? regional_anchor : NULL }));
	if (regional)
		node_add_role(model, regional);
	if (n->regional_home >= 0)
		return;
	/* The correspondent comes first: what it binds, the mobile node then puts into its tunnel (RFC 6275 11.3.1). */
	if (n->protocol.route_optimization)
		node_add_role(model, correspondent_new(model));
	if (n->protocol.peer_signalling == PEER_FORWARDER)
		node_add_role(model, previous_link_new(model));
	mobile_node = mobile_node_new(model, conf);
	node_add_role(model, mobile_node);
	if (regional)
		regional_serve(regional, mobile_node);
}

/* By node; to be freed. */
static bool *with_two_radios(const struct scenario *s)
{
	bool *two = g_new0(bool, s->node_count + 1);

	for (int i = 0; i < s->move_count; i++)
		two[s->moves[i].node] |= s->moves[i].overlap >= 0;
	return two;
}

/* With each home agent there is, known to the mobile node or not. */
static void build_home_ipsec(struct builder *b, int mobile, const struct segment *home, const struct mobile_node_conf *conf)
{
	const struct scenario_cell *c = &b->s->cells[b->s->nodes[mobile].home_cell];
	int routers[2] = { c->router, c->also };

	for (int k = 0; k < 2 && routers[k] >= 0; k++) {
		struct mobile_node_conf with = { .home_address = conf->home_address,
			                         .home_agent = world_member_address(b->w, &home->prefix, (uint32_t)routers[k]) };

		build_ipsec(b, mobile, routers[k], &with, FIRST_SPI + IPSEC_ASSOCIATIONS * (uint32_t)(k * b->s->node_count));
	}
}

/* What a mobile node will be in the other prefix of its home link is settled before (RFC 6275 11.4.3: associations are there). */
static void build_renumbered(struct builder *b, int mobile, const struct segment *home, const struct mobile_node_conf *now)
{
	int router = b->s->cells[b->s->nodes[mobile].home_cell].router;
	struct mobile_node_conf then = {
		.home_address = in6_join(&home->other_prefix, &now->home_address),
		.home_agent = world_member_address(b->w, &home->other_prefix, (uint32_t)router),
	};

	if (in6_is_unspecified(&home->other_prefix))
		return;
	build_ipsec(b, mobile, router, &then, FIRST_SPI + IPSEC_ASSOCIATIONS * (uint32_t)b->s->node_count);
	world_know_address(b->w, &then.home_address, (uint32_t)mobile);
}

static void build_roles(struct builder *b)
{
	bool *two_radios = with_two_radios(b->s);

	for (int i = 0; i < b->s->node_count; i++) {
		const struct scenario_node *n = &b->s->nodes[i];
		struct node *model = b->w->nodes[i].node;

		if (n->type == NODE_MOBILE) {
			const struct segment *home = g_ptr_array_index(b->w->segments, b->w->shared_link_count + n->home_cell);
			struct mac mac = world_mac((uint32_t)i, 0);
			struct in6 identifier = in6_link_local_of(&mac);
			struct mobile_node_conf conf = {
				.home_address = n->regional_home >= 0 ? regional_address(b, (uint32_t)i) :
				                n->has_address        ? n->address :
				                                        in6_join(&home->prefix, &identifier),
				.home_agent = n->protocol.home_agent_discovery ? in6_unspecified : b->cell_router_address[n->home_cell],
			};

			world_add_radio(b->w, (uint32_t)i, home->mtu);
			if (two_radios[i])
				world_add_radio(b->w, (uint32_t)i, home->mtu);
			add_mobile_node(b, n, model, &conf);
			if (n->regional_home < 0)
				build_home_ipsec(b, i, home, &conf);
			build_renumbered(b, i, home, &conf);
			world_know_address(b->w, &conf.home_address, (uint32_t)i);
			know_main_address(b, i, &conf.home_address);
		}
		/* A host that does not do route optimization is one without Mobile IPv6. */
		if (n->type == NODE_HOST && n->protocol.route_optimization)
			node_add_role(model, correspondent_new(model));
	}
	g_free(two_radios);
}

static struct role *app_role(struct builder *b, struct role **roles, struct role *(*make)(struct node *), int node)
{
	if (!roles[node]) {
		roles[node] = make(b->w->nodes[node].node);
		node_add_role(b->w->nodes[node].node, roles[node]);
	}
	return roles[node];
}

static void build_udp(struct builder *b, const struct scenario_flow *f, struct udp_flow_conf *conf)
{
	static const enum udp_flow_kind kinds[] = {
		[FLOW_CBR] = UDP_FLOW_CBR, [FLOW_POISSON] = UDP_FLOW_POISSON, [FLOW_VOICE] = UDP_FLOW_VOICE,
	};

	conf->kind = kinds[f->kind];
	app_role(b, b->udp, udp_flow_role_new, f->to);
	udp_flow_add(app_role(b, b->udp, udp_flow_role_new, f->from), conf);
}

static void build_tcp(struct builder *b, const struct scenario_flow *f, const struct udp_flow_conf *common)
{
	struct tcp_flow_conf conf = {
		.flow = common->flow, .source = common->source, .destination = common->destination, .start = f->start, .stop = f->stop,
		.octets = f->size, .series = f->series,
		.tcp = { .maximum_segment = f->maximum_segment, .receive_buffer = (uint32_t)f->receive_buffer, .sack = f->sack,
		         .rto_minimum = f->rto_minimum, .delayed_ack = f->delayed_ack },
	};

	tcp_flow_add(app_role(b, b->tcp, tcp_flow_role_new, f->to), &conf, false);
	tcp_flow_add(app_role(b, b->tcp, tcp_flow_role_new, f->from), &conf, true);
}

static void build_request(struct builder *b, const struct scenario_flow *f, const struct udp_flow_conf *common)
{
	struct request_flow_conf conf = {
		.flow = common->flow, .source = common->source, .destination = common->destination, .request = f->request,
		.response = f->response, .think = f->think, .timeout = f->timeout, .start = f->start, .stop = f->stop,
	};

	app_role(b, b->request, request_flow_role_new, f->to);
	request_flow_add(app_role(b, b->request, request_flow_role_new, f->from), &conf);
}

static void build_traffic(struct builder *b)
{
	for (int i = 0; i < b->s->flow_count; i++) {
		const struct scenario_flow *f = &b->s->flows[i];
		struct udp_flow_conf conf = {
			.flow = (uint32_t)i, .source = b->w->main_address[f->from], .destination = b->w->main_address[f->to],
			.interval = f->interval, .start = f->start, .stop = f->stop, .size = (uint32_t)f->size, .talk = f->talk,
			.silence = f->silence,
		};

		if (f->kind == FLOW_TCP)
			build_tcp(b, f, &conf);
		else if (f->kind == FLOW_REQUEST_RESPONSE)
			build_request(b, f, &conf);
		else
			build_udp(b, f, &conf);
	}
}

/* Its home address is the one on its link; next to it there is another for the times when it behaves. */
static void build_attackers(struct builder *b)
{
	for (int i = 0; i < b->s->node_count; i++) {
		const struct scenario_attack *a = &b->s->nodes[i].attack;
		struct node *model = b->w->nodes[i].node;
		struct attacker_conf conf = { .start = a->start, .earn = a->earn, .redirect = a->redirect, .spoof = a->spoof };

		if (b->s->nodes[i].type != NODE_ATTACKER || !b->w->nodes[i].port_count)
			continue;
		conf.home_address = conf.care_of_address = b->w->main_address[i];
		conf.care_of_address.octets[8] = 1;
		conf.correspondent = b->w->main_address[a->correspondent];
		conf.victim = b->w->main_address[a->victim];
		ip6_add_address(model, ip6_interface(model, 0), &conf.care_of_address, 64);
		node_add_role(model, attacker_new(model, &conf));
	}
}

struct world *world_new(const struct scenario *s, const struct world_conf *conf)
{
	struct builder b = { .w = world_create(conf, (uint32_t)s->node_count), .s = s };

	b.w->scenario = s;
	b.w->ipv4 = s->family == FAMILY_IPV4;
	b.w->host_bits = scenario_host_bits(s);
	b.w->main_address = g_new0(struct in6, s->node_count);
	b.cell_router_address = g_new0(struct in6, s->cell_count);
	b.cell_interface = g_new0(unsigned, s->cell_count);
	b.anchor_address = g_new0(struct in6, s->node_count);
	b.udp = g_new0(struct role *, s->node_count);
	b.tcp = g_new0(struct role *, s->node_count);
	b.request = g_new0(struct role *, s->node_count);
	for (int i = 0; i < s->node_count; i++)
		world_add_node(b.w, &s->nodes[i].protocol, random_name_id(s->nodes[i].name), forwards(s->nodes[i].type));
	/* Shared links are segments too and come before the cells, whatever their place in the file. */
	build_links(&b);
	build_cells(&b);
	if (b.w->ipv4) {
		world_build_roles4(b.w);
	} else {
		build_anchors(&b);
		build_access_routers(&b);
		build_anchor_roles(&b);
		renumber_prepare(b.w, b.cell_router_address, b.cell_interface);
		build_roles(&b);
	}
	world_compute_routes(b.w);
	build_attackers(&b);
	build_traffic(&b);
	movement_start(b.w);
	g_free(b.cell_router_address);
	g_free(b.udp);
	g_free(b.tcp);
	g_free(b.request);
	g_free(b.cell_interface);
	g_free(b.anchor_address);
	return b.w;
}
