// SPDX-License-Identifier: GPL-3.0-or-later
/* See closed_forms.h. */
#include "analysis/closed_forms.h"

#include <math.h>

/* From when the care-of address is usable until the standard procedure's binding update may leave. */
static mip_time tests_done(struct closed_form_case c, struct round_trips rtt)
{
	mip_time tests = mip_time_max(c.reuse ? 0 : rtt.bt, rtt.ro);

	return c.sequential ? rtt.ha + tests : mip_time_max(rtt.ha, tests);
}

mip_time closed_form_send(struct closed_form_case c, struct round_trips rtt)
{
	if (c.early)
		return c.optimistic ? 0 : mip_time_max(rtt.ha, rtt.ro);
	return tests_done(c, rtt) + (c.optimistic ? 0 : rtt.ro);
}

mip_time closed_form_rebound(struct closed_form_case c, struct round_trips rtt)
{
	return (c.early ? 0 : tests_done(c, rtt)) + rtt.ro / 2;
}

mip_time closed_form_receive(struct closed_form_case c, struct round_trips rtt)
{
	return closed_form_rebound(c, rtt) + rtt.ro / 2;
}

mip_time closed_form_confirmed(struct closed_form_case c, struct round_trips rtt)
{
	return (c.early ? mip_time_max(rtt.ha, rtt.ro) : tests_done(c, rtt)) + rtt.ro / 2;
}

mip_time closed_form_stream_arrival(mip_time start, mip_time interval, mip_time rebound, mip_time rtt_ro)
{
	mip_time n = rebound <= start ? 0 : (rebound - start + interval - 1) / interval;

	return start + n * interval + rtt_ro / 2;
}

double closed_form_advertisement_wait_s(double a, double b)
{
	return (a * a + a * b + b * b) / (3 * (a + b));
}

double closed_form_advertisement_wait_variance_s2(double a, double b)
{
	double mean = closed_form_advertisement_wait_s(a, b);

	/* E[R^2] = E[X^3] / (3 E[X]), E[X^3] = (a + b)(a^2 + b^2) / 4 */
	return (a * a + b * b) / 6 - mean * mean;
}

double closed_form_detection_and_address_s(double a, double b)
{
	return closed_form_advertisement_wait_s(a, b) + 0.5 + 1;
}

double closed_form_detection_and_address_deviation_s(double a, double b)
{
	return sqrt(closed_form_advertisement_wait_variance_s2(a, b) + 1.0 / 12);
}

/* IPv6 header 40, and: test inits 16, tests 24; a binding update 12 with nonce indices and authenticator, padded to 32, behind a
 * Home Address option (24); an acknowledgement the same behind a type 2 routing header (24). RFC 6275 section 6. */
const struct refresh_message closed_form_refresh[] = {
	{ "HoTI", 56, false, false },      { "CoTI", 56, false, false },       { "HoT", 64, false, false },
	{ "CoT", 64, false, false },       { "BU", 96, false, false },         { "BA", 96, true, false },
	{ "HoTI+tunnel", 40, false, true }, { "HoT+tunnel", 40, false, true },
};
const unsigned closed_form_refresh_count = sizeof closed_form_refresh / sizeof *closed_form_refresh;

unsigned closed_form_refresh_octets(bool acknowledgement, bool tunnel)
{
	unsigned octets = 0;

	for (unsigned i = 0; i < closed_form_refresh_count; i++) {
		const struct refresh_message *m = &closed_form_refresh[i];

		if ((acknowledgement || !m->acknowledgement) && (tunnel || !m->tunnel))
			octets += m->octets;
	}
	return octets;
}

double closed_form_refresh_bps(unsigned octets, double lifetime_s)
{
	return 8.0 * octets / lifetime_s;
}
