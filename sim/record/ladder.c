// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * See ladder.h. A line is a way of a message from the node that sent it first, or again, to where it was last seen; so a home agent
 * that sends a kept copy begins a line of its own. Left out: frames that a link duplicates, which count as one.
 */
#include "sim/record/ladder.h"

#include <inttypes.h>
#include <string.h>

#include "models/in4.h"
#include "models/wire/classify.h"
#include "models/wire/ipv4.h"
#include "models/wire/ipv6.h"
#include "models/wire/mh.h"
#include "sim/record/ladder_int.h"

#define MH_STATUS_AT 6 /* in a Binding Acknowledgement, RFC 6275 6.1.8 */

/* One way of a message. */
struct way {
	mip_time sent_at, arrived_at;
	int from, last;                 /* nodes: where it began; where it was last sent from or arrived at */
	struct in6 destination;         /* logical */
	uint8_t message;                /* enum message_type */
	uint8_t status;                 /* of an acknowledgement */
	uint16_t keys;
	bool again, tunnelled, routed, special;
	bool flying;
	GBytes *frame;                  /* while flying */
};

struct ladder {
	const struct scenario *scenario;
	const struct world *world;
	struct world_tap tap;
	GArray *nodes;                  /* int: by tap interface */
	GArray *ethernet;               /* bool, the same */
	GPtrArray *ways;                /* struct way *, in the order of their beginnings */
	GHashTable *messages;           /* identity (GBytes) -> GPtrArray of its ways */
	GHashTable *care_of;            /* address (GBytes) -> node + 1: who sent from it */
};

static bool find6(const struct packet *p, size_t skip, struct ladder_inner *in)
{
	const uint8_t *packet = p->data + skip;
	size_t octets = p->length - skip;
	struct packet classified;
	struct ipv6_view view;
	uint16_t overhead;

	*in = (struct ladder_inner){ 0 };
	/* Bulk is data's. */
	if (p->bulk || octets < IPV6_HEADER)
		return false;
	for (;;) {
		if (ipv6_walk(packet, octets, true, &view) != IPV6_WALK_OK)
			return false;
		if (view.protocol != PROTOCOL_IPV6)
			break;
		in->tunnelled = true;
		packet += view.offset;
		octets -= view.offset;
	}
	if (view.protocol != PROTOCOL_MOBILITY)
		return false;
	classified = (struct packet){ .data = (uint8_t *)packet, .length = (uint16_t)octets };
	in->message = wire_classify(&classified, &overhead);
	in->upper = packet + view.offset;
	in->octets = octets - view.offset;
	if ((in->message == MESSAGE_BA || in->message == MESSAGE_BA_HOME) && in->octets > MH_STATUS_AT)
		in->status = in->upper[MH_STATUS_AT];
	in->wire_source = ipv6_source(packet);
	in->source = view.has_home_address ? view.home_address : in->wire_source;
	in->destination = view.has_routing_header ? view.routing_address : ipv6_destination(packet);
	in->routed = view.has_routing_header;
	return true;
}

static bool is_group(const struct in6 *a)
{
	return in6_is_in4(a) ? in4_is_multicast(in4_of_in6(a)) : in6_is_multicast(a);
}

static GBytes *identity(const struct ladder_inner *in)
{
	size_t total = in->octets + 2 * sizeof(struct in6);
	uint8_t *octets = g_malloc(total);

	memcpy(octets, &in->source, sizeof in->source);
	memcpy(octets + sizeof in->source, &in->destination, sizeof in->destination);
	memcpy(octets + 2 * sizeof(struct in6), in->upper, in->octets);
	return g_bytes_new_take(octets, total);
}

static struct way *begin(struct ladder *l, mip_time now, int node, const struct ladder_inner *in, bool again)
{
	struct way *y = g_new0(struct way, 1);

	y->sent_at = now;
	y->from = node;
	y->arrived_at = MIP_NEVER;
	y->destination = in->destination;
	y->message = in->message;
	y->status = in->status;
	y->again = again;
	y->tunnelled = in->tunnelled;
	y->special = in->special;
	y->keys = in->keys;
	y->routed = in->routed;
	g_ptr_array_add(l->ways, y);
	if (!again)
		g_hash_table_replace(l->care_of, g_bytes_new(&in->wire_source, sizeof in->wire_source), GINT_TO_POINTER(node + 1));
	return y;
}

static void on_sent(struct ladder *l, mip_time now, int node, GBytes *frame, const struct ladder_inner *in)
{
	GBytes *key = identity(in);
	GPtrArray *ways = g_hash_table_lookup(l->messages, key);
	struct way *y = NULL;

	if (!ways) {
		ways = g_ptr_array_new();
		g_hash_table_insert(l->messages, g_bytes_ref(key), ways);
	}
	for (guint i = 0; i < ways->len && !y; i++) {
		struct way *w = ways->pdata[i];

		if (!w->flying && w->last == node && w->arrived_at != MIP_NEVER)
			y = w;
	}
	/* A copy is sent later than the instant its original came through; one that only waited for its next hop is the same way. */
	if (!y) {
		y = begin(l, now, node, in, ways->len && !is_group(&in->destination));
		g_ptr_array_add(ways, y);
	}
	y->flying = true;
	y->last = node;
	y->arrived_at = MIP_NEVER;
	g_clear_pointer(&y->frame, g_bytes_unref);
	y->frame = g_bytes_ref(frame);
	g_bytes_unref(key);
}

static void on_arrival(struct ladder *l, mip_time now, int node, GBytes *frame, const struct ladder_inner *in)
{
	GBytes *key = identity(in);
	GPtrArray *ways = g_hash_table_lookup(l->messages, key);

	for (guint i = 0; ways && i < ways->len; i++) {
		struct way *y = ways->pdata[i];

		if (!y->flying || !g_bytes_equal(y->frame, frame))
			continue;
		y->flying = false;
		y->last = node;
		y->arrived_at = now;
		break;
	}
	g_bytes_unref(key);
}

static void on_frame(void *context, mip_time now, unsigned tap_interface, bool sent, const struct packet *p)
{
	struct ladder *l = context;
	size_t skip = g_array_index(l->ethernet, bool, tap_interface) ? ETHERNET_HEADER : 0;
	int node = g_array_index(l->nodes, int, tap_interface);
	struct ladder_inner in;
	GBytes *frame;
	bool found;

	if (p->length <= skip)
		return;
	if (l->scenario->family == FAMILY_IPV4)
		found = (!skip || load_be16(p->data + 12) == ETHERTYPE_IPV4) && ladder4_find(p, skip, &in);
	else
		found = find6(p, skip, &in);
	if (!found)
		return;
	frame = g_bytes_new(p->data, p->length);
	if (sent)
		on_sent(l, now, node, frame, &in);
	else
		on_arrival(l, now, node, frame, &in);
	g_bytes_unref(frame);
}

static void free_way(void *p)
{
	struct way *y = p;

	g_clear_pointer(&y->frame, g_bytes_unref);
	g_free(y);
}

static void free_ways(void *p)
{
	g_ptr_array_free(p, TRUE);
}

static void unref_bytes(void *p)
{
	g_bytes_unref(p);
}

struct ladder *ladder_new(const struct scenario *s)
{
	struct ladder *l = g_new0(struct ladder, 1);

	l->scenario = s;
	l->tap = (struct world_tap){ .frame = on_frame, .context = l };
	l->nodes = g_array_new(FALSE, FALSE, sizeof(int));
	l->ethernet = g_array_new(FALSE, FALSE, sizeof(bool));
	l->ways = g_ptr_array_new_with_free_func(free_way);
	l->messages = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, unref_bytes, free_ways);
	l->care_of = g_hash_table_new_full(g_bytes_hash, g_bytes_equal, unref_bytes, NULL);
	return l;
}

void ladder_free(struct ladder *l)
{
	g_hash_table_destroy(l->messages);
	g_hash_table_destroy(l->care_of);
	g_ptr_array_free(l->ways, TRUE);
	g_array_free(l->nodes, TRUE);
	g_array_free(l->ethernet, TRUE);
	g_free(l);
}

const struct world_tap *ladder_tap(struct ladder *l)
{
	return &l->tap;
}

void ladder_attach(struct ladder *l, const struct world *w)
{
	GHashTable *nodes = g_hash_table_new(g_str_hash, g_str_equal);
	GString *name = g_string_new(NULL);

	l->world = w;
	for (int i = 0; i < l->scenario->node_count; i++)
		g_hash_table_insert(nodes, l->scenario->nodes[i].name, GINT_TO_POINTER(i));
	for (unsigned i = 0; i < world_tap_count(w); i++) {
		bool ethernet;
		int node;

		g_string_truncate(name, 0);
		world_tap_name(w, i, name, &ethernet);
		*strrchr(name->str, '/') = '\0';
		node = GPOINTER_TO_INT(g_hash_table_lookup(nodes, name->str));
		g_array_append_val(l->nodes, node);
		g_array_append_val(l->ethernet, ethernet);
	}
	g_hash_table_destroy(nodes);
	g_string_free(name, TRUE);
}

/* ---- writing -------------------------------------------------------------------------------------------------------------- */

static const char *message_name(uint8_t type)
{
	static const char *const names[] = {
#define X(e, s) s,
		MESSAGE_TYPES(X)
#undef X
	};

	return names[type];
}

static void print_time(mip_time t, FILE *to)
{
	fprintf(to, "%4" PRId64 ".%09" PRId64, t / MIP_SECOND, t % MIP_SECOND);
}

static bool ends_here(const struct ladder *l, const struct way *y)
{
	enum node_type type = l->scenario->nodes[y->last].type;

	return type == NODE_MOBILE || type == NODE_HOST || is_group(&y->destination) || world_node_of(l->world, &y->destination) == y->last;
}

static void print_way(const struct ladder *l, const struct way *y, FILE *to)
{
	const struct scenario_node *nodes = l->scenario->nodes;
	int receiver = world_node_of(l->world, &y->destination);
	GBytes *address = g_bytes_new(&y->destination, sizeof y->destination);

	if (receiver < 0)
		receiver = GPOINTER_TO_INT(g_hash_table_lookup(l->care_of, address)) - 1;
	g_bytes_unref(address);
	print_time(y->sent_at, to);
	fprintf(to, "  %s -> %s  %s%s%s%s", nodes[y->from].name,
	        is_group(&y->destination) ? "all" : receiver < 0 ? "?" : nodes[receiver].name, message_name(y->message),
	        y->again ? ", again" : "", y->special ? ", special tunnel" : y->tunnelled ? ", tunnelled" : "",
	        y->routed ? ", to the care-of address" : "");
	if (y->status >= BA_UNSPECIFIED)
		fprintf(to, ", status %u", y->status);
	ladder4_print_keys(y->keys, to);
	fputs("  ", to);
	if (y->flying) {
		fprintf(to, "lost behind %s\n", nodes[y->last].name);
	} else if (!ends_here(l, y)) {
		fprintf(to, "ends at %s\n", nodes[y->last].name);
	} else {
		fprintf(to, "arrives ");
		print_time(y->arrived_at, to);
		fputc('\n', to);
	}
}

static void print_step(const struct ladder *l, mip_time at, int node, const char *what, int cell, FILE *to)
{
	print_time(at, to);
	fprintf(to, "  %s %s%s%s\n", l->scenario->nodes[node].name, what, cell < 0 ? "" : " ", cell < 0 ? "" : l->scenario->cells[cell].name);
}

void ladder_print(const struct ladder *l, FILE *to)
{
	mip_time end = world_now(l->world);
	guint way = 0;
	int down = 0, up = 0, count;
	const struct scenario_move *moves = world_moves(l->world, &count);

	/* Moves are sorted by the time of leaving; none of a node begins before the last is over, but those of several may overlap. */
	GArray *arrivals = g_array_new(FALSE, FALSE, sizeof(struct scenario_move));

	for (int i = 0; i < count; i++) {
		struct scenario_move m = moves[i];
		guint place = arrivals->len;

		if (!m.at || m.cell < 0)
			continue;
		m.at = mip_time_add(m.at, m.down);
		while (place && g_array_index(arrivals, struct scenario_move, place - 1).at > m.at)
			place--;
		g_array_insert_val(arrivals, place, m);
	}
	for (;;) {
		const struct scenario_move *d = down < count ? &moves[down] : NULL;
		const struct scenario_move *u = up < (int)arrivals->len ? &g_array_index(arrivals, struct scenario_move, up) : NULL;
		const struct way *y = way < l->ways->len ? l->ways->pdata[way] : NULL;
		mip_time next = y ? y->sent_at : MIP_NEVER;

		if (d && !d->at) {
			down++;
		} else if (d && d->at <= end && d->at <= next && (!u || d->at <= u->at)) {
			print_step(l, d->at, d->node, "leaves", -1, to);
			down++;
		} else if (u && u->at <= end && u->at <= next) {
			print_step(l, u->at, u->node, "enters", u->cell, to);
			up++;
		} else if (y) {
			print_way(l, y, to);
			way++;
		} else {
			break;
		}
	}
	g_array_free(arrivals, TRUE);
}
