// SPDX-License-Identifier: GPL-3.0-or-later
/* What all Mobile IPv4 roles share: authentication extensions made and checked, messages sent, agent advertisements, rate limits. */
#ifndef MODELS_MIP4_MESSAGE4_H
#define MODELS_MIP4_MESSAGE4_H

#include "models/ip4/ip4.h"
#include "models/mip4/mip4.h"
#include "models/node.h"
#include "models/wire/ipv6.h"
#include "models/wire/mip4.h"

/* One SPI for each kind of pair is enough where keys are configured. 0 to 255 are reserved. */
enum { SPI_MN_HA = 256, SPI_HA_CN = 257, SPI_MN_FA = 258, SPI_FA_HA = 259 };

/*
 * Appends an authentication extension over everything from w's start. Keyed MD5 covers type and length but not the SPI in 32 to 34 (RFC
 * 2002 3.5.1); HMAC-MD5 and extension 36 cover the SPI too (RFC 5944 3.5.1, optim-11).
 */
void mip4_put_auth(struct wr *w, enum mip4_extension_type type, uint32_t spi, enum mip4_algorithm algorithm, const uint8_t key[MIP4_KEY]);
/* e NULL: false. */
bool mip4_auth_ok(const uint8_t *message, const struct mip4_extension *e, uint32_t spi, enum mip4_algorithm algorithm,
                  const uint8_t key[MIP4_KEY]);

/* Exactly one extension of that type, and a good one? (RFC 5944 3.7.2.1, 3.7.3.1, 3.8.2.1) */
bool mip4_one_auth_ok(const uint8_t *message, const struct mip4_message *m, enum mip4_extension_type type, uint32_t spi,
                      enum mip4_algorithm algorithm, const uint8_t key[MIP4_KEY]);
/* How much of a registration message the mobile node and its home agent have authenticated: to the end of extension 32, or all. */
size_t mip4_authorized_octets(const struct mip4_message *m, size_t octets);
/*
 * What proves to a previous foreign agent where its visitor went, with a configured key: MD5(key, Identification of the registration there,
 * key).
 * DEVIATION: the document (4.2) takes the key itself, and as its updates have no Identification, a copy of one could send the mobile node
 * away again at any later visit. No octet more, no other effect on results.
 */
void mip4_stay_key(const uint8_t configured[MIP4_KEY], uint64_t identification, uint8_t key[MIP4_KEY]);
/* NULL: none with that node. */
const uint8_t *mip4_association_key(const struct mip4_association *associations, uint32_t count, in4 peer);
/* The longest registration that an agent grants. */
uint16_t mip4_agent_lifetime_s(const struct node *agent);
/* What a request with these bits asks for. */
static inline enum ip4_encapsulation mip4_encapsulation_of(uint8_t request_flags)
{
	return request_flags & REQUEST_MINIMAL ? ENCAPSULATE_MINIMAL : request_flags & REQUEST_GRE ? ENCAPSULATE_GRE : ENCAPSULATE_IP_IN_IP;
}

/* A UDP datagram to port 434? Then *payload, *octets and m are set. VERDICT_TAKEN: it was one, but bad, and is dropped;
 * VERDICT_CONTINUE with *payload NULL: none. */
int mip4_take(struct node *n, mip_time now, struct ip4_delivery *d, const uint8_t **payload, size_t *octets, struct udp_header *udp,
              struct mip4_message *m);
/* Sends what w holds. */
void mip4_send(struct node *n, mip_time now, in4 source, uint16_t source_port, in4 destination, uint16_t destination_port,
               const struct wr *w);

/* Agent advertisements on one Ethernet interface: at random intervals, and in answer to solicitations. */
struct beacon {
	struct beacon *next;
	struct timer timer;
	struct ip4_interface *interface;
	uint16_t flags, sequence;
};
/* flags: those of the role; what the node's switches say of encapsulations and reverse tunnels is added. */
void beacon_start(struct node *n, struct beacon *b, struct ip4_interface *i, uint16_t flags);
void beacon_stop(struct node *n, struct beacon *b);
/* A solicitation arrived on b's interface: answered to its sender, or to all when that has no address. */
void beacon_solicited(struct node *n, mip_time now, struct beacon *b, const struct ip4_delivery *d);
static inline bool mip4_is_solicitation(const struct ip4_delivery *d)
{
	return d->protocol == PROTOCOL4_ICMP && ip4_upper(d)[0] == ICMP4_ROUTER_SOLICITATION;
}

/* When what was last sent to whom. Zero-initialised: nothing yet. */
struct mip4_limit {
	struct in4_table peers;
};
/* Is the last time at least `interval` ago? Then now counts as sent. So that hostile addresses cannot fill the memory, all is
 * forgotten at the 4097th peer. */
bool mip4_limit_allows(struct mip4_limit *l, mip_time now, in4 peer, mip_time interval);
void mip4_limit_fini(struct mip4_limit *l);

#endif
