// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Benches of whole worlds: packets along chains, return routability with real keys, the size of a node at rest, set-up. Worlds are
 * built by hand, without a scenario file. Those that need much memory run in a child, so that one does not see what another left.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "models/mip6/message.h"
#include "models/mip6/mip6.h"
#include "sim/bench/bench.h"
#include "sim/record/pcapng.h"
#include "sim/world/world_int.h"

static const struct protocol_conf protocol = {
	.home_test = HOME_TEST_ON_MOVEMENT, .care_of_test = CARE_OF_TEST_BEFORE, .wait = WAIT_CONSERVATIVE, .route_optimization = true,
	.retransmission = true, .lifetime = 262140 * MIP_SECOND, .tentative_lifetime = 3 * MIP_SECOND, .nonce_lifetime = MAX_NONCE_LIFETIME,
	.ebu_support = true,
	.binding_cache_limit = 1 << 24, .movement_detection = DETECT_HINT, .dad = DAD_ON, .home_agent_dad = true,
	.home_test_interval = 200 * MIP_SECOND, .first_registration_timeout = 1500 * MIP_MILLISECOND,
	.router_advertisement_min = MIP_SECOND, .router_advertisement_max = 3 * MIP_SECOND,
};
static const struct channel_conf gigabit = { .delay = MIP_MILLISECOND, .rate_bps = 1000000000 };
static const struct channel_conf cell = { .delay = MIP_MILLISECOND, .rate_bps = 11000000 };
static const struct world_conf seeded = { .seed = 1 };

static uint64_t name_of(uint64_t kind, uint64_t number)
{
	return (kind << 56 | number) * 0x9e3779b97f4a7c15u;
}

/* ---- chains --------------------------------------------------------------------------------------------------------------- */

enum { CHAIN_NODES = 6, CHAIN_LINKS = CHAIN_NODES - 1 };

static void add_chain(struct world *w, uint32_t flow, mip_time interval, mip_time start)
{
	uint32_t first = w->node_count, addresses = w->addresses->len;
	struct udp_flow_conf conf = { .flow = flow, .kind = UDP_FLOW_CBR, .interval = interval, .start = start, .stop = MIP_NEVER, .size = 200 };
	struct role *source, *sink;

	for (unsigned i = 0; i < CHAIN_NODES; i++)
		world_add_node(w, &protocol, name_of(1, first + i), i && i < CHAIN_NODES - 1);
	for (unsigned i = 0; i < CHAIN_LINKS; i++)
		world_add_wire(w, first + i, first + i + 1, &gigabit, 1500, gigabit.delay, NULL, name_of(2, first + i));
	conf.source = g_array_index(w->addresses, struct address_of_node, addresses).address;
	conf.destination = g_array_index(w->addresses, struct address_of_node, w->addresses->len - 1).address;
	source = udp_flow_role_new(w->nodes[first].node);
	sink = udp_flow_role_new(w->nodes[first + CHAIN_NODES - 1].node);
	node_add_role(w->nodes[first].node, source);
	node_add_role(w->nodes[first + CHAIN_NODES - 1].node, sink);
	udp_flow_add(source, &conf);
}

/* Packet-hops a CPU second; a datagram leaves every 10 us where there is one flow, each millisecond where there are many. */
static double chains(int64_t datagrams, uint32_t flows, struct pcapng *trace)
{
	struct world_conf conf = seeded;
	mip_time interval = flows == 1 ? 10 * MIP_MICROSECOND : MIP_MILLISECOND, until = interval * (datagrams / flows), warm = 6 * MIP_MILLISECOND;
	struct world *w;
	double t;

	conf.tap = trace ? pcapng_tap(trace) : NULL;
	w = world_create(&conf, flows * CHAIN_NODES);
	for (uint32_t f = 0; f < flows; f++)
		add_chain(w, f, interval, f * interval / flows);
	world_compute_routes(w);
	if (trace)
		pcapng_interfaces(trace, w);
	world_bring_up(w, 0);
	world_run(w, warm);
	t = bench_cpu_seconds();
	world_run(w, warm + until);
	t = bench_cpu_seconds() - t;
	world_free(w);
	return (double)(datagrams * CHAIN_LINKS) / t;
}

static double forward_chain(const struct bench *row)
{
	return chains(row->size, 1, NULL);
}

static double forward_chain_pcap(const struct bench *row)
{
	char name[] = "/tmp/roam-bench-XXXXXX", *error = NULL;
	int fd = mkstemp(name);
	struct pcapng *trace;
	double rate;

	if (fd < 0)
		return 0;
	close(fd);
	trace = pcapng_open(name, &error);
	if (!trace) {
		fprintf(stderr, "roam: %s\n", error);
		g_free(error);
		unlink(name);
		return 0;
	}
	rate = chains(row->size, 1, trace);
	if (!pcapng_close(trace, &error)) {
		fprintf(stderr, "roam: %s\n", error);
		g_free(error);
		rate = 0;
	}
	unlink(name);
	return rate;
}

/* A measurement in a child of its own; 0 when it died. */
static double in_child(double (*measure)(const struct bench *), const struct bench *row)
{
	double value = 0;
	int ends[2], status;
	pid_t child;

	if (pipe(ends))
		return 0;
	fflush(NULL);
	child = fork();
	if (!child) {
		value = measure(row);
		_exit(write(ends[1], &value, sizeof value) == sizeof value ? 0 : 1);
	}
	close(ends[1]);
	if (child < 0 || read(ends[0], &value, sizeof value) != sizeof value)
		value = 0;
	close(ends[0]);
	if (child > 0)
		waitpid(child, &status, 0);
	return value;
}

static double many_chains(const struct bench *row)
{
	return chains(row->size, (uint32_t)row->variant, NULL);
}

static double forward_many(const struct bench *row)
{
	return in_child(many_chains, row);
}

/* ---- mobile nodes ----------------------------------------------------------------------------------------------------------- */

/* A home agent behind a core router, access routers with a cell each, mobile nodes spread over the cells. */
struct network {
	struct world *w;
	uint32_t home_agent, core, first_mobile, mobiles;
	struct segment *home, *first_cell;
	struct in6 home_agent_address;
	unsigned first_cell_index;
};

static struct network network_new(uint32_t mobiles, uint32_t per_cell, uint32_t hosts)
{
	uint32_t cells = (mobiles + per_cell - 1) / per_cell;
	struct network n = { .w = world_create(&seeded, mobiles + cells + 2 + hosts), .mobiles = mobiles };
	struct world *w = n.w;
	struct node *agent;
	unsigned i;

	n.home_agent = world_add_node(w, &protocol, name_of(3, 0), true);
	n.core = world_add_node(w, &protocol, name_of(3, 1), true);
	world_add_wire(w, n.home_agent, n.core, &gigabit, 1500, gigabit.delay, NULL, name_of(4, 0));
	n.home = world_add_segment(w, &gigabit, 1500, gigabit.delay, NULL, name_of(5, 0));
	i = world_add_member(w, n.home, n.home_agent);
	n.home_agent_address = g_array_index(w->addresses, struct address_of_node, w->addresses->len - 1).address;
	agent = w->nodes[n.home_agent].node;
	ip6_advertise(agent, ip6_interface(agent, i), &n.home_agent_address, true);
	node_add_role(agent, home_agent_new(agent, &n.home_agent_address));
	n.first_cell_index = w->segments->len;
	for (uint32_t c = 0; c < cells; c++) {
		uint32_t router = world_add_node(w, &protocol, name_of(6, c), true);
		struct node *model = w->nodes[router].node;
		struct segment *s;

		world_add_wire(w, router, n.core, &gigabit, 1500, gigabit.delay, NULL, name_of(7, c));
		s = world_add_segment(w, &cell, 1500, cell.delay, NULL, name_of(8, c));
		i = world_add_member(w, s, router);
		ip6_advertise(model, ip6_interface(model, i), &g_array_index(w->addresses, struct address_of_node, w->addresses->len - 1).address,
		              false);
	}
	n.first_mobile = w->node_count;
	for (uint32_t m = 0; m < mobiles; m++) {
		uint32_t id = world_add_node(w, &protocol, name_of(9, m), false);
		struct node *model = w->nodes[id].node;
		struct mac mac = world_mac(id, 0);
		struct in6 identifier = in6_link_local_of(&mac);
		struct mobile_node_conf conf = { .home_address = in6_join(&n.home->prefix, &identifier), .home_agent = n.home_agent_address };

		world_add_radio(w, id, 1500);
		node_add_role(model, mobile_node_new(model, &conf));
		node_add_role(model, correspondent_new(model));
	}
	return n;
}

/* One after the other over twenty seconds: a hundred thousand nodes that arrive in one instant would leave behind, for ever, the memory
 * of all the packets they send at once. */
static void attach_all(const struct network *n, uint32_t per_cell)
{
	world_bring_up(n->w, 0);
	for (uint32_t m = 0; m < n->mobiles; m++) {
		mip_time at = 20 * MIP_SECOND * m / n->mobiles;

		world_run(n->w, at);
		world_attach(n->w, n->first_mobile + m, 0, g_ptr_array_index(n->w->segments, n->first_cell_index + m / per_cell), at);
	}
}

static double set_up_here(const struct bench *row)
{
	double t = bench_cpu_seconds();
	struct network n = network_new((uint32_t)row->size, 100, 0);

	world_compute_routes(n.w);
	return bench_cpu_seconds() - t;
}

static double set_up(const struct bench *row)
{
	return in_child(set_up_here, row);
}

static double resident_octets(void)
{
	long pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (!f)
		return 0;
	if (fscanf(f, "%*d %ld", &pages) != 1)
		pages = 0;
	fclose(f);
	return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

static double idle_node_here(const struct bench *row)
{
	double before = resident_octets();
	struct network n = network_new((uint32_t)row->size, 100, 0);

	world_compute_routes(n.w);
	attach_all(&n, 100);
	world_run(n.w, 40 * MIP_SECOND); /* twenty to arrive, ten to register, ten at rest */
	return (resident_octets() - before) / (double)row->size;
}

static double idle_node(const struct bench *row)
{
	return in_child(idle_node_here, row);
}

/* ---- return routability -------------------------------------------------------------------------------------------------------- */

/* Asks the mobile node for a new binding once a second by Binding Refresh Requests (RFC 6275 9.5.5): each runs one whole exchange
 * HoTI, CoTI, HoT, CoT, BU, BA. */
struct requester {
	struct role role;
	struct timer timer;
	struct in6 from, to;
};

static void request(struct node *n, struct timer *t, mip_time now)
{
	struct requester *r = mip_container_of(t, struct requester, timer);
	struct mh_message m = { .type = MH_BRR };

	node_arm(n, t, now + MIP_SECOND);
	ip6_send(n, now, mip6_message(&r->from, &r->to, NULL, NULL, &m, NULL), IP6_SEND_PLAIN);
}

static void requester_free(struct role *role)
{
	struct requester *r = mip_container_of(role, struct requester, role);

	mip_free(r, sizeof *r);
}

static const struct role_ops requester_ops = { .name = "requester", .free = requester_free };

static void count_bindings(void *context, const struct observation *o)
{
	*(int64_t *)context += o->kind == OBSERVE_BA_ACCEPTED;
}

static double rr_exchange(const struct bench *row)
{
	int64_t done = 0;
	struct observer observer = { .observe = count_bindings, .context = &done };
	struct network n = network_new(1, 1, 1);
	struct world *w = n.w;
	uint32_t host = world_add_node(w, &protocol, name_of(10, 0), false);
	struct requester *r = mip_alloc(sizeof *r);
	struct udp_flow_conf hello = { .interval = MIP_SECOND, .start = 25 * MIP_SECOND, .stop = 28 * MIP_SECOND, .size = 100 };
	mip_time warm = 40 * MIP_SECOND;
	struct mac mac = world_mac(n.first_mobile, 0);
	struct in6 identifier = in6_link_local_of(&mac);
	struct role *source;
	double t;

	world_add_wire(w, n.core, host, &gigabit, 1500, gigabit.delay, NULL, name_of(11, 0));
	r->from = g_array_index(w->addresses, struct address_of_node, w->addresses->len - 1).address;
	r->to = in6_join(&n.home->prefix, &identifier);
	r->role.ops = &requester_ops;
	r->timer.fire = request;
	node_add_role(w->nodes[host].node, correspondent_new(w->nodes[host].node));
	node_add_role(w->nodes[host].node, &r->role);
	source = udp_flow_role_new(w->nodes[host].node);
	node_add_role(w->nodes[host].node, source);
	node_add_role(w->nodes[n.first_mobile].node, udp_flow_role_new(w->nodes[n.first_mobile].node));
	hello.source = r->from;
	hello.destination = r->to;
	udp_flow_add(source, &hello);
	world_compute_routes(w);
	attach_all(&n, 1);
	world_run(w, warm);
	w->env.observer = &observer;
	node_arm(w->nodes[host].node, &r->timer, warm + 1);
	world_pump(w, host, warm);
	t = bench_cpu_seconds();
	world_run(w, warm + row->size * MIP_SECOND);
	t = bench_cpu_seconds() - t;
	world_free(w);
	if (done < row->size * 9 / 10) {
		fprintf(stderr, "roam: rr-exchange: only %lld of %lld exchanges completed\n", (long long)done, (long long)row->size);
		return 0;
	}
	return (double)done / t;
}

static const struct bench rows[] = {
	{ "forward-chain", "{\"flows\":1,\"links\":5,\"payload\":200}", "packet-hops/s", 4e6, false, forward_chain, 0, 400000, 1 },
	{ "forward-chain-pcap", "{\"flows\":1,\"links\":5,\"payload\":200}", "packet-hops/s", 1.5e6, false, forward_chain_pcap, 3, 100000, 1 },
	{ "forward-many", "{\"flows\":10000,\"nodes\":60000,\"payload\":200}", "packet-hops/s", 1e6, false, forward_many, 3, 500000, 10000 },
	{ "rr-exchange", "{\"hops\":4}", "exchanges/s", 8e4, false, rr_exchange, 0, 50000, 0 },
	{ "idle-node", "{\"nodes\":100000,\"per_cell\":100}", "octets", 2048, true, idle_node, 1, 100000, 0 },
	{ "set-up", "{\"nodes\":100000}", "s", 0.3, true, set_up, 3, 100000, 0 },
	{ "set-up", "{\"nodes\":1000000}", "s", 3, true, set_up, 1, 1000000, 0 },
};

const struct bench_table bench_world = { rows, sizeof rows / sizeof rows[0] };
