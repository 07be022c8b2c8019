// SPDX-License-Identifier: GPL-3.0-or-later
/* The connection: states, acceptance of segments, windows and timers, see tcp.h. RFC 9293 section 3.10 in its order. */
#include "models/app/tcp_int.h"

/* ---- life ------------------------------------------------------------------------------------------------------------------ */

void tcp_init(struct tcp *t, const struct tcp_conf *conf, uint32_t iss)
{
	mip_assert(conf->maximum_segment && conf->receive_buffer && conf->receive_buffer <= 1u << 30);
	*t = (struct tcp){ .conf = *conf, .iss = iss, .end = 1, .peer_end = -1 };
	t->acknowledge_at = t->forget_at = MIP_NEVER;
	while (conf->receive_buffer >> t->receive_shift > UINT16_MAX)
		t->receive_shift++;
	tcp_sender_init(t);
}

void tcp_fini(struct tcp *t)
{
	tcp_ranges_fini(&t->sacked);
	tcp_ranges_fini(&t->early);
}

static void enter_closed(struct tcp *t, bool aborted)
{
	t->state = TCP_CLOSED;
	t->aborted = aborted;
	t->retransmit_at = t->acknowledge_at = t->forget_at = MIP_NEVER;
	t->want_syn = t->want_ack = t->want_first = t->want_probe = false;
}

void tcp_listen(struct tcp *t)
{
	mip_assert(t->state == TCP_CLOSED);
	t->state = TCP_LISTEN;
}

void tcp_connect(struct tcp *t, mip_time now)
{
	mip_assert(t->state == TCP_CLOSED);
	t->state = TCP_SYN_SENT;
	t->want_syn = true;
	t->next = 1;
	t->retransmit_at = mip_time_add(now, t->timeout);
	t->timed_at = now;
	t->timed_sequence = 1;
}

void tcp_send(struct tcp *t, int64_t octets)
{
	mip_assert(octets >= 0 && !t->closing && t->end < TCP_UNLIMITED && octets <= TCP_UNLIMITED);
	t->end += octets;
}

void tcp_cut(struct tcp *t)
{
	if (t->closing)
		return;
	t->end = tcp_max(t->next, 1);
	t->closing = true;
}

void tcp_close(struct tcp *t)
{
	if (t->end >= TCP_UNLIMITED)
		tcp_cut(t);
	else
		t->closing = true;
}

int64_t tcp_delivered(const struct tcp *t)
{
	int64_t octets = t->expected - 1 - (t->peer_end >= 0 && t->expected > t->peer_end);

	return octets > 0 ? octets : 0;
}

int64_t tcp_acknowledged(const struct tcp *t)
{
	int64_t octets = tcp_min(t->unacknowledged, t->end) - 1;

	return octets > 0 ? octets : 0;
}

bool tcp_done(const struct tcp *t)
{
	return t->closing && t->unacknowledged == t->end + 1;
}

static bool synchronized(const struct tcp *t)
{
	return t->state >= TCP_ESTABLISHED;
}

/* ---- set-up ------------------------------------------------------------------------------------------------------------------ */

static void take_syn(struct tcp *t, const struct tcp_header *h)
{
	t->irs = h->sequence;
	t->expected = 1;
	/* RFC 9293 3.7.1: 1220 over IPv6 when the peer names none. */
	t->segment = h->has_maximum_segment && h->maximum_segment ? h->maximum_segment : 1220;
	if (t->segment > t->conf.maximum_segment)
		t->segment = t->conf.maximum_segment;
	/* RFC 7323 2.2, 2.3: only if both sides sent it; a shift above 14 counts as 14. */
	t->scaled = h->has_window_scale;
	if (t->scaled)
		t->send_shift = h->window_scale > 14 ? 14 : h->window_scale;
	else
		t->receive_shift = 0;
	t->sack = t->conf.sack && h->sack_permitted;
	/* The window of a SYN is never scaled. */
	t->window = t->largest_window = h->window;
	t->window_sequence = 0;
}

static void establish(struct tcp *t, mip_time now)
{
	tcp_sender_established(t, now);
	t->window_acknowledgment = 1;
	t->state = TCP_ESTABLISHED;
}

static void input_listen(struct tcp *t, mip_time now, const struct tcp_header *h)
{
	if (!(h->flags & TCP_SYN) || h->flags & (TCP_RST | TCP_ACK)) {
		t->counts.refused++;
		return;
	}
	take_syn(t, h);
	t->state = TCP_SYN_RECEIVED;
	t->want_syn = true;
	t->next = 1;
	t->timed_at = now;
	t->timed_sequence = 1;
	t->retransmit_at = mip_time_add(now, t->timeout);
}

static void input_syn_sent(struct tcp *t, mip_time now, const struct tcp_header *h)
{
	bool good_ack = h->flags & TCP_ACK && h->acknowledgment == t->iss + 1;

	if (!good_ack || !(h->flags & (TCP_SYN | TCP_RST))) {
		t->counts.refused++;
		return;
	}
	if (h->flags & TCP_RST) {
		enter_closed(t, true);
		return;
	}
	take_syn(t, h);
	/* The sample needs to know what is acknowledged. */
	t->unacknowledged = 1;
	establish(t, now);
	t->want_ack = true;
}

/* ---- an open connection -------------------------------------------------------------------------------------------------------- */

static int64_t sequence_octets(const struct tcp_segment *in)
{
	return in->octets + !!(in->header.flags & TCP_SYN) + !!(in->header.flags & TCP_FIN);
}

/* RFC 9293 3.10.7.4, first check: some of it lies in the window. */
static bool acceptable(const struct tcp *t, int64_t sequence, int64_t octets)
{
	int64_t edge = t->expected + t->conf.receive_buffer;

	return octets ? sequence + octets > t->expected && sequence < edge : sequence >= t->expected && sequence <= edge;
}

static void update_window(struct tcp *t, const struct tcp_header *h, int64_t sequence, int64_t acknowledgment)
{
	if (t->window_sequence > sequence || (t->window_sequence == sequence && t->window_acknowledgment > acknowledgment))
		return;
	t->window = (int64_t)h->window << t->send_shift;
	t->largest_window = tcp_max(t->largest_window, t->window);
	t->window_sequence = sequence;
	t->window_acknowledgment = acknowledgment;
}

static void our_fin_acknowledged(struct tcp *t, mip_time now)
{
	switch (t->state) {
	case TCP_FIN_WAIT_1:
		t->state = TCP_FIN_WAIT_2;
		break;
	case TCP_CLOSING:
		t->state = TCP_TIME_WAIT;
		t->forget_at = mip_time_add(now, 2 * TCP_MAXIMUM_SEGMENT_LIFETIME);
		break;
	case TCP_LAST_ACK:
		enter_closed(t, false);
		break;
	default:
		break;
	}
}

/* The acknowledgment field. False: the segment goes no further. */
static bool take_acknowledgment(struct tcp *t, mip_time now, const struct tcp_segment *in, int64_t sequence)
{
	const struct tcp_header *h = &in->header;
	int64_t acknowledgment = tcp_distance(h->acknowledgment, t->iss, t->unacknowledged);
	bool bare;

	if (!(h->flags & TCP_ACK)) {
		t->counts.refused++;
		return false;
	}
	if (acknowledgment > t->next) {
		/* Of what was never sent. */
		t->want_ack = synchronized(t);
		t->counts.refused++;
		return false;
	}
	if (t->state == TCP_SYN_RECEIVED) {
		if (acknowledgment != 1) {
			t->counts.refused++;
			return false;
		}
		t->unacknowledged = 1;
		t->want_syn = false;
		establish(t, now);
	}
	bare = !sequence_octets(in) && (int64_t)h->window << t->send_shift == t->window;
	tcp_sender_input(t, now, h, acknowledgment, bare);
	update_window(t, h, sequence, acknowledgment);
	if (tcp_done(t))
		our_fin_acknowledged(t, now);
	return t->state != TCP_CLOSED;
}

static void input_open(struct tcp *t, mip_time now, const struct tcp_segment *in)
{
	const struct tcp_header *h = &in->header;
	int64_t sequence = tcp_distance(h->sequence, t->irs, t->expected);

	if (!acceptable(t, sequence, sequence_octets(in))) {
		if (in->octets)
			t->counts.duplicates++;
		/* A repeated SYN: its answer was lost. */
		if (t->state == TCP_SYN_RECEIVED && h->flags & TCP_SYN)
			t->want_syn = true;
		else if (!(h->flags & TCP_RST))
			t->want_ack = true;
		if (t->state == TCP_TIME_WAIT && h->flags & TCP_FIN)
			t->forget_at = mip_time_add(now, 2 * TCP_MAXIMUM_SEGMENT_LIFETIME);
		return;
	}
	if (h->flags & (TCP_RST | TCP_SYN)) {
		/* RFC 5961: a reset counts at exactly the number expected; everything else gets a challenge. */
		if (h->flags & TCP_RST && sequence == t->expected)
			enter_closed(t, true);
		else
			t->want_ack = true;
		return;
	}
	if (take_acknowledgment(t, now, in, sequence))
		tcp_receiver_input(t, now, in, sequence);
}

void tcp_input(struct tcp *t, mip_time now, const struct tcp_segment *in)
{
	switch (t->state) {
	case TCP_CLOSED:
		t->counts.refused++;
		break;
	case TCP_LISTEN:
		input_listen(t, now, &in->header);
		break;
	case TCP_SYN_SENT:
		input_syn_sent(t, now, &in->header);
		break;
	default:
		input_open(t, now, in);
		break;
	}
}

/* ---- time ---------------------------------------------------------------------------------------------------------------------- */

mip_time tcp_deadline(const struct tcp *t)
{
	return mip_time_min(t->retransmit_at, mip_time_min(t->acknowledge_at, t->forget_at));
}

static void expire_retransmission(struct tcp *t, mip_time now)
{
	if (t->retries >= TCP_RETRIES_MAXIMUM) {
		enter_closed(t, true);
		return;
	}
	if (!synchronized(t)) {
		t->retries++;
		t->counts.timeouts++;
		t->syn_repeated = true;
		t->want_syn = true;
		t->timed_at = MIP_NEVER;
		t->timeout = 2 * t->timeout;
		t->retransmit_at = mip_time_add(now, t->timeout);
	} else if (t->unacknowledged < t->next) {
		tcp_sender_expire(t, now);
	} else {
		/* Persist: the window is closed (RFC 9293 3.8.6.1). */
		t->timeout = mip_time_min(2 * t->timeout, 60 * MIP_SECOND);
		t->retransmit_at = MIP_NEVER;
		t->want_probe = true;
	}
}

void tcp_expire(struct tcp *t, mip_time now)
{
	if (t->forget_at <= now) {
		enter_closed(t, false);
		return;
	}
	if (t->acknowledge_at <= now) {
		t->acknowledge_at = MIP_NEVER;
		t->want_ack = true;
	}
	if (t->retransmit_at <= now)
		expire_retransmission(t, now);
}

/* ---- output -------------------------------------------------------------------------------------------------------------------- */

static void fill_syn(struct tcp *t, struct tcp_segment *out)
{
	struct tcp_header *h = &out->header;
	bool answer = t->state == TCP_SYN_RECEIVED;

	h->sequence = t->iss;
	h->flags = TCP_SYN | (answer ? TCP_ACK : 0);
	h->acknowledgment = answer ? t->irs + 1 : 0;
	h->has_maximum_segment = true;
	h->maximum_segment = t->conf.maximum_segment;
	/* An answer only has what was offered (RFC 7323 2.2, RFC 2018 2). */
	h->has_window_scale = t->scaled || !answer;
	h->window_scale = t->receive_shift;
	h->sack_permitted = answer ? t->sack : t->conf.sack;
	h->window = (uint16_t)tcp_min(t->conf.receive_buffer, UINT16_MAX);
	out->again = t->syn_repeated;
	t->want_syn = t->want_ack = false;
}

/* All but SYN and RST carry an acknowledgment; what was owed is paid. */
static void fill_acknowledgment(struct tcp *t, struct tcp_segment *out)
{
	struct tcp_header *h = &out->header;

	h->flags |= TCP_ACK;
	h->acknowledgment = t->irs + (uint32_t)t->expected;
	h->window = (uint16_t)tcp_min(t->conf.receive_buffer >> t->receive_shift, UINT16_MAX);
	if (t->sack && t->early.count)
		tcp_receiver_blocks(t, h);
	t->want_ack = false;
	t->unanswered = 0;
	t->acknowledge_at = MIP_NEVER;
}

static void fin_left(struct tcp *t)
{
	if (t->state == TCP_ESTABLISHED)
		t->state = TCP_FIN_WAIT_1;
	else if (t->state == TCP_CLOSE_WAIT)
		t->state = TCP_LAST_ACK;
}

bool tcp_output(struct tcp *t, mip_time now, struct tcp_segment *out)
{
	int64_t start, stop;

	if (t->state == TCP_CLOSED || t->state == TCP_LISTEN)
		return false;
	*out = (struct tcp_segment){ 0 };
	if (t->want_syn) {
		fill_syn(t, out);
		return true;
	}
	if (!synchronized(t))
		return false;
	if (t->state != TCP_TIME_WAIT && tcp_sender_next(t, now, &start, &stop, &out->again)) {
		out->offset = start - 1;
		out->octets = (uint32_t)(tcp_min(stop, t->end) - start);
		out->header.sequence = t->iss + (uint32_t)start;
		if (stop > t->end) {
			out->header.flags |= TCP_FIN;
			fin_left(t);
		}
		/* Pushed: the last octets there are. */
		if (out->octets && start + out->octets == t->end)
			out->header.flags |= TCP_PSH;
		fill_acknowledgment(t, out);
		return true;
	}
	tcp_sender_persist(t, now);
	if (!t->want_ack)
		return false;
	out->header.sequence = t->iss + (uint32_t)t->next;
	fill_acknowledgment(t, out);
	return true;
}
