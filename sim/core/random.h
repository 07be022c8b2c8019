// SPDX-License-Identifier: GPL-3.0-or-later
/* The models' Philox streams as a gsl_rng_type, for studies and statistics that want GSL's variates. */
#ifndef SIM_CORE_RANDOM_H
#define SIM_CORE_RANDOM_H

#include <gsl/gsl_rng.h>

#include "models/random.h"

/* "philox4x32-10": 32 bits a draw, 53-bit doubles; gsl_rng_set(r, seed) keys it with random_key_of(seed, 0). */
extern const gsl_rng_type *const random_gsl_type;
/* A generator on the stream (seed, replication, name, purpose). Free with gsl_rng_free. */
gsl_rng *random_gsl_new(uint64_t seed, uint32_t replication, const char *name, enum random_purpose purpose);

#endif
