// SPDX-License-Identifier: GPL-3.0-or-later
/* The rows: see schema.h. Promised values whose code does not exist yet are rows too, marked `later`. */
#include "sim/scenario/schema.h"

#include "models/crypto/mip4_auth.h"
#include "models/ip4/ip4.h"

#include <stddef.h>

/* A table of rows with its name in complaints. The reader notes what it was given by row number, in arrays of SCHEMA_KEYS_MAXIMUM. */
#define SECTION(words, rows)                                                                                                     \
	{ words, rows };                                                                                                         \
	_Static_assert(sizeof(rows) / sizeof *(rows) - 1 <= SCHEMA_KEYS_MAXIMUM, "a section with more rows than the reader has room for")

#define KEY(name_, type_, offset_, fallback_, help_, ...)                                                                        \
	{                                                                                                                        \
		.name = name_, .type = type_, .offset = offset_, .fallback = fallback_, .help = help_, __VA_ARGS__               \
	}
#define END                                                                                                                      \
	{                                                                                                                        \
		.name = NULL                                                                                                     \
	}
#define END_CHOICE                                                                                                               \
	{                                                                                                                        \
		NULL, 0, false                                                                                                   \
	}
#define OF_NODE(field) offsetof(struct scenario_node, field)
#define OF_LINK(field) offsetof(struct scenario_link, field)
#define OF_CELL(field) offsetof(struct scenario_cell, field)
#define OF_MOVE(field) offsetof(struct scenario_move, field)
#define OF_FLOW(field) offsetof(struct scenario_flow, field)
#define OF_TOP(field) offsetof(struct scenario, field)
#define HOURS ((int64_t)3600 * MIP_SECOND)

/* ---- protocol: fills a struct scenario_node ------------------------------------------------------------------------ */

static const struct schema_choice scheme_choices[] = { { "standard", 0, false }, { "ebu", 1, false },   { "ebu+credit", 2, false },
	                                               { "fmip", 4, false },     { "fmip-reactive", 5, false }, { "hmip", 3, false },  { "f-hmip", 6, false },
	                                               { "ero", 0, true },       { "precfg", 7, false }, END_CHOICE };

const struct schema_scheme schema_schemes[] = {
	{ "standard", { { "home-test", "on-movement" }, { "care-of-test", "before" }, { "unverified", "refuse" }, { "authorization", "return-routability" } } },
	{ "ebu", { { "home-test", "proactive" }, { "care-of-test", "concurrent" }, { "unverified", "lifetime" }, { "authorization", "return-routability" } } },
	{ "ebu+credit", { { "home-test", "proactive" }, { "care-of-test", "concurrent" }, { "unverified", "credit" }, { "authorization", "return-routability" } } },
	{ "hmip",
	  { { "home-test", "on-movement" }, { "care-of-test", "before" }, { "unverified", "refuse" }, { "authorization", "return-routability" }, { "local", "hmip" } } },
	{ "fmip",
	  { { "home-test", "on-movement" }, { "care-of-test", "before" }, { "unverified", "refuse" }, { "authorization", "return-routability" }, { "local", "fmip-predictive" } } },
	{ "fmip-reactive",
	  { { "home-test", "on-movement" }, { "care-of-test", "before" }, { "unverified", "refuse" }, { "authorization", "return-routability" }, { "local", "fmip-reactive" } } },
	{ "f-hmip",
	  { { "home-test", "on-movement" }, { "care-of-test", "before" }, { "unverified", "refuse" }, { "authorization", "return-routability" }, { "local", "f-hmip" } } },
	{ "precfg",
	  { { "home-test", "none" }, { "care-of-test", "none" }, { "unverified", "refuse" }, { "authorization", "preconfigured" } } },
	{ NULL, { { NULL, NULL } } },
};

static const struct schema_choice home_test_choices[] = { { "on-movement", HOME_TEST_ON_MOVEMENT, false },
	                                                  { "proactive", HOME_TEST_PROACTIVE, false },
	                                                  { "none", HOME_TEST_NONE, false },
	                                                  END_CHOICE };
static const struct schema_choice care_of_test_choices[] = { { "before", CARE_OF_TEST_BEFORE, false },
	                                                     { "concurrent", CARE_OF_TEST_CONCURRENT, false },
	                                                     { "none", CARE_OF_TEST_NONE, false },
	                                                     END_CHOICE };
static const struct schema_choice update_choices[] = { { "after-home", 0, false }, { "at-once", 1, false }, END_CHOICE };
static const struct schema_choice wait_choices[] = { { "conservative", WAIT_CONSERVATIVE, false },
	                                             { "optimistic", WAIT_OPTIMISTIC, false },
	                                             END_CHOICE };
static const struct schema_choice authorization_choices[] = {
	{ "return-routability", AUTHORIZE_RETURN_ROUTABILITY, false }, { "preconfigured", AUTHORIZE_PRECONFIGURED, false },     { "cga", 0, true },
	{ "certificate", 0, true },         { "purpose-built-key", 0, true }, END_CHOICE
};
static const struct schema_choice unverified_choices[] = { { "refuse", UNVERIFIED_REFUSE, false },
	                                                   { "lifetime", UNVERIFIED_LIFETIME, false },
	                                                   { "credit", UNVERIFIED_CREDIT, false },
	                                                   { "heuristic", UNVERIFIED_HEURISTIC, false },
	                                                   { "trusted", UNVERIFIED_TRUSTED, false },
	                                                   END_CHOICE };
static const struct schema_choice local_choices[] = { { "none", LOCAL_NONE, false },  { "hmip", LOCAL_HMIP, false },
	                                              { "fmip-predictive", LOCAL_FMIP_PREDICTIVE, false }, { "fmip-reactive", LOCAL_FMIP_REACTIVE, false },
	                                              { "f-hmip", LOCAL_F_HMIP, false }, END_CHOICE };
static const struct schema_choice anchor_choices[] = {
	{ "furthest", ANCHOR_FURTHEST, false }, { "nearest", ANCHOR_NEAREST, false }, { "preference", ANCHOR_PREFERENCE, false }, END_CHOICE
};
static const struct schema_choice release_choices[] = { { "at-once", RELEASE_AT_ONCE, false }, { "metered", RELEASE_METERED, false }, END_CHOICE };
static const struct schema_choice handover_address_choices[] = { { "proposed", HANDOVER_ADDRESS_PROPOSED, false },
	                                                         { "assigned", HANDOVER_ADDRESS_ASSIGNED, false },
	                                                         { "previous", HANDOVER_ADDRESS_PREVIOUS, false },
	                                                         END_CHOICE };
static const struct schema_choice initiation_choices[] = { { "mobile", INITIATED_BY_MOBILE, false },
	                                                   { "network", INITIATED_BY_NETWORK, false },
	                                                   END_CHOICE };
static const struct schema_choice peer_choices[] = {
	{ "home", PEER_HOME, false }, { "care-of", PEER_CARE_OF, false }, { "forwarder", PEER_FORWARDER, false }, { "proxies", PEER_PROXIES, false }, END_CHOICE
};
static const struct schema_choice detection_choices[] = { { "hint", DETECT_HINT, false },
	                                                  { "eager", DETECT_EAGER, false },
	                                                  { "unreachability", DETECT_UNREACHABILITY, false },
	                                                  END_CHOICE };
static const struct schema_choice link_local_choices[] = { { "with-care-of", LINK_LOCAL_DAD_WITH_CARE_OF, false },
	                                                   { "first", LINK_LOCAL_DAD_FIRST, false },
	                                                   END_CHOICE };
static const struct schema_choice register_choices[] = { { "parallel", REGISTER_PARALLEL, false },
	                                                 { "sequential", REGISTER_SEQUENTIAL, false },
	                                                 END_CHOICE };
static const struct schema_choice dad_choices[] = {
	{ "on", DAD_ON, false }, { "off", DAD_OFF, false }, { "optimistic", DAD_OPTIMISTIC, false }, END_CHOICE
};
static const struct schema_choice ipsec_choices[] = { { "off", IPSEC_OFF, false },
	                                              { "null", IPSEC_NULL, false },
	                                              { "aes", IPSEC_AES, false },
	                                              END_CHOICE };
static const struct schema_choice credit_mode_choices[] = { { "inbound", CREDIT_INBOUND, false },
	                                                    { "outbound", CREDIT_OUTBOUND, false },
	                                                    END_CHOICE };
static const struct schema_choice credit_preset_choices[] = { { "rfc4866", 0, false }, { "draft-2004", 1, false }, END_CHOICE };
static const struct schema_choice credit_short_choices[] = { { "home", CREDIT_SHORT_HOME, false },
	                                                     { "buffer", CREDIT_SHORT_BUFFER, false },
	                                                     { "drop", CREDIT_SHORT_DROP, false },
	                                                     END_CHOICE };

const struct schema_scheme schema_credit_presets[] = {
	{ "rfc4866",
	  { { "factor", "7/8" },
	    { "interval", "5s" },
	    { "quench", "1" },
	    { "verified-only", "on" },
	    { "per-interval", "off" },
	    { "forfeit", "off" } } },
	{ "draft-2004",
	  { { "factor", "0.5" },
	    { "interval", "3s" },
	    { "quench", "0.5" },
	    { "verified-only", "off" },
	    { "per-interval", "on" },
	    { "forfeit", "on" } } },
	{ NULL, { { NULL, NULL } } },
};

static const struct schema_key credit_keys[] = {
	KEY("mode", SCHEMA_CHOICE, OF_NODE(protocol.credit.mode), "inbound", "what earns credit: data received or data sent",
	    .choices = credit_mode_choices),
	KEY("preset", SCHEMA_CHOICE, SCHEMA_NOWHERE, "rfc4866", "a named row of the keys below but short; single keys override it",
	    .choices = credit_preset_choices),
	KEY("factor", SCHEMA_FRACTION, OF_NODE(protocol.credit.factor), "7/8", "ageing factor"),
	KEY("interval", SCHEMA_DURATION, OF_NODE(protocol.credit.interval), "5s", "ageing interval", .minimum = MIP_MILLISECOND,
	    .maximum = HOURS),
	KEY("quench", SCHEMA_FRACTION, OF_NODE(protocol.credit.quench), "1", "part of what is earned that counts"),
	KEY("verified-only", SCHEMA_SWITCH, OF_NODE(protocol.credit.verified_only), "on",
	    "inbound: only packets from a verified care-of address earn"),
	KEY("per-interval", SCHEMA_SWITCH, OF_NODE(protocol.credit.per_interval), "off",
	    "what is earned counts from the interval's end on, else at once"),
	KEY("forfeit", SCHEMA_SWITCH, OF_NODE(protocol.credit.forfeit), "off", "a packet beyond the credit costs all credit left"),
	KEY("spot-checks", SCHEMA_SWITCH, OF_NODE(protocol.credit.spot_checks), "on",
	    "outbound: what counts is the part of the care-of address spot checks that were answered"),
	KEY("short", SCHEMA_CHOICE, OF_NODE(protocol.credit.when_short), "home", "what happens to data beyond the credit",
	    .choices = credit_short_choices),
	END,
};
const struct schema_section schema_credit = SECTION("credit", credit_keys);

static const struct schema_key heuristic_keys[] = {
	KEY("rate", SCHEMA_RATE, OF_NODE(protocol.heuristic.rate_bps), "128kbps", "to one unverified care-of address; the excess goes home"),
	KEY("burst", SCHEMA_SIZE32, OF_NODE(protocol.heuristic.burst), "16kB", "octets that may go beyond the rate at once", .maximum = 1 << 30),
	KEY("score", SCHEMA_U32, OF_NODE(protocol.heuristic.score), "3", "misuse score from which on early updates are refused",
	    .minimum = 1, .maximum = UINT8_MAX),
	END,
};
static const struct schema_section heuristic_section = SECTION("heuristic", heuristic_keys);

static const struct schema_key advertisement_keys[] = {
	KEY("min", SCHEMA_DURATION, OF_NODE(protocol.router_advertisement_min), "30ms",
	    "shortest time between unsolicited advertisements", .minimum = MIP_MILLISECOND, .maximum = HOURS),
	KEY("max", SCHEMA_DURATION, OF_NODE(protocol.router_advertisement_max), "70ms",
	    "longest time between them; drawn uniformly", .minimum = MIP_MILLISECOND, .maximum = HOURS),
	KEY("prompt", SCHEMA_SWITCH, OF_NODE(protocol.router_advertisement_prompt), "off",
	    "answer solicitations at once, not after a random delay of up to 0.5s"),
	END,
};
static const struct schema_section advertisement_section = SECTION("router-advertisement", advertisement_keys);

static const struct schema_key prefix_advertisement_keys[] = {
	KEY("min", SCHEMA_DURATION, OF_NODE(protocol.prefix_advertisement_min), "600s",
	    "MinMobPfxAdvInterval: mobile nodes are told of changed home prefixes no sooner", .minimum = MIP_MILLISECOND, .maximum = 24 * HOURS),
	KEY("max", SCHEMA_DURATION, OF_NODE(protocol.prefix_advertisement_max), "86400s",
	    "MaxMobPfxAdvInterval: each registered mobile node is told this often, changed or not", .minimum = MIP_MILLISECOND,
	    .maximum = 365 * 24 * HOURS),
	END,
};
static const struct schema_section prefix_advertisement_section = SECTION("prefix-advertisement", prefix_advertisement_keys);

static const struct schema_key prediction_keys[] = {
	KEY("missed", SCHEMA_PROBABILITY, OF_NODE(protocol.prediction_missed_q32), "0", "a movement comes without the signal"),
	KEY("wrong", SCHEMA_PROBABILITY, OF_NODE(protocol.prediction_wrong_q32), "0", "the signal names another cell than the one that comes"),
	KEY("false", SCHEMA_PROBABILITY, OF_NODE(protocol.prediction_false_q32), "0",
	    "a stay in a cell has one signal too many, at a random time, and no movement follows"),
	END,
};
static const struct schema_section prediction_section = SECTION("prediction", prediction_keys);

static const struct schema_choice encapsulation_choices[] = { { "ip-in-ip", ENCAPSULATE_IP_IN_IP, false },
	                                                      { "minimal", ENCAPSULATE_MINIMAL, false },
	                                                      { "gre", ENCAPSULATE_GRE, false },
	                                                      END_CHOICE };
static const struct schema_choice algorithm_choices[] = { { "hmac-md5", MIP4_HMAC_MD5, false },
	                                                  { "keyed-md5", MIP4_KEYED_MD5, false },
	                                                  END_CHOICE };
static const struct schema_choice replay_choices[] = { { "timestamps", 0, false }, { "nonces", 1, false }, END_CHOICE };
static const struct schema_choice replacement_choices[] = { { "refuse", 0, false }, { "oldest", 1, false }, END_CHOICE };

static const struct schema_choice care_of_choices[] = { { "foreign-agent", 0, false }, { "co-located", 1, false }, END_CHOICE };
static const struct schema_choice agent_authentication_choices[] = { { "none", AGENT_AUTHENTICATION_NONE, false },
	                                                             { "mobile-foreign", AGENT_AUTHENTICATION_MOBILE, false },
	                                                             { "foreign-home", AGENT_AUTHENTICATION_HOME, false },
	                                                             { "both", AGENT_AUTHENTICATION_BOTH, false },
	                                                             END_CHOICE };
static const struct schema_choice reverse_tunnels_choices[] = { { "offered", REVERSE_TUNNELS_OFFERED, false },
	                                                        { "required", REVERSE_TUNNELS_REQUIRED, false },
	                                                        { "refused", REVERSE_TUNNELS_REFUSED, false },
	                                                        END_CHOICE };
static const struct schema_choice encapsulations_choices[] = { { "all", 0, false }, { "ip-in-ip", 1, false }, END_CHOICE };

static const struct schema_choice key_method_choices[] = {
#define X(e, s) { s, REGISTRATION_KEY_##e, false },
	REGISTRATION_KEY_METHODS(X)
#undef X
	END_CHOICE
};
static const struct schema_choice value_choices[] = {
	{ "ahead", VALUE_AHEAD, false }, { "on-demand", VALUE_ON_DEMAND, false }, { "once", VALUE_ONCE, false }, END_CHOICE
};
static const struct schema_choice group_choices[] = { { "768", 768, false }, { "1024", 1024, false }, { "1536", 1536, false },
	                                              { "2048", 2048, false }, END_CHOICE };
static const struct schema_choice machine_choices[] = { { "sparc-2", 0, false }, { "xeon", 1, false }, { "none", 2, false }, END_CHOICE };

#define METHOD_ROW(name_, configured, home, foreign, mobile, exchange)                                                           \
	{                                                                                                                        \
		name_,                                                                                                           \
		{                                                                                                                \
			{ "configured", configured }, { "home-agent", home }, { "foreign-public-key", foreign },                 \
			    { "mobile-public-key", mobile }, { "diffie-hellman", exchange }                                      \
		}                                                                                                                \
	}
const struct schema_scheme schema_key_methods[] = {
	METHOD_ROW("configured", "on", "off", "off", "off", "off"),
	METHOD_ROW("home-agent", "off", "on", "off", "off", "off"),
	METHOD_ROW("foreign-public-key", "off", "off", "on", "off", "off"),
	METHOD_ROW("mobile-public-key", "off", "off", "off", "on", "off"),
	METHOD_ROW("diffie-hellman", "off", "off", "off", "off", "on"),
	METHOD_ROW("none", "off", "off", "off", "off", "off"),
	{ NULL, { { NULL, NULL } } },
};
/*
 * sparc-2: B. Schneier, Applied Cryptography, 2nd edition, 1996 (the MIPv4-RO document's reference 18): table 19.4, RSA with 1024 bits, and half
 * of an ElGamal encryption, which is two exponentiations, with 1024 bits and exponents of 160, table 19.5. xeon: `roam bench public-key` on the
 * machine that README names.
 */
const struct schema_scheme schema_machines[] = {
	{ "sparc-2", { { "rsa-encrypt", "80ms" }, { "rsa-decrypt", "930ms" }, { "diffie-hellman", "545ms" } } },
	{ "xeon", { { "rsa-encrypt", "8us" }, { "rsa-decrypt", "140us" }, { "diffie-hellman", "80us" } } },
	{ "none", { { "rsa-encrypt", "0s" }, { "rsa-decrypt", "0s" }, { "diffie-hellman", "0s" } } },
	{ NULL, { { NULL, NULL } } },
};

static const struct schema_key computation_keys[] = {
	KEY("machine", SCHEMA_CHOICE, SCHEMA_NOWHERE, "sparc-2", "a named row of the keys below, for 1024 bits; single keys override it",
	    .choices = machine_choices),
	KEY("rsa-encrypt", SCHEMA_DURATION, OF_NODE(protocol.mip4.keys.cost[COMPUTE_RSA_ENCRYPT]), "80ms", "an RSA operation with a public key",
	    .maximum = HOURS),
	KEY("rsa-decrypt", SCHEMA_DURATION, OF_NODE(protocol.mip4.keys.cost[COMPUTE_RSA_DECRYPT]), "930ms", "an RSA operation with a private key",
	    .maximum = HOURS),
	KEY("diffie-hellman", SCHEMA_DURATION, OF_NODE(protocol.mip4.keys.cost[COMPUTE_DIFFIE_HELLMAN]), "545ms",
	    "one exponentiation; each end does two", .maximum = HOURS),
	END,
};
const struct schema_section schema_computation = { "computation", computation_keys };

static const struct schema_key registration_key_keys[] = {
	KEY("method", SCHEMA_CHOICE, SCHEMA_NOWHERE, "configured", "a named row of the five switches below; single switches override it",
	    .choices = key_method_choices),
	KEY("configured", SCHEMA_SWITCH, OF_NODE(protocol.mip4.keys.configured), "on",
	    "a mobile node and a foreign agent that both have it on share a key"),
	KEY("home-agent", SCHEMA_SWITCH, OF_NODE(protocol.mip4.keys.home_agent), "off",
	    "a foreign agent and a home agent that both have it on share a key, and the home agent distributes others; mobile node: asks"),
	KEY("foreign-public-key", SCHEMA_SWITCH, OF_NODE(protocol.mip4.keys.foreign_public_key), "off",
	    "a foreign agent has an RSA key, a home agent chooses a key and encrypts with it; mobile node: asks"),
	KEY("mobile-public-key", SCHEMA_SWITCH, OF_NODE(protocol.mip4.keys.mobile_public_key), "off",
	    "a mobile node has an RSA key, with which foreign agents encrypt"),
	KEY("diffie-hellman", SCHEMA_SWITCH, OF_NODE(protocol.mip4.keys.diffie_hellman), "off",
	    "a mobile node without RSA key offers an exchange; all foreign agents can answer it"),
	KEY("value", SCHEMA_CHOICE, OF_NODE(protocol.mip4.keys.value), "ahead",
	    "when a mobile node computes its value of an exchange: after the last one, when it is needed, or once for all", .choices = value_choices),
	KEY("rsa-bits", SCHEMA_U32, OF_NODE(protocol.mip4.keys.rsa_bits), "1024", "bits of an RSA modulus",
	    .minimum = 512, .maximum = 2048, .multiple = 16),
	KEY("group", SCHEMA_CHOICE, OF_NODE(protocol.mip4.keys.diffie_hellman_bits), "1024", "bits of the prime (RFC 2409, 3526)",
	    .choices = group_choices),
	KEY("lifetime", SCHEMA_DURATION, OF_NODE(protocol.mip4.keys.lifetime), "registration", "of a key; registration: as long as that lasts",
	    .minimum = MIP_SECOND, .word = "registration"),
	END,
};
const struct schema_section schema_registration_keys = { "registration-keys", registration_key_keys };

static const struct schema_key mip4_keys[] = {
	KEY("care-of", SCHEMA_CHOICE, OF_NODE(protocol.mip4.co_located), "foreign-agent",
	    "the mobile node's care-of address is the agent's, or co-located: its own on the visited subnet (D)", .choices = care_of_choices),
	KEY("address-delay", SCHEMA_DURATION, OF_NODE(protocol.mip4.address_delay), "0s",
	    "a co-located address is usable so long after the agent was heard (stands for DHCP)"),
	KEY("encapsulation", SCHEMA_CHOICE, OF_NODE(protocol.mip4.encapsulation), "ip-in-ip", "the tunnel that a mobile node asks for (M, G)",
	    .choices = encapsulation_choices),
	KEY("authentication", SCHEMA_CHOICE, OF_NODE(protocol.mip4.algorithm), "hmac-md5", "how all messages are authenticated",
	    .choices = algorithm_choices),
	KEY("replay-protection", SCHEMA_CHOICE, OF_NODE(protocol.mip4.replay), "timestamps", "how copies of registrations are told",
	    .choices = replay_choices),
	KEY("reverse-tunnel", SCHEMA_SWITCH, OF_NODE(protocol.mip4.reverse_tunnel), "off", "the mobile node asks for a reverse tunnel (T)"),
	KEY("private", SCHEMA_SWITCH, OF_NODE(protocol.mip4.private_binding), "off",
	    "the mobile node wants its home agent to tell nobody where it is (P)"),
	KEY("smooth-handoff", SCHEMA_SWITCH, OF_NODE(protocol.mip4.smooth_handoff), "off",
	    "the mobile node notifies its previous foreign agent; foreign agents offer it (S)"),
	KEY("pointer-lifetime", SCHEMA_DURATION, OF_NODE(protocol.mip4.pointer_lifetime), "10s",
	    "of the forwarding pointer at the previous agent", .minimum = MIP_SECOND, .maximum = 65534 * MIP_SECOND, .multiple = MIP_SECOND),
	KEY("buffer", SCHEMA_U32, OF_NODE(protocol.mip4.buffer_packets), "0",
	    "how many of the last packets for a visitor a foreign agent keeps", .maximum = 10000),
	KEY("special-tunnels", SCHEMA_SWITCH, OF_NODE(protocol.mip4.special_tunnels), "off",
	    "a foreign agent sends home what it has no visitor and no pointer for"),
	KEY("update-interval", SCHEMA_DURATION, OF_NODE(protocol.mip4.update_interval), "1s",
	    "least time between updates or warnings to one node about one binding"),
	KEY("agent-authentication", SCHEMA_CHOICE, OF_NODE(protocol.mip4.agent_authentication), "none",
	    "associations of this node beside mobile-home: extensions 33, 34 are sent and demanded", .choices = agent_authentication_choices),
	KEY("notify-correspondents", SCHEMA_SWITCH, OF_NODE(protocol.mip4.notify_correspondents), "off",
	    "home agent: who was told where a mobile node is hears at once when it has moved (A)"),
	KEY("registration-required", SCHEMA_SWITCH, OF_NODE(protocol.mip4.registration_required), "off",
	    "foreign agent: co-located addresses are registered through it too (R)"),
	KEY("encapsulations", SCHEMA_CHOICE, OF_NODE(protocol.mip4.only_ip_in_ip), "all", "which an agent knows (others: codes 72, 139)",
	    .choices = encapsulations_choices),
	KEY("reverse-tunnels", SCHEMA_CHOICE, OF_NODE(protocol.mip4.reverse_tunnels), "offered",
	    "what an agent answers to requests for them (codes 74, 75, 137, 138)", .choices = reverse_tunnels_choices),
	KEY("prohibit", SCHEMA_SWITCH, OF_NODE(protocol.mip4.prohibit), "off", "an agent refuses every registration (codes 65, 129)"),
	KEY("agent-lifetime", SCHEMA_DURATION, OF_NODE(protocol.mip4.agent_lifetime), "65534s",
	    "longest registration that an agent grants (code 69)", .minimum = MIP_SECOND, .maximum = 65534 * MIP_SECOND,
	    .multiple = MIP_SECOND),
	KEY("clock-offset", SCHEMA_DURATION, OF_NODE(protocol.mip4.clock_offset), "0s",
	    "a mobile node's clock is ahead by this", .maximum = 24 * HOURS),
	KEY("registration-keys", SCHEMA_SECTION, 0, "", "where mobile node and foreign agent have a key from (with smooth-handoff: on)",
	    .section = &schema_registration_keys),
	KEY("computation", SCHEMA_SECTION, 0, "", "virtual time that public key operations take this node", .section = &schema_computation),
	END,
};
static const struct schema_section mip4_section = SECTION("mip4", mip4_keys);

static const struct schema_key protocol_keys[] = {
	KEY("scheme", SCHEMA_CHOICE, SCHEMA_NOWHERE, "standard", "a named row of switches; single switches override it",
	    .choices = scheme_choices),
	KEY("home-test", SCHEMA_CHOICE, OF_NODE(protocol.home_test), "on-movement",
	    "the home address is tested after each movement, ahead of it, or never", .choices = home_test_choices),
	KEY("home-test-interval", SCHEMA_DURATION, OF_NODE(protocol.home_test_interval), "200s",
	    "proactive home tests come this often, and on a link-going-down signal; never: on that alone", .minimum = MIP_MILLISECOND,
	    .word = "never", .word_value = MIP_NEVER),
	KEY("reuse-home-token", SCHEMA_SWITCH, OF_NODE(protocol.reuse_home_token), "off",
	    "no new home test while the token is fresh"),
	KEY("care-of-test", SCHEMA_CHOICE, OF_NODE(protocol.care_of_test), "before",
	    "the care-of address is tested before it is used with a correspondent, meanwhile (an early update is sent first), or never",
	    .choices = care_of_test_choices),
	KEY("care-of-test-ahead", SCHEMA_SWITCH, OF_NODE(protocol.care_of_test_ahead), "off",
	    "attached to two links at once (movement: overlap), the next care-of address is tested before the movement"),
	KEY("update", SCHEMA_CHOICE, OF_NODE(protocol.update_at_once), "after-home",
	    "a correspondent is told after the home agent's acknowledgement, or as soon as the tests are done", .choices = update_choices),
	KEY("wait", SCHEMA_CHOICE, OF_NODE(protocol.wait), "conservative",
	    "data leaves from the new care-of address after the acknowledgement, or as soon as the update has left", .choices = wait_choices),
	KEY("authorization", SCHEMA_CHOICE, OF_NODE(protocol.authorization), "return-routability",
	    "what authorizes a registration with a correspondent", .choices = authorization_choices),
	KEY("unverified", SCHEMA_CHOICE, OF_NODE(protocol.unverified), "refuse",
	    "what a correspondent sends to a care-of address not yet tested: nothing; all for tentative-lifetime; as much as "
	    "`credit` or `heuristic` allow; all to those in the lists `trusted` and `ingress-filtered` alone", .choices = unverified_choices),
	KEY("tentative-lifetime", SCHEMA_DURATION, OF_NODE(protocol.tentative_lifetime), "3s",
	    "lifetime of a binding to an unverified care-of address; counted in 10ms on the wire",
	    .minimum = 10 * MIP_MILLISECOND, .maximum = 655350 * MIP_MILLISECOND, .multiple = 10 * MIP_MILLISECOND),
	KEY("credit", SCHEMA_SECTION, 0, "", "credit-based authorization (unverified: credit)", .section = &schema_credit),
	KEY("heuristic", SCHEMA_SECTION, 0, "", "the misuse monitor (unverified: heuristic)", .section = &heuristic_section),
	KEY("trusted", SCHEMA_SUBNETS, OF_NODE(protocol.trusted), "", "home addresses whose unverified care-of addresses are limited by time only"),
	KEY("ingress-filtered", SCHEMA_SUBNETS, OF_NODE(protocol.ingress_filtered), "",
	    "care-of addresses that nobody can forge: limited by time only, too, if the update comes from there"),
	KEY("divert", SCHEMA_SWITCH, OF_NODE(protocol.divert), "off",
	    "until the new care-of address is registered the mobile node has the correspondent send through the home agent"),
	KEY("local", SCHEMA_CHOICE, OF_NODE(protocol.local), "none", "local mobility management: none, an anchor point, fast handovers, or both",
	    .choices = local_choices),
	KEY("anchor-selection", SCHEMA_CHOICE, OF_NODE(protocol.anchor_selection), "furthest",
	    "hmip: which of the anchor points announced", .choices = anchor_choices),
	KEY("handover-buffer", SCHEMA_U32, OF_NODE(protocol.handover_buffer), "100",
	    "fmip: packets a new access router keeps for one mobile node; the rest is dropped", .maximum = 1000000),
	KEY("buffer-release", SCHEMA_CHOICE, OF_NODE(protocol.buffer_release), "at-once",
	    "fmip: what is kept leaves at once, or five packets and then the rest at the rate they came (RFC 5568 5.4)", .choices = release_choices),
	KEY("previous-buffer", SCHEMA_U32, OF_NODE(protocol.previous_buffer), "0",
	    "fmip: copies that a previous access router keeps of the last packets for a node that may leave; they go through the tunnel first",
	    .maximum = 1000000),
	KEY("handover-address", SCHEMA_CHOICE, OF_NODE(protocol.handover_address), "proposed",
	    "fmip: a new access router accepts the address a node proposes, assigns one, or serves the previous one", .choices = handover_address_choices),
	KEY("handover-initiation", SCHEMA_CHOICE, OF_NODE(protocol.handover_initiation), "mobile",
	    "fmip: who hears of a coming handover: this mobile node, or its access router, which then tells it", .choices = initiation_choices),
	KEY("prediction", SCHEMA_SECTION, 0, "", "how good link-going-down signals are, of a mobile node", .section = &prediction_section),
	KEY("peer-signalling", SCHEMA_CHOICE, OF_NODE(protocol.peer_signalling), "home",
	    "test inits and binding updates for a correspondent that moves go to its home address, to its care-of address, there with "
	    "forwarding by the router it has left, or by way of both home agents",
	    .choices = peer_choices),
	KEY("forwarder-lifetime", SCHEMA_DURATION, OF_NODE(protocol.forwarder_lifetime), "20s",
	    "how long previous access routers are asked to forward (peer-signalling: forwarder); counted in 4s on the wire",
	    .minimum = 4 * MIP_SECOND, .maximum = 262140 * MIP_SECOND, .multiple = 4 * MIP_SECOND),
	KEY("reforward", SCHEMA_DURATION, OF_NODE(protocol.reforward), "off",
	    "T_b: the home agent keeps signals for a mobile node this long and sends them again when it registers", .word = "off"),
	KEY("reforward-limit", SCHEMA_U32, OF_NODE(protocol.reforward_limit), "1024", 
	    "signals that a home agent keeps (reforward); beyond, the oldest is forgotten", .minimum = 1, .maximum = 1000000),
	KEY("proxy-hold", SCHEMA_DURATION, OF_NODE(protocol.proxy_hold), "off",
	    "T_h: a binding update proxy keeps signals this long (peer-signalling: proxies); longer than proxy-wait", .word = "off"),
	KEY("proxy-wait", SCHEMA_DURATION, OF_NODE(protocol.proxy_wait), "off", "T_p: a location proxy tells of changes this long",
	    .word = "off"),
	KEY("movement-detection", SCHEMA_CHOICE, OF_NODE(protocol.movement_detection), "hint",
	    "a movement is noticed by link up, by the first advertisement of a new router, or when the old router is unreachable",
	    .choices = detection_choices),
	KEY("dad-delay", SCHEMA_SWITCH, OF_NODE(protocol.dad_delay), "off", "random 0 to 1s before duplicate address detection"),
	KEY("link-local-dad", SCHEMA_CHOICE, OF_NODE(protocol.link_local_dad), "with-care-of",
	    "the link-local address is probed together with the care-of address, or before it", .choices = link_local_choices),
	KEY("retransmission", SCHEMA_SWITCH, OF_NODE(protocol.retransmission), "on",
	    "repeat unanswered Mobility Header messages"),
	KEY("register", SCHEMA_CHOICE, OF_NODE(protocol.registration_order), "parallel",
	    "home registration and tests leave together, or the tests after it", .choices = register_choices),
	KEY("dad", SCHEMA_CHOICE, OF_NODE(protocol.dad), "on", "duplicate address detection", .choices = dad_choices),
	KEY("ipsec", SCHEMA_CHOICE, OF_NODE(protocol.ipsec), "off",
	    "ESP between mobile node and home agent, with HMAC-SHA1-96 and this encryption", .choices = ipsec_choices),
	KEY("ipsec-payload", SCHEMA_SWITCH, OF_NODE(protocol.ipsec_payload), "off",
	    "with ipsec: payload in their tunnel is protected too"),
	KEY("route-optimization", SCHEMA_SWITCH, OF_NODE(protocol.route_optimization), "on",
	    "a mobile node starts it, a correspondent answers it"),
	KEY("no-route-optimization", SCHEMA_SUBNETS, OF_NODE(protocol.unoptimized), "",
	    "correspondents with whom a mobile node stays in the tunnel"),
	KEY("unacknowledged", SCHEMA_SWITCH, OF_NODE(protocol.unacknowledged), "off",
	    "a mobile node registers with correspondents without asking for an acknowledgement (A flag)"),
	KEY("ebu-support", SCHEMA_SWITCH, OF_NODE(protocol.ebu_support), "on",
	    "this node, as a correspondent, knows Early Binding Updates"),
	KEY("lifetime", SCHEMA_DURATION, OF_NODE(protocol.lifetime), "420s", "of bindings asked for; counted in 4s on the wire",
	    .minimum = 4 * MIP_SECOND, .maximum = 262140 * MIP_SECOND, .multiple = 4 * MIP_SECOND),
	KEY("lifetime-credit", SCHEMA_SWITCH, OF_NODE(protocol.lifetime_credit.on), "off",
	    "binding lifetime extension: who stays at one care-of address gets longer and longer bindings (both ends)"),
	KEY("lifetime-credit-part", SCHEMA_FRACTION, OF_NODE(protocol.lifetime_credit.part), "0.3",
	    "a binding lasts this part of the time that the node was bound to the care-of address so far; the first, of 420s"),
	KEY("lifetime-credit-limit", SCHEMA_DURATION, OF_NODE(protocol.lifetime_credit.limit), "8h", "longest binding by lifetime-credit",
	    .minimum = 4 * MIP_SECOND, .maximum = 262140 * MIP_SECOND, .multiple = 4 * MIP_SECOND),
	KEY("nonce-lifetime", SCHEMA_DURATION, OF_NODE(protocol.nonce_lifetime), "240s",
	    "how long a correspondent recognises tokens at most (RFC 6275: 240s); at least, 7/8 of it", .minimum = 8 * MIP_SECOND,
	    .maximum = 18 * HOURS),
	KEY("token-lifetime-option", SCHEMA_SWITCH, OF_NODE(protocol.token_lifetime_option), "off",
	    "Home Tests tell how long their token is recognised; the mobile node then keeps it as long, and tests again (proactive) before it ends"),
	KEY("binding-cache-limit", SCHEMA_U32, OF_NODE(protocol.binding_cache_limit), "65536",
	    "entries; beyond, updates are refused", .maximum = UINT32_MAX),
	KEY("binding-cache-replacement", SCHEMA_CHOICE, OF_NODE(protocol.binding_cache_evict), "refuse",
	    "a correspondent's full binding cache refuses, or drops what was used longest ago", .choices = replacement_choices),
	KEY("home-agent-dad", SCHEMA_SWITCH, OF_NODE(protocol.home_agent_dad), "on",
	    "home agents and anchor points probe a new address on their link first"),
	KEY("home-agent-discovery", SCHEMA_SWITCH, OF_NODE(protocol.home_agent_discovery), "off",
	    "mobile node: does not know its home agents but asks for them (RFC 6275 11.4.1)"),
	KEY("home-agent-preference", SCHEMA_U16, OF_NODE(protocol.home_agent_preference), "0",
	    "home agent: in its advertisements; the greatest comes first in answers to discovery (RFC 6275 7.4); 0: not said"),
	KEY("first-registration-timeout", SCHEMA_DURATION, OF_NODE(protocol.first_registration_timeout), "1500ms",
	    "before the first home registration is repeated", .minimum = MIP_MILLISECOND, .maximum = HOURS),
	KEY("mip4", SCHEMA_SECTION, 0, "", "Mobile IPv4 (family: ipv4)", .section = &mip4_section),
	KEY("prefix-advertisement", SCHEMA_SECTION, 0, "", "home agent: unsolicited Mobile Prefix Advertisements (RFC 6275 10.6.2)",
	    .section = &prefix_advertisement_section),
	KEY("router-advertisement", SCHEMA_SECTION, 0, "", "unsolicited router advertisements",
	    .section = &advertisement_section),
	END,
};
const struct schema_section schema_protocol = SECTION("protocol", protocol_keys);

/* ---- the network -------------------------------------------------------------------------------------------------- */

static const struct schema_choice node_types[] = { { "host", NODE_HOST, false },
	                                           { "router", NODE_ROUTER, false },
	                                           { "access-router", NODE_ACCESS_ROUTER, false },
	                                           { "home-agent", NODE_HOME_AGENT, false },
	                                           { "mobile-node", NODE_MOBILE, false },
	                                           { "anchor-point", NODE_ANCHOR_POINT, false },
	                                           { "foreign-agent", NODE_ACCESS_ROUTER, false },
	                                           { "attacker", NODE_ATTACKER, false },
	                                           END_CHOICE };

static const struct schema_key attack_keys[] = {
	KEY("victim", SCHEMA_NODE, OF_NODE(attack.victim), NULL, "whom the streams are redirected to"),
	KEY("correspondent", SCHEMA_NODE, OF_NODE(attack.correspondent), NULL, "whose streams: flows from it to the attacker"),
	KEY("start", SCHEMA_DURATION, OF_NODE(attack.start), "5s", "of the first round"),
	KEY("earn", SCHEMA_DURATION, OF_NODE(attack.earn), "10s",
	    "good behaviour with a verified care-of address in each round; 0s: none"),
	KEY("redirect", SCHEMA_DURATION, OF_NODE(attack.redirect), "3s", "from an early binding update to the next round",
	    .minimum = MIP_MILLISECOND),
	KEY("spoof", SCHEMA_SWITCH, OF_NODE(attack.spoof), "on",
	    "while redirecting, its flows to the correspondent and acknowledgements of TCP flows to it leave with the victim's address, else not at all"),
	END,
};
static const struct schema_section attack_section = SECTION("attack", attack_keys);

static const struct schema_key node_keys[] = {
	KEY("type", SCHEMA_CHOICE, OF_NODE(type), NULL, "what the node is", .choices = node_types),
	KEY("home", SCHEMA_CELL, OF_NODE(home_cell), "", "its home link, a cell of a home agent (mobile-node: required)"),
	KEY("address", SCHEMA_ADDRESS, OF_NODE(address), "", "of a host, or home address of a mobile node; else assigned"),
	KEY("anchor", SCHEMA_NODE, OF_NODE(anchor), "",
	    "the anchor point that an access router announces, with those above it; of an anchor point: the next one up"),
	KEY("regional-home", SCHEMA_NODE, OF_NODE(regional_home), "",
	    "of a mobile-node: an anchor-point, whose regional address is the node's only one; no Mobile IPv6 beyond its domain (RFC 5380 6.5)"),
	KEY("domain-only", SCHEMA_SWITCH, OF_NODE(domain_only), "off",
	    "of an anchor point: refuses mobile nodes on links where it is not announced, also those that left (RFC 5380 6.2)"),
	KEY("preference", SCHEMA_U32, OF_NODE(preference), "10", "of an anchor point: 15 best; 0: takes no new registrations", .maximum = 15),
	KEY("fails", SCHEMA_DURATION, OF_NODE(fails_at), "never", "an anchor point serves nobody from then on", .word = "never",
	    .word_value = MIP_NEVER),
	KEY("attack", SCHEMA_SECTION, 0, "", "what an attacker does (attacker: required)", .section = &attack_section),
	KEY("protocol", SCHEMA_SECTION, SCHEMA_NOWHERE, "", "this node's own switches, on top of the common ones",
	    .section = &schema_protocol),
	END,
};
static const struct schema_section node_section = SECTION("a node", node_keys);

#define CHANNEL(of)                                                                                                              \
	KEY("delay", SCHEMA_DURATION, of(channel.delay), "1ms", "one-way propagation delay"),                                    \
	    KEY("rate", SCHEMA_RATE, of(channel.rate_bps), "unlimited", "serialization rate", .word = "unlimited"),              \
	    KEY("loss", SCHEMA_PROBABILITY, of(channel.loss_q32), "0", "independent loss of packets"),                           \
	    KEY("jitter", SCHEMA_DURATION, of(channel.jitter), "0ms", "random extra delay, up to this; order is kept"),          \
	    KEY("queue", SCHEMA_SIZE, of(channel.queue_octets), "unlimited",                                                     \
	        "what may wait for the transmitter; the rest is dropped", .minimum = 1, .word = "unlimited"),                    \
	    KEY("mtu", SCHEMA_U16, of(mtu), "1500", "largest IPv6 packet, octets", .minimum = 1280, .maximum = 65535),           \
	    KEY("prefix", SCHEMA_PREFIX, of(prefix), "", "IPv6 prefix; else assigned from 2001:db8::/32")

static const struct schema_key link_keys[] = {
	KEY("between", SCHEMA_NODES, SCHEMA_NOWHERE, NULL, "two nodes: point-to-point; more: a shared Ethernet link"),
	KEY("name", SCHEMA_NAME, OF_LINK(name), "", "else the nodes' names, joined by -"),
	CHANNEL(OF_LINK),
	KEY("cost", SCHEMA_DURATION, OF_LINK(cost), "", "routing metric; else the delay"),
	END,
};
static const struct schema_section link_section = SECTION("a link", link_keys);

static const struct schema_key renumber_keys[] = {
	KEY("at", SCHEMA_DURATION, OF_CELL(renumbering.at), "never", "from then on another prefix is advertised beside the first", .word = "never",
	    .word_value = MIP_NEVER),
	KEY("preferred", SCHEMA_DURATION, OF_CELL(renumbering.preferred), "0s", "preferred lifetime of the first prefix that is left then"),
	KEY("valid", SCHEMA_DURATION, OF_CELL(renumbering.valid), "600s", "valid lifetime that is left, not below the preferred one"),
	KEY("prefix", SCHEMA_PREFIX, OF_CELL(renumbering.prefix), "", "the other prefix; else assigned"),
	END,
};
static const struct schema_section renumber_section = SECTION("renumber", renumber_keys);

static const struct schema_key cell_keys[] = {
	KEY("router", SCHEMA_NODE, OF_CELL(router), NULL, "the router, access router or home agent that serves it"),
	CHANNEL(OF_CELL),
	KEY("also", SCHEMA_NODE, OF_CELL(also), "", "a second home agent on this home link"),
	KEY("renumber", SCHEMA_SECTION, 0, "", "a home link gets another prefix", .section = &renumber_section),
	END,
};
static const struct schema_section cell_section = SECTION("a cell", cell_keys);

static const struct schema_key move_keys[] = {
	KEY("at", SCHEMA_DURATION, OF_MOVE(at), NULL, "link down; 0s in the first: attached from the beginning"),
	KEY("cell", SCHEMA_CELL, OF_MOVE(cell), "", "where to; none: detached; required unless `cells` is given", .word = "none", .word_value = -1),
	KEY("down", SCHEMA_DURATION, OF_MOVE(down), "0ms", "link-layer handover time, then link up"),
	KEY("overlap", SCHEMA_DURATION, OF_MOVE(overlap), "none",
	    "the new link is up this long before, on a second radio (instead of down)", .word = "none", .word_value = -1),
	KEY("lead", SCHEMA_DURATION, OF_MOVE(lead), "none", "link-going-down signal this long before", .word = "none",
	    .word_value = -1),
	KEY("every", SCHEMA_DURATION, OF_MOVE(every), "never",
	    "not once at `at` but again and again from then on, at the instants of a Poisson process with this mean interval, drawn anew for each "
	    "replication; one that comes while the link is down goes on to the next cell and begins `down` anew",
	    .minimum = MIP_MILLISECOND, .maximum = 24 * HOURS, .word = "never"),
	KEY("cells", SCHEMA_CELLS, SCHEMA_NOWHERE, "", "with every: where to, in turn, instead of cell"),
	KEY("until", SCHEMA_DURATION, OF_MOVE(until), "", "with every: no movement from then on; else the duration"),
	END,
};
static const struct schema_section move_section = SECTION("a movement", move_keys);

static const struct schema_choice flow_kinds[] = { { "cbr", FLOW_CBR, false },
	                                           { "poisson", FLOW_POISSON, false },
	                                           { "voice", FLOW_VOICE, false },
	                                           { "request-response", FLOW_REQUEST_RESPONSE, false },
	                                           { "tcp", FLOW_TCP, false },
	                                           END_CHOICE };
static const struct schema_choice codec_choices[] = {
#define X(e, s, ms, octets) { s, UDP_CODEC_##e, false },
	UDP_CODECS(X)
#undef X
	END_CHOICE
};

static const struct schema_key flow_keys[] = {
	KEY("name", SCHEMA_NAME, OF_FLOW(name), NULL, "unique"),
	KEY("from", SCHEMA_NODE, OF_FLOW(from), NULL, "source node"),
	KEY("to", SCHEMA_NODE, OF_FLOW(to), NULL, "destination node"),
	KEY("kind", SCHEMA_CHOICE, OF_FLOW(kind), "cbr", "UDP (even or random intervals, speech, request-response) or TCP",
	    .choices = flow_kinds),
	KEY("interval", SCHEMA_DURATION, OF_FLOW(interval), "", "cbr, poisson: between packets, or its mean; required there",
	    .minimum = 1),
	KEY("size", SCHEMA_SIZE, OF_FLOW(size), "", "cbr, poisson: UDP payload, required; tcp: octets to send, else unlimited",
	    .minimum = 1, .word = "unlimited", .word_value = TCP_UNLIMITED),
	KEY("codec", SCHEMA_CHOICE, OF_FLOW(codec), "g711", "voice: packet size (with 12 of RTP) and interval",
	    .choices = codec_choices),
	KEY("talk", SCHEMA_DURATION, OF_FLOW(talk), "1004ms", "voice: mean talk spurt, exponential (ITU-T P.59)",
	    .minimum = MIP_MILLISECOND, .maximum = HOURS),
	KEY("silence", SCHEMA_DURATION, OF_FLOW(silence), "1587ms", "voice: mean pause, exponential", .maximum = HOURS),
	KEY("request", SCHEMA_SIZE32, OF_FLOW(request), "100B", "request-response: UDP payload",
	    .minimum = REQUEST_FLOW_MINIMUM, .maximum = REQUEST_FLOW_PIECE),
	KEY("response", SCHEMA_SIZE32, OF_FLOW(response), "10kB", "request-response: in datagrams of up to 1200B",
	    .minimum = REQUEST_FLOW_MINIMUM, .maximum = REQUEST_FLOW_MAXIMUM),
	KEY("think", SCHEMA_DURATION, OF_FLOW(think), "1s", "request-response: mean before the next request, exponential",
	    .maximum = HOURS),
	KEY("timeout", SCHEMA_DURATION, OF_FLOW(timeout), "5s", "request-response: then it has failed", .minimum = MIP_MILLISECOND,
	    .maximum = HOURS),
	KEY("segment", SCHEMA_U16, OF_FLOW(maximum_segment), "1220", "tcp: octets of data in a segment; no path MTU discovery",
	    .minimum = 64, .maximum = 9000),
	KEY("receive-buffer", SCHEMA_SIZE, OF_FLOW(receive_buffer), "256KiB", "tcp: the window the receiver offers",
	    .minimum = 1000, .maximum = 1 << 30),
	KEY("sack", SCHEMA_SWITCH, OF_FLOW(sack), "on", "tcp: selective acknowledgments; off: NewReno"),
	KEY("delayed-ack", SCHEMA_DURATION, OF_FLOW(delayed_ack), "200ms", "tcp: a single segment is acknowledged after this",
	    .maximum = 500 * MIP_MILLISECOND),
	KEY("min-rto", SCHEMA_DURATION, OF_FLOW(rto_minimum), "1s", "tcp: least retransmission timeout", .minimum = MIP_MILLISECOND,
	    .maximum = 60 * MIP_SECOND),
	KEY("series", SCHEMA_SWITCH, OF_FLOW(series), "off", "tcp: record cwnd, ssthresh and what is delivered at each change"),
	KEY("start", SCHEMA_DURATION, OF_FLOW(start), "0s", "first packet"),
	KEY("stop", SCHEMA_DURATION, OF_FLOW(stop), "", "no packet from then on; else the duration"),
	END,
};
static const struct schema_section flow_section = SECTION("a flow", flow_keys);

static const struct schema_key precision_keys[] = {
	KEY("metric", SCHEMA_TEXT, OF_TOP(precision.metric), NULL,
	    "a column of the view run_summary (recv_mean_s, gap_max_s, lost, ...) or a name in sim_metric, the mean over its nodes"),
	KEY("relative", SCHEMA_FRACTION, OF_TOP(precision.relative), "0.05",
	    "half-width of the mean's t-interval, as a part of the mean; looked at after each batch"),
	KEY("confidence", SCHEMA_FRACTION, OF_TOP(precision.confidence), "0.95", "of that interval"),
	KEY("max", SCHEMA_U32, OF_TOP(precision.maximum), "1000", "replications of a point at most", .minimum = 2, .maximum = 1000000),
	END,
};
static const struct schema_section precision_section = SECTION("study.precision", precision_keys);

static const struct schema_key study_keys[] = {
	KEY("name", SCHEMA_NAME, OF_TOP(name), "", "else the file's name without its ending"),
	KEY("replications", SCHEMA_U32, OF_TOP(replications), "1", "runs per point; with precision: per batch", .minimum = 1, .maximum = 1000000),
	KEY("precision", SCHEMA_SECTION, 0, "", "more batches of replications until a mean is known so well", .section = &precision_section),
	KEY("sweep", SCHEMA_SWEEP, SCHEMA_NOWHERE, "", "path of a key: list of values, or {from, to} with step (a value), steps or log (how many values); points are the cross product"),
	KEY("zip", SCHEMA_SWEEP, SCHEMA_NOWHERE, "", "the same, but these lists go along with each other; crossed with the sweep"),
	KEY("points", SCHEMA_POINTS, SCHEMA_NOWHERE, "", "maps of path: value, one each point; crossed with zip and sweep"),
	KEY("exclude", SCHEMA_POINTS, SCHEMA_NOWHERE, "", "maps of path: value; points with all the values of one are left out"),
	KEY("random", SCHEMA_RANDOM, SCHEMA_NOWHERE, "",
	    "path of a duration: {min, max}; drawn anew for each replication, the same for all points"),
	END,
};
static const struct schema_section study_section = SECTION("study", study_keys);

static const struct schema_choice family_choices[] = { { "ipv6", FAMILY_IPV6, false }, { "ipv4", FAMILY_IPV4, false }, END_CHOICE };

static const struct schema_choice explore_outcomes[] = { { "broken", EXPLORE_BROKEN, false },
	                                                 { "registered", EXPLORE_REGISTERED, false },
	                                                 { "session", EXPLORE_SESSION, false },
	                                                 { "recovery", EXPLORE_RECOVERY, false },
	                                                 END_CHOICE };

static const struct schema_key across_keys[] = {
	KEY("path", SCHEMA_TEXT, OF_TOP(explore.across_path), NULL, "of a second duration that is left free"),
	KEY("from", SCHEMA_DURATION, OF_TOP(explore.across_from), NULL, "its first value"),
	KEY("to", SCHEMA_DURATION, OF_TOP(explore.across_to), NULL, "its last value"),
	KEY("step", SCHEMA_DURATION, OF_TOP(explore.across_step), "10ms", "between rows of the map", .minimum = MIP_MICROSECOND),
	END,
};
static const struct schema_section across_section = SECTION("explore.across", across_keys);

static const struct schema_key explore_keys[] = {
	KEY("path", SCHEMA_TEXT, OF_TOP(explore.path), NULL, "of the duration that is left free, like movement.b.1.at"),
	KEY("from", SCHEMA_DURATION, OF_TOP(explore.from), NULL, "its first value"),
	KEY("to", SCHEMA_DURATION, OF_TOP(explore.to), NULL, "its last value"),
	KEY("step", SCHEMA_DURATION, OF_TOP(explore.step), "10ms",
	    "between samples; where two differ, the boundary is found to 1us, but what fits between two is missed", .minimum = MIP_MICROSECOND),
	KEY("origin", SCHEMA_DURATION, OF_TOP(explore.origin), "0s", "what the values are told relative to"),
	KEY("outcome", SCHEMA_CHOICE, OF_TOP(explore.outcome), "broken",
	    "broken: a flow has no direct data 10s after the last movement; registered: all bindings are right then; session: "
	    "direct, tunnel or silent then; recovery: time from the last link down until all flows have had direct data",
	    .choices = explore_outcomes),
	KEY("across", SCHEMA_SECTION, 0, "", "a second free duration: makes a map", .section = &across_section),
	END,
};
static const struct schema_section explore_section = SECTION("explore", explore_keys);

static const struct schema_key top_keys[] = {
	KEY("title", SCHEMA_TEXT, OF_TOP(title), "", "one line about the scenario"),
	KEY("family", SCHEMA_CHOICE, OF_TOP(family), "ipv6",
	    "Mobile IPv6, or Mobile IPv4 where access routers are foreign agents", .choices = family_choices),
	KEY("duration", SCHEMA_DURATION, OF_TOP(duration), NULL, "of virtual time", .minimum = 1),
	KEY("seed", SCHEMA_U64, OF_TOP(seed), "1", "of all random streams"),
	KEY("nodes", SCHEMA_NAMED, SCHEMA_NOWHERE, NULL, "the nodes, by name", .section = &node_section),
	KEY("links", SCHEMA_LIST, SCHEMA_NOWHERE, "", "wired links", .section = &link_section),
	KEY("cells", SCHEMA_NAMED, SCHEMA_NOWHERE, "", "wireless cells and home links, by name", .section = &cell_section),
	KEY("movement", SCHEMA_NAMED_LISTS, SCHEMA_NOWHERE, "", "by mobile node; else it stays at home",
	    .section = &move_section),
	KEY("traffic", SCHEMA_LIST, SCHEMA_NOWHERE, "", "flows", .section = &flow_section),
	KEY("protocol", SCHEMA_SECTION, SCHEMA_NOWHERE, "", "switches of every node", .section = &schema_protocol),
	KEY("study", SCHEMA_SECTION, 0, "", "what roam study runs", .section = &study_section),
	KEY("explore", SCHEMA_SECTION, 0, "", "what roam explore varies", .section = &explore_section),
	END,
};
const struct schema_section schema_top = SECTION("the scenario", top_keys);
