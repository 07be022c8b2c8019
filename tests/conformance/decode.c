// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Packets of the node under test, taken apart into named fields, and held against the table's expectations. What every packet owes
 * (lengths, checksums, padding, reserved fields) is checked here for all of them: field "wrong".
 */
#include "tests/conformance/conformance.h"

static const char *const mh_names[] = { "BRR", "HOTI", "COTI", "HOT", "COT", "BU", "BA", "BE" };

static void set(struct message *m, const char *name, char *take)
{
	g_hash_table_replace(m->fields, g_strdup(name), take);
}

static void set_number(struct message *m, const char *name, uint64_t n)
{
	set(m, name, g_strdup_printf("%" G_GUINT64_FORMAT, n));
}

static void set_address(struct message *m, const char *name, const uint8_t *octets)
{
	struct in6 a;

	memcpy(&a, octets, sizeof a);
	set(m, name, address_text(&a));
}

static void set_hex(struct message *m, const char *name, const uint8_t *octets, size_t n)
{
	GString *s = g_string_new(NULL);

	for (size_t i = 0; i < n; i++)
		g_string_append_printf(s, "%02x", octets[i]);
	set(m, name, g_string_free(s, FALSE));
}

static void set_mac(struct message *m, const char *name, const uint8_t *octets)
{
	set(m, name, g_strdup_printf("%02x:%02x:%02x:%02x:%02x:%02x", octets[0], octets[1], octets[2], octets[3], octets[4], octets[5]));
}

static void wrong(struct message *m, const char *what)
{
	if (!message_field(m, "wrong"))
		set(m, "wrong", g_strdup(what));
}

const char *message_field(const struct message *m, const char *name)
{
	return g_hash_table_lookup(m->fields, name);
}

/* ---- Mobility Header ------------------------------------------------------------------------------------------------------ */

static void decode_options(struct message *m, const uint8_t *mh, size_t at, size_t n)
{
	GString *names = g_string_new(NULL);

	while (at < n) {
		size_t length = mh[at] ? at + 1 < n ? 2u + mh[at + 1] : SIZE_MAX : 1;
		const uint8_t *o = mh + at;

		if (length > n - at) {
			wrong(m, "an option passes the end");
			break;
		}
		if (message_field(m, "BAuth") && o[0] > 1)
			wrong(m, "an option behind the authenticator");
		switch (o[0]) {
		case 2:
			set_number(m, "BRAdv", load_be16(o + 2));
			break;
		case 3:
			set_address(m, "AltCoA", o + 2);
			if (at % 8 != 6)
				wrong(m, "alignment of AltCoA");
			break;
		case 4:
			set_number(m, "NI.home", load_be16(o + 2));
			set_number(m, "NI.careof", load_be16(o + 4));
			break;
		case 5:
			set_hex(m, "BAuth", o + 2, 12);
			set_number(m, "BAuth.at", at + 2);
			if (at % 8 != 2)
				wrong(m, "alignment of BAuth");
			break;
		}
		if (o[0] > 1)
			g_string_append_printf(names, "%s%s", names->len ? "," : "",
			                       o[0] == 2 ? "BRAdv" : o[0] == 3 ? "AltCoA" : o[0] == 4 ? "NI" : o[0] == 5 ? "BAuth" : "other");
		at += length;
	}
	set(m, "options", g_string_free(names, FALSE));
}

static void decode_mobility(struct message *m, const uint8_t *mh, size_t n)
{
	static const size_t fixed[] = { 8, 16, 16, 24, 24, 12, 12, 24 };
	unsigned type;

	if (n < 8 || n != 8u * (mh[1] + 1u)) {
		wrong(m, "length of the Mobility Header");
		return;
	}
	type = mh[2];
	set(m, "type", g_strdup(type < 8 ? mh_names[type] : "MH"));
	set_number(m, "mhtype", type);
	if (mh[0] != 59)
		wrong(m, "payload proto");
	if (mh[3])
		wrong(m, "reserved octet of the Mobility Header");
	if (type >= 8 || n < fixed[type])
		return;
	if (type < 3)
		set_number(m, "reserved", load_be16(mh + 6));
	switch (type) {
	case 1:
	case 2:
		set_hex(m, "cookie", mh + 8, 8);
		break;
	case 3:
	case 4:
		set_number(m, "index", load_be16(mh + 6));
		set_hex(m, "cookie", mh + 8, 8);
		set_hex(m, "token", mh + 16, 8);
		break;
	case 5:
		set_number(m, "seq", load_be16(mh + 6));
		set_number(m, "A", mh[8] >> 7);
		set_number(m, "H", mh[8] >> 6 & 1);
		set_number(m, "L", mh[8] >> 5 & 1);
		set_number(m, "K", mh[8] >> 4 & 1);
		set_number(m, "reserved", load_be16(mh + 8) & 0xfff);
		set_number(m, "life", load_be16(mh + 10));
		break;
	case 6:
		set_number(m, "st", mh[6]);
		set_number(m, "K", mh[7] >> 7);
		set_number(m, "reserved", mh[7] & 0x7f);
		set_number(m, "seq", load_be16(mh + 8));
		set_number(m, "life", load_be16(mh + 10));
		break;
	case 7:
		set_number(m, "st", mh[6]);
		set_number(m, "reserved", mh[7]);
		set_address(m, "home", mh + 8);
		break;
	}
	if (message_field(m, "reserved") && strcmp(message_field(m, "reserved"), "0") != 0)
		wrong(m, "reserved field");
	decode_options(m, mh, fixed[type], n);
	set_hex(m, "mh", mh, n);
}

/* ---- ICMPv6 ------------------------------------------------------------------------------------------------------------------ */

static void decode_nd_options(struct message *m, const uint8_t *o, size_t n)
{
	unsigned prefixes = 0;

	while (n >= 8 && o[1] && 8u * o[1] <= n) {
		if (o[0] == 1 || o[0] == 2) {
			set_mac(m, o[0] == 1 ? "SLL" : "TLL", o + 2);
		} else if (o[0] == 3 && o[1] == 4) {
			set_address(m, prefixes ? "PIO2" : "PIO", o + 16);
			set_number(m, prefixes ? "PIO2.R" : "PIO.R", o[3] >> 5 & 1);
			set_number(m, prefixes ? "PIO2.valid" : "PIO.valid", load_be32(o + 4));
			set_number(m, prefixes ? "PIO2.preferred" : "PIO.preferred", load_be32(o + 8));
			prefixes++;
		} else if (o[0] == 8) {
			set_number(m, "pref", load_be16(o + 4));
			set_number(m, "halife", load_be16(o + 6));
		} else if (o[0] == 7) {
			set_number(m, "interval", load_be32(o + 4));
		}
		n -= 8u * o[1];
		o += 8u * o[1];
	}
	if (n)
		wrong(m, "length of an option");
}

static void decode_icmp(struct message *m, const uint8_t *p, size_t n)
{
	static const struct {
		uint8_t type;
		const char *name;
		size_t fixed;
	} types[] = { { 1, "DESTUNREACH", 8 },  { 2, "TOOBIG", 8 },    { 3, "TIMEEXCEEDED", 8 }, { 4, "PARAMPROB", 8 }, { 128, "ECHO", 8 },
		      { 129, "ECHOREP", 8 },    { 133, "RS", 8 },      { 134, "RA", 16 },        { 135, "NS", 24 },     { 136, "NA", 24 },
		      { 144, "HAADREQ", 8 },    { 145, "HAADREP", 8 }, { 146, "MPS", 8 },        { 147, "MPA", 8 } };
	size_t k = 0;

	if (n < 8) {
		wrong(m, "length of ICMPv6");
		return;
	}
	while (k < G_N_ELEMENTS(types) && types[k].type != p[0])
		k++;
	set(m, "type", g_strdup(k < G_N_ELEMENTS(types) ? types[k].name : "ICMP"));
	set_number(m, "code", p[1]);
	if (k == G_N_ELEMENTS(types) || n < types[k].fixed)
		return;
	if (p[0] >= 133 && p[0] <= 136) {
		if (strcmp(message_field(m, "hlim"), "255") != 0)
			wrong(m, "hop limit of Neighbor Discovery");
		decode_nd_options(m, p + types[k].fixed, n - types[k].fixed);
	}
	switch (p[0]) {
	case 1:
	case 2:
	case 3:
	case 4:
		set_number(m, p[0] == 2 ? "mtu" : "pointer", load_be32(p + 4));
		set_hex(m, "payload", p + 8, n - 8);
		break;
	case 128:
	case 129:
		set_number(m, "id", load_be16(p + 4));
		set_number(m, "seq", load_be16(p + 6));
		set(m, "data", g_strndup((const char *)p + 8, n - 8));
		break;
	case 134:
		set_number(m, "H", p[5] >> 5 & 1);
		set_number(m, "life", load_be16(p + 6));
		break;
	case 136:
		set_number(m, "R", p[4] >> 7);
		set_number(m, "S", p[4] >> 6 & 1);
		set_number(m, "O", p[4] >> 5 & 1);
		/* fall through */
	case 135:
		set_address(m, "target", p + 8);
		break;
	case 144:
	case 146:
	case 147:
		set_number(m, "id", load_be16(p + 4));
		set_number(m, "reserved", load_be16(p + 6) & (p[0] == 147 ? 0x3fff : 0xffff));
		if (p[0] == 147)
			decode_nd_options(m, p + 8, n - 8);
		break;
	case 145: {
		GString *list = g_string_new(NULL);

		set_number(m, "id", load_be16(p + 4));
		set_number(m, "reserved", load_be16(p + 6));
		for (size_t at = 8; at + 16 <= n; at += 16) {
			struct in6 a;

			memcpy(&a, p + at, 16);
			g_autofree char *text = address_text(&a);

			g_string_append_printf(list, "%s%s", list->len ? "," : "", text);
		}
		set_number(m, "count", (n - 8) / 16);
		set(m, "list", g_string_free(list, FALSE));
		break;
	}
	}
}

/* ---- the packet ------------------------------------------------------------------------------------------------------------------ */

static struct message *decode_plain(const uint8_t *p, size_t n)
{
	struct message *m = g_new0(struct message, 1);
	struct in6 from, to;
	uint8_t next;
	size_t at = 40;
	bool home_address = false;

	m->fields = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
	m->octets = g_byte_array_append(g_byte_array_new(), p, (guint)n);
	set(m, "type", g_strdup("?"));
	if (n < 40 || p[0] >> 4 != 6 || n != 40u + load_be16(p + 4)) {
		wrong(m, "length of the packet");
		return m;
	}
	set_address(m, "src", p + 8);
	set_address(m, "dst", p + 24);
	set_number(m, "hlim", p[7]);
	set_number(m, "octets", n);
	memcpy(&from, p + 8, 16);
	memcpy(&to, p + 24, 16);
	for (next = p[6]; next == 43 || next == 60; next = p[at], at += 8u + 8u * p[at + 1]) {
		if (at + 24 > n || at + 8u + 8u * p[at + 1] > n || p[at + 1] != 2) {
			wrong(m, "extension header");
			return m;
		}
		if (next == 43) {
			if (p[at + 2] != 2 || p[at + 3] != 1 || home_address)
				wrong(m, "routing header");
			set_address(m, "RH2", p + at + 8);
			memcpy(&to, p + at + 8, 16);
		} else {
			home_address = true;
			if (p[at + 6] != 201 || p[at + 7] != 16)
				wrong(m, "destination option");
			set_address(m, "HAO", p + at + 8);
			memcpy(&from, p + at + 8, 16);
		}
	}
	set_number(m, "next", next);
	set_number(m, "offset", at);
	if (next == 41) {
		set(m, "type", g_strdup("TUNNEL"));
		m->inner = decode_plain(p + at, n - at);
		if (message_field(m->inner, "wrong"))
			wrong(m, message_field(m->inner, "wrong"));
		return m;
	}
	if ((next == 58 || next == 135) && checksum(&from, &to, next, p + at, n - at))
		wrong(m, "checksum");
	if (next == 58)
		decode_icmp(m, p + at, n - at);
	else if (next == 135)
		decode_mobility(m, p + at, n - at);
	return m;
}

struct message *message_decode(const uint8_t *p, size_t n)
{
	const char *what;
	unsigned association;
	GByteArray *plain = esp_open(p, n, &association, &what);
	struct message *m = decode_plain(plain->data, plain->len);

	if (association)
		set(m, "ESP", g_strdup_printf("SA%u", association));
	if (what)
		wrong(m, what);
	g_byte_array_free(plain, TRUE);
	return m;
}

void message_free(struct message *m)
{
	if (!m)
		return;
	message_free(m->inner);
	g_hash_table_destroy(m->fields);
	g_byte_array_free(m->octets, TRUE);
	g_free(m);
}

void message_capture(const struct message *m, struct values *v)
{
	GHashTableIter i;
	gpointer name, value;

	if (m->inner)
		message_capture(m->inner, v);
	g_hash_table_iter_init(&i, m->fields);
	while (g_hash_table_iter_next(&i, &name, &value)) {
		g_autofree char *whole = g_strdup_printf("%s.%s", message_field(m, "type"), (char *)name);

		values_set(v, whole, value);
	}
}

char *message_text(const struct message *m)
{
	static const char *const shown[] = { "ESP", "HAO", "RH2", "st", "seq", "life", "A", "H", "L", "K", "AltCoA", "BRAdv", "options", "home", "index",
		                             "code", "pointer", "target", "R", "S", "O", "list", "id", "wrong" };
	GString *s = g_string_new(message_field(m, "type"));

	g_string_append_printf(s, "{%s->%s", message_field(m, "src") ? message_field(m, "src") : "?",
	                       message_field(m, "dst") ? message_field(m, "dst") : "?");
	for (gsize i = 0; i < G_N_ELEMENTS(shown); i++)
		if (message_field(m, shown[i]))
			g_string_append_printf(s, " %s=%s", shown[i], message_field(m, shown[i]));
	if (m->inner) {
		g_autofree char *inner = message_text(m->inner);

		g_string_append_printf(s, " inner=%s", inner);
	}
	g_string_append_c(s, '}');
	return g_string_free(s, FALSE);
}

/* ---- expectations -------------------------------------------------------------------------------------------------------------- */

static bool equal(const char *have, const char *want, char operator, const struct values *v)
{
	struct in6 a;
	int64_t x, y;

	if (!strcmp(want, "any"))
		return true;
	if (values_number(have, &x) && values_number(want, &y))
		return operator== '<' ? x <= y : operator== '>' ? x >= y : x == y;
	if (values_address(v, want, &a)) {
		g_autofree char *text = address_text(&a);

		return !strcmp(have, text);
	}
	return !strcmp(have, values_get(v, want) ? values_get(v, want) : want);
}

static bool list_equal(const char *have, const char *want, const struct values *v)
{
	g_auto(GStrv) x = g_strsplit(have, ",", -1), y = g_strsplit(want, ",", -1);

	if (g_strv_length(x) != g_strv_length(y))
		return false;
	for (guint i = 0; x[i]; i++)
		if (!equal(x[i], y[i], '=', v))
			return false;
	return true;
}

/* The authenticator of an update or acknowledgement of the node. */
static bool authenticated(const struct message *m, const struct pattern *p, const struct values *v)
{
	const char *home_token = pattern_value(p, "htok"), *care_of_token = pattern_value(p, "ctok");
	const char *care_of = message_field(m, "AltCoA"), *from = message_field(m, "HAO"), *to = message_field(m, "RH2");
	bool update = !strcmp(message_field(m, "type"), "BU");
	struct in6 care_of_address, correspondent, home;
	int64_t offset, at;
	uint8_t out[12];
	char text[25];

	home_token = home_token ? home_token : values_get(v, "HOT.token");
	care_of_token = care_of_token ? care_of_token : values_get(v, "COT.token");
	from = from ? from : message_field(m, "src");
	to = to ? to : message_field(m, "dst");
	if (update)
		care_of = care_of ? care_of : message_field(m, "src");
	else
		care_of = pattern_value(p, "careof") ? pattern_value(p, "careof") : message_field(m, "dst");
	if (!home_token || !message_field(m, "BAuth") || !values_address(v, care_of, &care_of_address) ||
	    !values_address(v, update ? to : from, &correspondent) || !values_address(v, update ? from : to, &home) ||
	    !values_number(message_field(m, "offset"), &offset) || !values_number(message_field(m, "BAuth.at"), &at))
		return false;
	if (pattern_value(p, "home_only") || in6_equal(&care_of_address, &home))
		care_of_token = NULL;
	if (!care_of_token)
		care_of_address = home;
	authenticator(v, home_token, care_of_token, &care_of_address, &correspondent, m->octets->data + offset, (size_t)at,
	              m->octets->len - (size_t)offset, out);
	for (int i = 0; i < 12; i++)
		g_snprintf(text + 2 * i, 3, "%02x", out[i]);
	return !strcmp(text, message_field(m, "BAuth"));
}

static bool starts(const char *quoted_hex, const GByteArray *whole)
{
	size_t n = strlen(quoted_hex) / 2;

	/* As much as fits: the error would have been shorter than the minimum MTU otherwise. */
	if (n > whole->len || (n < whole->len && n + 48 < 1280))
		return false;
	for (size_t i = 0; i < n; i++) {
		char pair[3];

		if (i == 7)
			continue; /* the hop limit changes on the way */
		g_snprintf(pair, sizeof pair, "%02x", whole->data[i]);
		if (strncmp(pair, quoted_hex + 2 * i, 2) != 0)
			return false;
	}
	return true;
}

static char *field_mismatch(const struct message *m, const struct pattern *p, const struct field *f, struct values *v,
                            const struct octets_pair *latest)
{
	const char *have = message_field(m, f->name);
	g_auto(GStrv) either = NULL;

	if (!strcmp(f->name, "inner")) {
		char *error = NULL;
		struct pattern *inner = strcmp(f->value, "sent") ? pattern_parse(f->value, &error) : NULL;

		if (!inner && !error) {
			g_autofree char *hex = g_malloc0(2 * (m->inner ? m->inner->octets->len : 0) + 1);

			for (guint i = 0; m->inner && i < m->inner->octets->len; i++)
				g_snprintf(hex + 2 * i, 3, "%02x", m->inner->octets->data[i]);
			return m->inner && starts(hex, latest->sent) && m->inner->octets->len == latest->sent->len ? NULL :
			                                                                                             g_strdup("not the inner packet sent");
		}
		if (inner) {
			error = m->inner ? message_mismatch(m->inner, inner, v, latest) : g_strdup("no inner packet");
			pattern_free(inner);
		}
		return error;
	}
	if (!strcmp(f->name, "htok") || !strcmp(f->name, "ctok") || !strcmp(f->name, "home_only") || !strcmp(f->name, "careof"))
		return NULL;
	if (!strcmp(f->value, "none"))
		return have ? g_strdup_printf("%s=%s", f->name, have) : NULL;
	if (!have)
		return g_strdup_printf("no %s", f->name);
	if (!strcmp(f->name, "BAuth") && !strcmp(f->value, "valid"))
		return authenticated(m, p, v) ? NULL : g_strdup("authenticator wrong");
	if (!strcmp(f->name, "payload") && !strcmp(f->value, "sent"))
		return starts(have, latest->sent) ? NULL : g_strdup("payload is not the invoking packet");
	if (!strcmp(f->name, "payload") && !strcmp(f->value, "inner")) {
		GByteArray inner = { latest->received->data + 40, latest->received->len - 40 };

		return latest->received->len > 40 && starts(have, &inner) ? NULL : g_strdup("payload is not the inner packet");
	}
	if (!strcmp(f->name, "list") && !strchr(f->value, '|'))
		return list_equal(have, f->value, v) ? NULL : g_strdup_printf("list=%s", have);
	either = g_strsplit(f->value, "|", -1);
	for (guint i = 0; either[i]; i++) {
		bool same = !strcmp(f->name, "list") ? list_equal(have, either[i], v) : equal(have, either[i], f->operator, v);

		if (same)
			return f->operator== '!' ? g_strdup_printf("%s=%s", f->name, have) : NULL;
	}
	return f->operator== '!' ? NULL : g_strdup_printf("%s=%s", f->name, have);
}

char *message_mismatch(const struct message *m, const struct pattern *p, struct values *v, const struct octets_pair *latest)
{
	static const char *const icmp_errors[] = { "DESTUNREACH", "TOOBIG", "TIMEEXCEEDED", "PARAMPROB" };
	const char *type = message_field(m, "type");
	bool is_error = false;

	for (gsize i = 0; i < G_N_ELEMENTS(icmp_errors); i++)
		is_error |= !strcmp(type, icmp_errors[i]);
	if (strcmp(p->type, "ANY") != 0 && strcmp(type, p->type) != 0 && !(!strcmp(p->type, "ERROR") && is_error))
		return g_strdup_printf("type %s", type);
	if (p->source) {
		g_auto(GStrv) either = g_strsplit(p->source, "|", -1);
		bool same = false;

		for (guint i = 0; either[i]; i++)
			same |= equal(message_field(m, "src") ? message_field(m, "src") : "", either[i], '=', v);
		if (!same)
			return g_strdup_printf("source %s", message_field(m, "src"));
	}
	if (p->destination && !equal(message_field(m, "dst") ? message_field(m, "dst") : "", p->destination, '=', v))
		return g_strdup_printf("destination %s", message_field(m, "dst"));
	for (guint i = 0; i < p->fields->len; i++) {
		char *why = field_mismatch(m, p, &g_array_index(p->fields, struct field, i), v, latest);

		if (why)
			return why;
	}
	return NULL;
}
