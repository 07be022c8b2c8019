// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Binding lifetime extension by credit (draft-arkko-mipv6-binding-lifetime-extension-00): who has been bound at one care-of
 * address for a time t gets a binding for a part of t, 0.3, up to 8 hours. What shows that it is the same node all along is a key
 * over the binding keys of all updates since, Kcredit = SHA1(Kbm N | SHA1(Kbm N-1 | ... SHA1(Kbm 1))), in an option beside the
 * authenticator that each update has anyway (wire/mh.h). Every refresh still takes return routability; there are only fewer of
 * them.
 *
 * Decisions where the draft leaves it open, or our summary of it does:
 * - N is 1 in the first update of a row. An update whose N or authenticator is not the one to come begins a new row: N is 1 in
 *   the answer.
 * - A repeated update, with the binding key of the one before, has its N and is answered again.
 * - Until 0.3 t is more, a binding lasts what a first one does: 0.3 of the 420 s of return routability (124 s on the wire).
 * - t counts from the first update of a row, at the correspondent, which decides; the mobile node asks for the limit.
 * - Moving, or letting the binding end, ends the row. So does an update without the option.
 */
#ifndef MODELS_MIP6_LIFETIME_CREDIT_H
#define MODELS_MIP6_LIFETIME_CREDIT_H

#include "models/mip6/message.h"

struct lifetime_credit {
	mip_time since;                  /* of the first update */
	uint16_t updates;                /* N of the last; 0: no row */
	uint8_t key[RR_BINDING_KEY];     /* Kcredit of the last */
};

/* At a correspondent: an authorized update with the option. The row goes on or begins anew; returns how long the binding may
 * last. */
mip_time lifetime_credit_update(struct lifetime_credit *c, mip_time now, const struct delivery *d, const struct mh_message *u,
                                const struct mip6_security *security, const struct lifetime_credit_conf *conf);

/* At a mobile node: what the row will be after an update with this binding key. */
void lifetime_credit_next(const struct lifetime_credit *c, const uint8_t binding_key[RR_BINDING_KEY],
                          struct lifetime_credit *next);
/* The acknowledgement of that update: the row goes on or begins anew as it says. False: the correspondent does not know the
 * option. */
bool lifetime_credit_acknowledged(struct lifetime_credit *c, const struct delivery *d, const struct mh_message *a,
                                  const struct mip6_security *security);

#endif
