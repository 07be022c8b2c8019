// SPDX-License-Identifier: GPL-3.0-or-later
/* The scenario reader refuses: every complaint word for word, with its place; hostile files. */
#include "tests/unit/rows.h"
#include "tests/unit/scenario_text.h"

#include "sim/scenario/yaml.h"

/* ---- complaints: the first line, word for word ------------------------------------------------------------------------- */

static const struct bad_case {
	const char *name, *set_path, *set_value; /* a --set on the frame ... */
	const char *text; /* ... or lines after the frame; a text starting with '!' stands alone */
	const char *want; /* after "F:"; with a set: after "--set PATH=VALUE: error: " */
} bad_cases[] = {
	{ "unknown-key", NULL, NULL, "trafic: []", "13:1: error: unknown key 'trafic' of the scenario; did you mean 'traffic'?" },
	{ "unknown-key-no-suggestion", NULL, NULL, "xyzzy: []", "13:1: error: unknown key 'xyzzy' of the scenario" },
	{ "duplicate-key", NULL, NULL, "title: a\ntitle: b", "14:1: error: duplicate key 'title', first on line 13" },
	{ "missing-key", NULL, NULL, "traffic: [{name: x, from: cn, to: mn, interval: 1s}]",
	  "13:11: error: a flow needs 'size'" },
	{ "wrong-kind", NULL, NULL, "traffic: 5", "13:10: error: bad traffic: want a list" },
	{ "wrong-kind-of-item", NULL, NULL, "traffic: [5]", "13:11: error: a flow has to be a map of keys, like {key: value}" },
	{ "map-for-a-value", NULL, NULL, "title: {a: b}", "13:8: error: bad title: want a single value" },
	{ "no-value", NULL, NULL, "seed:", "13:1: error: seed has no value" },
	{ "flow-to-unknown", NULL, NULL, "traffic: [{name: x, from: cn, to: mm, interval: 1s, size: 16B}]",
	  "13:35: error: unknown node 'mm'; did you mean 'mn'?" },
	{ "flow-to-itself", NULL, NULL, "traffic: [{name: x, from: cn, to: cn, interval: 1s, size: 16B}]",
	  "13:35: error: a flow has to go to another node" },
	{ "flow-too-small", NULL, NULL, "traffic: [{name: x, from: cn, to: mn, interval: 1s, size: 15B}]",
	  "13:59: error: bad size '15B': want from 16B to 65000B" },
	{ "flow-without-size", NULL, NULL, "traffic: [{name: x, from: cn, to: mn, kind: poisson, interval: 1s}]",
	  "13:11: error: a flow needs 'size'" },
	{ "flow-tcp-with-interval", NULL, NULL, "traffic: [{name: x, from: cn, to: mn, kind: tcp, interval: 1s}]",
	  "13:50: error: interval means nothing with kind: tcp" },
	{ "flow-voice-with-size", NULL, NULL, "traffic: [{name: x, from: cn, to: mn, kind: voice, size: 160B}]",
	  "13:52: error: size means nothing with kind: voice" },
	{ "flow-cbr-with-codec", NULL, NULL, "traffic: [{name: x, from: cn, to: mn, codec: g729, interval: 1s, size: 16B}]",
	  "13:39: error: codec means nothing with kind: cbr" },
	{ "flow-unlimited-datagrams", NULL, NULL, "traffic: [{name: x, from: cn, to: mn, interval: 1s, size: unlimited}]",
	  "13:59: error: bad size 'unlimited': want from 16B to 65000B" },
	{ "flow-delayed-ack-too-late", NULL, NULL, "traffic: [{name: x, from: cn, to: mn, kind: tcp, delayed-ack: 501ms}]",
	  "13:63: error: bad delayed-ack '501ms': want at most 500ms" },
	{ "flow-without-pause", NULL, NULL, "traffic: [{name: x, from: cn, to: mn, interval: 0s, size: 16B}]",
	  "13:49: error: bad interval '0s': want more than 0" },
	{ "flow-stops-first", NULL, NULL, "traffic: [{name: x, from: cn, to: mn, interval: 1s, size: 16B, start: 2s, stop: 2s}]",
	  "13:81: error: stop is not after start" },
	{ "flow-name-twice", NULL, NULL,
	  "traffic:\n - {name: x, from: cn, to: mn, interval: 1s, size: 16B}\n - {name: x, from: mn, to: cn, interval: 1s, size: "
	  "16B}",
	  "15:11: error: another flow is called 'x'" },
	{ "movement-of-unknown", NULL, NULL, "movement: {mnn: []}", "13:12: error: unknown node 'mnn'; did you mean 'mn'?" },
	{ "movement-of-a-host", NULL, NULL, "movement: {cn: []}", "13:12: error: 'cn' is no mobile-node" },
	{ "movement-into-unknown", NULL, NULL, "movement: {mn: [{at: 1s, cell: fra}]}",
	  "13:32: error: unknown cell 'fra'; did you mean 'far'?" },
	{ "movement-back-in-time", NULL, NULL, "movement: {mn: [{at: 2s, cell: far, down: 1s}, {at: 2.5s, cell: home}]}",
	  "13:53: error: at 2.5s: has to come after 3s, when the movement before is over" },
	{ "movement-at-once", NULL, NULL, "movement: {mn: [{at: 2s, cell: far}, {at: 2s, cell: home}]}",
	  "13:43: error: at 2s: has to come after 2s, when the movement before is over" },
	{ "movement-lead-too-long", NULL, NULL, "movement: {mn: [{at: 2s, cell: far}, {at: 4s, cell: home, lead: 3s}]}",
	  "13:65: error: lead 3s: the signal would come before the link is up at 2s" },
	{ "no-home-test", NULL, NULL, "protocol: {home-test: none}", "6:3: error: home-test: none needs authorization: preconfigured" },
	{ "no-care-of-test", NULL, NULL, "protocol: {care-of-test: none}", "6:3: error: care-of-test: none needs authorization: preconfigured" },
	{ "preconfigured-with-a-home-test", NULL, NULL, "protocol: {authorization: preconfigured}",
	  "6:3: error: authorization: preconfigured needs no home test: say home-test: none" },
	{ "overlap-and-down", NULL, NULL, "movement: {mn: [{at: 0s, cell: home}, {at: 5s, cell: far, down: 1s, overlap: 1s}]}",
	  "13:78: error: overlap and down: the new link comes before the old one goes, or after it" },
	{ "overlap-too-long", NULL, NULL, "movement: {mn: [{at: 1s, cell: home}, {at: 5s, cell: far, overlap: 4s}]}",
	  "13:68: error: overlap 4s: the new link would be there before the one it follows, at 1s" },
	{ "overlap-at-start", NULL, NULL, "movement: {mn: [{at: 0s, cell: far, overlap: 1s}]}",
	  "13:46: error: overlap means nothing here: there are no two links" },
	{ "overlap-of-nothing", NULL, NULL, "movement: {mn: [{at: 1s, cell: none}, {at: 5s, cell: far, overlap: 1s}]}",
	  "13:68: error: overlap means nothing here: there are no two links" },
	{ "overlap-in-place", NULL, NULL, "movement: {mn: [{at: 0s, cell: far}, {at: 5s, cell: far, overlap: 1s}]}",
	  "13:67: error: overlap: that is the cell it is in" },
	{ "overlap-with-anchors", NULL, NULL, "movement: {mn: [{at: 0s, cell: home}, {at: 5s, cell: far, overlap: 1s}]}\nprotocol: {local: hmip}",
	  "6:3: error: 'overlap' of links is not available with 'local', with 'peer-signalling: forwarder' or where 'family' is ipv4" },
	{ "renumbered-without-home-agent", NULL, NULL, "!duration: 1s\nnodes: {r: {type: router}, ar: {type: access-router}}\nlinks: [{between: [r, ar]}]\ncells: {c: {router: ar, renumber: {at: 1s}}}",
	  "4:25: error: only a home-agent's cell can be renumbered, and 'ar' is none" },
	{ "preferred-longer-than-valid", NULL, NULL, "!duration: 1s\nnodes: {r: {type: router}, ha: {type: home-agent}}\nlinks: [{between: [r, ha]}]\ncells: {c: {router: ha, renumber: {at: 1s, valid: 1s, preferred: 2s}}}",
	  "4:25: error: a prefix is not preferred longer than it is valid" },
	{ "second-home-agent-is-none", NULL, NULL, "!duration: 1s\nnodes: {r: {type: router}, ha: {type: home-agent}}\nlinks: [{between: [r, ha]}]\ncells: {c: {router: ha, also: r}}",
	  "4:25: error: both have to be home agents" },
	{ "second-home-agent-is-the-first", NULL, NULL, "!duration: 1s\nnodes: {r: {type: router}, ha: {type: home-agent}}\nlinks: [{between: [r, ha]}]\ncells: {c: {router: ha, also: ha}}",
	  "4:25: error: 'ha' is there already" },
	{ "movement-down-at-start", NULL, NULL, "movement: {mn: [{at: 0s, cell: far, down: 1s}]}",
	  "13:37: error: down means nothing here: at 0s the node is in its place from the beginning" },
	{ "not-an-addition", NULL, NULL, "protocol: {dad: yes}", "13:17: error: bad dad 'yes': want on, off or optimistic" },
	{ "not-a-switch", NULL, NULL, "protocol: {retransmission: true}",
	  "13:28: error: bad retransmission 'true': want on or off" },
	{ "advertisement-order", NULL, NULL, "protocol: {router-advertisement: {min: 2s, max: 1s}}",
	  "13:34: error: router-advertisement: min is larger than max" },
	{ "credit", NULL, NULL, "protocol: {credit: {factor: 9/8}}",
	  "13:29: error: bad factor '9/8': want a fraction from 0 to 1, like 7/8 or 0.5" },
	{ "credit-preset", NULL, NULL, "protocol: {credit: {preset: rfc4867}}",
	  "13:29: error: bad preset 'rfc4867': want rfc4866 or draft-2004; did you mean 'rfc4866'?" },
	{ "sweep-unknown-path", NULL, NULL, "study: {sweep: {protocol.schema: [a]}}",
	  "13:17: error: unknown key 'schema' of protocol in path 'protocol.schema'; did you mean 'scheme'?" },
	{ "sweep-bad-value", NULL, NULL, "study: {sweep: {links.0.delay: [1ms, 2mz]}}",
	  "13:38: error: bad delay '2mz': want a number with unit ns, us, ms, s, min or h, like 20ms" },
	{ "sweep-value-twice", NULL, NULL, "study: {sweep: {links.0.delay: [1ms, 1ms]}}",
	  "13:38: error: '1ms' stands in this sweep twice" },
	{ "zip-lengths", NULL, NULL, "study: {zip: {links.0.delay: [1ms, 2ms], links.1.delay: [1ms]}}",
	  "13:57: error: 1 values here, but 2 in the list it goes along with" },
	{ "range-units", NULL, NULL, "study: {sweep: {links.0.delay: {from: 1ms, to: 2s, log: 3}}}",
	  "13:32: error: want the same unit in from, to and step" },
	{ "range-without-step", NULL, NULL, "study: {sweep: {links.0.delay: {from: 1ms, to: 2ms}}}",
	  "13:32: error: want {from: VALUE, to: VALUE} with one of step: VALUE, steps: NUMBER and log: NUMBER" },
	{ "range-too-long", NULL, NULL, "study: {sweep: {links.0.delay: {from: 1ns, to: 2000000ns, step: 1ns}}}",
	  "13:32: error: more than 1000000 points" },
	{ "range-backwards", NULL, NULL, "study: {sweep: {links.0.delay: {from: 2ms, to: 1ms, steps: 2}}}",
	  "13:32: error: want from below to, a step above 0, and with log a from above 0" },
	{ "excludes-nothing", NULL, NULL, "study: {sweep: {links.0.delay: [1ms]}, exclude: [{links.0.delay: 2ms}]}",
	  "13:50: error: excludes no point of the study" },
	{ "excludes-all", NULL, NULL, "study: {sweep: {links.0.delay: [1ms]}, exclude: [{links.0.delay: 1ms}]}",
	  "13:49: error: excludes every point of the study" },
	{ "swept-twice", NULL, NULL, "study: {sweep: {duration: [1s]}, zip: {duration: [1s]}}",
	  "13:8: error: 'duration' is set by two of sweep, zip and points" },
	{ "points-of-what", NULL, NULL, "study: {points: [3]}", "13:18: error: want a map of path: value in points" },
	{ "sweep-of-nothing", NULL, NULL, "study: {sweep: {links.0.delay: []}}",
	  "13:32: error: want a list of values to sweep over" },
	{ "sweep-of-a-list", NULL, NULL, "study: {sweep: {links: [a]}}", "13:17: error: 'links' cannot be swept" },
	{ "sweep-of-the-seed", NULL, NULL, "study: {sweep: {seed: [1]}}",
	  "13:17: error: 'seed' cannot be swept; use replications" },
	{ "random-no-duration", NULL, NULL, "study: {random: {links.0.rate: {min: 1s, max: 2s}}}",
	  "13:18: error: 'links.0.rate' is no duration" },
	{ "random-reversed", NULL, NULL, "study: {random: {links.0.delay: {min: 2s, max: 1s}}}",
	  "13:33: error: min is larger than max" },
	{ "random-half", NULL, NULL, "study: {random: {links.0.delay: {min: 2s}}}",
	  "13:33: error: want {min: DURATION, max: DURATION}: 'max' is missing" },
	{ "random-and-swept", NULL, NULL, "study: {sweep: {duration: [1s]}, random: {duration: {min: 1s, max: 2s}}}",
	  "13:43: error: 'duration' is swept already" },
	{ "random-of-multiples", NULL, NULL, "study: {random: {protocol.lifetime: {min: 4s, max: 8s}}}",
	  "13:18: error: 'protocol.lifetime' cannot be drawn: not every duration is good for it; sweep it" },
	{ "directive", NULL, NULL, "!%YAML 1.2\n---\ntitle: a\n", "1:1: error: directives have no meaning here" },
	{ "tag", NULL, NULL, "title: !!str a", "13:14: error: tags have no meaning here" },
	{ "second-document", NULL, NULL, "---\ntitle: a", "13:1: error: a second document: a scenario is one" },
	{ "unknown-alias", NULL, NULL, "title: *a", "13:8: error: unknown alias '*a'" },
	{ "alias-in-itself", NULL, NULL, "traffic: &a [*a]", "13:14: error: alias '*a' stands inside what it names" },
	{ "syntax", NULL, NULL, "title: 'a", "13:9: error: single-quoted scalar without closing quote" },
	{ "wide-characters-count-one", NULL, NULL, "title: {\xc3\xa9\xe2\x82\xac\xf0\x9f\x90\x8e: 1, b: &c x, d: *e}",
	  "13:29: error: unknown alias '*e'" },

	{ "no-nodes", NULL, NULL, "!duration: 1s\nnodes: {}\n", "2:8: error: no nodes" },
	{ "no-duration", NULL, NULL, "!nodes: {a: {type: host}}\n", "1:1: error: the scenario needs 'duration'" },
	{ "a-list-is-no-scenario", NULL, NULL, "![]\n", "1:1: error: a scenario is a map of keys: title, duration, nodes, ..." },
	{ "empty", NULL, NULL, "!", "1:1: error: the file is empty" },
	{ "only-a-comment", NULL, NULL, "!# nothing\n", "1:1: error: nothing in it" },
	{ "not-utf-8", NULL, NULL, "!title: \xe9\xff\n", "1:8: error: octet 0xe9: not UTF-8 text" },
	{ "name-with-a-dot", NULL, NULL, "!duration: 1s\nnodes: {a.b: {type: host}}\n",
	  "2:9: error: bad name 'a.b': want letters, digits, - and _" },
	{ "islands", NULL, NULL,
	  "!duration: 1s\nnodes: {a: {type: host}, b: {type: host}, c: {type: host}}\n"
	  "links: [{between: [a, b]}, {between: [b, c]}]\ntraffic:\n  - {name: x, from: a, to: c, interval: 1s, size: 16B}\n",
	  "5:5: error: no way from 'a' to 'c': no links connect them" },

	{ "set-link", "links.0.between", "[ha]", NULL, "a link is between two nodes at least" },
	{ "set-link-twice", "links.0.between", "[ha, ar, ha]", NULL, "'ha' is on this link already" },
	{ "set-link-mobile", "links.0.between", "[ha, mn]", NULL, "'mn' is a mobile-node: it attaches to cells, not to links" },
	{ "set-no-such-link", "links.7.delay", "1s", NULL, "bad path 'links.7.delay': links has 2 entries, counted from 0" },
	{ "set-link-by-name", "links.x.delay", "1s", NULL,
	  "bad path 'links.x.delay': links is a list, want a number instead of 'x'" },
	{ "set-no-such-node", "nodes.nm.type", "host", NULL, "nothing called 'nm' in nodes; did you mean 'mn'?" },
	{ "set-too-deep", "links.0.delay.x", "1s", NULL, "bad path 'links.0.delay.x': delay has no parts" },
	{ "set-not-deep-enough", "nodes.mn", "1s", NULL, "bad path 'nodes.mn': it ends before a key of a node" },
	{ "set-empty-step", "links..delay", "1s", NULL,
	  "bad path 'links..delay': want keys with dots between them, like links.0.delay" },
	{ "set-syntax", "links.0.between", "[ha", NULL, "flow sequence without a closing bracket" },
	{ "set-not-utf-8", "title", "\xff", NULL, "not UTF-8" },
	{ "set-type", "nodes.cn.type", "hots", NULL,
	  "bad type 'hots': want host, router, access-router, home-agent, mobile-node, anchor-point, foreign-agent or attacker; "
	  "did you mean 'host'?" },
	{ "set-home-of-a-host", "nodes.cn.home", "home", NULL, "only a mobile-node has a home" },
	{ "set-home-not-at-a-home-agent", "nodes.mn.home", "far", NULL,
	  "cell 'far' is no home: its router 'ar' is no home-agent" },
	{ "set-cell-at-a-host", "cells.far.router", "cn", NULL, "'cn' is no router" },
	{ "set-address-without-prefix", "nodes.cn.address", "2001:db8::1", NULL,
	  "no link of the host has the 'prefix' of this address" },
	{ "set-address-of-a-router", "nodes.ar.address", "2001:db8::1", NULL,
	  "only hosts and mobile nodes can be given an address; give the link a prefix" },
	{ "set-address-multicast", "nodes.cn.address", "ff02::1", NULL,
	  "bad address 'ff02::1': want a routable unicast address" },
	{ "set-prefix-length", "links.0.prefix", "2001:db8::/48", NULL,
	  "bad prefix '2001:db8::/48': want an IPv6 prefix of 64 bits, like 2001:db8:1::/64" },
	{ "set-mtu", "links.0.mtu", "1279", NULL, "bad mtu '1279': want from 1280 to 65535" },
	{ "set-queue", "links.0.queue", "0B", NULL, "bad queue '0B': want at least 1B" },
	{ "set-loss", "links.0.loss", "2", NULL, "bad loss '2': want at most 1" },
	{ "set-duration", "duration", "0s", NULL, "bad duration '0s': want more than 0" },
	{ "set-seed", "seed", "-1", NULL, "bad seed '-1': want a whole number" },
	{ "set-lifetime-multiple", "protocol.lifetime", "5s", NULL, "bad lifetime '5s': want a multiple of 4s" },
	{ "set-lifetime-range", "protocol.lifetime", "0s", NULL, "bad lifetime '0s': want from 4s to 262140s" },
	{ "set-tentative-lifetime", "protocol.tentative-lifetime", "1.005s", NULL,
	  "bad tentative-lifetime '1.005s': want a multiple of 10ms" },
	{ "set-replications", "study.replications", "thirty", NULL, "bad replications 'thirty': want a whole number" },

	{ "later-scheme", "protocol.scheme", "ero", NULL, "scheme: ero is not available in this version" },
	{ "trusted", NULL, NULL, "protocol: {trusted: [2001:db8::1, 2001:db8::/129]}",
	  "13:35: error: bad trusted: want an IPv6 address, or a prefix like 2001:db8:1::/64" },
	{ "later-authorization", "protocol.authorization", "cga", NULL, "authorization: cga is not available in this version" },
	{ "ipsec-in-ipv4", NULL, NULL, "family: ipv4\nprotocol: {ipsec: aes}",
	  "3:3: error: 'local' and 'ipsec' are not available where 'family' is ipv4" },
	{ "proxies-without-times", "protocol.peer-signalling", "proxies", NULL, "peer-signalling: proxies needs proxy-hold and proxy-wait" },
	{ "proxy-wait-without-hold", "protocol.proxy-wait", "100ms", NULL,
	  "proxy-hold has to be longer than proxy-wait: what is told last would find nothing kept" },
	{ "reforward-bad", "protocol.reforward", "soon", NULL,
	  "bad reforward 'soon': want a number with unit ns, us, ms, s, min or h, like 20ms" },
	{ "bad-ipsec", "protocol.ipsec", "des", NULL, "bad ipsec 'des': want off, null or aes; did you mean 'aes'?" },
};

static void complains_of(const void *data)
{
	const struct bad_case *c = data;
	const struct scenario_set set = { c->set_path, c->set_value };
	char *text = c->text && *c->text == '!' ? g_strdup(c->text + 1) : g_strconcat(frame, c->text, "\n", NULL), *want;
	GString *complaints = g_string_new(NULL);
	struct scenario *s = read_text(text, &set, c->set_path ? 1 : 0, complaints);

	g_assert_null(s);
	if (c->set_path)
		want = g_strdup_printf("--set %s=%s: error: %s", c->set_path, c->set_value, c->want);
	else
		want = g_strdup_printf("F:%s", c->want);
	g_string_truncate(complaints, strcspn(complaints->str, "\n"));
	g_assert_cmpstr(complaints->str, ==, want);
	g_string_free(complaints, TRUE);
	g_free(want);
	g_free(text);
}

/* What has a default that is promised for later values still takes the default by name. */
static void the_available_values_of_later_keys_are_taken(void)
{
	const struct scenario_set sets[] = {
		{ "protocol.divert", "off" },
		{ "protocol.local", "none" },
		{ "protocol.peer-signalling", "home" },
		{ "protocol.reforward", "off" },
		{ "protocol.proxy-hold", "off" },
		{ "protocol.proxy-wait", "off" },
		{ "protocol.authorization", "return-routability" },
	};

	scenario_free(read_good(frame, sets, G_N_ELEMENTS(sets)));
}

static void all_complaints_come_at_once_with_their_lines(void)
{
	static const char text[] = "duration: 1\n"
	                           "nodes: {a: {type: hots}, b: {typ: host}}\n"
	                           "links:\n"
	                           "\t- {between: [a, b]}\n";
	static const char text2[] = "duration: 1\n"
	                            "nodes: {a: {type: hots}, b: {typ: host}}\n"
	                            "links:\n"
	                            "  - {between: [a, c], dealy: 1ms}\n";
	static const char want[] =
	    "F:1:11: error: bad duration '1': want a number with unit ns, us, ms, s, min or h, like 20ms\n"
	    "duration: 1\n"
	    "          ^\n"
	    "F:2:19: error: bad type 'hots': want host, router, access-router, home-agent, mobile-node, anchor-point, "
	    "foreign-agent or attacker; did you mean 'host'?\n"
	    "nodes: {a: {type: hots}, b: {typ: host}}\n"
	    "                  ^~~~\n"
	    "F:2:26: error: a node needs 'type'\n"
	    "nodes: {a: {type: hots}, b: {typ: host}}\n"
	    "                         ^\n"
	    "F:2:30: error: unknown key 'typ' of a node; did you mean 'type'?\n"
	    "nodes: {a: {type: hots}, b: {typ: host}}\n"
	    "                             ^~~\n"
	    "F:4:19: error: unknown node 'c'\n"
	    "  - {between: [a, c], dealy: 1ms}\n"
	    "                  ^\n"
	    "F:4:23: error: unknown key 'dealy' of a link; did you mean 'delay'?\n"
	    "  - {between: [a, c], dealy: 1ms}\n"
	    "                      ^~~~~\n";
	GString *complaints = g_string_new(NULL);

	g_assert_null(read_text(text2, NULL, 0, complaints));
	g_assert_cmpstr(complaints->str, ==, want);
	g_string_truncate(complaints, 0);
	g_assert_null(read_text(text, NULL, 0, complaints));
	g_assert_true(g_str_has_prefix(complaints->str, "F:4:"));
	g_string_free(complaints, TRUE);
}

static void many_complaints_are_counted(void)
{
	GString *text = g_string_new(frame), *complaints = g_string_new(NULL);

	for (int i = 0; i < 5000; i++)
		g_string_append_printf(text, "x%d: 1\n", i);
	g_assert_null(read_text(text->str, NULL, 0, complaints));
	g_assert_true(g_str_has_suffix(complaints->str, "F: error: 4800 more errors\n"));
	g_string_free(complaints, TRUE);
	g_string_free(text, TRUE);
}

static void files_that_are_none(void)
{
	static const struct {
		const char *file, *want;
	} cases[] = {
		{ "/nonexistent/x.yaml", "/nonexistent/x.yaml: error: cannot be opened: No such file or directory\n" },
		{ "/", "/: error: is a directory\n" },
		{ "/dev/zero", "/dev/zero: error: too large: more than 8 MiB\n" },
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GString *complaints = g_string_new(NULL);

		g_assert_null(scenario_read(cases[i].file, NULL, 0, complaints));
		g_assert_cmpstr(complaints->str, ==, cases[i].want);
		g_string_free(complaints, TRUE);
	}
}

static void a_nul_octet_is_refused(void)
{
	GString *complaints = g_string_new(NULL);
	char *name = write_file("a: b\nc\0d: e\n", 12);

	g_assert_null(scenario_read(name, NULL, 0, complaints));
	g_assert_nonnull(strstr(complaints->str, ":2:2: error: a NUL octet: not a text\n"));
	g_unlink(name);
	g_free(name);
	g_string_free(complaints, TRUE);
}

static void alias_bombs_are_refused(void)
{
	GString *text = g_string_new("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"), *complaints = g_string_new(NULL);

	for (int i = 1; i < 12; i++) {
		g_string_append_printf(text, "a%d: &a%d [", i, i);
		for (int k = 0; k < 10; k++)
			g_string_append_printf(text, "%s*a%d", k ? ", " : "", i - 1);
		g_string_append(text, "]\n");
	}
	g_assert_null(read_text(text->str, NULL, 0, complaints));
	g_assert_nonnull(strstr(complaints->str, "error: too large: aliases make more than 2000000 values\n"));
	g_string_free(complaints, TRUE);
	g_string_free(text, TRUE);
}

static void deep_nesting_is_refused(void)
{
	static const struct {
		gsize depth;
		const char *want;
	} cases[] = {
		{ 32, "F:2:1: error: flow sequence without a closing bracket\n" },
		{ 33, "F:1:33: error: nested more than 32 deep\n" },
		{ 1000000, "F:1:1001: error: nested more than 32 deep\n" }, /* not even looked at by the library */
	};

	for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
		GString *complaints = g_string_new(NULL);
		char *deep = g_strnfill(cases[i].depth, '[');

		g_assert_null(read_text(deep, NULL, 0, complaints));
		g_string_truncate(complaints, strcspn(complaints->str, "\n") + 1);
		g_assert_cmpstr(complaints->str, ==, cases[i].want);
		g_free(deep);
		g_string_free(complaints, TRUE);
	}
}

int main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	for (size_t i = 0; i < G_N_ELEMENTS(bad_cases); i++)
		add_row("/scenario/bad", bad_cases[i].name, &bad_cases[i], complains_of);
	g_test_add_func("/scenario/later-keys-take-their-default", the_available_values_of_later_keys_are_taken);
	g_test_add_func("/scenario/all-at-once", all_complaints_come_at_once_with_their_lines);
	g_test_add_func("/scenario/many-are-counted", many_complaints_are_counted);
	g_test_add_func("/scenario/files-that-are-none", files_that_are_none);
	g_test_add_func("/scenario/nul-octet", a_nul_octet_is_refused);
	g_test_add_func("/scenario/alias-bomb", alias_bombs_are_refused);
	g_test_add_func("/scenario/deep-nesting", deep_nesting_is_refused);
	return g_test_run();
}
