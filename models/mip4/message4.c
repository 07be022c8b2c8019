// SPDX-License-Identifier: GPL-3.0-or-later
/* See message4.h. */
#include "models/mip4/message4.h"

static size_t covered(enum mip4_extension_type type, enum mip4_algorithm algorithm, size_t authenticator)
{
	return algorithm == MIP4_KEYED_MD5 && type != EXTENSION4_GENERAL_AUTH ? authenticator - 4 : authenticator;
}

void mip4_put_auth(struct wr *w, enum mip4_extension_type type, uint32_t spi, enum mip4_algorithm algorithm, const uint8_t key[MIP4_KEY])
{
	uint8_t *a = mip4_write_auth(w, type, spi);

	mip_assert(a);
	mip4_digest(algorithm, key, w->start, covered(type, algorithm, (size_t)(a - w->start)), a);
}

bool mip4_auth_ok(const uint8_t *message, const struct mip4_extension *e, uint32_t spi, enum mip4_algorithm algorithm,
                  const uint8_t key[MIP4_KEY])
{
	uint8_t digest[16];

	if (!e || mip4_auth_spi(message, e) != spi)
		return false;
	mip4_digest(algorithm, key, message, covered((enum mip4_extension_type)e->type, algorithm, e->data + 4u), digest);
	return mip4_digest_equal(digest, mip4_authenticator(message, e));
}

bool mip4_one_auth_ok(const uint8_t *message, const struct mip4_message *m, enum mip4_extension_type type, uint32_t spi,
                      enum mip4_algorithm algorithm, const uint8_t key[MIP4_KEY])
{
	unsigned count = 0;

	for (unsigned i = 0; i < m->extension_count; i++)
		count += m->extensions[i].type == type;
	return count == 1 && mip4_auth_ok(message, mip4_extension_find(m, type), spi, algorithm, key);
}

size_t mip4_authorized_octets(const struct mip4_message *m, size_t octets)
{
	const struct mip4_extension *e = mip4_extension_find(m, EXTENSION4_MN_HA);

	return e ? (size_t)e->data + e->length : octets;
}

void mip4_stay_key(const uint8_t configured[MIP4_KEY], uint64_t identification, uint8_t key[MIP4_KEY])
{
	uint8_t octets[8];

	store_be64(octets, identification);
	mip4_key_mask(configured, octets, sizeof octets, key);
}

const uint8_t *mip4_association_key(const struct mip4_association *associations, uint32_t count, in4 peer)
{
	for (uint32_t i = 0; i < count; i++)
		if (associations[i].peer == peer)
			return associations[i].key;
	return NULL;
}

uint16_t mip4_agent_lifetime_s(const struct node *agent)
{
	mip_time limit = agent->conf->mip4.agent_lifetime;

	return limit ? (uint16_t)mip_time_min(limit / MIP_SECOND, MIP4_INFINITE - 1) : MIP4_INFINITE - 1;
}

int mip4_take(struct node *n, mip_time now, struct ip4_delivery *d, const uint8_t **payload, size_t *octets, struct udp_header *udp,
              struct mip4_message *m)
{
	const struct in6 source = in6_of_in4(d->source), destination = in6_of_in4(d->destination);
	enum wire_error e;

	*payload = NULL;
	if (d->protocol != PROTOCOL4_UDP || d->length < UDP_HEADER || load_be16(ip4_upper(d) + 2) != MIP4_PORT)
		return VERDICT_CONTINUE;
	if (udp_decode(ip4_upper(d), d->length, d->octets, &source, &destination, udp) != WIRE_OK) {
		node_drop(n, now, d->packet, DROP_CHECKSUM);
		return VERDICT_TAKEN;
	}
	e = mip4_decode(ip4_upper(d) + UDP_HEADER, d->length - UDP_HEADER, m);
	if (e != WIRE_OK) {
		node_drop(n, now, d->packet, e == WIRE_UNKNOWN_TYPE ? DROP_UNKNOWN_MESSAGE : DROP_MALFORMED);
		return VERDICT_TAKEN;
	}
	*payload = ip4_upper(d) + UDP_HEADER;
	*octets = (size_t)d->length - UDP_HEADER;
	return VERDICT_CONTINUE;
}

void mip4_send(struct node *n, mip_time now, in4 source, uint16_t source_port, in4 destination, uint16_t destination_port,
               const struct wr *w)
{
	mip_assert(!w->bad);
	ip4_send(n, now, ip4_udp(n, source, source_port, destination, destination_port, 64, w->start, wr_length(w)), 0);
}

/* ---- advertisements ------------------------------------------------------------------------------------------------------ */

static struct packet *advertisement(struct node *n, mip_time now, struct beacon *b, in4 destination)
{
	struct ip4_interface *i = b->interface;
	/* RFC 1256 6.2.1: three times the longest interval; whole seconds, so not below one. */
	uint16_t lifetime_s = (uint16_t)((3 * n->conf->router_advertisement_max + MIP_SECOND - 1) / MIP_SECOND);
	struct agent_advertisement a = { .lifetime_s = lifetime_s, .address_count = 1, .addresses = { i->address }, .has_agent = true,
		                         .sequence = b->sequence, .registration_lifetime_s = mip4_agent_lifetime_s(n), .flags = b->flags,
		                         .prefix_count = 1, .prefix_lengths = { i->prefix_length } };
	uint8_t octets[64];
	size_t length;
	struct packet *p;

	if (b->flags & AGENT_FOREIGN) {
		a.care_of_count = 1;
		a.care_of[0] = i->address;
	}
	/* RFC 5944 2.3.2: after 0xffff comes 256, so that 0 to 255 say that the agent has restarted. */
	b->sequence = b->sequence == UINT16_MAX ? 256 : (uint16_t)(b->sequence + 1);
	length = agent_advertisement_write(octets, sizeof octets, &a);
	p = ip4_packet(i->address, destination, PROTOCOL4_ICMP, 1, length);
	memcpy(packet_put(p, length), octets, length);
	ip4_finish(n, p);
	ip4_report(n, now, OBSERVE_MESSAGE_SENT, p);
	return p;
}

static void fire(struct node *n, struct timer *t, mip_time now)
{
	struct beacon *b = mip_container_of(t, struct beacon, timer);

	if (b->interface->up)
		ip4_send_on(n, now, b->interface, NULL, advertisement(n, now, b, IN4_ALL_SYSTEMS));
	node_arm(n, t, now + node_random_between(n, RANDOM_ROUTER_ADVERTISEMENT, n->conf->router_advertisement_min,
	                                         n->conf->router_advertisement_max));
}

void beacon_start(struct node *n, struct beacon *b, struct ip4_interface *i, uint16_t flags)
{
	b->interface = i;
	b->flags = flags;
	if (!n->conf->mip4.only_ip_in_ip)
		b->flags |= AGENT_MINIMAL | AGENT_GRE;
	if (n->conf->mip4.reverse_tunnels != REVERSE_TUNNELS_REFUSED)
		b->flags |= AGENT_REVERSE_TUNNEL;
	b->timer.fire = fire;
	node_arm(n, &b->timer, node_random_between(n, RANDOM_ROUTER_ADVERTISEMENT, 0, n->conf->router_advertisement_min));
}

void beacon_stop(struct node *n, struct beacon *b)
{
	timer_disarm(&n->timers, &b->timer);
}

void beacon_solicited(struct node *n, mip_time now, struct beacon *b, const struct ip4_delivery *d)
{
	if (d->source && d->has_mac)
		ip4_send_on(n, now, b->interface, &d->from, advertisement(n, now, b, d->source));
	else
		ip4_send_on(n, now, b->interface, NULL, advertisement(n, now, b, IN4_ALL_SYSTEMS));
}

/* ---- limits ---------------------------------------------------------------------------------------------------------------- */

#define LIMIT_PEERS 4096

struct limit_entry {
	struct in4_entry entry;
	mip_time allowed;
};

bool mip4_limit_allows(struct mip4_limit *l, mip_time now, in4 peer, mip_time interval)
{
	struct limit_entry *e = (struct limit_entry *)(void *)in4_table_find(&l->peers, peer);

	if (e && now < e->allowed)
		return false;
	if (!e) {
		if (l->peers.count == LIMIT_PEERS)
			mip4_limit_fini(l);
		e = mip_alloc(sizeof *e);
		e->entry.key = peer;
		in4_table_add(&l->peers, &e->entry);
	}
	e->allowed = mip_time_add(now, interval);
	return true;
}

void mip4_limit_fini(struct mip4_limit *l)
{
	struct in4_entry *e;

	while ((e = in4_table_any(&l->peers))) {
		in4_table_remove(&l->peers, e);
		mip_free(e, sizeof(struct limit_entry));
	}
	in4_table_fini(&l->peers);
}
