// SPDX-License-Identifier: GPL-3.0-or-later
/* Request-response clients and the server of one node, see request_flow.h. */
#include "models/app/request_flow.h"

#include "models/app/family.h"

#define PIECES_MAXIMUM (REQUEST_FLOW_MAXIMUM / REQUEST_FLOW_PIECE + 1)

struct request_flow {
	struct request_flow *next;
	struct timer timer;                /* the next request, or the end of waiting for an answer */
	struct request_flow_conf conf;
	uint32_t number;                   /* of the next request */
	mip_time sent_at;
	bool waiting;
	uint16_t missing;                  /* pieces */
	uint64_t seen[(PIECES_MAXIMUM + 63) / 64];
};

struct request_flows {
	struct role role;
	struct request_flow *flows, **end;
};

static uint16_t server_port(uint32_t flow)
{
	return (uint16_t)(REQUEST_FLOW_PORT + flow % REQUEST_FLOW_PORTS);
}

static uint16_t pieces_of(uint32_t octets)
{
	return (uint16_t)((octets + REQUEST_FLOW_PIECE - 1) / REQUEST_FLOW_PIECE);
}

/* A datagram of `octets` whose first 20 are these. */
static struct packet *datagram(struct node *n, const struct in6 *source, const struct in6 *destination, uint16_t from, uint16_t to,
                               uint32_t octets, uint32_t flow, uint32_t number, mip_time sent_at, uint32_t last)
{
	struct packet *p = family_packet(n, source, destination, PROTOCOL_UDP, UDP_HEADER + REQUEST_FLOW_MINIMUM);
	uint8_t *u = packet_put(p, UDP_HEADER + REQUEST_FLOW_MINIMUM);

	store_be32(u + UDP_HEADER, flow);
	store_be32(u + UDP_HEADER + 4, number);
	store_be64(u + UDP_HEADER + 8, (uint64_t)sent_at);
	store_be32(u + UDP_HEADER + 16, last);
	p->bulk = (uint16_t)(octets - REQUEST_FLOW_MINIMUM);
	udp_write(u, from, to, REQUEST_FLOW_MINIMUM, p->bulk, source, destination);
	return p;
}

/* ---- client ---------------------------------------------------------------------------------------------------------------- */

static void ask(struct node *n, struct request_flow *f, mip_time now)
{
	const struct request_flow_conf *c = &f->conf;
	uint16_t port = server_port(c->flow);
	struct packet *p = datagram(n, &c->source, &c->destination, (uint16_t)(port + REQUEST_FLOW_PORTS), port, c->request, c->flow,
	                            f->number, now, c->response);

	f->sent_at = now;
	f->waiting = true;
	f->missing = pieces_of(c->response);
	memset(f->seen, 0, sizeof f->seen);
	node_arm(n, &f->timer, mip_time_add(now, c->timeout));
	node_observe(n, now, (struct observation){ .kind = OBSERVE_DATA_SENT, .flow = c->flow, .value = f->number, .peer = c->destination,
	                                           .octets = packet_octets(p), .sent_at = now });
	f->number++;
	family_send(n, now, p);
}

static void think(struct node *n, struct request_flow *f, mip_time now)
{
	unsigned __int128 product = (unsigned __int128)(uint64_t)f->conf.think * node_random_exponential_q32(n, RANDOM_TRAFFIC);
	mip_time next = mip_time_add(now, (mip_time)(product >> 32));

	f->waiting = false;
	node_arm(n, &f->timer, next < f->conf.stop ? next : MIP_NEVER);
}

static void fire(struct node *n, struct timer *t, mip_time now)
{
	struct request_flow *f = mip_container_of(t, struct request_flow, timer);

	if (!f->waiting) {
		ask(n, f, now);
		return;
	}
	node_observe(n, now, (struct observation){ .kind = OBSERVE_TRANSACTION_FAILED, .flow = f->conf.flow, .value = f->number - 1,
	                                           .peer = f->conf.destination, .sent_at = f->sent_at });
	think(n, f, now);
}

static bool take_piece(struct node *n, mip_time now, struct request_flows *flows, const struct delivery *d, struct rd *r)
{
	uint32_t flow = rd_u32(r), number = rd_u32(r), piece, count;
	struct request_flow *f = flows->flows;

	rd_u32(r);
	rd_u32(r);
	piece = rd_u16(r);
	count = rd_u16(r);
	while (f && f->conf.flow != flow)
		f = f->next;
	if (r->bad || !f || !in6_equal(&d->source, &f->conf.destination) || count != pieces_of(f->conf.response) || piece >= count)
		return false;
	/* One that comes too late is nobody's fault. */
	if (!f->waiting || number + 1 != f->number || f->seen[piece / 64] >> piece % 64 & 1)
		return true;
	f->seen[piece / 64] |= (uint64_t)1 << piece % 64;
	if (--f->missing)
		return true;
	node_observe(n, now, (struct observation){ .kind = OBSERVE_TRANSACTION, .flow = flow, .value = number, .peer = d->source,
	                                           .sent_at = f->sent_at });
	think(n, f, now);
	return true;
}

/* ---- server ---------------------------------------------------------------------------------------------------------------- */

static bool answer(struct node *n, mip_time now, const struct delivery *d, struct rd *r)
{
	uint32_t flow = rd_u32(r), number = rd_u32(r), octets, start = 0;
	mip_time sent_at = (mip_time)((uint64_t)rd_u32(r) << 32);
	uint16_t port = server_port(flow), count;

	sent_at |= rd_u32(r);
	octets = rd_u32(r);
	if (r->bad || octets < REQUEST_FLOW_MINIMUM || octets > REQUEST_FLOW_MAXIMUM || sent_at < 0 || sent_at > now)
		return false;
	node_observe(n, now, (struct observation){
		.kind = OBSERVE_DATA_RECEIVED, .flow = flow, .value = number, .peer = d->source, .address = d->wire_destination,
		.octets = packet_octets(d->packet), .sent_at = sent_at,
		.via = family_via(d) });
	/* Even pieces: the last is not too small for its header. */
	count = pieces_of(octets);
	for (uint32_t i = 0; i < count; i++) {
		uint32_t stop = (uint32_t)((uint64_t)octets * (i + 1) / count);

		family_send(n, now, datagram(n, &d->destination, &d->source, port, (uint16_t)(port + REQUEST_FLOW_PORTS), stop - start, flow,
		                             number, sent_at, i << 16 | count));
		start = stop;
	}
	return true;
}

static enum verdict input(struct role *r, mip_time now, struct delivery *d)
{
	const uint8_t *u = delivery_upper(d);
	struct udp_header h;
	struct rd payload;
	bool good;

	if (d->protocol != PROTOCOL_UDP || d->length < UDP_HEADER || load_be16(u + 2) < REQUEST_FLOW_PORT ||
	    load_be16(u + 2) >= REQUEST_FLOW_PORT + 2 * REQUEST_FLOW_PORTS)
		return VERDICT_CONTINUE;
	if (udp_decode(u, d->length, d->octets, &d->source, &d->destination, &h) != WIRE_OK) {
		node_drop(r->node, now, d->packet, DROP_CHECKSUM);
		return VERDICT_TAKEN;
	}
	payload = rd_of(u + UDP_HEADER, d->length - UDP_HEADER);
	if (h.destination_port < REQUEST_FLOW_PORT + REQUEST_FLOW_PORTS)
		good = answer(r->node, now, d, &payload);
	else
		good = take_piece(r->node, now, mip_container_of(r, struct request_flows, role), d, &payload);
	if (good)
		packet_free(d->packet);
	else
		node_drop(r->node, now, d->packet, DROP_MALFORMED);
	return VERDICT_TAKEN;
}

/* ---- life ------------------------------------------------------------------------------------------------------------------ */

static void release(struct role *r)
{
	struct request_flows *flows = mip_container_of(r, struct request_flows, role);
	struct request_flow *f = flows->flows, *next;

	for (; f; f = next) {
		next = f->next;
		timer_disarm(&r->node->timers, &f->timer);
		mip_free(f, sizeof *f);
	}
	mip_free(flows, sizeof *flows);
}

static int input4(struct role *r, mip_time now, struct ip4_delivery *d4)
{
	struct delivery d = family_delivery(d4);

	return input(r, now, &d);
}

static const struct ip4_role_ops ip4_ops = { .input = input4 };
static const struct role_ops ops = { .name = "request-flow", .input = input, .ip4 = &ip4_ops, .free = release };

struct role *request_flow_role_new(struct node *n)
{
	struct request_flows *flows = mip_alloc(sizeof *flows);

	flows->role.ops = &ops;
	flows->role.node = n;
	flows->end = &flows->flows;
	return &flows->role;
}

void request_flow_add(struct role *r, const struct request_flow_conf *conf)
{
	struct request_flows *flows = mip_container_of(r, struct request_flows, role);
	struct request_flow *f = mip_alloc(sizeof *f);

	mip_assert(r->ops == &ops && conf->timeout > 0 && conf->request >= REQUEST_FLOW_MINIMUM);
	mip_assert(conf->response >= REQUEST_FLOW_MINIMUM && conf->response <= REQUEST_FLOW_MAXIMUM);
	f->conf = *conf;
	f->timer.fire = fire;
	*flows->end = f;
	flows->end = &f->next;
	if (conf->start < conf->stop)
		node_arm(r->node, &f->timer, conf->start);
}
