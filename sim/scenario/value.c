// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/scenario/value.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#define DIGITS_MAXIMUM 24 /* 10^24 times the largest unit and 2^32 times 10^24 both stay below 2^127 */

struct unit {
	const char *name;
	int64_t factor;
};

/* mantissa / 10^scale */
struct decimal {
	unsigned __int128 mantissa;
	int scale;
};

/* Reads digits[.digits]; the rest of the text, or NULL when there is no such number or it is too long. */
static const char *read_decimal(const char *p, struct decimal *d)
{
	int digits = 0;

	*d = (struct decimal){ 0 };
	if (*p < '0' || *p > '9')
		return NULL;
	for (bool fraction = false;; p++) {
		if (*p == '.' && !fraction && p[1] >= '0' && p[1] <= '9') {
			fraction = true;
			continue;
		}
		if (*p < '0' || *p > '9')
			break;
		if (d->mantissa && ++digits > DIGITS_MAXIMUM)
			return NULL;
		d->mantissa = d->mantissa * 10 + (unsigned)(*p - '0');
		d->scale += fraction;
		if (d->scale > DIGITS_MAXIMUM)
			return NULL;
	}
	while (d->scale && d->mantissa % 10 == 0) {
		d->mantissa /= 10;
		d->scale--;
	}
	return p;
}

static unsigned __int128 power_of_ten(int n)
{
	unsigned __int128 p = 1;

	while (n--)
		p *= 10;
	return p;
}

/* number and unit to a whole count; NULL, or `wanted`. */
static const char *read_with_unit(const char *text, const struct unit *units, int64_t maximum, const char *wanted,
                                  const char *fraction, const char *large, int64_t *out)
{
	struct decimal d;
	const char *rest = read_decimal(text, &d);
	unsigned __int128 scaled, divisor;

	if (!rest)
		return wanted;
	while (units->name && strcmp(units->name, rest))
		units++;
	if (!units->name)
		return wanted;
	scaled = d.mantissa * (unsigned __int128)units->factor;
	divisor = power_of_ten(d.scale);
	if (scaled / divisor > (unsigned __int128)maximum)
		return large;
	if (scaled % divisor)
		return fraction;
	*out = (int64_t)(scaled / divisor);
	return NULL;
}

const char *value_duration(const char *text, int64_t *ns)
{
	static const struct unit units[] = { { "ns", 1 },         { "us", MIP_MICROSECOND },  { "ms", MIP_MILLISECOND },
		                             { "s", MIP_SECOND }, { "min", 60 * MIP_SECOND }, { "h", 3600 * MIP_SECOND },
		                             { NULL, 0 } };

	return read_with_unit(text, units, VALUE_DURATION_MAXIMUM, "want a number with unit ns, us, ms, s, min or h, like 20ms",
	                      "want a whole number of nanoseconds", "too long, at most 1000000000s", ns);
}

const char *value_rate(const char *text, int64_t *bps)
{
	static const struct unit units[] = { { "bps", 1 },           { "kbps", 1000 },          { "Mbps", 1000000 },
		                             { "Gbps", 1000000000 }, { "Tbps", 1000000000000 }, { NULL, 0 } };
	const char *wrong = read_with_unit(text, units, 1000000000000000,
	                                   "want a number with unit bps, kbps, Mbps or Gbps, like 11Mbps, or unlimited",
	                                   "want a whole number of bits per second", "too fast, at most 1000Tbps", bps);

	return wrong ? wrong : *bps ? NULL : "want more than 0";
}

const char *value_size(const char *text, int64_t *octets)
{
	static const struct unit units[] = { { "B", 1 },        { "kB", 1000 },     { "KiB", 1024 },
		                             { "MB", 1000000 }, { "MiB", 1048576 }, { NULL, 0 } };

	return read_with_unit(text, units, (int64_t)1 << 40, "want a number with unit B, kB, KiB or MiB, like 160B",
	                      "want a whole number of octets", "too large, at most 1048576MiB", octets);
}

const char *value_probability(const char *text, uint32_t *q32)
{
	struct decimal d;
	const char *rest = read_decimal(text, &d);
	unsigned __int128 one, q;

	if (!rest || *rest)
		return "want a decimal number from 0 to 1, like 0.01";
	one = power_of_ten(d.scale);
	if (d.mantissa > one)
		return "want at most 1";
	q = ((d.mantissa << 32) + one / 2) / one;
	if (d.mantissa && !q)
		return "less than 2^-33 cannot be told from 0";
	*q32 = q > UINT32_MAX ? UINT32_MAX : (uint32_t)q;
	return NULL;
}

const char *value_fraction(const char *text, struct fraction *f)
{
	static const char wanted[] = "want a fraction from 0 to 1, like 7/8 or 0.5";
	const char *slash = strchr(text, '/');
	struct decimal d, divisor = { .mantissa = 1 };
	const char *rest;

	if (strlen(text) > 20)
		return wanted;
	rest = read_decimal(text, &d);
	if (!rest || (slash ? rest != slash : *rest))
		return wanted;
	if (slash) {
		rest = read_decimal(slash + 1, &divisor);
		if (!rest || *rest || d.scale || divisor.scale || !divisor.mantissa)
			return wanted;
	} else {
		divisor.mantissa = power_of_ten(d.scale);
	}
	if (d.mantissa > divisor.mantissa || divisor.mantissa >= 1000000000)
		return wanted;
	*f = (struct fraction){ (uint32_t)d.mantissa, (uint32_t)divisor.mantissa };
	return NULL;
}

const char *value_whole(const char *text, uint64_t *number)
{
	struct decimal d;
	const char *rest = read_decimal(text, &d);

	if (!rest || *rest || d.scale || strchr(text, '.'))
		return "want a whole number";
	if (d.mantissa > UINT64_MAX)
		return "too large";
	*number = (uint64_t)d.mantissa;
	return NULL;
}

const char *value_address(const char *text, struct in6 *address)
{
	if (inet_pton(AF_INET6, text, address->octets) != 1)
		return "want an IPv6 address, like 2001:db8:1::10";
	return in6_is_routable_unicast(address) ? NULL : "want a routable unicast address";
}

const char *value_prefix(const char *text, struct in6 *prefix)
{
	static const char wanted[] = "want an IPv6 prefix of 64 bits, like 2001:db8:1::/64";
	const char *slash = strchr(text, '/');
	char address[INET6_ADDRSTRLEN];
	size_t length = slash ? (size_t)(slash - text) : 0;

	if (!slash || strcmp(slash, "/64") || length >= sizeof address)
		return wanted;
	memcpy(address, text, length);
	address[length] = '\0';
	if (inet_pton(AF_INET6, address, prefix->octets) != 1)
		return wanted;
	if (load_be64(prefix->octets + 8))
		return "the last 64 bits have to be zero";
	return in6_is_routable_unicast(prefix) ? NULL : "want a routable unicast prefix";
}

const char *value_subnet(const char *text, struct subnet *subnet)
{
	static const char wanted[] = "want an IPv6 address, or a prefix like 2001:db8:1::/64";
	const char *slash = strchr(text, '/');
	size_t length = slash ? (size_t)(slash - text) : strlen(text);
	char address[INET6_ADDRSTRLEN];
	uint64_t bits = 128;

	if (length >= sizeof address)
		return wanted;
	memcpy(address, text, length);
	address[length] = '\0';
	if (inet_pton(AF_INET6, address, subnet->prefix.octets) != 1 || (slash && value_whole(slash + 1, &bits)) || bits > 128)
		return wanted;
	subnet->bits = (uint32_t)bits;
	return NULL;
}

char *value_duration_text(int64_t ns, char *buffer)
{
	static const struct unit units[] = {
		{ "s", MIP_SECOND }, { "ms", MIP_MILLISECOND }, { "us", MIP_MICROSECOND }, { "ns", 1 }
	};
	const struct unit *u = units;
	int end;

	while (u->factor > 1 && (ns < u->factor || ns % (u->factor / 1000)) && ns)
		u++;
	end = snprintf(buffer, 40, "%lld", (long long)(ns / u->factor));
	if (ns % u->factor) {
		end += snprintf(buffer + end, 40 - (size_t)end, ".%03lld", (long long)(ns % u->factor / (u->factor / 1000)));
		while (buffer[end - 1] == '0')
			end--;
	}
	snprintf(buffer + end, 40 - (size_t)end, "%s", u->name);
	return buffer;
}
