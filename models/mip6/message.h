// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What mobile nodes, home agents and correspondents share about Mobility Header messages: putting one into a packet with its
 * addresses, authenticator and checksum, and checking the same on a delivered one (RFC 6275 6.1.1, 6.2.7, 6.3, 6.4, 9.2).
 */
#ifndef MODELS_MIP6_MESSAGE_H
#define MODELS_MIP6_MESSAGE_H

#include "models/crypto/rr.h"
#include "models/node.h"
#include "models/wire/mh.h"

/* Binding management key and the two addresses that go into the authenticator with the message (RFC 6275 6.2.7): the care-of
 * address registered (the home address when the binding is deleted) and the correspondent's (home) address. A BA uses those of
 * the BU it answers. */
struct mip6_security {
	uint8_t key[RR_BINDING_KEY];
	struct in6 care_of_address, correspondent;
	const uint8_t *credit_key; /* mip6_message: what the Lifetime Credit Authorization option is made with, borrowed; NULL: none */
};

/*
 * A packet with the message, ready for ip6_send(..., IP6_SEND_PLAIN). wire_source and wire_destination are what the IPv6 header
 * will say. home_address_option: NULL or the home address the Home Address option carries; routing_header: NULL or the home
 * address the type 2 routing header carries. The checksum is over the logical addresses. security: NULL or what the authenticator
 * is made with; then the Binding Authorization Data option is added whatever m->options.has_authenticator says, and with a
 * credit_key the Lifetime Credit Authorization option, with m->options.credit_updates in it. m is borrowed. Never NULL.
 */
struct packet *mip6_message(const struct in6 *wire_source, const struct in6 *wire_destination,
                            const struct in6 *home_address_option, const struct in6 *routing_header, const struct mh_message *m,
                            const struct mip6_security *security);

/* Decodes the Mobility Header of a delivery; the checks of RFC 6275 9.2 in their order, the checksum first (WIRE_CHECKSUM). */
enum wire_error mip6_decode(const struct delivery *d, struct mh_message *out);

/* The authenticator is there, is the last option and was made with this key over these addresses. m: from mip6_decode of d. */
bool mip6_verify(const struct delivery *d, const struct mh_message *m, const struct mip6_security *security);

/* The same of the Lifetime Credit Authorization option, which must be there, with its own key. */
bool mip6_verify_credit(const struct delivery *d, const struct mh_message *m, const struct mip6_security *security,
                        const uint8_t credit_key[RR_BINDING_KEY]);

enum drop_reason mip6_drop_reason(enum wire_error error);

/* accept_home_address of roles that take updates with a Home Address option and nothing else: that there is the hook makes the
 * node know the option, in front of Mobility Headers, which need nobody's leave. Data with it is for nobody there. */
bool mip6_accept_no_home_address(struct role *r, mip_time now, const struct delivery *d);

/* Hands a secret to the observer if it wants them. */
void mip6_observe_secret(struct node *n, mip_time now, enum secret_kind kind, const struct in6 *peer, uint32_t index,
                         const uint8_t *octets, size_t length);

#endif
