// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Mobile IPv4 roles fed by hand: every flipped bit of a registration and of both kinds of Binding Updates is refused, replays too, a
 * nonce out of step is asked about, and a binding cache under pressure tunnels to the latest care-of address or not at all.
 */
#include "tests/unit/mip4_harness.h"

static void flip_all(struct fixture *f, in4 source, in4 destination, uint8_t *octets, size_t length)
{
	for (size_t bit = 0; bit < 8 * length; bit++) {
		octets[bit / 8] ^= (uint8_t)(1 << bit % 8);
		feed(f, source, destination, octets, length);
		if (f->accepted)
			g_error("bit %zu of octet %zu makes no difference", bit % 8, bit / 8);
		octets[bit / 8] ^= (uint8_t)(1 << bit % 8);
		drain(f);
	}
	g_assert_cmpuint(f->refused, >, length);
}

static struct mip4_message update(in4 home, in4 care_of, uint32_t nonce, uint32_t next)
{
	return (struct mip4_message){ .type = MIP4_UPDATE, .flags = UPDATE_ACKNOWLEDGE, .lifetime_s = 60, .home_address = home,
		                      .care_of_address = care_of, .has_identification = true,
		                      .identification = (uint64_t)next << 32 | nonce };
}

static void correspondent(void)
{
	const struct mip4_association a = { HOME_AGENT, { 0 } };
	struct mip4_association with = a;
	struct fixture f;
	uint8_t octets[128];
	struct mip4_message m = update(HOME, OLD, 0, 77), answer;
	struct wr w;
	struct packet *p;
	bool asked = false;

	memcpy(with.key, key, sizeof key);
	begin(&f, false, PEER, 0);
	node_add_role(f.n, correspondent4_new(f.n, &with, 1));
	up(&f);
	w = signed_message(octets, sizeof octets, &m, EXTENSION4_GENERAL_AUTH, SPI_HA_CN, key);
	flip_all(&f, HOME_AGENT, PEER, octets, wr_length(&w));
	g_assert_cmphex(tunnelled_to(&f, HOME), ==, 0);
	/* From another than the home agent it shares the key with. */
	feed(&f, OLD, PEER, octets, wr_length(&w));
	g_assert_cmpuint(f.accepted, ==, 0);
	drain(&f);
	feed(&f, HOME_AGENT, PEER, octets, wr_length(&w));
	g_assert_cmpuint(f.accepted, ==, 1);
	p = node_output(f.n);
	g_assert_cmpint(mip4_decode(p->data + 28, p->length - 28u, &answer), ==, WIRE_OK);
	g_assert_true(answer.type == MIP4_ACKNOWLEDGE && answer.code == ACK_OK && answer.identification == m.identification);
	packet_free(p);
	g_assert_cmphex(tunnelled_to(&f, HOME), ==, OLD);
	/* Again, octet for octet: refused, and the home agent is asked. */
	feed(&f, HOME_AGENT, PEER, octets, wr_length(&w));
	g_assert_cmpuint(f.accepted, ==, 1);
	g_assert_cmpuint(f.status, ==, ACK_IDENTIFICATION);
	while ((p = node_output(f.n))) {
		g_assert_cmpint(mip4_decode(p->data + 28, p->length - 28u, &answer), ==, WIRE_OK);
		if (answer.type == MIP4_BINDING_REQUEST) {
			asked = true;
			m = update(HOME, NEW, (uint32_t)answer.identification, 5);
		}
		packet_free(p);
	}
	g_assert_true(asked);
	w = signed_message(octets, sizeof octets, &m, EXTENSION4_GENERAL_AUTH, SPI_HA_CN, key);
	feed(&f, HOME_AGENT, PEER, octets, wr_length(&w));
	g_assert_cmpuint(f.accepted, ==, 2);
	g_assert_cmphex(tunnelled_to(&f, HOME), ==, NEW);
	/* In step again; the home address as care-of address deletes. */
	m = update(HOME, HOME, 5, 6);
	w = signed_message(octets, sizeof octets, &m, EXTENSION4_GENERAL_AUTH, SPI_HA_CN, key);
	feed(&f, HOME_AGENT, PEER, octets, wr_length(&w));
	g_assert_cmphex(tunnelled_to(&f, HOME), ==, 0);
	node_free(f.n);
}

static void pressure(gconstpointer evict)
{
	struct mip4_association with = { HOME_AGENT, { 0 } };
	struct fixture f;
	in4 latest[16] = { 0 };
	unsigned cached = 0;
	uint32_t seed = 1;

	memcpy(with.key, key, sizeof key);
	begin(&f, false, PEER, 0);
	f.conf.binding_cache_evict = GPOINTER_TO_INT(evict);
	node_add_role(f.n, correspondent4_new(f.n, &with, 1));
	up(&f);
	for (uint32_t i = 0; i < 500; i++) {
		uint8_t octets[128];
		unsigned who = (seed = seed * 1664525u + 1013904223u) >> 28;
		in4 care_of = seed >> 9 & 1 ? 0x0b000000u + i : HOME + who;
		struct mip4_message m = update(HOME + who, care_of, i, i + 1);
		struct wr w = signed_message(octets, sizeof octets, &m, EXTENSION4_GENERAL_AUTH, SPI_HA_CN, key);

		feed(&f, HOME_AGENT, PEER, octets, wr_length(&w));
		latest[who] = care_of == HOME + who ? 0 : care_of;
		cached = 0;
		for (unsigned k = 0; k < 16; k++) {
			in4 to = tunnelled_to(&f, HOME + k);

			g_assert_true(!to || to == latest[k] || (k == who && !GPOINTER_TO_INT(evict) && f.status == ACK_RESOURCES));
			cached += to != 0;
			/* What was refused for want of room leaves nothing behind. */
			if (!to)
				latest[k] = 0;
		}
		g_assert_cmpuint(cached, <=, 4);
	}
	g_assert_true((f.status == ACK_RESOURCES) == !GPOINTER_TO_INT(evict));
	node_free(f.n);
}

static uint8_t code_of_reply(struct fixture *f)
{
	struct packet *p = node_output(f->n);
	struct mip4_message m;
	uint8_t code;

	/* Gratuitous ARP may come first. */
	while (p && p->data[0] >> 4 != 4) {
		packet_free(p);
		p = node_output(f->n);
	}
	g_assert_nonnull(p);
	g_assert_cmpint(mip4_decode(p->data + 28, p->length - 28u, &m), ==, WIRE_OK);
	g_assert_cmpuint(m.type, ==, MIP4_REPLY);
	code = m.code;
	packet_free(p);
	drain(f);
	return code;
}

static void home_agent(void)
{
	struct fixture f;
	uint8_t octets[128], mine[MIP4_KEY];
	struct mip4_message m = request(STAMP | 5);
	struct wr w;

	begin(&f, true, 0x0a000101, HOME_AGENT);
	node_add_role(f.n, home_agent4_new(f.n, 1, key));
	up(&f);
	mip4_node_key(HOME, key, mine);
	w = signed_message(octets, sizeof octets, &m, EXTENSION4_MN_HA, SPI_MN_HA, mine);
	flip_all(&f, OLD, HOME_AGENT, octets, wr_length(&w));
	feed(&f, OLD, HOME_AGENT, octets, wr_length(&w));
	g_assert_cmpuint(code_of_reply(&f), ==, MIP4_ACCEPTED);
	g_assert_cmpuint(f.accepted, ==, 1);
	/* Replayed; older; too far ahead. */
	feed(&f, OLD, HOME_AGENT, octets, wr_length(&w));
	g_assert_cmpuint(code_of_reply(&f), ==, MIP4_HA_IDENTIFICATION);
	m = request(STAMP | 4);
	w = signed_message(octets, sizeof octets, &m, EXTENSION4_MN_HA, SPI_MN_HA, mine);
	feed(&f, OLD, HOME_AGENT, octets, wr_length(&w));
	g_assert_cmpuint(code_of_reply(&f), ==, MIP4_HA_IDENTIFICATION);
	m = request(STAMP + ((uint64_t)(MIP4_TOLERANCE + 1) << 32));
	w = signed_message(octets, sizeof octets, &m, EXTENSION4_MN_HA, SPI_MN_HA, mine);
	feed(&f, OLD, HOME_AGENT, octets, wr_length(&w));
	g_assert_cmpuint(code_of_reply(&f), ==, MIP4_HA_IDENTIFICATION);
	g_assert_cmpuint(f.accepted, ==, 1);
	/* A reserved bit, well authenticated. */
	m = request(STAMP | 6);
	m.flags = REQUEST_RESERVED;
	w = signed_message(octets, sizeof octets, &m, EXTENSION4_MN_HA, SPI_MN_HA, mine);
	feed(&f, OLD, HOME_AGENT, octets, wr_length(&w));
	g_assert_cmpuint(code_of_reply(&f), ==, MIP4_HA_BAD_REQUEST);
	node_free(f.n);
}

/* The frame a visitor gets, or the tunnel a datagram for it leaves by; takes a datagram tunnelled to OLD. */
static struct packet *through_agent(struct fixture *f)
{
	struct packet *p = ip4_udp(f->n, PEER, 10000, HOME, 10000, 64, "0123456789abcdef", 16);

	drain(f);
	ip4_encapsulate(f->n, p, ENCAPSULATE_IP_IN_IP, HOME_AGENT, OLD);
	node_input(f->n, NOW, 0, p);
	return node_output(f->n);
}

static void previous_agent(void)
{
	struct fixture f;
	uint8_t octets[128], mine[MIP4_KEY];
	struct mip4_message m = request(STAMP | 5), bu = { .type = MIP4_UPDATE, .flags = UPDATE_ACKNOWLEDGE, .lifetime_s = 10,
		                                           .home_address = HOME, .care_of_address = NEW };
	struct role *r;
	struct wr w = wr_of(octets, sizeof octets);
	struct packet *p;

	begin(&f, true, 0x0a000102, OLD);
	r = foreign_agent4_new(f.n, key);
	node_add_role(f.n, r);
	foreign_agent4_serve(r, 1, NULL, 0);
	up(&f);
	/* Nobody there: nothing comes out but a warning. */
	p = through_agent(&f);
	g_assert_true(p && p->data[28] == MIP4_WARNING);
	packet_free(p);
	mip4_write(&w, &m);
	feed_frame(&f, ip4_udp(f.n, HOME, MIP4_PORT, OLD, MIP4_PORT, 64, octets, wr_length(&w)), &mobile_mac);
	drain(&f);
	w = wr_of(octets, sizeof octets);
	mip4_write(&w, &(struct mip4_message){ .type = MIP4_REPLY, .lifetime_s = 60, .home_address = HOME, .home_agent = HOME_AGENT,
	                                       .identification = m.identification });
	feed(&f, HOME_AGENT, OLD, octets, wr_length(&w));
	p = through_agent(&f);
	g_assert_true(p && p->interface == 1 && !memcmp(p->data, &mobile_mac, 6) && p->data[ETHERNET_HEADER + 8] == 63);
	packet_free(p);
	mip4_node_key(HOME, key, mine);
	mip4_stay_key(mine, m.identification, mine);
	w = signed_message(octets, sizeof octets, &bu, EXTENSION4_GENERAL_AUTH, SPI_MN_FA, mine);
	flip_all(&f, NEW, OLD, octets, wr_length(&w));
	p = through_agent(&f);
	g_assert_true(p && p->interface == 1);
	packet_free(p);
	feed(&f, NEW, OLD, octets, wr_length(&w));
	g_assert_cmpuint(f.accepted, ==, 1);
	/* The acknowledgement goes to the mobile node, in the new tunnel. */
	p = node_output(f.n);
	g_assert_true(p && ipv4_protocol(p->data) == PROTOCOL4_IPV4 && ipv4_destination(p->data) == NEW &&
	              ipv4_destination(p->data + 20) == HOME && p->data[48] == MIP4_ACKNOWLEDGE && p->data[51] == ACK_OK);
	packet_free(p);
	p = through_agent(&f);
	/* One hop less, so that a ring of pointers ends. */
	g_assert_true(p && p->interface == 0 && ipv4_destination(p->data) == NEW && p->data[IPV4_HEADER + 8] == 63);
	packet_free(p);
	/* The pointer ends with its lifetime. */
	node_expire(f.n, NOW + 10 * MIP_SECOND);
	p = through_agent(&f);
	g_assert_true(!p || p->data[28] == MIP4_WARNING);
	packet_free(p);
	drain(&f);
	node_free(f.n);
}

/* A datagram for the mobile node that `source` tunnelled to the previous agent at `at`: what left last of protocol UDP; 0 octets: nothing. */
static size_t warned(struct fixture *f, mip_time at, in4 source, uint8_t octets[64], in4 *to)
{
	struct packet *p = ip4_udp(f->n, PEER, 10000, HOME, 10000, 64, "0123456789abcdef", 16);
	size_t length = 0;

	drain(f);
	ip4_encapsulate(f->n, p, ENCAPSULATE_IP_IN_IP, source, OLD);
	node_input(f->n, at, 0, p);
	for (; (p = node_output(f->n)); packet_free(p))
		if (p->interface == 0 && ipv4_protocol(p->data) == PROTOCOL4_UDP) {
			length = p->length - 28u;
			memcpy(octets, p->data + 28, length);
			*to = ipv4_destination(p->data);
		}
	return length;
}

/* Who tunnels to a pointer is named to the home agent, one at a time no more often than the interval allows; the home agent itself never is.
 * A forged update says 131 to whoever sent it, a home address as care-of address or no lifetime makes the agent forget. */
static void pointer(void)
{
	struct fixture f;
	uint8_t octets[128], mine[MIP4_KEY], stay[MIP4_KEY], recorded[128];
	size_t recorded_octets = 0;
	struct mip4_message q = request(STAMP | 5), m, bu = { .type = MIP4_UPDATE, .flags = UPDATE_ACKNOWLEDGE, .lifetime_s = 10,
		                                              .home_address = HOME, .care_of_address = NEW };
	struct wr w;
	struct role *r;
	struct packet *p;
	in4 to = 0;

	begin(&f, true, 0x0a000102, OLD);
	r = foreign_agent4_new(f.n, key);
	node_add_role(f.n, r);
	foreign_agent4_serve(r, 1, NULL, 0);
	up(&f);
	mip4_node_key(HOME, key, mine);
	for (int round = 0; round < 3; round++) {
		q.identification = STAMP | (uint64_t)(5 + round);
		w = wr_of(octets, sizeof octets);
		mip4_write(&w, &q);
		feed_frame(&f, ip4_udp(f.n, HOME, MIP4_PORT, OLD, MIP4_PORT, 64, octets, wr_length(&w)), &mobile_mac);
		w = wr_of(octets, sizeof octets);
		mip4_write(&w, &(struct mip4_message){ .type = MIP4_REPLY, .lifetime_s = 60, .home_address = HOME, .home_agent = HOME_AGENT,
		                                       .identification = q.identification });
		feed(&f, HOME_AGENT, OLD, octets, wr_length(&w));
		drain(&f);
		bu.care_of_address = round == 1 ? HOME : NEW;
		bu.lifetime_s = round == 2 ? 0 : 10;
		w = signed_message(octets, sizeof octets, &bu, EXTENSION4_GENERAL_AUTH, SPI_MN_FA, key);
		feed(&f, NEW, OLD, octets, wr_length(&w));
		p = node_output(f.n);
		g_assert_true(p && ipv4_destination(p->data) == NEW && p->data[28] == MIP4_ACKNOWLEDGE && p->data[31] == ACK_AUTHENTICATION);
		packet_free(p);
		mip4_stay_key(mine, q.identification, stay);
		w = signed_message(octets, sizeof octets, &bu, EXTENSION4_GENERAL_AUTH, SPI_MN_FA, stay);
		/* Recorded at the first visit, octet for octet, it does not send the mobile node away at a later one; nor does the first visit's key. */
		if (round) {
			f.accepted = 0;
			feed(&f, NEW, OLD, recorded, recorded_octets);
			g_assert_cmpuint(f.accepted, ==, 0);
			g_assert_cmpuint(f.status, ==, ACK_AUTHENTICATION);
			drain(&f);
		} else {
			memcpy(recorded, octets, recorded_octets = wr_length(&w));
		}
		feed(&f, NEW, OLD, octets, wr_length(&w));
		/* Repeated, because the acknowledgement was lost: acknowledged again. */
		if (!round) {
			drain(&f);
			feed(&f, NEW, OLD, octets, wr_length(&w));
			p = node_output(f.n);
			g_assert_true(p && ipv4_destination(p->data) == NEW && p->data[48] == MIP4_ACKNOWLEDGE && p->data[51] == ACK_OK);
			packet_free(p);
		}
		drain(&f);
		if (!round) {
			g_assert_cmpuint(warned(&f, NOW, HOME_AGENT, octets, &to), ==, 0);
			for (mip_time at = NOW; at < NOW + 3 * MIP_SECOND; at += MIP_SECOND / 10) {
				size_t length = warned(&f, at, PEER, octets, &to);

				g_assert_true((length > 0) == !((at - NOW) % MIP_SECOND));
				if (!length)
					continue;
				g_assert_cmphex(to, ==, HOME_AGENT);
				g_assert_cmpint(mip4_decode(octets, length, &m), ==, WIRE_OK);
				g_assert_true(m.type == MIP4_WARNING && m.home_address == HOME && m.target_count == 1 && m.targets[0] == PEER);
			}
			/* Another node is another matter. */
			g_assert_cmpuint(warned(&f, NOW, PEER + 1, octets, &to), >, 0);
		} else {
			/* No pointer, no visitor: the sender itself hears of it. */
			g_assert_cmpuint(warned(&f, NOW + round * 10 * MIP_SECOND, PEER, octets, &to), ==, 8);
			g_assert_cmphex(to, ==, PEER);
		}
	}
	node_free(f.n);
}

/* What the home agent tells whom: the nonce it promised; on a private binding and on none, that there is none. A special tunnel is opened
 * towards the care-of address, but for that of an agent there that has lost its visitor. */
static void telling(void)
{
	struct fixture f;
	uint8_t octets[128], mine[MIP4_KEY], peers[MIP4_KEY];
	struct mip4_message q = request(STAMP | 5), m;
	uint32_t promised = 0;
	struct wr w;
	struct packet *p;

	begin(&f, true, 0x0a000101, HOME_AGENT);
	node_add_role(f.n, home_agent4_new(f.n, 1, key));
	up(&f);
	mip4_node_key(HOME, key, mine);
	mip4_node_key(PEER, key, peers);
	for (int round = 0; round < 4; round++) {
		mip_time at = NOW + (round + 1) * 2 * MIP_SECOND;
		bool asked = round >= 2;

		q.identification = STAMP | (uint64_t)(10 + round);
		q.flags = round == 3 ? REQUEST_PRIVATE : 0;
		w = signed_message(octets, sizeof octets, &q, EXTENSION4_MN_HA, SPI_MN_HA, mine);
		feed(&f, OLD, HOME_AGENT, octets, wr_length(&w));
		drain(&f);
		if (asked) {
			w = wr_of(octets, sizeof octets);
			mip4_write(&w, &(struct mip4_message){ .type = MIP4_BINDING_REQUEST, .home_address = HOME, .identification = 0x11223344556677 });
			node_input(f.n, at, 0, ip4_udp(f.n, PEER, MIP4_PORT, HOME_AGENT, MIP4_PORT, 64, octets, wr_length(&w)));
		} else {
			node_input(f.n, at, 0, ip4_udp(f.n, PEER, 10000, HOME, 10000, 64, "0123456789abcdef", 16));
			p = node_output(f.n);
			g_assert_true(p && ipv4_protocol(p->data) == PROTOCOL4_IPV4 && ipv4_destination(p->data) == OLD);
			packet_free(p);
		}
		p = node_output(f.n);
		g_assert_true(p && ipv4_destination(p->data) == PEER);
		g_assert_cmpint(mip4_decode(p->data + 28, p->length - 28u, &m), ==, WIRE_OK);
		g_assert_true(m.type == MIP4_UPDATE && mip4_one_auth_ok(p->data + 28, &m, EXTENSION4_GENERAL_AUTH, SPI_HA_CN, MIP4_HMAC_MD5, peers));
		g_assert_cmpuint((uint32_t)m.identification, ==, asked ? 0x44556677 : promised);
		promised = (uint32_t)(m.identification >> 32);
		g_assert_true(round == 3 ? m.care_of_address == HOME && !m.lifetime_s : m.care_of_address == OLD && m.lifetime_s);
		packet_free(p);
		drain(&f);
	}
	/* Named in a registration, in front of its authenticator (optim-11, 6.3) and behind it. */
	for (int inside = 1; inside >= 0; inside--) {
		const in4 targets[] = { PEER, PEER + 1 };
		unsigned told = 0;

		q.identification = STAMP | (uint64_t)(40 - inside);
		q.flags = 0;
		q.care_of_address = inside ? NEW : OLD;
		w = wr_of(octets, sizeof octets);
		mip4_write(&w, &q);
		if (inside)
			mip4_write_warning_extension(&w, HOME, targets, 2);
		mip4_put_auth(&w, EXTENSION4_MN_HA, SPI_MN_HA, MIP4_HMAC_MD5, mine);
		if (!inside)
			mip4_write_warning_extension(&w, HOME, targets, 2);
		feed(&f, OLD, HOME_AGENT, octets, wr_length(&w));
		for (; (p = node_output(f.n)); packet_free(p))
			told += p->interface == 0 && p->data[28] == MIP4_UPDATE && ipv4_destination(p->data) == targets[told] && load_be32(p->data + 36) == NEW;
		g_assert_cmpuint(told, ==, inside ? 2 : 0);
	}
	/* Special tunnels. */
	for (int lost = 0; lost < 2; lost++) {
		p = ip4_udp(f.n, PEER, 10000, HOME, 10000, 64, "0123456789abcdef", 16);
		ip4_encapsulate(f.n, p, ENCAPSULATE_IP_IN_IP, lost ? OLD : NEW, HOME);
		node_input(f.n, NOW + 20 * MIP_SECOND, 0, p);
		p = node_output(f.n);
		g_assert_true(lost ? !p : p && ipv4_destination(p->data) == OLD && ipv4_destination(p->data + 20) == HOME &&
		                              ipv4_protocol(p->data + 20) == PROTOCOL4_UDP);
		packet_free(p);
		drain(&f);
	}
	node_free(f.n);
}

/* Somebody on the home link asks for the mobile node: does the home agent answer? ARP it sends unasked goes to *announced. */
static bool answers_for(struct fixture *f, unsigned *announced)
{
	struct packet *p;
	bool found = false;
	uint8_t *e;

	for (; (p = node_output(f->n)); packet_free(p)) {
		struct arp a;

		if (p->interface == 1 && load_be16(p->data + 12) == ETHERTYPE_ARP && arp_decode(p->data + 14, p->length - 14u, &a) == WIRE_OK)
			*announced += a.sender == HOME && a.target == HOME && mac_equal(&a.sender_mac, &router_mac);
	}
	p = packet_new(ETHERNET_HEADER + ARP_OCTETS);
	e = packet_put(p, ETHERNET_HEADER + ARP_OCTETS);
	memset(e, 0xff, 6);
	memcpy(e + 6, &mobile_mac, 6);
	store_be16(e + 12, ETHERTYPE_ARP);
	arp_write(e + ETHERNET_HEADER, &(struct arp){ ARP_REQUEST, mobile_mac, { { 0 } }, HOME_AGENT + 9, HOME });
	node_input(f->n, NOW, 1, p);
	for (; (p = node_output(f->n)); packet_free(p)) {
		struct arp a;

		g_assert_cmpint(arp_decode(p->data + 14, p->length - 14u, &a), ==, WIRE_OK);
		found |= a.operation == ARP_REPLY && a.sender == HOME && mac_equal(&a.sender_mac, &router_mac);
	}
	return found;
}

/* RFC 5944 4.6: while its mobile node is away the home agent answers ARP for it, and says so to all at once; at home, and after the lifetime,
 * it does not. */
static void proxy_arp(void)
{
	struct fixture f;
	uint8_t octets[128], mine[MIP4_KEY];
	struct mip4_message m = request(STAMP | 5);
	unsigned announced = 0;
	struct wr w;

	begin(&f, true, 0x0a000101, HOME_AGENT);
	node_add_role(f.n, home_agent4_new(f.n, 1, key));
	up(&f);
	mip4_node_key(HOME, key, mine);
	g_assert_false(answers_for(&f, &announced));
	for (int round = 0; round < 4; round++) {
		/* Away, away elsewhere, at home, away again. */
		m.identification = STAMP | (uint64_t)(6 + round);
		m.care_of_address = round == 1 ? NEW : round == 2 ? HOME : OLD;
		m.lifetime_s = round == 2 ? 0 : 60;
		w = signed_message(octets, sizeof octets, &m, EXTENSION4_MN_HA, SPI_MN_HA, mine);
		feed(&f, OLD, HOME_AGENT, octets, wr_length(&w));
		g_assert_true(answers_for(&f, &announced) == (round != 2));
		/* Once when it leaves; a movement elsewhere changes nothing at home. */
		g_assert_cmpuint(announced, ==, round == 3 ? 2 : 1);
	}
	node_expire(f.n, NOW + 60 * MIP_SECOND);
	drain(&f);
	g_assert_false(answers_for(&f, &announced));
	node_free(f.n);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/mip4/correspondent", correspondent);
	g_test_add_data_func("/mip4/pressure/refuse", GINT_TO_POINTER(0), pressure);
	g_test_add_data_func("/mip4/pressure/oldest", GINT_TO_POINTER(1), pressure);
	g_test_add_func("/mip4/home-agent", home_agent);
	g_test_add_func("/mip4/previous-agent", previous_agent);
	g_test_add_func("/mip4/proxy-arp", proxy_arp);
	g_test_add_func("/mip4/pointer", pointer);
	g_test_add_func("/mip4/telling", telling);
	return g_test_run();
}
