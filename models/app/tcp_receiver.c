// SPDX-License-Identifier: GPL-3.0-or-later
/* The receiving half: reassembly, delayed acknowledgments (RFC 5681 4.2), SACK blocks (RFC 2018 4). */
#include "models/app/tcp_int.h"

/* Nothing in it, or something behind a hole, or a hole filled: the sender waits for the news (RFC 5681 4.2). */
static void acknowledge_now(struct tcp *t)
{
	t->want_ack = true;
}

static void acknowledge_later(struct tcp *t, mip_time now)
{
	t->unanswered++;
	/* MUST NOT delay for more than 500 ms; SHOULD be sent for at least every second full-sized segment. */
	if (t->unanswered >= 2 || !t->conf.delayed_ack)
		t->want_ack = true;
	else
		t->acknowledge_at = mip_time_min(t->acknowledge_at, mip_time_add(now, t->conf.delayed_ack));
}

static void take_fin(struct tcp *t, mip_time now)
{
	if (t->peer_end < 0 || t->expected != t->peer_end)
		return;
	t->expected++;
	acknowledge_now(t);
	switch (t->state) {
	case TCP_ESTABLISHED:
		t->state = TCP_CLOSE_WAIT;
		break;
	case TCP_FIN_WAIT_1:
		t->state = TCP_CLOSING;
		break;
	case TCP_FIN_WAIT_2:
		t->state = TCP_TIME_WAIT;
		t->forget_at = mip_time_add(now, 2 * TCP_MAXIMUM_SEGMENT_LIFETIME);
		break;
	default:
		break;
	}
}

void tcp_receiver_input(struct tcp *t, mip_time now, const struct tcp_segment *in, int64_t sequence)
{
	int64_t edge = t->expected + t->conf.receive_buffer, left = tcp_max(sequence, t->expected);
	int64_t end = sequence + in->octets, right = tcp_min(end, edge);
	bool fin = in->header.flags & TCP_FIN, behind_hole = t->early.count;

	/* Nothing follows a FIN that was seen. */
	if (t->peer_end >= 0)
		right = tcp_min(right, t->peer_end);
	if (fin && end <= edge && t->peer_end < 0)
		t->peer_end = end;
	if (!in->octets && !fin)
		return;
	if (in->octets && left >= right) {
		t->counts.duplicates++;
		acknowledge_now(t);
	} else if (in->octets && left > t->expected) {
		if (!tcp_ranges_add(&t->early, left, right))
			t->counts.duplicates++;
		t->counts.early++;
		acknowledge_now(t);
	} else if (in->octets) {
		t->expected = right;
		if (t->early.count && t->early.at[0].left <= right) {
			t->expected = tcp_max(right, t->early.at[0].right);
			/* Ranges do not touch, so one at most follows; others may lie inside what came. */
			tcp_ranges_trim(&t->early, t->expected);
			while (t->early.count && t->early.at[0].left <= t->expected) {
				t->expected = t->early.at[0].right;
				tcp_ranges_trim(&t->early, t->expected);
			}
		}
		if (behind_hole)
			acknowledge_now(t);
		else
			acknowledge_later(t, now);
	}
	if (fin)
		acknowledge_now(t);
	take_fin(t, now);
}

void tcp_receiver_blocks(const struct tcp *t, struct tcp_header *out)
{
	uint64_t below = UINT64_MAX;

	out->sack_count = 0;
	while (out->sack_count < TCP_SACK_BLOCKS) {
		const struct tcp_range *newest = NULL;

		for (uint32_t i = 0; i < t->early.count; i++) {
			const struct tcp_range *a = &t->early.at[i];

			if (a->stamp < below && (!newest || a->stamp > newest->stamp))
				newest = a;
		}
		if (!newest)
			return;
		below = newest->stamp;
		out->sack[out->sack_count].left = t->irs + (uint32_t)newest->left;
		out->sack[out->sack_count].right = t->irs + (uint32_t)newest->right;
		out->sack_count++;
	}
}
