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
	.retransmission = true, .lifetime = 400000 * MIP_SECOND / 4 * 4, .tentative_lifetime = 3 * MIP_SECOND, .ebu_support = true,
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

static uint32_t add_chain(struct world *w, uint32_t flow, mip_time interval, mip_time start)
{
	uint32_t first = w->node_count;
	struct wire *wires[CHAIN_LINKS];
	struct udp_flow_conf conf = { .flow = flow, .kind = UDP_FLOW_CBR, .interval = interval, .start = start, .stop = MIP_NEVER, .size = 200 };
	struct role *source, *sink;

	for (unsigned i = 0; i < CHAIN_NODES; i++)
		world_add_node(w, &protocol, name_of(1, first + i), i && i < CHAIN_NODES - 1);
	for (unsigned i = 0; i < CHAIN_LINKS; i++)
		wires[i] = world_add_wire(w, first + i, first + i + 1, &gigabit, 1500, gigabit.delay, NULL, name_of(2, first + i));
	ip6_source_address(w->nodes[first].node, &wires[0]->prefix, &conf.source);
	ip6_source_address(w->nodes[first + CHAIN_NODES - 1].node, &wires[CHAIN_LINKS - 1]->prefix, &conf.destination);
	conf.source = w->main_address ? conf.source : g_array_index(w->addresses, struct address_of_node, w->addresses->len - 2 * CHAIN_LINKS).address;
	conf.destination = g_array_index(w->addresses, struct address_of_node, w->addresses->len - 1).address;
	source = udp_flow_role_new(w->nodes[first].node);
	sink = udp_flow_role_new(w->nodes[first + CHAIN_NODES - 1].node);
	node_add_role(w->nodes[first].node, source);
	node_add_role(w->nodes[first + CHAIN_NODES - 1].node, sink);
	udp_flow_add(source, &conf);
	return first;
}
