// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Packets of the tester, built field by field from the table's words. Every field can be given a wrong value: hdrlen, proto, checksum,
 * mh_reserved, msg_reserved, type, segleft, rhlen, rhtype, hlim, hao_type, hao_length, hao_header (0: hop-by-hop options), hao_twice, an option
 * with any number of octets; `bit` inverts any one of the finished packet (`resum`: with a checksum to match), `cut` leaves octets off its end. What is not given has the default of
 * conformance-notation.md, section 4.
 */
#include <nettle/hmac.h>
#include <nettle/sha1.h>
#include <stdlib.h>

#include "tests/conformance/conformance.h"

struct build {
	struct values *v;
	const struct pattern *p;
	const struct octets_pair *latest;
	struct in6 source, destination;        /* as in the IPv6 header */
	struct in6 from, to;                   /* home addresses in place of care-of addresses */
	char *error;
};

/* ---- values of fields ------------------------------------------------------------------------------------------------------- */

static uint64_t number_of(struct build *b, const char *text)
{
	int64_t n = 0;

	if (!values_number(text, &n) && !b->error)
		b->error = g_strdup_printf("%s is no number", text);
	return (uint64_t)n;
}

static uint64_t number(struct build *b, const char *name, uint64_t otherwise)
{
	const char *text = pattern_value(b->p, name);

	return text ? number_of(b, text) : otherwise;
}

static bool given(const struct build *b, const char *name)
{
	const char *value = pattern_value(b->p, name);

	return value && strcmp(value, "none") != 0;
}

static struct in6 address(struct build *b, const char *text)
{
	struct in6 a = { { 0 } };

	if (!values_address(b->v, text, &a) && !b->error)
		b->error = g_strdup_printf("%s is no address", text);
	return a;
}

static void put(GByteArray *a, const void *octets, size_t n)
{
	g_byte_array_append(a, octets, (guint)n);
}

static void put_u8(GByteArray *a, uint64_t n)
{
	uint8_t x = (uint8_t)n;

	put(a, &x, 1);
}

static void put_u16(GByteArray *a, uint64_t n)
{
	uint8_t x[2] = { (uint8_t)(n >> 8), (uint8_t)n };

	put(a, x, 2);
}

static void put_u32(GByteArray *a, uint64_t n)
{
	put_u16(a, n >> 16);
	put_u16(a, n);
}

static void put_hex(GByteArray *a, const char *hex, size_t octets)
{
	for (size_t i = 0; i < octets; i++) {
		char pair[3] = { hex[0] ? hex[2 * i] : '0', hex[0] ? hex[2 * i + 1] : '0', 0 };

		put_u8(a, strtoul(pair, NULL, 16));
	}
}

static void put_mac(GByteArray *a, const struct in6 *of)
{
	const uint8_t *i = of->octets + 8;
	uint8_t mac[6] = { (uint8_t)(i[0] ^ 2), i[1], i[2], i[5], i[6], i[7] };

	put(a, mac, 6);
}

uint16_t checksum(const struct in6 *source, const struct in6 *destination, uint8_t protocol, const uint8_t *upper, size_t octets)
{
	uint32_t sum = (uint32_t)octets + protocol;

	for (int i = 0; i < 16; i += 2)
		sum += load_be16(source->octets + i) + (uint32_t)load_be16(destination->octets + i);
	for (size_t i = 0; i + 1 < octets; i += 2)
		sum += load_be16(upper + i);
	if (octets & 1)
		sum += (uint32_t)upper[octets - 1] << 8;
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (uint16_t)~sum;
}

static void from_hex(const char *hex, uint8_t *out, size_t octets)
{
	for (size_t i = 0; i < octets; i++) {
		char pair[3] = { hex[2 * i], hex[2 * i + 1], 0 };

		out[i] = (uint8_t)strtoul(pair, NULL, 16);
	}
}

/* RFC 6275 5.2.5 and 6.2.7: the header up to the authenticator, its checksum taken as zero. */
void authenticator(const struct values *v, const char *home_token, const char *care_of_token, const struct in6 *care_of_address,
                   const struct in6 *correspondent, const uint8_t *mh, size_t before, size_t length, uint8_t out[12])
{
	uint8_t token[8], key[SHA1_DIGEST_SIZE], whole[SHA1_DIGEST_SIZE];
	static const uint8_t zero[2];
	struct hmac_sha1_ctx hmac;
	struct sha1_ctx sha1;

	(void)v;
	(void)length;
	sha1_init(&sha1);
	from_hex(home_token, token, 8);
	sha1_update(&sha1, 8, token);
	if (care_of_token) {
		from_hex(care_of_token, token, 8);
		sha1_update(&sha1, 8, token);
	}
	sha1_digest(&sha1, sizeof key, key);
	hmac_sha1_set_key(&hmac, sizeof key, key);
	hmac_sha1_update(&hmac, 16, care_of_address->octets);
	hmac_sha1_update(&hmac, 16, correspondent->octets);
	hmac_sha1_update(&hmac, 4, mh);
	hmac_sha1_update(&hmac, 2, zero);
	hmac_sha1_update(&hmac, before - 6, mh + 6);
	/* What follows the authenticator belongs to the message, too. */
	if (length > before + 12)
		hmac_sha1_update(&hmac, length - before - 12, mh + before + 12);
	hmac_sha1_digest(&hmac, sizeof whole, whole);
	memcpy(out, whole, 12);
}

/* ---- Mobility Header ------------------------------------------------------------------------------------------------------- */

static void pad_to(GByteArray *a, unsigned multiple, unsigned offset)
{
	unsigned n = (multiple + offset - a->len % multiple) % multiple;

	if (n == 1)
		put_u8(a, 0);
	if (n < 2)
		return;
	put_u8(a, 1);
	put_u8(a, n - 2);
	while (n-- > 2)
		put_u8(a, 0);
}

/* NAME or NAME(argument,argument) */
static GPtrArray *arguments(const char *option)
{
	const char *open = strchr(option, '(');
	g_autofree char *inside = open ? g_strndup(open + 1, strlen(open) - 2) : g_strdup("");

	return pattern_words(inside, ',');
}

static const char *argument(const GPtrArray *list, guint i, const char *otherwise)
{
	return i < list->len ? list->pdata[i] : otherwise;
}

/* Where the authenticator goes and what it is made of, when all else is written. */
struct authentication {
	guint at;              /* of the authenticator; 0: none */
	bool zero;
	struct in6 care_of_address;
	bool has_alternate;
};

static void put_option(struct build *b, GByteArray *a, const char *option, struct authentication *auth)
{
	GPtrArray *list = arguments(option);

	if (g_str_has_prefix(option, "PadN")) {
		uint64_t n = number_of(b, argument(list, 0, "0"));

		put_u8(a, 1);
		put_u8(a, n);
		while (n--)
			put_u8(a, 0);
	} else if (g_str_has_prefix(option, "BRAdv")) {
		put_u8(a, 2);
		put_u8(a, 2);
		put_u16(a, number_of(b, argument(list, 0, "0")));
	} else if (g_str_has_prefix(option, "AltCoA")) {
		struct in6 x = list->len ? address(b, list->pdata[0]) : b->source;

		pad_to(a, 8, 6);
		put_u8(a, 3);
		put_u8(a, 16);
		put(a, &x, 16);
		auth->care_of_address = x;
		auth->has_alternate = true;
	} else if (g_str_has_prefix(option, "NI")) {
		const char *home = values_get(b->v, "HOT.index"), *care_of = values_get(b->v, "COT.index");

		put_u8(a, 4);
		put_u8(a, 4);
		put_u16(a, number_of(b, argument(list, 0, home ? home : "1")));
		put_u16(a, number_of(b, argument(list, 1, care_of ? care_of : "1")));
	} else if (g_str_has_prefix(option, "BAuth")) {
		pad_to(a, 8, 2);
		put_u8(a, 5);
		put_u8(a, 12);
		auth->at = a->len;
		auth->zero = list->len;
		put_hex(a, "", 12);
	} else if (g_str_has_prefix(option, "Unknown")) { /* type, octets */
		uint64_t n = number_of(b, argument(list, 1, "2"));

		put_u8(a, number_of(b, argument(list, 0, "200")));
		put_u8(a, n);
		while (n--)
			put_u8(a, 0xab);
	} else if (!b->error && strcmp(option, "none") != 0) {
		b->error = g_strdup_printf("unknown option %s", option);
	}
	g_ptr_array_free(list, TRUE);
}

static void put_options(struct build *b, GByteArray *a, const char *options, struct authentication *auth)
{
	GPtrArray *list = pattern_words(options, ',');

	for (guint i = 0; i < list->len; i++)
		put_option(b, a, list->pdata[i], auth);
	g_ptr_array_free(list, TRUE);
}

static const char *token(struct build *b, const char *name, const char *captured)
{
	const char *text = pattern_value(b->p, name);

	if (!text)
		text = values_get(b->v, captured);
	if (!text && !b->error)
		b->error = g_strdup_printf("no %s yet", captured);
	return text ? text : "0000000000000000";
}

static void put_cookie(struct build *b, GByteArray *a, const char *type, const char *otherwise)
{
	const char *cookie = pattern_value(b->p, "cookie");
	g_autofree char *name = g_strconcat(type, ".cookie", NULL);

	if (!cookie)
		cookie = otherwise;
	put_hex(a, cookie, 8);
	values_set(b->v, name, cookie);
}

static void put_test(struct build *b, GByteArray *a, const char *type, const char *init, const char *token_otherwise, unsigned index)
{
	g_autofree char *cookie = g_strconcat(init, ".cookie", NULL), *t = g_strconcat(type, ".token", NULL),
	                *i = g_strconcat(type, ".index", NULL);
	const char *text = pattern_value(b->p, "token");

	put_u16(a, number(b, "index", index));
	put_cookie(b, a, type, values_get(b->v, cookie) ? values_get(b->v, cookie) : "0000000000000000");
	put_hex(a, text ? text : token_otherwise, 8);
	values_set(b->v, t, text ? text : token_otherwise);
	values_set_number(b->v, i, number(b, "index", index));
}

static uint64_t next_sequence(struct build *b)
{
	const char *last = values_get(b->v, "BU.seq");
	uint64_t n = last ? number_of(b, last) + 1 : number(b, "H", 0) ? 15 : 1;

	n = number(b, "seq", n) & 0xffff;
	values_set_number(b->v, "BU.seq", n);
	return n;
}

static void put_update(struct build *b, GByteArray *a, struct authentication *auth)
{
	bool home = number(b, "H", 0);
	uint64_t life = number(b, "life", home ? 105 : 10);
	const char *options = pattern_value(b->p, "options");

	put_u16(a, next_sequence(b));
	put_u16(a, number(b, "A", 1) << 15 | number(b, "H", 0) << 14 | number(b, "L", 0) << 13 | number(b, "K", 0) << 12 |
	               number(b, "reserved", 0));
	put_u16(a, life);
	values_set_number(b->v, "BU.life", life);
	values_set(b->v, "BU.from", b->p->source);
	put_options(b, a, options ? options : home ? "AltCoA" : "NI,BAuth", auth);
}

static void put_acknowledgement(struct build *b, GByteArray *a, struct authentication *auth)
{
	const char *sequence = values_get(b->v, "BU.seq"), *life = values_get(b->v, "BU.life"), *options = pattern_value(b->p, "options");

	put_u8(a, number(b, "st", 0));
	put_u8(a, number(b, "K", 0) << 7 | number(b, "reserved", 0));
	put_u16(a, number(b, "seq", sequence ? number_of(b, sequence) : 0));
	put_u16(a, number(b, "life", life ? number_of(b, life) : 0));
	if (options)
		put_options(b, a, options, auth);
}

static const char *const mh_types[] = { "BRR", "HOTI", "COTI", "HOT", "COT", "BU", "BA", "BE" };

static int mh_type(const char *name)
{
	for (int i = 0; i < 8; i++)
		if (!strcmp(mh_types[i], name))
			return i;
	return !strcmp(name, "MH") ? 8 : -1;
}

static void put_mobility_header(struct build *b, GByteArray *out, int type)
{
	const char *body = pattern_value(b->p, "body");
	struct authentication auth = { .care_of_address = b->source };
	GByteArray *a = g_byte_array_new();
	int shape = type < 8 ? type : body ? mh_type(body) : 0;

	put_u8(a, number(b, "proto", 59));
	put_u8(a, 0);
	put_u8(a, number(b, "type", (uint64_t)type));
	put_u8(a, number(b, "mh_reserved", 0));
	put_u16(a, 0);
	switch (shape) {
	case 0:
		put_u16(a, number(b, "msg_reserved", 0));
		break;
	case 1:
	case 2:
		put_u16(a, number(b, "msg_reserved", 0));
		put_cookie(b, a, mh_types[shape], shape == 1 ? "0000000000000000" : "ffffffffffffffff");
		break;
	case 3:
		put_test(b, a, "HOT", "HOTI", "1111111111111111", 7);
		break;
	case 4:
		put_test(b, a, "COT", "COTI", "2222222222222222", 9);
		break;
	case 5:
		put_update(b, a, &auth);
		break;
	case 6:
		put_acknowledgement(b, a, &auth);
		break;
	case 7:
		put_u8(a, number(b, "st", 1));
		put_u8(a, number(b, "reserved", 0));
		{
			struct in6 home = given(b, "home") ? address(b, pattern_value(b->p, "home")) : (struct in6){ { 0 } };

			put(a, &home, 16);
		}
		break;
	}
	if (shape < 5 && given(b, "options"))
		put_options(b, a, pattern_value(b->p, "options"), &auth);
	pad_to(a, 8, 0);
	a->data[1] = (uint8_t)number(b, "hdrlen", a->len / 8 - 1);
	if (auth.at && !auth.zero) {
		bool update = shape == 5;
		/* In an acknowledgement the addresses are those of the update it answers. */
		struct in6 care_of = update ? auth.care_of_address : b->destination;
		bool deletion = update && (!number(b, "life", 10) || in6_equal(&care_of, &b->from));
		const char *home_token = token(b, "htok", "HOT.token");
		const char *care_of_token = deletion || given(b, "home_only") ? NULL : token(b, "ctok", "COT.token");

		if (deletion)
			care_of = b->from;
		authenticator(b->v, home_token, care_of_token, &care_of, update ? &b->to : &b->from, a->data, auth.at, a->len,
		              a->data + auth.at);
		if (given(b, "flip"))
			a->data[auth.at + 11] ^= 1;
	}
	store_be16(a->data + 4, checksum(&b->from, &b->to, 135, a->data, a->len));
	if (given(b, "checksum"))
		store_be16(a->data + 4, (uint16_t)(load_be16(a->data + 4) ^ (1 + number(b, "checksum", 0))));
	put(out, a->data, a->len);
	g_byte_array_free(a, TRUE);
}

/* ---- ICMPv6 ------------------------------------------------------------------------------------------------------------------- */

static void put_prefix(struct build *b, GByteArray *a, const char *option)
{
	GPtrArray *list = arguments(option);
	struct in6 prefix = { { 0 } };
	uint64_t valid = 2592000, preferred = 604800, flags = 0xc0;

	for (guint i = 0; i < list->len; i++) {
		const char *word = list->pdata[i], *value = strchr(word, '=');

		if (!value)
			prefix = address(b, word);
		else if (g_str_has_prefix(word, "valid="))
			valid = number_of(b, value + 1);
		else if (g_str_has_prefix(word, "preferred="))
			preferred = number_of(b, value + 1);
		else if (!strcmp(word, "R=1"))
			flags |= 0x20;
		else if (!strcmp(word, "A=0"))
			flags &= ~(uint64_t)0x40;
		else if (!strcmp(word, "L=0"))
			flags &= ~(uint64_t)0x80;
		else if (strcmp(word, "R=0") != 0 && !b->error)
			b->error = g_strdup_printf("unknown in a prefix: %s", word);
	}
	if (!(flags & 0x20))
		memset(prefix.octets + 8, 0, 8);
	put_u8(a, 3);
	put_u8(a, 4);
	put_u8(a, 64);
	put_u8(a, flags);
	put_u32(a, valid);
	put_u32(a, preferred);
	put_u32(a, 0);
	put(a, &prefix, 16);
	g_ptr_array_free(list, TRUE);
}

static void put_prefixes(struct build *b, GByteArray *a)
{
	for (guint i = 0; i < b->p->fields->len; i++) {
		const struct field *f = &g_array_index(b->p->fields, struct field, i);

		/* PIO(...) may hold '=', where it was cut: put together again. */
		if (g_str_has_prefix(f->name, "PIO")) {
			g_autofree char *whole = strchr(f->name, '(') ? g_strdup_printf("%s=%s", f->name, f->value) : g_strdup(f->value);

			if (g_str_has_suffix(whole, ")=1"))
				whole[strlen(whole) - 2] = 0;
			put_prefix(b, a, whole);
		}
	}
}

static void put_mac_option(struct build *b, GByteArray *a, unsigned type, const char *name, const struct in6 *otherwise)
{
	struct in6 of;

	if (pattern_value(b->p, name) ? !given(b, name) : !otherwise)
		return;
	of = given(b, name) && strcmp(pattern_value(b->p, name), "1") != 0 ? address(b, pattern_value(b->p, name)) : otherwise ? *otherwise : b->source;
	put_u8(a, type);
	put_u8(a, 1);
	put_mac(a, &of);
}

static void put_advertisement(struct build *b, GByteArray *a)
{
	put_u8(a, 64);
	put_u8(a, number(b, "H", 0) << 5);
	put_u16(a, number(b, "life", 1800));
	put_u32(a, number(b, "reachable", 30000));
	put_u32(a, 1000);
	put_mac_option(b, a, 1, "SLL", &b->source);
	put_u8(a, 5);
	put_u8(a, 1);
	put_u16(a, 0);
	put_u32(a, 1500);
	put_prefixes(b, a);
	if (given(b, "interval")) {
		put_u8(a, 7);
		put_u8(a, 1);
		put_u16(a, 0);
		put_u32(a, number(b, "interval", 0));
	}
	if (given(b, "pref") || given(b, "halife")) {
		put_u8(a, 8);
		put_u8(a, 1);
		put_u16(a, 0);
		put_u16(a, number(b, "pref", 0));
		put_u16(a, number(b, "halife", 1800));
	}
}

static void put_quoted(struct build *b, GByteArray *a, const char *name)
{
	const char *what = pattern_value(b->p, name);
	char *error = NULL;

	if (what && !strcmp(what, "inner")) {
		put(a, b->latest->received->data + 40, b->latest->received->len - 40);
	} else if (what && !strcmp(what, "received")) {
		put(a, b->latest->received->data, b->latest->received->len);
	} else if (!what || !strcmp(what, "sent")) {
		put(a, b->latest->sent->data, b->latest->sent->len);
	} else {
		struct pattern *p = pattern_parse(what, &error);
		GByteArray *inner = p ? packet_build(b->v, p, b->latest, &error) : NULL;

		if (inner) {
			put(a, inner->data, inner->len);
			g_byte_array_free(inner, TRUE);
		} else if (!b->error) {
			b->error = error;
		}
		pattern_free(p);
	}
}

static const struct icmp_type {
	const char *name;
	uint8_t type;
} icmp_types[] = {
	{ "DESTUNREACH", 1 },  { "TOOBIG", 2 },    { "TIMEEXCEEDED", 3 }, { "PARAMPROB", 4 }, { "ECHO", 128 },
	{ "ECHOREP", 129 },    { "RS", 133 },      { "RA", 134 },         { "NS", 135 },      { "NA", 136 },
	{ "HAADREQ", 144 },    { "HAADREP", 145 }, { "MPS", 146 },        { "MPA", 147 },
};

static int icmp_type(const char *name)
{
	for (gsize i = 0; i < G_N_ELEMENTS(icmp_types); i++)
		if (!strcmp(icmp_types[i].name, name))
			return icmp_types[i].type;
	return -1;
}

static void put_target(struct build *b, GByteArray *a, uint64_t flags)
{
	const char *text = pattern_value(b->p, "target");
	struct in6 target = text ? address(b, text) : b->destination;

	put_u32(a, flags << 29);
	put(a, &target, 16);
}

static void put_icmp_body(struct build *b, GByteArray *a, int type)
{
	const char *id = type == 145 ? values_get(b->v, "HAADREQ.id") : type == 147 ? values_get(b->v, "MPS.id") : NULL;

	switch (type) {
	case 1:
	case 2:
	case 3:
	case 4:
		put_u32(a, number(b, type == 2 ? "mtu" : "pointer", 0));
		put_quoted(b, a, "payload");
		break;
	case 128:
	case 129:
		put_u16(a, number(b, "id", 0x1234));
		put_u16(a, number(b, "seq", 1));
		put(a, "conformance.test", 16);
		for (uint64_t i = number(b, "data", 16); i > 16; i--)
			put_u8(a, 0x55);
		break;
	case 133:
		put_u32(a, 0);
		put_mac_option(b, a, 1, "SLL", NULL);
		break;
	case 134:
		put_advertisement(b, a);
		break;
	case 135:
		put_target(b, a, 0);
		put_mac_option(b, a, 1, "SLL", NULL);
		break;
	case 136:
		put_target(b, a, number(b, "R", 0) << 2 | number(b, "S", 0) << 1 | number(b, "O", 1));
		put_mac_option(b, a, 2, "TLL", NULL);
		break;
	case 144:
	case 146:
		values_set_number(b->v, type == 144 ? "HAADREQ.id" : "MPS.id", number(b, "id", 0x77));
		put_u16(a, number(b, "id", 0x77));
		put_u16(a, number(b, "reserved", 0));
		break;
	case 145: {
		GPtrArray *list = pattern_words(pattern_value(b->p, "list") ? pattern_value(b->p, "list") : "", ',');

		put_u16(a, number(b, "id", id ? number_of(b, id) : 0));
		put_u16(a, number(b, "reserved", 0));
		for (guint i = 0; i < list->len; i++) {
			struct in6 x = address(b, list->pdata[i]);

			put(a, &x, 16);
		}
		g_ptr_array_free(list, TRUE);
		break;
	}
	case 147:
		put_u16(a, number(b, "id", id ? number_of(b, id) : 0));
		put_u16(a, number(b, "MO", 0) << 14 | number(b, "reserved", 0));
		put_prefixes(b, a);
		if (given(b, "unknown")) {
			put_u8(a, 0xfd);
			put_u8(a, 1);
			put_hex(a, "", 6);
		}
		break;
	}
}

static void put_icmp(struct build *b, GByteArray *out, int type)
{
	GByteArray *a = g_byte_array_new();

	put_u8(a, (uint64_t)type);
	put_u8(a, number(b, "code", 0));
	put_u16(a, 0);
	put_icmp_body(b, a, type);
	/* An error quotes as much as fits the minimum MTU (RFC 4443 2.4 c). */
	if (type < 128 && a->len + out->len > 1280)
		g_byte_array_set_size(a, 1280 - out->len);
	store_be16(a->data + 2, checksum(&b->from, &b->to, 58, a->data, a->len));
	if (given(b, "checksum"))
		a->data[2] ^= 1;
	put(out, a->data, a->len);
	g_byte_array_free(a, TRUE);
}

/* ---- the packet ------------------------------------------------------------------------------------------------------------------ */

GByteArray *packet_build(struct values *v, const struct pattern *p, const struct octets_pair *latest, char **error)
{
	struct build b = { .v = v, .p = p, .latest = latest };
	int mobility = mh_type(p->type), icmp = icmp_type(p->type);
	bool tunnel = !strcmp(p->type, "TUNNEL"), discovery = icmp >= 133 && icmp <= 136;
	uint8_t upper = mobility >= 0 ? 135 : icmp >= 0 ? 58 : 41, options;
	GByteArray *a;

	if (mobility < 0 && icmp < 0 && !tunnel) {
		*error = g_strdup_printf("unknown packet %s", p->type);
		return NULL;
	}
	if (!p->source || !p->destination) {
		*error = g_strdup_printf("%s without addresses", p->type);
		return NULL;
	}
	a = g_byte_array_new();
	options = number(&b, "hao_header", 60) ? 60 : 0;
	b.source = b.from = address(&b, p->source);
	b.destination = b.to = address(&b, p->destination);
	put_u32(a, 6u << 28);
	put_u16(a, 0);
	put_u8(a, given(&b, "RH2") ? 43 : given(&b, "HAO") ? options : upper);
	put_u8(a, number(&b, "hlim", discovery ? 255 : 64));
	put(a, &b.source, 16);
	put(a, &b.destination, 16);
	if (given(&b, "RH2")) {
		uint64_t n = number(&b, "rhlen", 2);
		struct in6 home = address(&b, pattern_value(p, "RH2"));

		put_u8(a, given(&b, "HAO") ? options : upper);
		put_u8(a, n);
		put_u8(a, number(&b, "rhtype", 2));
		put_u8(a, number(&b, "segleft", n / 2));
		put_u32(a, 0);
		for (uint64_t i = 0; i < n / 2; i++)
			put(a, &home, 16);
		b.to = home;
	}
	if (given(&b, "HAO")) {
		b.from = address(&b, pattern_value(p, "HAO"));
		put_u8(a, upper);
		put_u8(a, given(&b, "hao_twice") ? 5 : 2);
		for (int i = 0; i <= given(&b, "hao_twice"); i++) {
			put_u8(a, 1);
			put_u8(a, i ? 4 : 2);
			put_hex(a, "", i ? 4 : 2);
			put_u8(a, number(&b, "hao_type", 201));
			put_u8(a, number(&b, "hao_length", 16));
			put(a, &b.from, 16);
		}
	}
	if (mobility >= 0)
		put_mobility_header(&b, a, mobility);
	else if (icmp >= 0)
		put_icmp(&b, a, icmp);
	else
		put_quoted(&b, a, "inner");
	store_be16(a->data + 4, (uint16_t)number(&b, "length", a->len - 40));
	if (given(&b, "bit") && number(&b, "bit", 0) < 8 * (uint64_t)a->len)
		a->data[number(&b, "bit", 0) / 8] ^= (uint8_t)(0x80 >> number(&b, "bit", 0) % 8);
	if (given(&b, "resum") && mobility >= 0) {
		size_t at = 40 + (given(&b, "RH2") ? 24u : 0) + (given(&b, "HAO") ? 24u : 0);

		store_be16(a->data + at + 4, 0);
		store_be16(a->data + at + 4, checksum(&b.from, &b.to, 135, a->data + at, a->len - at));
	}
	if (given(&b, "cut") && number(&b, "cut", 0) < a->len)
		g_byte_array_set_size(a, (guint)(a->len - number(&b, "cut", 0)));
	if (b.error) {
		*error = b.error;
		g_byte_array_free(a, TRUE);
		return NULL;
	}
	return a;
}
