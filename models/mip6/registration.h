// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What a mobile node owes a correspondent next: one pure function of the switches, the tokens held and their ages, the
 * acknowledgements held and the time (RFC 6275 11.6, 11.7.2; EBU document sections 3 and 4). It knows no packet and no timer: the
 * mobile node sends what is wanted and not yet under way, retransmits, and asks again after every event.
 */
#ifndef MODELS_MIP6_REGISTRATION_H
#define MODELS_MIP6_REGISTRATION_H

#include "models/conf.h"

/* How far a request has come. */
enum registration_progress {
	REGISTRATION_NOT_SENT,
	REGISTRATION_SENT,      /* and no answer yet */
	REGISTRATION_ACCEPTED,
	REGISTRATION_WITHDRAWN  /* refused, or found out to be of no use: not again in this registration, and no ground to send directly */
};

struct registration {
	bool tunnel;                             /* the reverse tunnel carries: a home binding exists and the home agent was told this
	                                          * care-of address. At home: the home agent has deleted the binding */
	bool home_acknowledged;                  /* the home agent accepted this care-of address */
	bool deleting;                           /* at home: have the correspondent forget us, instead of registering a care-of address */
	bool care_of_ahead;                      /* the care-of token was got ahead of the movement, for the address it brought */
	bool early_unknown;                      /* the correspondent once answered that it knows no Early Binding Update */
	bool registered;                         /* it acknowledged this care-of address, and that has not expired (a refresh may run) */
	mip_time started;                        /* when this registration or refresh began */
	mip_time home_token_at, care_of_token_at;/* receipt; MIP_NEVER: not held. The care-of token is one for this care-of address */
	mip_time home_token_until;               /* it may be used before then */
	enum registration_progress early;        /* Early Binding Update for this care-of address */
	enum registration_progress update;       /* Binding Update of this registration */
	enum registration_progress divert;       /* request to send to the home address meanwhile; withdrawn: the correspondent holds no
	                                          * binding to a care-of address that we have left */
};

enum registration_step {
	REGISTRATION_EARLY_UPDATE = 1,  /* send it now */
	REGISTRATION_HOME_TEST = 2,     /* a home token is missing: have a test running */
	REGISTRATION_CARE_OF_TEST = 4,  /* a care-of token is missing */
	REGISTRATION_UPDATE = 8,        /* send it now */
	REGISTRATION_DIVERT = 16,       /* have the correspondent send to the home address: send that now */
	REGISTRATION_SEND_DIRECT = 32   /* data may go directly, as long as the lifetime behind it lasts */
};

/* The set of steps wanted now. The mobile node takes the messages in the order of the enum. */
unsigned registration_next(const struct protocol_conf *conf, const struct registration *r, mip_time now);

/* A token received then may still be used: RFC 6275 5.2.7. Home tokens may tell otherwise: home_token_until. */
bool registration_token_fresh(mip_time received, mip_time now);

/*
 * When to renew something that lasts `lifetime`: this long before its end. It leaves room for MAX_RO_FAILURE transmissions (1 + 2
 * + 4 s) and a second for the answers; of short lifetimes, a quarter.
 */
mip_time registration_margin(mip_time lifetime);

/* When a proactive home test is due again, given when the token held was received (EBU document 4.1) and until when it may be
 * used if the correspondent said so, else MIP_NEVER. */
mip_time registration_next_home_test(const struct protocol_conf *conf, mip_time home_token_at, mip_time told_until);

#endif
