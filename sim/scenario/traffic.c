// SPDX-License-Identifier: GPL-3.0-or-later
/* The flows of a scenario, and which of their keys go with which kind. */
#include "sim/scenario/reader.h"

#include <string.h>

/* Which keys of a flow speak of which kinds; the others are for all. */
static const struct {
	const char *key;
	unsigned kinds;                  /* bits 1 << enum flow_kind */
	bool required;
} flow_rules[] = {
#define UDP (1 << FLOW_CBR | 1 << FLOW_POISSON)
	{ "interval", UDP, true },
	{ "size", UDP, true },
	{ "size", UDP | 1 << FLOW_TCP, false },
#undef UDP
	{ "codec", 1 << FLOW_VOICE, false },
	{ "talk", 1 << FLOW_VOICE, false },
	{ "silence", 1 << FLOW_VOICE, false },
	{ "request", 1 << FLOW_REQUEST_RESPONSE, false },
	{ "response", 1 << FLOW_REQUEST_RESPONSE, false },
	{ "think", 1 << FLOW_REQUEST_RESPONSE, false },
	{ "timeout", 1 << FLOW_REQUEST_RESPONSE, false },
	{ "segment", 1 << FLOW_TCP, false },
	{ "receive-buffer", 1 << FLOW_TCP, false },
	{ "sack", 1 << FLOW_TCP, false },
	{ "delayed-ack", 1 << FLOW_TCP, false },
	{ "min-rto", 1 << FLOW_TCP, false },
	{ "series", 1 << FLOW_TCP, false },
};

static void check_flow_kind(struct reader *r, const struct scenario_flow *f, const struct yaml_node *item, const struct given *given)
{
	const struct schema_section *section = reader_section_of("traffic");
	const struct yaml_node *size = reader_row(given->value, section, "size");
	const char *kind = "";

	for (const struct schema_choice *c = schema_find(section, "kind")->choices; c->name; c++)
		kind = c->value == (int)f->kind ? c->name : kind;
	for (size_t i = 0; i < G_N_ELEMENTS(flow_rules); i++) {
		const struct yaml_node *key = reader_row(given->key, section, flow_rules[i].key);
		bool speaks = flow_rules[i].kinds >> f->kind & 1;

		if (flow_rules[i].required && speaks && !key)
			complain(&r->complaints, &item->at, "%s needs '%s'", section->name, flow_rules[i].key);
		/* "size" stands twice; the row that is not required has all its kinds. */
		if (key && !speaks && !(flow_rules[i].required && !strcmp(flow_rules[i].key, "size")))
			complain(&r->complaints, &key->at, "%s means nothing with kind: %s", flow_rules[i].key, kind);
	}
	if (size && f->kind <= FLOW_POISSON && (f->size < UDP_FLOW_MINIMUM || f->size > 65000))
		complain(&r->complaints, &size->at, "bad size '%.80s': want from 16B to 65000B", size->text);
}

static void finish_voice(struct scenario_flow *f)
{
	static const struct {
		int milliseconds, octets;
	} codecs[] = {
#define X(e, s, ms, octets) [UDP_CODEC_##e] = { ms, octets },
		UDP_CODECS(X)
#undef X
	};

	f->interval = codecs[f->codec].milliseconds * MIP_MILLISECOND;
	f->size = codecs[f->codec].octets + UDP_CODEC_RTP_HEADER;
}

void traffic_read(struct reader *r, const struct yaml_node *list)
{
	const struct schema_section *section = reader_section_of("traffic");
	GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal);
	struct scenario_flow base = { .from = -1, .to = -1, .stop = r->s->duration, .size = TCP_UNLIMITED };

	schema_defaults(section, &base);
	r->s->flow_count = list->count;
	r->s->flows = g_new0(struct scenario_flow, list->count);
	r->flow_places = g_new0(struct place, list->count);
	for (int i = 0; i < list->count; i++) {
		const struct yaml_node *item = list->children[i], *name, *stop, *to;
		struct scenario_flow *f = &r->s->flows[i];
		struct given given;

		*f = base;
		r->flow_places[i] = item->at;
		if (!reader_is_map(r, item, section))
			continue;
		reader_section(r, section, item, &item->at, f, &given);
		check_flow_kind(r, f, item, &given);
		if (f->kind == FLOW_VOICE)
			finish_voice(f);
		name = reader_row(given.value, section, "name");
		stop = reader_row(given.value, section, "stop");
		to = reader_row(given.value, section, "to");
		if (name && !g_hash_table_add(names, f->name))
			complain(&r->complaints, &name->at, "another flow is called '%s'", f->name);
		if (stop && f->stop <= f->start)
			complain(&r->complaints, &stop->at, "stop is not after start");
		if (to && f->to == f->from)
			complain(&r->complaints, &to->at, "a flow has to go to another node");
	}
	g_hash_table_destroy(names);
}
