// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The sending half: congestion window (RFC 5681), NewReno (RFC 6582) for peers without SACK, SACK-based recovery (RFC 6675) for the
 * others, retransmission timer (RFC 6298).
 *
 * After a timeout everything outstanding counts as lost and is filled in anew in slow start, whatever arrives meanwhile is not sent
 * again; one and the same pipe counts for both kinds of peers then. What the scoreboard said before the timeout is forgotten
 * (RFC 2018 8).
 */
#include "models/app/tcp_int.h"

#define RTO_INITIAL MIP_SECOND            /* RFC 6298 2.1 */
#define RTO_AFTER_SYN (3 * MIP_SECOND)    /* 5.7 */
#define RTO_MAXIMUM (60 * MIP_SECOND)     /* 2.5 */
#define RTO_GRANULARITY MIP_MILLISECOND   /* G of 2.3 */

/* ---- round trips and the timer ------------------------------------------------------------------------------------------- */

void tcp_sender_init(struct tcp *t)
{
	t->smoothed = t->timed_at = t->retransmit_at = MIP_NEVER;
	t->timeout = RTO_INITIAL;
	t->slow_start_threshold = INT64_MAX;
	t->segment = t->conf.maximum_segment;
}

/* RFC 6298 2.2, 2.3. */
static void sample(struct tcp *t, mip_time round_trip)
{
	if (t->smoothed == MIP_NEVER) {
		t->smoothed = round_trip;
		t->variation = round_trip / 2;
	} else {
		mip_time off = t->smoothed > round_trip ? t->smoothed - round_trip : round_trip - t->smoothed;

		t->variation = (3 * t->variation + off) / 4;
		t->smoothed = (7 * t->smoothed + round_trip) / 8;
	}
	t->timeout = t->smoothed + mip_time_max(RTO_GRANULARITY, 4 * t->variation);
	t->timeout = mip_time_min(mip_time_max(t->timeout, t->conf.rto_minimum), RTO_MAXIMUM);
}

static void take_sample(struct tcp *t, mip_time now)
{
	if (t->timed_at == MIP_NEVER || t->unacknowledged < t->timed_sequence)
		return;
	sample(t, now - t->timed_at);
	t->timed_at = MIP_NEVER;
}

static int64_t limit(const struct tcp *t)
{
	return t->end + t->closing;
}

static uint32_t initial_window(const struct tcp *t)
{
	/* RFC 5681 3.1; a lost SYN: one segment. */
	if (t->syn_repeated)
		return t->segment;
	return t->segment * (t->segment > 2190 ? 2 : t->segment > 1095 ? 3 : 4);
}

void tcp_sender_established(struct tcp *t, mip_time now)
{
	t->unacknowledged = t->recovery_point = t->high_retransmitted = t->lost_below = 1;
	take_sample(t, now);
	if (t->smoothed == MIP_NEVER && t->syn_repeated)
		t->timeout = mip_time_max(RTO_AFTER_SYN, t->conf.rto_minimum);
	t->retransmit_at = MIP_NEVER;
	t->retries = 0;
	t->congestion_window = initial_window(t);
	t->last_sent_at = now;
}

/* ---- the scoreboard ------------------------------------------------------------------------------------------------------ */

/* A stretch of outstanding octets that nobody acknowledged. */
struct hole {
	int64_t left, right;
	bool sacked_above;                /* some octet above arrived */
	bool lost;                        /* IsLost() of RFC 6675 4 */
};

/* Holes from below; i counts from 0. False: there is none of that number. */
static bool hole_at(const struct tcp *t, uint32_t i, struct hole *out)
{
	const struct tcp_ranges *s = &t->sacked;
	int64_t above = 0;

	if (i > s->count)
		return false;
	out->left = i ? s->at[i - 1].right : t->unacknowledged;
	out->right = i < s->count ? s->at[i].left : t->next;
	out->sacked_above = i < s->count;
	out->lost = s->count - i >= TCP_DUPLICATE_THRESHOLD;
	for (uint32_t k = i; k < s->count && !out->lost; k++) {
		above += s->at[k].right - s->at[k].left;
		out->lost = above > (TCP_DUPLICATE_THRESHOLD - 1) * (int64_t)t->segment;
	}
	return true;
}

/* Octets thought to be under way (SetPipe() of RFC 6675 4). */
static int64_t pipe(const struct tcp *t)
{
	int64_t octets = 0;
	struct hole h;

	for (uint32_t i = 0; hole_at(t, i, &h); i++) {
		if (!h.lost)
			octets += tcp_max(0, h.right - tcp_max(h.left, t->lost_below));
		octets += tcp_max(0, tcp_min(h.right, t->high_retransmitted) - h.left);
	}
	return octets;
}

static int64_t flight(const struct tcp *t)
{
	return t->next - t->unacknowledged;
}

/* ---- acknowledgments ------------------------------------------------------------------------------------------------------ */

/* RFC 5681 equation 4, without what limited transmit sent beyond the window. */
static int64_t half_flight(const struct tcp *t)
{
	int64_t beyond = tcp_min(t->limited, tcp_max(flight(t) - t->congestion_window, 0));

	return tcp_max((flight(t) - beyond) / 2, 2 * (int64_t)t->segment);
}

static void start_recovery(struct tcp *t)
{
	t->phase = TCP_RECOVERY;
	t->counts.fast_recoveries++;
	t->slow_start_threshold = t->congestion_window = half_flight(t);
	if (!t->sack)
		t->congestion_window += TCP_DUPLICATE_THRESHOLD * (int64_t)t->segment;
	t->recovery_point = t->next;
	t->partial_seen = false;
	t->want_first = true;
	t->high_retransmitted = t->unacknowledged;
}

static void stop_recovery(struct tcp *t)
{
	/* RFC 6582 3.2 step 3, full acknowledgment, option 1. */
	if (t->phase == TCP_RECOVERY && !t->sack)
		t->congestion_window = tcp_min(t->slow_start_threshold, tcp_max(flight(t), t->segment) + t->segment);
	t->phase = TCP_OPEN;
	t->want_first = false;
	t->acknowledged_since = 0;
	t->high_retransmitted = t->unacknowledged; /* RFC 6675 5 step 3.1 */
}

static void open_window(struct tcp *t, int64_t acknowledged)
{
	/* More than the peer would take is of no use. */
	if (t->congestion_window >= t->largest_window)
		return;
	if (t->congestion_window < t->slow_start_threshold) {
		t->congestion_window += tcp_min(acknowledged, t->segment);
		return;
	}
	t->acknowledged_since += acknowledged;
	if (t->acknowledged_since >= t->congestion_window) {
		t->acknowledged_since -= t->congestion_window;
		t->congestion_window += t->segment;
	}
}

static void advance(struct tcp *t, mip_time now, int64_t acknowledgment)
{
	int64_t acknowledged = acknowledgment - t->unacknowledged;
	bool restart = true;

	t->unacknowledged = acknowledgment;
	t->high_retransmitted = tcp_max(t->high_retransmitted, acknowledgment);
	tcp_ranges_trim(&t->sacked, acknowledgment);
	take_sample(t, now);
	t->duplicate_acks = 0;
	t->limited = 0;
	t->retries = 0;
	if (t->phase != TCP_OPEN && acknowledgment >= t->recovery_point) {
		stop_recovery(t);
	} else if (t->phase == TCP_RECOVERY && !t->sack) {
		/* RFC 6582 3.2 step 3, partial acknowledgment: deflate, the next hole at once. */
		t->congestion_window = tcp_max(t->congestion_window - acknowledged, 0);
		if (acknowledged >= t->segment)
			t->congestion_window += t->segment;
		t->congestion_window = tcp_max(t->congestion_window, t->segment);
		t->want_first = true;
		restart = !t->partial_seen;
		t->partial_seen = true;
	} else if (t->phase != TCP_RECOVERY) {
		open_window(t, acknowledged);
	}
	/* RFC 6298 5.2, 5.3. */
	if (t->unacknowledged == t->next)
		t->retransmit_at = MIP_NEVER;
	else if (restart)
		t->retransmit_at = mip_time_add(now, t->timeout);
}

/* New octets reported by the SACK option. */
static int64_t take_blocks(struct tcp *t, const struct tcp_header *h)
{
	int64_t octets = 0;

	for (unsigned i = 0; i < h->sack_count; i++) {
		int64_t left = tcp_distance(h->sack[i].left, t->iss, t->unacknowledged);
		int64_t right = tcp_distance(h->sack[i].right, t->iss, t->unacknowledged);

		/* A block of what was never sent, or below the acknowledgment, says nothing (RFC 2018 5). */
		if (left > t->unacknowledged && right > left && right <= t->next)
			octets += tcp_ranges_add(&t->sacked, left, right);
	}
	return octets;
}

static void duplicate(struct tcp *t)
{
	struct hole first;

	t->duplicate_acks++;
	if (t->phase == TCP_RECOVERY && !t->sack) {
		t->congestion_window += t->segment;
		return;
	}
	if (t->phase != TCP_OPEN || t->unacknowledged < t->recovery_point)
		return;
	if (t->duplicate_acks >= TCP_DUPLICATE_THRESHOLD || (t->sack && hole_at(t, 0, &first) && first.lost))
		start_recovery(t);
}

void tcp_sender_input(struct tcp *t, mip_time now, const struct tcp_header *h, int64_t acknowledgment, bool bare)
{
	bool advances = acknowledgment > t->unacknowledged;
	int64_t news = 0;

	if (acknowledgment < t->unacknowledged)
		return;
	if (advances)
		advance(t, now, acknowledgment);
	else if (t->window == 0)
		t->retries = 0; /* the peer lives, its window is closed: probing never ends (RFC 9293 3.8.6.1) */
	if (t->sack)
		news = take_blocks(t, h);
	if (t->unacknowledged == t->next)
		return;
	/* RFC 6675 2 asks for news in the SACK option, RFC 5681 2 for nothing else in the segment. */
	if (t->sack ? news > 0 : bare && !advances)
		duplicate(t);
}

/* ---- timeout -------------------------------------------------------------------------------------------------------------- */

void tcp_sender_expire(struct tcp *t, mip_time now)
{
	t->counts.timeouts++;
	t->retries++;
	t->timeout = mip_time_min(2 * t->timeout, RTO_MAXIMUM);
	t->timed_at = MIP_NEVER;
	t->retransmit_at = mip_time_add(now, t->timeout);
	/* RFC 5681 3.1: only for the first timeout of a segment. */
	if (t->retries == 1)
		t->slow_start_threshold = half_flight(t);
	t->congestion_window = t->segment;
	t->acknowledged_since = 0;
	t->duplicate_acks = 0;
	t->limited = 0;
	t->phase = TCP_LOSS;
	t->recovery_point = t->lost_below = t->next;
	t->high_retransmitted = t->unacknowledged;
	t->want_first = false;
	tcp_ranges_clear(&t->sacked);
}

void tcp_sender_persist(struct tcp *t, mip_time now)
{
	if (t->unacknowledged == t->next && t->next < limit(t) && t->retransmit_at == MIP_NEVER)
		t->retransmit_at = mip_time_add(now, t->timeout);
}

/* ---- what leaves next ------------------------------------------------------------------------------------------------------ */

/* [start, *stop): one segment; the FIN fits behind a full one. */
static int64_t segment_stop(const struct tcp *t, int64_t start, int64_t right)
{
	int64_t stop = tcp_min(start + t->segment, right);

	return stop == t->end && t->closing && right > t->end ? stop + 1 : stop;
}

static bool new_data(const struct tcp *t, int64_t *start, int64_t *stop)
{
	int64_t room = t->unacknowledged + t->window - t->next, octets;

	*start = t->next;
	if (*start >= limit(t))
		return false;
	*stop = segment_stop(t, *start, limit(t));
	octets = tcp_min(*stop, t->end) - *start;
	if (octets <= room)
		return true;
	/* No silly small segments (RFC 9293 3.8.6.2.1): a piece only if it is a good part of what the peer ever offered. */
	if (room <= 0 || 2 * room < t->largest_window)
		return false;
	*stop = *start + room;
	return true;
}

/* NextSeg() of RFC 6675 4, for retransmissions; false: none by these rules. */
static bool next_hole(const struct tcp *t, bool only_lost, int64_t *start, int64_t *stop)
{
	struct hole h;

	for (uint32_t i = 0; hole_at(t, i, &h); i++) {
		int64_t right = h.right;

		*start = tcp_max(h.left, t->high_retransmitted);
		/* After a timeout what was outstanding is lost whether or not something above arrived. */
		if (!h.sacked_above)
			right = tcp_min(right, t->lost_below);
		if (*start < right && (!only_lost || h.lost || *start < t->lost_below)) {
			*stop = segment_stop(t, *start, right);
			return true;
		}
	}
	return false;
}

static bool rescue(struct tcp *t, int64_t *start, int64_t *stop)
{
	struct hole h;
	bool any = false;

	if (t->unacknowledged <= t->rescue_retransmitted)
		return false;
	for (uint32_t i = t->sacked.count; !any; i--) {
		any = hole_at(t, i, &h) && h.left < h.right;
		if (!i)
			break;
	}
	if (!any)
		return false;
	*stop = h.right;
	*start = tcp_max(h.left, h.right - t->segment);
	t->rescue_retransmitted = t->recovery_point;
	return true;
}

static bool choose(struct tcp *t, int64_t *start, int64_t *stop, bool *is_rescue)
{
	int64_t under_way;

	*is_rescue = false;
	if (t->want_first) {
		struct hole first;

		t->want_first = false;
		if (hole_at(t, 0, &first) && first.left < first.right) {
			*start = first.left;
			*stop = segment_stop(t, *start, first.right);
			t->rescue_retransmitted = *stop;
			return true;
		}
	}
	if (t->want_probe) {
		t->want_probe = false;
		*start = t->next;
		*stop = *start + 1;
		return *start < limit(t);
	}
	if (t->phase == TCP_LOSS) {
		under_way = pipe(t);
		if (next_hole(t, true, start, stop) || new_data(t, start, stop))
			return under_way + (tcp_min(*stop, t->end) - *start) <= t->congestion_window;
		return false;
	}
	if (t->phase == TCP_RECOVERY && t->sack) {
		if (t->congestion_window - pipe(t) < t->segment)
			return false;
		if (next_hole(t, true, start, stop) || new_data(t, start, stop) || next_hole(t, false, start, stop))
			return true;
		return *is_rescue = rescue(t, start, stop);
	}
	if (!new_data(t, start, stop))
		return false;
	under_way = t->sack ? pipe(t) : flight(t);
	/* RFC 3042 without SACK; with it the pipe shrinks by what arrived. */
	if (!t->sack && t->phase == TCP_OPEN)
		under_way -= tcp_min(t->duplicate_acks, TCP_DUPLICATE_THRESHOLD - 1) * (int64_t)t->segment;
	return under_way + (tcp_min(*stop, t->end) - *start) <= t->congestion_window;
}

bool tcp_sender_next(struct tcp *t, mip_time now, int64_t *start, int64_t *stop, bool *again)
{
	bool is_rescue;

	/* RFC 5681 4.1: the window is stale after a timeout's time of silence. */
	if (t->unacknowledged == t->next && t->phase == TCP_OPEN && now - t->last_sent_at > t->timeout)
		t->congestion_window = tcp_min(t->congestion_window, initial_window(t));
	if (!choose(t, start, stop, &is_rescue))
		return false;
	*again = *start < t->next;
	if (*again) {
		t->counts.retransmissions++;
		t->timed_at = MIP_NEVER;
		if (!is_rescue)
			t->high_retransmitted = tcp_max(t->high_retransmitted, *stop);
	} else {
		if (t->phase == TCP_OPEN && t->duplicate_acks)
			t->limited += *stop - *start;
		t->next = *stop;
		if (t->timed_at == MIP_NEVER && t->phase == TCP_OPEN) {
			t->timed_at = now;
			t->timed_sequence = *stop;
		}
	}
	t->last_sent_at = now;
	if (t->retransmit_at == MIP_NEVER)
		t->retransmit_at = mip_time_add(now, t->timeout);
	return true;
}
