// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Registration keys of Mobile IPv4 as metrics. At a mobile node and at a foreign agent `registration-key:<method>`, how many were obtained, `none`
 * counting what was asked for in vain; `registration-key-delay:<method>`, seconds on average from when the mobile node wanted one, or the foreign
 * agent was asked, until it could be used there; at every node `computation:<operation>`, how many, and `computation-time`, seconds of them all.
 */
#include "sim/record/recorder_int.h"

struct key_record {
	uint64_t keys[REGISTRATION_KEY_METHOD_COUNT], computations[COMPUTATION_COUNT];
	int64_t delay_ns[REGISTRATION_KEY_METHOD_COUNT], computation_ns;
};

void recorder_keys_observe(struct recorder *r, const struct observation *o)
{
	struct key_record *k;

	if (!r->key_records)
		r->key_records = g_new0(struct key_record, (gsize)r->scenario->node_count + 1);
	k = &r->key_records[MIN(o->node, (uint32_t)r->scenario->node_count)];
	if (o->kind == OBSERVE_COMPUTATION && o->value < COMPUTATION_COUNT) {
		k->computations[o->value]++;
		k->computation_ns += o->amount;
	} else if (o->kind == OBSERVE_REGISTRATION_KEY && o->value < REGISTRATION_KEY_METHOD_COUNT) {
		k->keys[o->value]++;
		k->delay_ns[o->value] += o->amount;
	}
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

void recorder_keys_rows(const struct recorder *r, GByteArray *rows)
{
	static const char *const methods[] = {
#define X(e, s) s,
		REGISTRATION_KEY_METHODS(X)
#undef X
	};
	static const char *const computations[] = {
#define X(e, s) s,
		COMPUTATIONS(X)
#undef X
	};

	for (int i = 0; r->key_records && i < r->scenario->node_count; i++) {
		const struct key_record *k = &r->key_records[i];
		const char *name = r->scenario->nodes[i].name;
		uint64_t all = 0;

		for (int m = 0; m < REGISTRATION_KEY_METHOD_COUNT; m++) {
			if (k->keys[m])
				metric(name, "registration-key", methods[m], "times", (double)k->keys[m], rows);
			if (k->keys[m] && m != REGISTRATION_KEY_NONE)
				metric(name, "registration-key-delay", methods[m], "s", (double)k->delay_ns[m] / 1e9 / (double)k->keys[m], rows);
		}
		for (int c = 0; c < COMPUTATION_COUNT; c++) {
			if (k->computations[c])
				metric(name, "computation", computations[c], "times", (double)k->computations[c], rows);
			all += k->computations[c];
		}
		if (all)
			metric(name, "computation-time", NULL, "s", (double)k->computation_ns / 1e9, rows);
	}
}

void recorder_keys_free(struct recorder *r)
{
	g_free(r->key_records);
}
