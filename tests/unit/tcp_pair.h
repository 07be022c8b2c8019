// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Two TCP ends and a network between them, in virtual time. The network asks a hook about each segment: deliver after so long, drop,
 * deliver twice. An oracle beside it knows which octets were handed to the receiver; what that delivers is compared with it each time.
 */
#ifndef TESTS_UNIT_TCP_PAIR_H
#define TESTS_UNIT_TCP_PAIR_H

#include <glib.h>

#include "models/app/tcp.h"
#include "models/wire/ipv6.h"

struct pair;

struct flight {
	mip_time at;
	uint64_t order;
	int to;
	struct tcp_segment segment;
};

struct fate {
	int copies;                      /* 0: lost */
	mip_time delay[2];
};

struct pair {
	struct tcp end[2];               /* 0 connects and sends, 1 listens */
	mip_time now;
	uint64_t order;
	GArray *flights;                 /* struct flight */
	struct fate (*fate)(struct pair *p, int from, const struct tcp_segment *s);
	void *context;
	GString *log;                    /* what left, when wanted */
	uint64_t sent[2];                /* segments */
	uint8_t *arrived;                /* by octet of the stream of end 0: handed to end 1 */
	int64_t arrived_size, arrived_prefix;
};

static inline struct fate pair_fate_of_delay(mip_time delay)
{
	return (struct fate){ 1, { delay, delay } };
}

static const struct tcp_conf pair_conf = {
	.maximum_segment = 1000, .receive_buffer = 1 << 20, .sack = true, .rto_minimum = MIP_SECOND, .delayed_ack = 200 * MIP_MILLISECOND,
};

static inline void pair_init(struct pair *p, const struct tcp_conf *a, const struct tcp_conf *b,
                             struct fate (*fate)(struct pair *, int, const struct tcp_segment *), int64_t stream)
{
	*p = (struct pair){ .fate = fate, .flights = g_array_new(FALSE, FALSE, sizeof(struct flight)), .arrived_size = stream };
	p->arrived = g_malloc0((gsize)stream + 1);
	/* Initial numbers close to the wrap, so that every test crosses it. */
	tcp_init(&p->end[0], a, 0xfffff000);
	tcp_init(&p->end[1], b, 0xfffffff0);
	tcp_listen(&p->end[1]);
}

static inline void pair_fini(struct pair *p)
{
	tcp_fini(&p->end[0]);
	tcp_fini(&p->end[1]);
	g_array_free(p->flights, TRUE);
	g_free(p->arrived);
	if (p->log)
		g_string_free(p->log, TRUE);
}

static inline void pair_log(struct pair *p, int from, const struct tcp_segment *s, bool lost)
{
	const struct tcp_header *h = &s->header;
	int64_t own = h->sequence - p->end[from].iss, other = h->acknowledgment - p->end[!from].iss;

	own = (uint32_t)own;
	other = (uint32_t)other;
	g_string_append_printf(p->log, "%" G_GINT64_FORMAT ".%03d %c %s%s", p->now / MIP_SECOND, (int)(p->now / MIP_MILLISECOND % 1000),
	                       from ? 'B' : 'A', h->flags & TCP_SYN ? "S" : "", h->flags & TCP_FIN ? "F" : "");
	g_string_append_printf(p->log, "%" G_GINT64_FORMAT ":%" G_GINT64_FORMAT, own, own + s->octets);
	if (h->flags & TCP_ACK)
		g_string_append_printf(p->log, " ack %" G_GINT64_FORMAT, other);
	for (unsigned i = 0; i < h->sack_count; i++)
		g_string_append_printf(p->log, " sack %u-%u", h->sack[i].left - p->end[!from].iss, h->sack[i].right - p->end[!from].iss);
	g_string_append(p->log, lost ? " lost\n" : "\n");
}

static inline void pair_pump(struct pair *p)
{
	for (int i = 0; i < 2; i++) {
		struct tcp_segment s;

		while (tcp_output(&p->end[i], p->now, &s)) {
			struct fate f = p->fate(p, i, &s);
			uint8_t wire[TCP_HEADER_MAXIMUM];
			const struct in6 a = { { 1 } };
			size_t header, n;

			p->sent[i]++;
			if (p->log)
				pair_log(p, i, &s, !f.copies);
			/* What leaves fits a real header and survives it. */
			n = tcp_write(wire, &s.header, s.octets, &a, &a);
			g_assert_cmpint(tcp_decode(wire, n, n + s.octets, &a, &a, &s.header, &header), ==, WIRE_OK);
			for (int k = 0; k < f.copies; k++) {
				struct flight one = { mip_time_add(p->now, f.delay[k]), ++p->order, !i, s };

				g_array_append_val(p->flights, one);
			}
			g_assert_cmpuint(p->sent[i], <, 2000000);
		}
	}
}

static inline void pair_arrive(struct pair *p, const struct flight *f)
{
	const struct tcp_segment *s = &f->segment;
	int64_t before = tcp_delivered(&p->end[1]);

	if (f->to == 1) {
		for (uint32_t k = 0; k < s->octets; k++) {
			g_assert_cmpint(s->offset + k, <, p->arrived_size);
			p->arrived[s->offset + k] = 1;
		}
		while (p->arrived_prefix < p->arrived_size && p->arrived[p->arrived_prefix])
			p->arrived_prefix++;
	}
	tcp_input(&p->end[f->to], p->now, s);
	g_assert_cmpint(tcp_delivered(&p->end[1]), >=, before);
	g_assert_cmpint(tcp_delivered(&p->end[1]), <=, p->arrived_prefix);
	/* Nobody acknowledges what has not been delivered. */
	g_assert_cmpint(tcp_acknowledged(&p->end[0]), <=, tcp_delivered(&p->end[1]));
}

/* Runs until nothing is owed, `until` at the latest. */
static inline void pair_run(struct pair *p, mip_time until)
{
	pair_pump(p);
	for (;;) {
		mip_time next = mip_time_min(tcp_deadline(&p->end[0]), tcp_deadline(&p->end[1]));
		guint first = 0;

		for (guint i = 1; i < p->flights->len; i++) {
			const struct flight *a = &g_array_index(p->flights, struct flight, i), *b = &g_array_index(p->flights, struct flight, first);

			if (a->at < b->at || (a->at == b->at && a->order < b->order))
				first = i;
		}
		if (p->flights->len && g_array_index(p->flights, struct flight, first).at <= next) {
			struct flight f = g_array_index(p->flights, struct flight, first);

			if (f.at > until)
				break;
			g_array_remove_index_fast(p->flights, first);
			p->now = f.at;
			pair_arrive(p, &f);
		} else if (next <= until) {
			p->now = next;
			tcp_expire(&p->end[0], p->now);
			tcp_expire(&p->end[1], p->now);
		} else {
			break;
		}
		if (p->end[1].state == TCP_CLOSE_WAIT)
			tcp_close(&p->end[1]);
		pair_pump(p);
	}
}

#endif
