// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * IPsec between a mobile node and its home agent (RFC 3776, RFC 4877, RFC 6275 5.1): ESP with manually keyed security
 * associations, as a role of either node. Four uses, two directions, eight associations for each pair of home address and home
 * agent; the SPI of an association is the pair's base plus its number, 2 * use + direction.
 *
 * The role opens what arrives and hands it on with delivery.secured set; mobile node and home agent ask for what they send, and
 * check with ipsec_expects what they got. A node without the role protects nothing and expects nothing.
 */
#ifndef MODELS_MIP6_IPSEC_H
#define MODELS_MIP6_IPSEC_H

#include "models/crypto/esp_crypto.h"
#include "models/node.h"

enum ipsec_use {
	IPSEC_BINDING,   /* transport: Mobility Header between home address and home agent (BU, BA) */
	IPSEC_TEST,      /* tunnel: Mobility Header to and from others (HoTI, HoT; RFC 3776 5.2.2) */
	IPSEC_PREFIX,    /* transport: ICMPv6 (mobile prefix solicitation and advertisement) */
	IPSEC_PAYLOAD,   /* tunnel: everything else, if conf.payload */
	IPSEC_USES
};
enum ipsec_direction { IPSEC_TO_HOME_AGENT, IPSEC_TO_MOBILE_NODE };
#define IPSEC_ASSOCIATIONS (2 * IPSEC_USES)

struct ipsec_keys {
	uint8_t authentication[IPSEC_ASSOCIATIONS][ESP_AUTHENTICATION_KEY];
	uint8_t encryption[IPSEC_ASSOCIATIONS][ESP_ENCRYPTION_KEY]; /* not used with IPSEC_NULL */
};

struct ipsec_conf {
	struct in6 home_address, home_agent;
	enum ipsec cipher;       /* IPSEC_NULL or IPSEC_AES */
	uint32_t spi;            /* of association 0; all eight must be of no other pair that the node has */
	bool payload;            /* payload in the tunnel is protected too */
	bool at_home_agent;      /* which end this node is */
};

/* Keys of a mobile node, the same wherever they are asked for: from a stream of its own for each association. */
void ipsec_derive_keys(const struct random_key *key, uint64_t mobile_name_id, struct ipsec_keys *out);
/* Adds the associations of one pair; the role is added to the node with the first. keys are copied. The end that is the mobile
 * node reports them as secrets (SECRET_ESP_*, index: the SPI, peer: the home address). */
void ipsec_add(struct node *n, const struct ipsec_conf *conf, const struct ipsec_keys *keys);
/* Does this node use IPsec at all? */
bool node_has_ipsec(const struct node *n);

/*
 * Sends a finished packet between home address and home agent (Home Address option or routing header in place) in ESP transport
 * mode, past the output hooks; as it is if the node has no IPsec. Takes it.
 */
void ipsec_send(struct node *n, mip_time now, const struct in6 *home_address, const struct in6 *home_agent, enum ipsec_use use,
                struct packet *take);
/*
 * Sends a packet to or from the home address through the tunnel between source and destination, which are where the two ends are
 * now: in ESP tunnel mode if policy wants that, else IPv6-in-IPv6. Past the output hooks. Takes it.
 */
void ipsec_tunnel(struct node *n, mip_time now, const struct in6 *home_address, const struct in6 *home_agent,
                  const struct in6 *source, const struct in6 *destination, struct packet *take);
/* Was a delivery protected as a message of this use has to be? True also on a node without IPsec. */
bool ipsec_expects(const struct node *n, enum ipsec_use use, const struct delivery *d);
/* The same for what the tunnel brought: inner is the packet inside, with `octets` stored ones. */
bool ipsec_expects_tunnelled(const struct node *n, const struct in6 *home_address, const struct in6 *home_agent,
                             const uint8_t *inner, size_t octets, const struct delivery *d);

#endif
