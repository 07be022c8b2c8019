// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Security associations and policies between mobile node and home agent (RFC 3776 sections 3 to 5, RFC 4303, RFC 6275 10.4.5,
 * 10.4.6).
 *
 * The tunnel's associations know no outer addresses: sender and receiver take them from the binding, so that the tunnel's end
 * follows the mobile node (RFC 3776 4.2 and RFC 6275 10.4.6).
 *
 * DEVIATION: replays are refused although keys are manual. RFC 4303 3.3.3 advises against that because a counter may be lost in a
 * restart; nodes here never restart, and no sender's counter wraps: its last number is not followed by another. No effect on
 * results unless a path reorders more than 64 packets of an association.
 * DEVIATION: initialization vectors come from the node's stream of secrets, so with AES its cookies differ from those of other
 * settings. Left out: IKE, the K flag, lifetimes of associations, fragments.
 */
#include "models/mip6/ipsec.h"

#include "models/wire/classify.h"
#include "models/wire/esp.h"

#define REPLAY_WINDOW 64

struct pair;

struct association {
	struct association *next;        /* in its bucket, when inbound */
	struct pair *pair;
	uint64_t seen;                   /* inbound: bit i: sequence - i has come */
	uint32_t spi;
	uint32_t sequence;               /* outbound: last sent; inbound: highest received */
	uint8_t authentication[ESP_AUTHENTICATION_KEY], encryption[ESP_ENCRYPTION_KEY];
	uint8_t use;                     /* enum ipsec_use */
};

struct pair {
	struct pair *next;               /* in its bucket */
	struct ipsec_conf conf;
	struct association associations[IPSEC_ASSOCIATIONS];
};

struct ipsec_role {
	struct role role;
	struct pair **pairs;             /* by home address; bucket_count buckets, a power of two */
	struct association **inbound;    /* by SPI; as many buckets */
	uint32_t bucket_count, pair_count;
};

/* ---- finding --------------------------------------------------------------------------------------------------------------- */

static const struct role_ops ipsec_ops;

static struct ipsec_role *find_role(const struct node *n)
{
	struct role *r = n->roles;

	while (r && r->ops != &ipsec_ops)
		r = r->next;
	return r ? mip_container_of(r, struct ipsec_role, role) : NULL;
}

bool node_has_ipsec(const struct node *n)
{
	return find_role(n);
}

static struct pair *find_pair(const struct ipsec_role *s, const struct in6 *home_address, const struct in6 *home_agent)
{
	struct pair *p = s && s->bucket_count ? s->pairs[in6_hash(home_address) & (s->bucket_count - 1)] : NULL;

	while (p && (!in6_equal(&p->conf.home_address, home_address) || !in6_equal(&p->conf.home_agent, home_agent)))
		p = p->next;
	return p;
}

static uint32_t spi_bucket(const struct ipsec_role *s, uint32_t spi)
{
	return (spi * 0x9e3779b1u >> 8) & (s->bucket_count - 1);
}

static struct association *find_inbound(const struct ipsec_role *s, uint32_t spi)
{
	struct association *a = s->inbound[spi_bucket(s, spi)];

	while (a && a->spi != spi)
		a = a->next;
	return a;
}

static struct association *outbound(struct pair *p, enum ipsec_use use)
{
	return &p->associations[2 * use + (p->conf.at_home_agent ? IPSEC_TO_MOBILE_NODE : IPSEC_TO_HOME_AGENT)];
}

static struct association *inbound(struct pair *p, enum ipsec_use use)
{
	return &p->associations[2 * use + (p->conf.at_home_agent ? IPSEC_TO_HOME_AGENT : IPSEC_TO_MOBILE_NODE)];
}

static size_t iv_of(const struct pair *p)
{
	return p->conf.cipher == IPSEC_AES ? ESP_AES_IV : ESP_NULL_IV;
}

static size_t block_of(const struct pair *p)
{
	return p->conf.cipher == IPSEC_AES ? ESP_AES_BLOCK : ESP_NULL_BLOCK;
}

/* ---- sending --------------------------------------------------------------------------------------------------------------- */

/*
 * Protects everything from `offset` on, which is a `protocol`: what is in front moves apart. The packet is another one if this
 * one had no room. NULL: too long to be held, or no sequence number left; dropped and counted.
 */
static struct packet *seal(struct node *n, mip_time now, struct association *a, struct packet *take, size_t offset,
                           uint8_t protocol)
{
	size_t iv = iv_of(a->pair), octets = packet_octets(take) - offset, padding = esp_padding(octets, block_of(a->pair));
	size_t tail = padding + ESP_TRAILER + ESP_ICV, text;
	struct packet *p;
	uint8_t *esp;

	if (a->sequence == UINT32_MAX) {
		node_drop(n, now, take, DROP_REPLAY);
		return NULL;
	}
	p = packet_store_bulk(take, tail);
	if (!p) {
		node_drop(n, now, take, DROP_TOO_BIG);
		return NULL;
	}
	packet_push(p, ESP_HEADER + iv);
	memmove(p->data, p->data + ESP_HEADER + iv, offset);
	esp_trailer_write(packet_put(p, padding + ESP_TRAILER), padding, protocol);
	esp = p->data + offset;
	text = p->length - offset - ESP_HEADER - iv;
	esp_header_write(esp, a->spi, ++a->sequence);
	if (iv) {
		node_random_octets(n, RANDOM_SECRET, esp + ESP_HEADER, iv);
		esp_crypto_encrypt(a->encryption, esp + ESP_HEADER, esp + ESP_HEADER + iv, text);
	}
	packet_put(p, ESP_ICV);
	esp_crypto_icv(a->authentication, p->data + offset, ESP_HEADER + iv + text, p->data + offset + ESP_HEADER + iv + text);
	return p;
}

/* The name observers will know it by: inside ESP nothing can be seen any more. */
static void name(const struct node *n, struct packet *p)
{
	uint16_t overhead;

	if (n->env->observer && n->env->observer->wants_messages && !p->message)
		p->message = wire_classify(p, &overhead);
}

void ipsec_send(struct node *n, mip_time now, const struct in6 *home_address, const struct in6 *home_agent, enum ipsec_use use,
                struct packet *take)
{
	struct pair *pair = find_pair(find_role(n), home_address, home_agent);
	struct ipv6_view v;

	if (pair && ipv6_walk(take->data, take->length, true, &v) == IPV6_WALK_OK) {
		name(n, take);
		take = seal(n, now, outbound(pair, use), take, v.offset, v.protocol);
		if (!take)
			return;
		take->data[v.next_header_offset] = PROTOCOL_ESP;
		ip6_finish(take);
	}
	ip6_send(n, now, take, IP6_SEND_PLAIN);
}

/* IPSEC_USES: goes through the tunnel as it is. */
static enum ipsec_use use_in_tunnel(const struct pair *pair, const uint8_t *inner, size_t octets)
{
	struct ipv6_view v;

	if (octets >= IPV6_HEADER && ipv6_walk(inner, octets, true, &v) == IPV6_WALK_OK && v.protocol == PROTOCOL_MOBILITY)
		return IPSEC_TEST;
	return pair->conf.payload ? IPSEC_PAYLOAD : IPSEC_USES;
}

void ipsec_tunnel(struct node *n, mip_time now, const struct in6 *home_address, const struct in6 *home_agent,
                  const struct in6 *source, const struct in6 *destination, struct packet *take)
{
	struct pair *pair = find_pair(find_role(n), home_address, home_agent);
	enum ipsec_use use = pair ? use_in_tunnel(pair, take->data, take->length) : IPSEC_USES;
	struct in6 inner = ipv6_source(take->data);
	size_t octets = packet_octets(take);

	if (use == IPSEC_USES) {
		ip6_encapsulate(take, source, destination);
	} else if (packet_headroom(take) < IP6_TUNNEL_ROOM + ESP_HEADER + ESP_AES_IV) {
		node_drop(n, now, take, DROP_HOP_LIMIT); /* in too many tunnels already (ip6_tunnel_hop) */
		return;
	} else {
		name(n, take);
		take = seal(n, now, outbound(pair, use), take, 0, PROTOCOL_IPV6);
		if (!take)
			return;
		ip6_encapsulate(take, source, destination);
		take->data[6] = PROTOCOL_ESP;
		take->overhead = (uint16_t)(take->overhead + packet_octets(take) - IPV6_HEADER - octets);
		take->relayed = !ip6_find_address(n, &inner);
	}
	ip6_send(n, now, take, IP6_SEND_PLAIN);
}

/* ---- receiving ------------------------------------------------------------------------------------------------------------- */

/* RFC 4303 3.4.3: could this number be new? Known for sure only once the packet is authentic. */
static bool is_fresh(const struct association *a, uint32_t sequence)
{
	uint32_t behind = a->sequence - sequence;

	if (!sequence)
		return false;
	return sequence > a->sequence || (behind < REPLAY_WINDOW && !(a->seen >> behind & 1));
}

static void remember(struct association *a, uint32_t sequence)
{
	if (sequence > a->sequence) {
		uint32_t ahead = sequence - a->sequence;

		a->seen = ahead < REPLAY_WINDOW ? a->seen << ahead : 0;
		a->sequence = sequence;
	}
	a->seen |= (uint64_t)1 << (a->sequence - sequence);
}

/* Transport: addresses as the selectors have them (RFC 3776 4.1: the home address stands for the mobile node). */
static bool between_ends(const struct pair *p, const struct delivery *d)
{
	const struct in6 *from = p->conf.at_home_agent ? &p->conf.home_address : &p->conf.home_agent;
	const struct in6 *to = p->conf.at_home_agent ? &p->conf.home_agent : &p->conf.home_address;

	return in6_equal(&d->source, from) && in6_equal(&d->destination, to);
}

/* Is this what the association is for? */
static bool selected(const struct association *a, const struct delivery *d, uint8_t protocol, const uint8_t *octets,
                     size_t length)
{
	struct in6 inner;

	switch ((enum ipsec_use)a->use) {
	case IPSEC_BINDING:
		return protocol == PROTOCOL_MOBILITY && between_ends(a->pair, d);
	case IPSEC_PREFIX:
		return protocol == PROTOCOL_ICMP6 && between_ends(a->pair, d);
	default:
		if (protocol != PROTOCOL_IPV6 || length < IPV6_HEADER || ipv6_version(octets) != 6)
			return false;
		inner = a->pair->conf.at_home_agent ? ipv6_source(octets) : ipv6_destination(octets);
		return in6_equal(&inner, &a->pair->conf.home_address) && use_in_tunnel(a->pair, octets, length) == a->use;
	}
}

/* Opens it in place: the packet is then as it was before it was sealed. DROP_REASON_COUNT: done. */
static enum drop_reason unseal(struct ipsec_role *s, struct delivery *d)
{
	struct packet *p = d->packet;
	uint8_t *esp = p->data + d->offset, protocol;
	struct association *a;
	struct esp_view v;
	size_t octets, iv;
	enum wire_error error;

	if (d->octets != d->length || d->length < ESP_HEADER)
		return DROP_TRUNCATED;
	a = find_inbound(s, esp_spi(esp));
	if (!a)
		return DROP_NO_ASSOCIATION;
	iv = iv_of(a->pair);
	error = esp_decode(esp, d->length, iv, block_of(a->pair), &v);
	if (error != WIRE_OK)
		return error == WIRE_TRUNCATED ? DROP_TRUNCATED : DROP_MALFORMED;
	if (!is_fresh(a, v.sequence))
		return DROP_REPLAY;
	if (!esp_crypto_verify(a->authentication, esp, v.icv, esp + v.icv))
		return DROP_BAD_ICV;
	remember(a, v.sequence);
	if (iv)
		esp_crypto_decrypt(a->encryption, esp + ESP_HEADER, esp + v.text, v.text_length);
	if (esp_text(esp + v.text, v.text_length, &octets, &protocol) != WIRE_OK)
		return DROP_MALFORMED;
	if (!selected(a, d, protocol, esp + v.text, octets))
		return DROP_UNPROTECTED;
	d->esp_octets = (uint16_t)(d->length - octets);
	d->secured = (uint8_t)(a->use + 1);
	d->protocol = protocol;
	d->length = (uint16_t)octets;
	d->octets = (uint32_t)octets;
	p->length = (uint16_t)(d->offset + v.text + octets);
	memmove(p->data + v.text, p->data, d->offset);
	packet_pull(p, v.text);
	p->data[d->next_header_offset] = protocol;
	p->relayed = false;
	ip6_finish(p);
	return DROP_REASON_COUNT;
}

static enum verdict ipsec_input(struct role *r, mip_time now, struct delivery *d)
{
	enum drop_reason why;

	if (d->protocol != PROTOCOL_ESP)
		return VERDICT_CONTINUE;
	why = unseal(mip_container_of(r, struct ipsec_role, role), d);
	if (why == DROP_REASON_COUNT)
		ip6_deliver_upper(r->node, now, d);
	else
		node_drop(r->node, now, d->packet, why);
	return VERDICT_TAKEN;
}

bool ipsec_expects(const struct node *n, enum ipsec_use use, const struct delivery *d)
{
	return d->secured ? d->secured == use + 1 : !node_has_ipsec(n);
}

bool ipsec_expects_tunnelled(const struct node *n, const struct in6 *home_address, const struct in6 *home_agent,
                             const uint8_t *inner, size_t octets, const struct delivery *d)
{
	const struct ipsec_role *s = find_role(n);
	const struct pair *pair = find_pair(s, home_address, home_agent);
	enum ipsec_use use = pair ? use_in_tunnel(pair, inner, octets) : IPSEC_USES;

	return use == IPSEC_USES ? !d->secured : d->secured == use + 1;
}

/* ---- setting up ------------------------------------------------------------------------------------------------------------ */

void ipsec_derive_keys(const struct random_key *key, uint64_t mobile_name_id, struct ipsec_keys *out)
{
	for (unsigned k = 0; k < IPSEC_ASSOCIATIONS; k++) {
		/* A stream beside the node's own secrets, which stay what they are without IPsec. */
		uint64_t name_id = mobile_name_id ^ (k + 1) * UINT64_C(0x9e3779b97f4a7c15);
		struct random_stream s = { .id = random_stream_id(name_id, RANDOM_SECRET) };

		random_octets(key, &s, out->authentication[k], sizeof out->authentication[k]);
		random_octets(key, &s, out->encryption[k], sizeof out->encryption[k]);
	}
}

static void link_pair(struct ipsec_role *s, struct pair *p)
{
	struct pair **bucket = &s->pairs[in6_hash(&p->conf.home_address) & (s->bucket_count - 1)];

	p->next = *bucket;
	*bucket = p;
	for (unsigned use = 0; use < IPSEC_USES; use++) {
		struct association *a = inbound(p, (enum ipsec_use)use), **place = &s->inbound[spi_bucket(s, a->spi)];

		a->next = *place;
		*place = a;
	}
}

static void free_tables(struct ipsec_role *s)
{
	mip_free(s->pairs, s->bucket_count * sizeof *s->pairs);
	mip_free(s->inbound, s->bucket_count * sizeof *s->inbound);
}

static void grow(struct ipsec_role *s)
{
	struct ipsec_role old = *s;

	s->bucket_count = old.bucket_count ? 2 * old.bucket_count : 4;
	s->pairs = mip_alloc(s->bucket_count * sizeof *s->pairs);
	s->inbound = mip_alloc(s->bucket_count * sizeof *s->inbound);
	for (uint32_t i = 0; i < old.bucket_count; i++)
		for (struct pair *p = old.pairs[i], *next; p; p = next) {
			next = p->next;
			link_pair(s, p);
		}
	if (old.bucket_count)
		free_tables(&old);
}

static void ipsec_free(struct role *r)
{
	struct ipsec_role *s = mip_container_of(r, struct ipsec_role, role);

	for (uint32_t i = 0; i < s->bucket_count; i++)
		for (struct pair *p = s->pairs[i], *next; p; p = next) {
			next = p->next;
			mip_free(p, sizeof *p);
		}
	free_tables(s);
	mip_free(s, sizeof *s);
}

static const struct role_ops ipsec_ops = {
	.name = "ipsec",
	.input = ipsec_input,
	.free = ipsec_free,
};

static void report_key(struct node *n, const struct pair *p, enum secret_kind kind, uint32_t spi, const uint8_t *octets,
                       size_t length)
{
	node_observe(n, 0,
	             (struct observation){ .kind = OBSERVE_SECRET,
	                                   .value = kind,
	                                   .peer = p->conf.home_address,
	                                   .index = spi,
	                                   .data = octets,
	                                   .data_length = length });
}

void ipsec_add(struct node *n, const struct ipsec_conf *conf, const struct ipsec_keys *keys)
{
	struct ipsec_role *s = find_role(n);
	bool report = !conf->at_home_agent && n->env->observer && n->env->observer->wants_secrets;
	struct pair *p;

	mip_assert(conf->cipher == IPSEC_NULL || conf->cipher == IPSEC_AES);
	if (!s) {
		s = mip_alloc(sizeof *s);
		s->role.ops = &ipsec_ops;
		node_add_role(n, &s->role);
	}
	if (s->pair_count == s->bucket_count)
		grow(s);
	p = mip_alloc(sizeof *p);
	p->conf = *conf;
	for (unsigned k = 0; k < IPSEC_ASSOCIATIONS; k++) {
		struct association *a = &p->associations[k];

		a->pair = p;
		a->spi = conf->spi + k;
		a->use = (uint8_t)(k / 2);
		memcpy(a->authentication, keys->authentication[k], sizeof a->authentication);
		memcpy(a->encryption, keys->encryption[k], sizeof a->encryption);
		if (!report || (a->use == IPSEC_PAYLOAD && !conf->payload))
			continue;
		report_key(n, p, SECRET_ESP_AUTHENTICATION, a->spi, a->authentication, sizeof a->authentication);
		if (conf->cipher == IPSEC_AES)
			report_key(n, p, SECRET_ESP_ENCRYPTION, a->spi, a->encryption, sizeof a->encryption);
	}
	link_pair(s, p);
	s->pair_count++;
}
