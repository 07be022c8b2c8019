// SPDX-License-Identifier: GPL-3.0-or-later
/* TCP ends of one node as a role, see tcp_flow.h; the protocol itself is in tcp.c. */
#include "models/app/tcp_flow.h"

#include "models/app/family.h"

struct tcp_end {
	struct tcp_end *next;
	struct timer timer;
	struct tcp_flow_conf conf;
	struct tcp tcp;
	bool source, started, stopped, reported;
	int64_t series[SERIES_KIND_COUNT]; /* last reported */
	struct tcp_counts counts;          /* reported so far */
};

struct tcp_flows {
	struct role role;
	struct tcp_end *ends, **tail;
};

static uint16_t flow_port(uint32_t flow)
{
	return (uint16_t)(TCP_FLOW_PORT_BASE + flow % 50000);
}

static const struct in6 *own_address(const struct tcp_end *e)
{
	return e->source ? &e->conf.source : &e->conf.destination;
}

static const struct in6 *peer_address(const struct tcp_end *e)
{
	return e->source ? &e->conf.destination : &e->conf.source;
}

/* ---- observing ------------------------------------------------------------------------------------------------------------ */

static void observe(struct node *n, mip_time now, const struct tcp_end *e, struct observation o)
{
	o.flow = e->conf.flow;
	o.peer = *peer_address(e);
	node_observe(n, now, o);
}

static void observe_series(struct node *n, mip_time now, struct tcp_end *e, enum series_kind kind, int64_t amount)
{
	if (!e->conf.series || e->series[kind] == amount)
		return;
	e->series[kind] = amount;
	observe(n, now, e, (struct observation){ .kind = OBSERVE_SERIES, .value = kind, .amount = amount });
}

static void observe_state(struct node *n, mip_time now, struct tcp_end *e)
{
	const struct tcp *t = &e->tcp;

	for (; e->counts.timeouts < t->counts.timeouts; e->counts.timeouts++)
		observe(n, now, e, (struct observation){ .kind = OBSERVE_STREAM_TIMEOUT });
	for (; e->counts.fast_recoveries < t->counts.fast_recoveries; e->counts.fast_recoveries++)
		observe(n, now, e, (struct observation){ .kind = OBSERVE_STREAM_RECOVERY });
	if (!e->source) {
		observe_series(n, now, e, SERIES_DELIVERED, tcp_delivered(t));
		return;
	}
	if (t->congestion_window)
		observe_series(n, now, e, SERIES_CONGESTION_WINDOW, t->congestion_window);
	/* Until the first loss there is none. */
	if (t->slow_start_threshold < TCP_UNLIMITED)
		observe_series(n, now, e, SERIES_SLOW_START_THRESHOLD, t->slow_start_threshold);
	if (!e->reported && (t->aborted || tcp_done(t))) {
		e->reported = true;
		observe(n, now, e, (struct observation){ .kind = OBSERVE_STREAM_CLOSED, .value = t->aborted });
	}
}

/* ---- the pump ------------------------------------------------------------------------------------------------------------- */

static void send_segment(struct node *n, mip_time now, const struct tcp_end *e, struct tcp_segment *s)
{
	const struct in6 *source = own_address(e), *destination = peer_address(e);
	struct packet *p = family_packet(n, source, destination, PROTOCOL_TCP, TCP_HEADER_MAXIMUM);
	uint8_t header[TCP_HEADER_MAXIMUM];
	size_t octets;

	s->header.source_port = s->header.destination_port = flow_port(e->conf.flow);
	octets = tcp_write(header, &s->header, s->octets, source, destination);
	memcpy(packet_put(p, octets), header, octets);
	p->bulk = (uint16_t)s->octets;
	observe(n, now, e, (struct observation){ .kind = OBSERVE_STREAM_SENT, .octets = packet_octets(p),
	                                         .value = !s->octets ? STREAM_CONTROL : s->again ? STREAM_AGAIN : STREAM_NEW,
	                                         .amount = s->offset + s->octets });
	family_send(n, now, p);
}

static void pump(struct node *n, mip_time now, struct tcp_end *e)
{
	struct tcp_segment s;
	mip_time wanted;

	/* The sink has nothing to say of its own. */
	if (!e->source && e->tcp.state == TCP_CLOSE_WAIT)
		tcp_close(&e->tcp);
	while (tcp_output(&e->tcp, now, &s))
		send_segment(n, now, e, &s);
	observe_state(n, now, e);
	wanted = tcp_deadline(&e->tcp);
	if (e->source && !e->stopped)
		wanted = mip_time_min(wanted, e->started ? e->conf.stop : e->conf.start);
	node_arm(n, &e->timer, wanted);
}

static void start(struct tcp_end *e, mip_time now)
{
	e->started = true;
	tcp_connect(&e->tcp, now);
	tcp_send(&e->tcp, e->conf.octets);
	if (e->conf.octets < TCP_UNLIMITED)
		tcp_close(&e->tcp);
}

static void stop(struct tcp_end *e)
{
	e->stopped = true;
	tcp_cut(&e->tcp);
}

static void fire(struct node *n, struct timer *t, mip_time now)
{
	struct tcp_end *e = mip_container_of(t, struct tcp_end, timer);

	if (e->source && !e->started && e->conf.start <= now)
		start(e, now);
	else if (e->source && e->started && !e->stopped && e->conf.stop <= now)
		stop(e);
	tcp_expire(&e->tcp, now);
	pump(n, now, e);
}

/* ---- input ---------------------------------------------------------------------------------------------------------------- */

/* Few connections a node, so a walk is enough. */
static struct tcp_end *find(const struct tcp_flows *flows, const struct delivery *d, const struct tcp_header *h)
{
	for (struct tcp_end *e = flows->ends; e; e = e->next) {
		uint16_t port = flow_port(e->conf.flow);

		if (h->destination_port == port && h->source_port == port && in6_equal(own_address(e), &d->destination) &&
		    in6_equal(peer_address(e), &d->source))
			return e;
	}
	return NULL;
}

static enum verdict input(struct role *r, mip_time now, struct delivery *d)
{
	struct tcp_flows *flows = mip_container_of(r, struct tcp_flows, role);
	struct tcp_segment s = { 0 };
	struct tcp_end *e;
	enum wire_error error;
	uint32_t duplicates;
	size_t header;

	if (d->protocol != PROTOCOL_TCP)
		return VERDICT_CONTINUE;
	error = tcp_decode(delivery_upper(d), d->length, d->octets, &d->source, &d->destination, &s.header, &header);
	if (error != WIRE_OK) {
		node_drop(r->node, now, d->packet,
		          error == WIRE_CHECKSUM ? DROP_CHECKSUM : error == WIRE_TRUNCATED ? DROP_TRUNCATED : DROP_MALFORMED);
		return VERDICT_TAKEN;
	}
	e = find(flows, d, &s.header);
	if (!e || (e->source && !e->started)) {
		node_drop(r->node, now, d->packet, DROP_NO_LISTENER);
		return VERDICT_TAKEN;
	}
	s.octets = d->octets - (uint32_t)header;
	duplicates = e->tcp.counts.duplicates;
	tcp_input(&e->tcp, now, &s);
	observe(r->node, now, e, (struct observation){
		.kind = OBSERVE_STREAM_RECEIVED, .octets = packet_octets(d->packet), .address = d->wire_destination,
		.value = !s.octets ? STREAM_CONTROL : e->tcp.counts.duplicates != duplicates ? STREAM_AGAIN : STREAM_NEW,
		.amount = e->source ? 0 : tcp_delivered(&e->tcp),
		.via = family_via(d) });
	packet_free(d->packet);
	pump(r->node, now, e);
	return VERDICT_TAKEN;
}

/* ---- life ----------------------------------------------------------------------------------------------------------------- */

static void release(struct role *r)
{
	struct tcp_flows *flows = mip_container_of(r, struct tcp_flows, role);
	struct tcp_end *e = flows->ends, *next;

	for (; e; e = next) {
		next = e->next;
		timer_disarm(&r->node->timers, &e->timer);
		tcp_fini(&e->tcp);
		mip_free(e, sizeof *e);
	}
	mip_free(flows, sizeof *flows);
}

static int input4(struct role *r, mip_time now, struct ip4_delivery *d4)
{
	struct delivery d = family_delivery(d4);

	return input(r, now, &d);
}

static const struct ip4_role_ops ip4_ops = { .input = input4 };
static const struct role_ops ops = { .name = "tcp-flow", .input = input, .ip4 = &ip4_ops, .free = release };

struct role *tcp_flow_role_new(struct node *n)
{
	struct tcp_flows *flows = mip_alloc(sizeof *flows);

	flows->role.ops = &ops;
	flows->role.node = n;
	flows->tail = &flows->ends;
	return &flows->role;
}

void tcp_flow_add(struct role *r, const struct tcp_flow_conf *conf, bool source)
{
	struct tcp_flows *flows = mip_container_of(r, struct tcp_flows, role);
	struct tcp_end *e = mip_alloc(sizeof *e);

	mip_assert(r->ops == &ops && conf->octets >= 0);
	e->conf = *conf;
	e->source = source;
	e->timer.fire = fire;
	for (int k = 0; k < SERIES_KIND_COUNT; k++)
		e->series[k] = -1;
	/* The initial number only has to differ from run to run here; nobody guesses it. */
	tcp_init(&e->tcp, &conf->tcp, (uint32_t)node_random_u64(r->node, RANDOM_TRANSPORT));
	*flows->tail = e;
	flows->tail = &e->next;
	if (!source)
		tcp_listen(&e->tcp);
	else if (conf->start < conf->stop)
		node_arm(r->node, &e->timer, conf->start);
}
