// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What correspondents let go to unverified care-of addresses, per correspondent and mobile node:
 *
 * sim_series    `credit:<mobile node>` in octets, at the correspondent: before and after every ageing and after every change but earning,
 *               which happens with each packet and lies on the line between two samples.
 * sim_metric    `unverified-octets:<mobile node>` and `unverified-packets:`: octets at the IP layer, extension headers included, sent to
 *               unverified care-of addresses;
 *               `spot-check-started:`, `-passed:`, `-wrong:<mobile node>`: care-of address spot checks and answers to them;
 *               `misuse-rate:`, `-unverified:`, `-refused:<attacker>`: what the misuse monitor struck at; the same of a node that is no
 *               attacker is a `false-positive-...`;
 *               `redirected-octets`: octets with a routing header for somebody else that arrived here, at a victim;
 *               `credit-short:<mobile node>`: packets that the credit did not cover; and, at the mobile node, `amplification`: octets all
 *               correspondents sent to its unverified care-of addresses, divided by the octets of its data that reached them (same layer).
 */
#include "sim/record/recorder_int.h"

struct sample {
	mip_time at;
	uint64_t event;
	uint32_t value;
};

struct account {
	int node, mobile;
	GArray *samples;               /* struct sample */
	uint64_t unverified_octets, unverified_packets, short_packets, checks[3], misuse[MISUSE_KINDS];
};

static struct account *account_of(struct recorder *r, int node, int mobile)
{
	int64_t key = (int64_t)node << 32 | (uint32_t)mobile;
	struct account *a;

	if (!r->accounts) {
		r->accounts = g_ptr_array_new();
		r->account_index = g_hash_table_new(g_int64_hash, g_int64_equal);
	}
	a = g_hash_table_lookup(r->account_index, &key);
	if (!a) {
		int64_t *stored = g_new(int64_t, 1);

		*stored = key;
		a = g_new0(struct account, 1);
		a->node = node;
		a->mobile = mobile;
		a->samples = g_array_new(FALSE, FALSE, sizeof(struct sample));
		g_hash_table_insert(r->account_index, stored, a);
		g_ptr_array_add(r->accounts, a);
	}
	return a;
}

void recorder_credit_observe(struct recorder *r, const struct observation *o)
{
	int mobile = r->node_of ? r->node_of(r->node_of_context, &o->peer) : -1;
	struct account *a;

	if (mobile < 0 || o->node >= (uint32_t)r->scenario->node_count)
		return;
	a = account_of(r, (int)o->node, mobile);
	if (o->kind == OBSERVE_CREDIT) {
		struct sample s = { o->at, r->world ? world_events(r->world) : 0, o->value };

		g_array_append_val(a->samples, s);
	} else if (o->kind == OBSERVE_CREDIT_SHORT) {
		a->short_packets++;
	} else if (o->kind == OBSERVE_MISUSE) {
		a->misuse[o->value < MISUSE_KINDS ? o->value : MISUSE_RATE]++;
	} else if (o->kind == OBSERVE_SPOT_CHECK) {
		a->checks[o->value < 3 ? o->value : 2]++;
	} else {
		a->unverified_octets += o->octets;
		a->unverified_packets++;
	}
}

static const char *name_of(const struct recorder *r, int node)
{
	return r->scenario->nodes[node].name;
}

static void metric(const char *node, const char *name, const char *of, const char *unit, double value, GByteArray *rows)
{
	char *whole = of ? g_strconcat(name, ":", of, NULL) : g_strdup(name);

	result_row(rows, RESULT_METRIC);
	result_text(rows, node);
	result_text(rows, whole);
	result_text(rows, unit);
	result_real(rows, value);
	g_free(whole);
}

static void amplification_rows(const struct recorder *r, GByteArray *rows)
{
	for (int i = 0; i < r->scenario->node_count; i++) {
		uint64_t sent = 0;

		for (guint k = 0; k < r->accounts->len; k++) {
			const struct account *a = g_ptr_array_index(r->accounts, k);

			sent += a->mobile == i ? a->unverified_octets : 0;
		}
		if (sent)
			metric(name_of(r, i), "amplification", NULL, "1", (double)sent / (double)r->nodes[i].data_octets, rows);
	}
}

static void redirected_rows(const struct recorder *r, GByteArray *rows)
{
	for (int i = 0; i < r->scenario->node_count; i++) {
		if (r->nodes[i].redirected_octets)
			metric(name_of(r, i), "redirected-octets", NULL, "octets", (double)r->nodes[i].redirected_octets, rows);
	}
}

int recorder_credit_rows(const struct recorder *r, GByteArray *rows)
{
	static const char *const checks[] = { "spot-check-started", "spot-check-passed", "spot-check-wrong" };
	static const char *const misuse[2][MISUSE_KINDS] = {
		{ "false-positive-rate", "false-positive-unverified", "false-positive-refused" },
		{ "misuse-rate", "misuse-unverified", "misuse-refused" },
	};
	int ordinal = 0;

	redirected_rows(r, rows);
	if (!r->accounts)
		return 0;
	for (guint k = 0; k < r->accounts->len; k++) {
		const struct account *a = g_ptr_array_index(r->accounts, k);
		char *name = g_strconcat("credit:", name_of(r, a->mobile), NULL);

		if (a->unverified_octets)
			metric(name_of(r, a->node), "unverified-octets", name_of(r, a->mobile), "octets", (double)a->unverified_octets, rows);
		if (a->unverified_packets)
			metric(name_of(r, a->node), "unverified-packets", name_of(r, a->mobile), "packets", (double)a->unverified_packets, rows);
		if (a->short_packets)
			metric(name_of(r, a->node), "credit-short", name_of(r, a->mobile), "packets", (double)a->short_packets, rows);
		for (int i = 0; i < 3; i++) {
			if (a->checks[i])
				metric(name_of(r, a->node), checks[i], name_of(r, a->mobile), "times", (double)a->checks[i], rows);
		}
		for (int i = 0; i < MISUSE_KINDS; i++) {
			if (a->misuse[i])
				metric(name_of(r, a->node), misuse[r->scenario->nodes[a->mobile].type == NODE_ATTACKER][i], name_of(r, a->mobile),
				       i == MISUSE_RATE ? "packets" : "times", (double)a->misuse[i], rows);
		}
		if (a->samples->len) {
			result_row(rows, RESULT_SERIES);
			result_text(rows, name_of(r, a->node));
			result_text(rows, name);
			result_text(rows, "octets");
			for (guint i = 0; i < a->samples->len; i++) {
				const struct sample *s = &g_array_index(a->samples, struct sample, i);

				result_row(rows, RESULT_SAMPLE);
				result_int(rows, ordinal);
				result_time(rows, s->at);
				result_int(rows, (int64_t)s->event);
				result_real(rows, s->value);
			}
			ordinal++;
		}
		g_free(name);
	}
	amplification_rows(r, rows);
	return ordinal;
}

void recorder_credit_free(struct recorder *r)
{
	GHashTableIter i;
	void *key;

	if (!r->accounts)
		return;
	g_hash_table_iter_init(&i, r->account_index);
	while (g_hash_table_iter_next(&i, &key, NULL))
		g_free(key);
	g_hash_table_destroy(r->account_index);
	for (guint k = 0; k < r->accounts->len; k++) {
		struct account *a = g_ptr_array_index(r->accounts, k);

		g_array_free(a->samples, TRUE);
		g_free(a);
	}
	g_ptr_array_free(r->accounts, TRUE);
}
