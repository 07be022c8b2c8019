// SPDX-License-Identifier: GPL-3.0-or-later
/* Fast handover messages in packets, with their authenticators; shared by the two sides. */
#ifndef MODELS_FMIP6_MESSAGE_H
#define MODELS_FMIP6_MESSAGE_H

#include "models/crypto/rr.h"
#include "models/fmip6/fmip6.h"
#include "models/node.h"
#include "models/wire/fast.h"

/* What the BADF option is made with (RFC 5568 6.4.5): the mobile node's key, its new care-of address, the previous router's
 * address. The RFC does not say which care-of address is meant; the new one is the natural reading. */
struct fast_security {
	uint8_t key[RR_BINDING_KEY];
	struct in6 care_of_address, router;
};

/* SHA1(domain secret | interface identifier of the previous care-of address). */
void fast_key(const struct fast_domain *domain, const struct in6 *previous, uint8_t key[RR_BINDING_KEY]);
/* As mip6_message (models/mip6/message.h). Never NULL. */
struct packet *fast_packet(const struct in6 *wire_source, const struct in6 *wire_destination,
                           const struct in6 *home_address_option, const struct in6 *routing_header, const struct fast_message *m,
                           const struct fast_security *security);
/* The Mobility Header of a delivery, checksum first. */
enum wire_error fast_receive(const struct delivery *d, struct fast_message *out);
bool fast_verify(const struct delivery *d, const struct fast_message *m, const struct fast_security *security);
/* RtSolPr or PrRtAdv, hop limit 255. */
struct packet *fast_advice_packet(const struct in6 *source, const struct in6 *destination, const struct fast_advice *a);
/* One that was delivered: type 154, well-formed, from this link. */
bool fast_advice_receive(const struct delivery *d, struct fast_advice *out);

#endif
