// SPDX-License-Identifier: GPL-3.0-or-later
/* UDP sources and the sink of one node, see udp_flow.h. */
#include "models/app/udp_flow.h"

#include "models/app/family.h"

struct udp_flow {
	struct udp_flow *next;
	struct timer timer;
	struct udp_flow_conf conf;
	uint32_t sequence;
	mip_time talk_until;
};

struct udp_flows {
	struct role role;
	struct udp_flow *flows, **end;
};

static uint16_t flow_port(uint32_t flow)
{
	return (uint16_t)(UDP_FLOW_PORT_BASE + flow % 50000);
}

static void send_datagram(struct node *n, struct udp_flow *f, mip_time now)
{
	const struct udp_flow_conf *c = &f->conf;
	struct packet *p = family_packet(n, &c->source, &c->destination, PROTOCOL_UDP, UDP_HEADER + UDP_FLOW_MINIMUM);
	uint8_t *u = packet_put(p, UDP_HEADER + UDP_FLOW_MINIMUM);

	store_be32(u + UDP_HEADER, c->flow);
	store_be32(u + UDP_HEADER + 4, f->sequence);
	store_be64(u + UDP_HEADER + 8, (uint64_t)now);
	p->bulk = (uint16_t)(c->size - UDP_FLOW_MINIMUM);
	udp_write(u, flow_port(c->flow), flow_port(c->flow), UDP_FLOW_MINIMUM, p->bulk, &c->source, &c->destination);
	node_observe(n, now, (struct observation){ .kind = OBSERVE_DATA_SENT, .flow = c->flow, .value = f->sequence, .peer = c->destination,
	                                           .octets = packet_octets(p), .sent_at = now });
	f->sequence++;
	family_send(n, now, p);
}

static mip_time exponential(struct node *n, mip_time mean)
{
	unsigned __int128 product = (unsigned __int128)(uint64_t)mean * node_random_exponential_q32(n, RANDOM_TRAFFIC);

	return (mip_time)(product >> 32);
}

/* A spurt has a packet at its beginning at least; a packet that would come after its end waits for the next spurt. */
static mip_time voice_next(struct node *n, struct udp_flow *f, mip_time now, mip_time next)
{
	if (!f->sequence)
		f->talk_until = mip_time_add(now, exponential(n, f->conf.talk));
	if (next < f->talk_until)
		return next;
	next = mip_time_max(next, mip_time_add(f->talk_until, exponential(n, f->conf.silence)));
	f->talk_until = mip_time_add(next, exponential(n, f->conf.talk));
	return next;
}

static void fire(struct node *n, struct timer *t, mip_time now)
{
	struct udp_flow *f = mip_container_of(t, struct udp_flow, timer);
	mip_time gap = f->conf.interval, next;

	if (f->conf.kind == UDP_FLOW_POISSON)
		gap = mip_time_max(exponential(n, gap), 1);
	next = mip_time_add(now, gap);
	if (f->conf.kind == UDP_FLOW_VOICE)
		next = voice_next(n, f, now, next);
	if (next < f->conf.stop)
		node_arm(n, t, next);
	send_datagram(n, f, now);
}

static enum verdict input(struct role *r, mip_time now, struct delivery *d)
{
	const uint8_t *u = delivery_upper(d);
	struct udp_header h;
	struct rd payload;
	uint32_t flow, sequence;
	mip_time sent_at;

	if (d->protocol != PROTOCOL_UDP)
		return VERDICT_CONTINUE;
	if (udp_decode(u, d->length, d->octets, &d->source, &d->destination, &h) != WIRE_OK) {
		node_drop(r->node, now, d->packet, DROP_CHECKSUM);
		return VERDICT_TAKEN;
	}
	if (h.destination_port < UDP_FLOW_PORT_BASE || h.destination_port >= UDP_FLOW_PORT_BASE + 50000)
		return VERDICT_CONTINUE;
	payload = rd_of(u + UDP_HEADER, d->length - UDP_HEADER);
	flow = rd_u32(&payload);
	sequence = rd_u32(&payload);
	sent_at = (mip_time)((uint64_t)rd_u32(&payload) << 32);
	sent_at |= rd_u32(&payload);
	if (payload.bad || sent_at < 0 || sent_at > now) {
		node_drop(r->node, now, d->packet, DROP_MALFORMED);
		return VERDICT_TAKEN;
	}
	node_observe(r->node, now, (struct observation){
		.kind = OBSERVE_DATA_RECEIVED, .flow = flow, .value = sequence, .peer = d->source, .address = d->wire_destination,
		.octets = packet_octets(d->packet), .sent_at = sent_at,
		.via = family_via(d) });
	packet_free(d->packet);
	return VERDICT_TAKEN;
}

static void release(struct role *r)
{
	struct udp_flows *u = mip_container_of(r, struct udp_flows, role);
	struct udp_flow *f = u->flows, *next;

	for (; f; f = next) {
		next = f->next;
		timer_disarm(&r->node->timers, &f->timer);
		mip_free(f, sizeof *f);
	}
	mip_free(u, sizeof *u);
}

static int input4(struct role *r, mip_time now, struct ip4_delivery *d4)
{
	struct delivery d = family_delivery(d4);

	return input(r, now, &d);
}

static const struct ip4_role_ops ip4_ops = { .input = input4 };
static const struct role_ops ops = { .name = "udp-flow", .input = input, .ip4 = &ip4_ops, .free = release };

struct role *udp_flow_role_new(struct node *n)
{
	struct udp_flows *u = mip_alloc(sizeof *u);

	u->role.ops = &ops;
	u->role.node = n;
	u->end = &u->flows;
	return &u->role;
}

void udp_flow_add(struct role *r, const struct udp_flow_conf *conf)
{
	struct udp_flows *u = mip_container_of(r, struct udp_flows, role);
	struct udp_flow *f = mip_alloc(sizeof *f);

	mip_assert(r->ops == &ops && conf->size >= UDP_FLOW_MINIMUM && conf->interval > 0);
	f->conf = *conf;
	f->timer.fire = fire;
	*u->end = f;
	u->end = &f->next;
	if (conf->start < conf->stop)
		node_arm(r->node, &f->timer, conf->start);
}
