// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Preconfigured keys between a mobile node and a correspondent (RFC 4449, Taxonomy 6.2.2): a key Kcn and two nonces that both
 * have known all along take the place of those that a correspondent makes, so a home keygen token needs no home test and, where
 * the correspondent trusts the mobile node with its care-of address (`care-of-test: none`), a care-of keygen token needs no
 * care-of test. Where it does not, the care-of test is that of return routability, before the update or beside an early one; the
 * Nonce Indices option then has a home nonce index of 0, which no correspondent hands out. Without any test there is no such
 * option.
 *
 * In a world that is simulated both ends derive what they share from the world's random key and their two addresses: what RFC
 * 4449 has somebody type in, every pair in a file or in none. Left out: a new Kcn when the sequence numbers of a pair have gone
 * round (after 65 536 updates).
 */
#ifndef MODELS_MIP6_PRECONFIGURED_H
#define MODELS_MIP6_PRECONFIGURED_H

#include "models/crypto/rr.h"
#include "models/node.h"

static inline bool preconfigured(const struct protocol_conf *conf)
{
	return conf->authorization == AUTHORIZE_PRECONFIGURED;
}

/* Neither test: the mobile node is trusted. */
static inline bool preconfigured_without_tests(const struct protocol_conf *conf)
{
	return preconfigured(conf) && conf->care_of_test == CARE_OF_TEST_NONE;
}

void preconfigured_home_token(const struct node *n, const struct in6 *home_address, const struct in6 *correspondent,
                              uint8_t token[RR_TOKEN]);
void preconfigured_care_of_token(const struct node *n, const struct in6 *home_address, const struct in6 *correspondent,
                                 const struct in6 *care_of_address, uint8_t token[RR_TOKEN]);
/* Hands what both share to an observer that wants secrets. At the correspondent. */
void preconfigured_observe(struct node *n, mip_time now, const struct in6 *home_address, const struct in6 *correspondent);

#endif
