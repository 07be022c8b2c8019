// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Mobile IPv4 roles under fire: messages, advertisements and tunnels with octets changed, cut off or doubled, their checksums made good, in
 * random order and time. Nothing may fall over (run with the sanitizers: make check), what is kept stays bounded, and no binding and no
 * pointer comes of a message that nobody authenticated.
 */
#include "tests/unit/mip4_harness.h"

#define ROUNDS 20000

struct sample {
	uint8_t octets[256];
	size_t length;
	bool frame;                      /* on the Ethernet link, else on the wire */
};

static void put_sample(GArray *samples, bool frame, struct packet *take)
{
	struct sample s = { .length = take->length, .frame = frame };

	g_assert_cmpuint(take->length, <=, sizeof s.octets);
	memcpy(s.octets, take->data, take->length);
	packet_free(take);
	g_array_append_val(samples, s);
}

static void put_message(struct node *n, GArray *samples, in4 source, in4 destination, const struct mip4_message *m, const uint8_t *with)
{
	uint8_t octets[200];
	struct wr w = wr_of(octets, sizeof octets);

	mip4_write(&w, m);
	if (m->type == MIP4_REQUEST)
		mip4_write_previous_agent(&w, &(struct mip4_previous_agent){ .cache_lifetime_s = 10, .agent = NEW, .care_of_address = OLD, .spi = SPI_MN_FA });
	if (m->type == MIP4_REQUEST || m->type == MIP4_REPLY)
		mip4_put_auth(&w, EXTENSION4_MN_HA, SPI_MN_HA, MIP4_HMAC_MD5, with);
	if (m->type == MIP4_UPDATE || m->type == MIP4_ACKNOWLEDGE)
		mip4_put_auth(&w, EXTENSION4_GENERAL_AUTH, m->has_identification ? SPI_HA_CN : SPI_MN_FA, MIP4_HMAC_MD5, with);
	for (int frame = 0; frame < 2; frame++)
		put_sample(samples, frame, ip4_udp(n, source, MIP4_PORT, destination, MIP4_PORT, 255, octets, wr_length(&w)));
}

/* One of everything that may come to a node at `here`; nothing of it is authenticated by the right key. */
static GArray *samples_for(struct node *n, in4 here)
{
	static const uint8_t wrong[MIP4_KEY] = "not the real one";
	GArray *samples = g_array_new(FALSE, FALSE, sizeof(struct sample));
	struct mip4_message m = request(STAMP | 5);
	struct agent_advertisement a = { .lifetime_s = 3, .address_count = 1, .addresses = { OLD }, .has_agent = true, .sequence = 300,
		                         .registration_lifetime_s = 100, .flags = AGENT_FOREIGN, .care_of_count = 1, .care_of = { OLD },
		                         .prefix_count = 1, .prefix_lengths = { 24 } };
	uint8_t octets[64];
	size_t length = agent_advertisement_write(octets, sizeof octets, &a);
	struct packet *p;

	put_message(n, samples, HOME, here, &m, wrong);
	m.type = MIP4_REPLY;
	put_message(n, samples, HOME_AGENT, here, &m, wrong);
	put_message(n, samples, OLD, here, &(struct mip4_message){ .type = MIP4_WARNING, .home_address = HOME, .target_count = 2, .targets = { PEER, NEW } }, wrong);
	put_message(n, samples, PEER, here, &(struct mip4_message){ .type = MIP4_BINDING_REQUEST, .home_address = HOME, .identification = 77 }, wrong);
	m = (struct mip4_message){ .type = MIP4_UPDATE, .flags = UPDATE_ACKNOWLEDGE, .lifetime_s = 10, .home_address = HOME, .care_of_address = NEW };
	put_message(n, samples, NEW, here, &m, wrong);
	m.has_identification = true;
	put_message(n, samples, HOME_AGENT, here, &m, wrong);
	put_message(n, samples, PEER, here, &(struct mip4_message){ .type = MIP4_ACKNOWLEDGE, .home_address = HOME }, wrong);
	p = ip4_packet(OLD, IN4_ALL_SYSTEMS, PROTOCOL4_ICMP, 1, length);
	memcpy(packet_put(p, length), octets, length);
	ip4_finish(n, p);
	put_sample(samples, true, p);
	p = ip4_packet(HOME, IN4_ALL_ROUTERS, PROTOCOL4_ICMP, 1, 8);
	memcpy(packet_put(p, 8), "\x0a\0\xf5\xff\0\0\0\0", 8);
	ip4_finish(n, p);
	put_sample(samples, true, p);
	for (int how = ENCAPSULATE_IP_IN_IP; how <= ENCAPSULATE_GRE; how++)
		for (int to = 0; to < 2; to++) {
			p = ip4_udp(n, PEER, 10000, HOME, 10000, 64, "0123456789abcdef", 16);
			ip4_encapsulate(n, p, (enum ip4_encapsulation)how, NEW, to ? HOME : here);
			put_sample(samples, to, p);
		}
	return samples;
}

/* Makes right what only says that the octets are those that were sent. */
static void mend(uint8_t *p, size_t length)
{
	size_t header = length >= IPV4_HEADER ? ipv4_header_length(p) : 0;
	const struct in6 source = in6_of_in4(ipv4_source(p)), destination = in6_of_in4(ipv4_destination(p));

	if (header < IPV4_HEADER || header > length)
		return;
	store_be16(p + 2, (uint16_t)length);
	ipv4_checksum_set(p);
	if (p[9] == PROTOCOL4_UDP && length >= header + UDP_HEADER)
		udp_write(p + header, load_be16(p + header), load_be16(p + header + 2), length - header - UDP_HEADER, 0, &source, &destination);
	else if (p[9] == PROTOCOL4_ICMP && length >= header + 8)
		icmp4_checksum_set(p + header, length - header);
}

static void fire_at(struct fixture *f, GRand *r, GArray *samples)
{
	mip_time now = NOW;

	for (int i = 0; i < ROUNDS; i++) {
		struct sample s = g_array_index(samples, struct sample, g_rand_int_range(r, 0, (int)samples->len));
		struct packet *p;
		int changes = g_rand_int_range(r, 0, 4);
		unsigned interface;

		for (int k = 0; k < changes; k++) {
			size_t at = (size_t)g_rand_int_range(r, 0, (int)s.length);

			switch (g_rand_int_range(r, 0, 4)) {
			case 0:
				s.octets[at] = (uint8_t)g_rand_int(r);
				break;
			case 1:
				s.octets[at] ^= (uint8_t)(1 << g_rand_int_range(r, 0, 8));
				break;
			case 2:
				s.length = at > IPV4_HEADER ? at : s.length;
				break;
			default:
				/* Another mobile node, so that tables fill. */
				if (s.length > 36)
					store_be16(s.octets + 34, (uint16_t)g_rand_int(r));
			}
		}
		if (g_rand_int_range(r, 0, 8))
			mend(s.octets, s.length);
		p = packet_new(s.length);
		memcpy(packet_put(p, s.length), s.octets, s.length);
		now += g_rand_int_range(r, 0, 1 << 28);
		node_expire(f->n, now);
		interface = s.frame && f->n->ip4->interface_count > 1;
		if (ip4_interface(f->n, interface)->ethernet) {
			uint8_t *e = packet_push(p, ETHERNET_HEADER);

			memcpy(e, g_rand_int_range(r, 0, 2) ? router_mac.octets : (const uint8_t *)"\1\0\x5e\0\0\1", 6);
			memcpy(e + 6, &mobile_mac, 6);
			store_be16(e + 12, ETHERTYPE_IPV4);
		}
		node_input(f->n, now, interface, p);
		drain(f);
	}
}

enum target { TARGET_HOME_AGENT, TARGET_FOREIGN_AGENT, TARGET_CORRESPONDENT, TARGET_MOBILE_NODE, TARGET_CO_LOCATED };

static void hostile(gconstpointer data)
{
	enum target target = (enum target)GPOINTER_TO_INT(data);
	const struct mip4_association with = { HOME_AGENT, "home, foreign" };
	struct mobile_node4_conf mobile = { .home_address = HOME, .home_agent = HOME_AGENT, .home_prefix_length = 24, .host_part = 6, .agents = &with,
		                            .agent_count = 1 };
	guint32 seed = (guint32)g_test_rand_int();
	GRand *r = g_rand_new_with_seed(seed);
	in4 here = target == TARGET_HOME_AGENT ? HOME_AGENT : target == TARGET_CORRESPONDENT ? PEER : target == TARGET_FOREIGN_AGENT ? OLD : HOME;
	struct fixture f;
	struct role *role;
	GArray *samples;

	g_test_message("seed %u", seed);
	if (target == TARGET_CORRESPONDENT) {
		begin(&f, false, PEER, 0);
		node_add_role(f.n, correspondent4_new(f.n, &with, 1));
	} else if (target == TARGET_HOME_AGENT) {
		begin(&f, true, 0x0a000101, HOME_AGENT);
		node_add_role(f.n, home_agent4_new(f.n, 1, key));
	} else if (target == TARGET_FOREIGN_AGENT) {
		begin(&f, true, 0x0a000102, OLD);
		f.conf.mip4.buffer_packets = 3;
		f.conf.mip4.special_tunnels = true;
		role = foreign_agent4_new(f.n, key);
		node_add_role(f.n, role);
		foreign_agent4_serve(role, 1, &with, 1);
	} else {
		f = (struct fixture){ .conf = { .movement_detection = DETECT_EAGER, .lifetime = 100 * MIP_SECOND,
			                        .mip4 = { .smooth_handoff = true, .buffer_packets = 3, .co_located = target == TARGET_CO_LOCATED } } };
		f.observer = (struct observer){ .observe = observe, .context = &f };
		f.env.observer = &f.observer;
		f.n = node_new(&f.env, &f.conf, 0, 1);
		ip4_enable(f.n, false);
		ip6_add_interface(f.n, INTERFACE_ETHERNET, &router_mac, 1500);
		ip4_add_interface(f.n, &router_mac, 1500);
		memcpy(mobile.key, key, sizeof key);
		node_add_role(f.n, mobile_node4_new(f.n, &mobile));
	}
	up(&f);
	samples = samples_for(f.n, here);
	fire_at(&f, r, samples);
	g_assert_cmpuint(f.accepted, ==, 0);
	g_assert_true(target >= TARGET_MOBILE_NODE || f.refused > 100);
	g_array_free(samples, TRUE);
	g_rand_free(r);
	node_free(f.n);
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_data_func("/mip4/hostile/home-agent", GINT_TO_POINTER(TARGET_HOME_AGENT), hostile);
	g_test_add_data_func("/mip4/hostile/foreign-agent", GINT_TO_POINTER(TARGET_FOREIGN_AGENT), hostile);
	g_test_add_data_func("/mip4/hostile/correspondent", GINT_TO_POINTER(TARGET_CORRESPONDENT), hostile);
	g_test_add_data_func("/mip4/hostile/mobile-node", GINT_TO_POINTER(TARGET_MOBILE_NODE), hostile);
	g_test_add_data_func("/mip4/hostile/co-located", GINT_TO_POINTER(TARGET_CO_LOCATED), hostile);
	return g_test_run();
}
