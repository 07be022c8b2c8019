// SPDX-License-Identifier: GPL-3.0-or-later
/* The world's life: nodes, the pump between kernel and models, the run digest, look-ups for recorders. */
#include "models/ip4/ip4.h"
#include "sim/world/world_int.h"

#include <stdio.h>

static void wake(struct sim *sim, struct sim_timer *t, mip_time now)
{
	struct world_node *wn = mip_container_of(t, struct world_node, wake);
	struct world *w = wn->world;

	(void)sim;
	node_expire(wn->node, now);
	world_pump(w, (uint32_t)(wn - w->nodes), now);
}

struct world *world_create(const struct world_conf *conf, uint32_t node_capacity)
{
	struct world *w = g_new0(struct world, 1);

	w->sim = sim_new();
	w->conf = *conf;
	w->env.random_key = random_key_of(conf->seed, conf->replication);
	w->env.observer = conf->observer;
	w->node_capacity = node_capacity;
	w->nodes = g_new0(struct world_node, node_capacity);
	w->wires = g_ptr_array_new();
	w->segments = g_ptr_array_new();
	w->owned = g_ptr_array_new_with_free_func(g_free);
	w->addresses = g_array_new(FALSE, FALSE, sizeof(struct address_of_node));
	w->tap_ports = g_ptr_array_new();
	return w;
}

uint32_t world_add_node(struct world *w, const struct protocol_conf *conf, uint64_t name_id, bool forwarding)
{
	uint32_t id = w->node_count++;
	struct world_node *wn = &w->nodes[id];

	mip_assert(w->node_count <= w->node_capacity);
	wn->world = w;
	wn->forwarding = forwarding;
	wn->node = node_new(&w->env, conf, id, name_id);
	if (w->ipv4)
		ip4_enable(wn->node, forwarding);
	else
		ip6_set_forwarding(wn->node, forwarding);
	sim_timer_init(&wn->wake, wake);
	return id;
}

void world_free(struct world *w)
{
	if (!w)
		return;
	movement_free(w);
	renumber_free(w);
	world_free_media(w);
	for (uint32_t i = 0; i < w->node_count; i++) {
		node_free(w->nodes[i].node);
		mip_free(w->nodes[i].ports, world_port_capacity(w->nodes[i].port_count) * sizeof(struct port));
	}
	sim_free(w->sim);
	g_free(w->nodes);
	g_array_free(w->addresses, TRUE);
	g_ptr_array_free(w->tap_ports, TRUE);
	g_free(w->main_address);
	g_free(w->fast_neighbours);
	g_free(w->fast_domain);
	g_ptr_array_free(w->owned, TRUE);
	g_free(w);
}

/* ---- the pump --------------------------------------------------------------------------------------------------------- */

/*
 * The digest runs over (time, node, octets) of every frame sent: 128-bit multiplications, sixteen octets each, little-endian
 * loads whatever the machine. Not cryptographic; two runs that differ anywhere differ here.
 */
static uint64_t load_le64(const uint8_t *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof v);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	return v;
}

static uint64_t mix(uint64_t a, uint64_t b)
{
	unsigned __int128 m = (unsigned __int128)a * b;

	return (uint64_t)m ^ (uint64_t)(m >> 64);
}

static void digest_frame(struct world *w, mip_time now, uint64_t name_id, const struct packet *p)
{
	uint64_t h = mix(w->digest[0] ^ (uint64_t)now ^ 0xa0761d6478bd642fu, name_id ^ 0xe7037ed1a0b428dbu);
	const uint8_t *o = p->data;
	size_t n = p->length;
	uint8_t tail[16] = { 0 };

	h ^= (uint64_t)p->length << 32 | (uint64_t)p->bulk << 16 | p->interface;
	for (; n >= 16; n -= 16, o += 16)
		h = mix(load_le64(o) ^ 0x8ebc6af09c88c6e3u, load_le64(o + 8) ^ h);
	memcpy(tail, o, n);
	h = mix(load_le64(tail) ^ 0x589965cc75374cc3u, load_le64(tail + 8) ^ h);
	w->digest[0] = h;
	w->digest[1] += h;
}

void world_pump(struct world *w, uint32_t node, mip_time now)
{
	struct world_node *wn = &w->nodes[node];
	struct packet *p;

	while ((p = node_output(wn->node))) {
		digest_frame(w, now, wn->node->name_id, p);
		if (w->conf.tap)
			w->conf.tap->frame(w->conf.tap->context, now, wn->ports[p->interface].tap, true, p);
		world_transmit(w, node, now, p);
	}
	sim_arm(w->sim, &wn->wake, mip_time_max(node_deadline(wn->node), now));
}

void world_deliver(struct world *w, uint32_t node, unsigned interface, mip_time now, struct packet *take)
{
	struct world_node *wn = &w->nodes[node];

	if (w->conf.tap)
		w->conf.tap->frame(w->conf.tap->context, now, wn->ports[interface].tap, false, take);
	node_input(wn->node, now, interface, take);
	world_pump(w, node, now);
}

void world_signal(struct world *w, uint32_t node, unsigned interface, mip_time now, enum link_signal what)
{
	node_signal(w->nodes[node].node, now, interface, what);
	world_pump(w, node, now);
}

static const struct segment_router *first_router(const struct segment *s)
{
	return s->routers->len ? &g_array_index(s->routers, struct segment_router, 0) : NULL;
}

static struct mac access_point_of(const struct segment *s)
{
	const struct segment_router *r = first_router(s);

	return r ? world_mac(r->node, r->interface) : (struct mac){ { 0 } };
}

void world_station_leaving(struct world *w, uint32_t node, unsigned interface, mip_time now, const struct segment *here, const struct segment *there)
{
	const struct segment_router *r = first_router(here);
	struct mac station = world_mac(node, interface), access_point = access_point_of(there);

	if (!r)
		return;
	node_station_leaving(w->nodes[r->node].node, now, r->interface, &station, &access_point);
	world_pump(w, r->node, now);
}

void world_signal_from(struct world *w, uint32_t node, unsigned interface, mip_time now, enum link_signal what, const struct segment *s)
{
	struct mac access_point = access_point_of(s);

	node_signal_from(w->nodes[node].node, now, interface, what, &access_point);
	world_pump(w, node, now);
}

void world_bring_up(struct world *w, mip_time now)
{
	for (uint32_t i = 0; i < w->node_count; i++) {
		bool linked = false;

		for (unsigned k = 0; k < w->nodes[i].port_count; k++) {
			if (!w->nodes[i].ports[k].wire && !w->nodes[i].ports[k].station)
				continue;
			world_signal(w, i, k, now, LINK_UP);
			linked = true;
		}
		/* A node without a link has timers all the same: its traffic. */
		if (!linked)
			world_pump(w, i, now);
	}
}

void world_observe_drop(struct world *w, uint32_t node, mip_time now, const struct packet *p, enum drop_reason why)
{
	const struct observer *o = w->env.observer;

	if (o && o->wants_messages)
		o->observe(o->context, &(struct observation){ .kind = OBSERVE_DROP, .node = node, .at = now, .value = why,
		                                              .octets = packet_octets(p) });
}

void world_run(struct world *w, mip_time until)
{
	sim_run(w->sim, until);
}

/* ---- look-ups ---------------------------------------------------------------------------------------------------------- */

uint64_t world_events(const struct world *w)
{
	return sim_events(w->sim);
}

mip_time world_now(const struct world *w)
{
	return sim_now(w->sim);
}

void world_digest(const struct world *w, char out[17])
{
	uint64_t h = mix(w->digest[0] ^ 0x1d8e4e27c47d124fu, w->digest[1] ^ 0xeb44accab455d165u);

	snprintf(out, 17, "%016" G_GINT64_MODIFIER "x", h);
}

void world_know_address(struct world *w, const struct in6 *address, uint32_t node)
{
	struct address_of_node a = { *address, node };

	g_array_append_val(w->addresses, a);
	w->addresses_sorted = false;
}

static int compare_addresses(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct in6));
}

int world_node_of(const struct world *w, const struct in6 *address)
{
	const struct address_of_node *found;

	if (!w->addresses_sorted) {
		struct world *mutable = (struct world *)w; /* a cache, filled on first use */

		g_array_sort(mutable->addresses, compare_addresses);
		mutable->addresses_sorted = true;
	}
	if (!w->addresses->len)
		return -1;
	found = bsearch(address, w->addresses->data, w->addresses->len, sizeof *found, compare_addresses);
	return found ? (int)found->node : -1;
}

const struct scenario_move *world_moves(const struct world *w, int *count)
{
	*count = (int)w->moves->len;
	return (const struct scenario_move *)(const void *)w->moves->data;
}

struct in6 world_address(const struct world *w, int node)
{
	return w->main_address[node];
}

unsigned world_tap_count(const struct world *w)
{
	return w->tap_ports->len;
}

void world_tap_name(const struct world *w, unsigned tap_interface, GString *name, bool *ethernet)
{
	size_t packed = GPOINTER_TO_SIZE(g_ptr_array_index(w->tap_ports, tap_interface));
	uint32_t node = (uint32_t)(packed >> 16);
	unsigned interface = packed & 0xffff;

	g_string_printf(name, "%s/%u", w->scenario ? w->scenario->nodes[node].name : "node", interface);
	*ethernet = !w->nodes[node].ports[interface].wire;
}
