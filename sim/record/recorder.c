// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Takes in observations and movement; recorder_rows.c turns what is kept into rows.
 *
 * Which handover an observation belongs to: the latest movement of its mobile node, and only from the instant at which the new
 * care-of address is usable (or the node knows itself at home). What a correspondent reports carries the care-of address, so it
 * goes to the handover, this one or the one before, that configured that address. The tests of return routability belong to a
 * registration until its Binding Update leaves; those that follow refresh tokens and say nothing about this handover.
 *
 * Memory: 16 octets per data packet, some per handover, and 4 KiB per node that sends or drops anything.
 */
#include "sim/record/recorder.h"

#include <arpa/inet.h>

#include "sim/record/recorder_int.h"

static struct node_record *record_of(struct recorder *r, uint32_t node)
{
	uint32_t world = (uint32_t)r->scenario->node_count;

	return &r->nodes[node < world ? node : world];
}

static struct node_tally *tally_of(struct recorder *r, uint32_t node)
{
	struct node_record *n = record_of(r, node);

	if (!n->tally)
		n->tally = g_new0(struct node_tally, 1);
	return n->tally;
}

static int node_of(const struct recorder *r, const struct in6 *address)
{
	return r->node_of ? r->node_of(r->node_of_context, address) : -1;
}

/* ---- movement ----------------------------------------------------------------------------------------------------- */

static struct registration *registration_add(struct handover *h, int peer)
{
	struct registration n = { .peer = peer };

	for (int i = 0; i < REGISTRATION_STEPS; i++)
		n.at[i] = MIP_NEVER;
	g_array_append_val(h->registrations, n);
	return &g_array_index(h->registrations, struct registration, h->registrations->len - 1);
}

static void gaps_open(struct recorder *r, int handover, int node)
{
	for (int f = 0; f < r->scenario->flow_count; f++) {
		const struct scenario_flow *flow = &r->scenario->flows[f];
		struct flow_record *record = &r->flows[f];
		struct gap g = { .handover = handover,
				 .flow = f,
				 .last_before = record->last_received,
				 .last_before_sent = record->last_received_sent,
				 .first_after = MIP_NEVER,
				 .first_after_sent = MIP_NEVER };

		if (flow->from != node && flow->to != node)
			continue;
		record->gaps[flow->to == node] = (int)r->gaps->len;
		g_array_append_val(r->gaps, g);
	}
}

static void link_down(void *context, mip_time now, uint32_t node, int from_cell, int to_cell)
{
	struct recorder *r = context;
	struct node_record *n = record_of(r, node);
	struct handover h = { .node = (int)node,
			      .from_cell = from_cell,
			      .to_cell = to_cell,
			      .sequence = 1,
			      .previous = n->handover,
			      .next = -1,
			      .down = now,
			      .up = MIP_NEVER,
			      .router = MIP_NEVER,
			      .care_of_address = MIP_NEVER,
			      .home_bu = MIP_NEVER,
			      .home_ba = MIP_NEVER,
			      .local_bu = MIP_NEVER,
			      .local_ba = MIP_NEVER };

	r->moved = true;
	session_left(r->session, now);
	if (n->handover >= 0) {
		struct handover *last = recorder_handover(r, n->handover);

		/* It was out of every cell: the way through nowhere is one handover. */
		if (last->to_cell < 0 && last->up == MIP_NEVER) {
			last->to_cell = to_cell;
			return;
		}
		h.sequence = last->sequence + 1;
		last->next = (int)r->handovers->len;
	}
	h.registrations = g_array_new(FALSE, FALSE, sizeof(struct registration));
	for (guint i = 0; n->peers && i < n->peers->len; i++)
		registration_add(&h, g_array_index(n->peers, int, i));
	n->handover = (int)r->handovers->len;
	g_array_append_val(r->handovers, h);
	gaps_open(r, n->handover, (int)node);
}

static void link_up(void *context, mip_time now, uint32_t node, int cell)
{
	struct recorder *r = context;
	struct node_record *n = record_of(r, node);
	struct handover *h;

	session_arrived(r->session, now);
	if (n->handover < 0)
		return; /* attached from the beginning: no handover */
	h = recorder_handover(r, n->handover);
	if (h->up != MIP_NEVER)
		return;
	h->up = now;
	h->to_cell = cell;
}

/* ---- handovers and registrations ------------------------------------------------------------------------------------ */

/* The node's handover if its link is up again, else NULL. */
static struct handover *handover_up(struct recorder *r, uint32_t node)
{
	int i = record_of(r, node)->handover;

	return i >= 0 && recorder_handover(r, i)->up != MIP_NEVER ? recorder_handover(r, i) : NULL;
}

/* The same, if it also has its new address: from here on registrations count. */
static struct handover *handover_ready(struct recorder *r, uint32_t node)
{
	struct handover *h = handover_up(r, node);

	return h && (h->care_of_address != MIP_NEVER || h->at_home) ? h : NULL;
}

static struct registration *registration_find(struct handover *h, int peer)
{
	for (guint i = 0; i < h->registrations->len; i++) {
		struct registration *g = &g_array_index(h->registrations, struct registration, i);

		if (g->peer == peer)
			return g;
	}
	return NULL;
}

static void peer_remember(struct node_record *n, int peer)
{
	if (!n->peers)
		n->peers = g_array_new(FALSE, FALSE, sizeof(int));
	for (guint i = 0; i < n->peers->len; i++) {
		if (g_array_index(n->peers, int, i) == peer)
			return;
	}
	g_array_append_val(n->peers, peer);
}

static void first(mip_time *t, mip_time now)
{
	if (*t == MIP_NEVER)
		*t = now;
}

/* Something the mobile node did or heard. step REGISTRATION_STEPS: no time, only the outcome changes. */
static void mobile_step(struct recorder *r, const struct observation *o, enum registration_step step,
			enum registration_outcome outcome)
{
	int peer = node_of(r, &o->peer);
	struct handover *h;
	struct registration *g;

	if (peer < 0 || o->node >= (uint32_t)r->scenario->node_count)
		return;
	peer_remember(record_of(r, o->node), peer);
	h = handover_ready(r, o->node);
	if (!h)
		return;
	/* Leave to send directly is for an address; one for the address before is no news of this handover. */
	if (step == STEP_SEND && (h->at_home || !in6_equal(&o->address, &h->address)))
		return;
	g = registration_find(h, peer);
	if (!g)
		g = registration_add(h, peer);
	if (outcome != OUTCOME_NONE)
		g->outcome = outcome;
	if (step <= STEP_COT && g->at[STEP_BU] != MIP_NEVER)
		return;
	if (step < REGISTRATION_STEPS)
		first(&g->at[step], o->at);
}

/* Something the correspondent did about a mobile node's binding, o->address being the care-of address if it is known. The home
 * agent reports in the same words; that is not a correspondent's binding, its times are seen from the mobile node. */
static void correspondent_step(struct recorder *r, const struct observation *o, enum registration_step step,
			       enum registration_outcome outcome)
{
	const struct scenario *s = r->scenario;
	bool any_address = in6_is_unspecified(&o->address);
	int mobile = node_of(r, &o->peer), i;

	if (mobile < 0 || s->nodes[mobile].type != NODE_MOBILE || o->node >= (uint32_t)s->node_count)
		return;
	if (s->nodes[mobile].home_cell >= 0 && (s->cells[s->nodes[mobile].home_cell].router == (int)o->node ||
	                                        s->cells[s->nodes[mobile].home_cell].also == (int)o->node))
		return;
	i = r->nodes[mobile].handover;
	for (int back = 0; i >= 0 && back < 2; back++, i = recorder_handover(r, i)->previous) {
		struct handover *h = recorder_handover(r, i);
		struct registration *g;

		if (h->care_of_address == MIP_NEVER ? !h->at_home : !any_address && !in6_equal(&o->address, &h->address))
			continue;
		g = registration_find(h, (int)o->node);
		if (!g)
			continue;
		if (outcome != OUTCOME_NONE)
			g->outcome = outcome;
		if (step < REGISTRATION_STEPS)
			first(&g->at[step], o->at);
		return;
	}
}

/* ---- data ----------------------------------------------------------------------------------------------------------- */

/* Sequence numbers count from 0. */
void recorder_data_sent(struct recorder *r, const struct observation *o)
{
	struct flow_record *f;
	mip_time never = MIP_NEVER;

	if (o->flow >= (uint32_t)r->scenario->flow_count)
		return;
	f = &r->flows[o->flow];
	mip_assert(o->value == f->sent_at->len);
	g_array_append_val(f->sent_at, o->at);
	g_array_append_val(f->received_at, never);
}

/* The first direct packet from the peer after its registration began is STEP_RECV. */
static void data_received_direct(struct recorder *r, const struct observation *o)
{
	struct handover *h = handover_ready(r, o->node);
	struct registration *g;
	int peer = r->scenario->flows[o->flow].from;

	if (!h || h->at_home || !in6_equal(&o->address, &h->address))
		return;
	g = registration_find(h, peer);
	if (g)
		first(&g->at[STEP_RECV], o->at);
}

double recorder_jitter(double jitter_ns, mip_time last_delay, mip_time delay)
{
	double d = (double)(delay > last_delay ? delay - last_delay : last_delay - delay);

	return jitter_ns + (d - jitter_ns) / 16;
}

static void gap_receives(struct gap *g, const struct observation *o, mip_time delay, enum via via)
{
	if (g->received++)
		g->jitter_ns = recorder_jitter(g->jitter_ns, g->delay_last, delay);
	g->tunnelled += via == VIA_TUNNEL;
	g->octets += o->octets;
	g->delay_sum += delay;
	g->delay_most = mip_time_max(g->delay_most, delay);
	g->delay_last = delay;
}

void recorder_data_received(struct recorder *r, const struct observation *o)
{
	struct flow_record *f;
	mip_time *received, delay = o->at - o->sent_at;
	bool duplicate, late;

	/* A number that was never sent is a forger's, not the flow's. */
	if (o->flow >= (uint32_t)r->scenario->flow_count || o->value >= r->flows[o->flow].sent_at->len)
		return;
	session_received(r->session, o);
	f = &r->flows[o->flow];
	r->nodes[r->scenario->flows[o->flow].from].data_octets += o->octets;
	received = &g_array_index(f->received_at, mip_time, o->value);
	duplicate = *received != MIP_NEVER;
	late = !duplicate && o->value + 1 < f->highest;
	if (duplicate) {
		f->duplicated++;
	} else {
		*received = o->at;
		f->octets += o->octets;
		if (f->received++)
			f->jitter_ns = recorder_jitter(f->jitter_ns, f->last_delay, delay);
		f->last_delay = delay;
		f->reordered += late;
		f->highest = MAX(f->highest, o->value + 1);
	}
	for (int end = 0; end < 2; end++) {
		struct gap *g = f->gaps[end] >= 0 ? recorder_gap(r, f->gaps[end]) : NULL;
		enum via via;

		if (!g)
			continue;
		/* What comes by reverse tunnel looks to the peer like a packet from home. */
		via = !end && o->via == VIA_HOME_LINK && !recorder_handover(r, g->handover)->at_home ? VIA_TUNNEL : o->via;
		if (!duplicate && (end || o->sent_at >= recorder_handover(r, g->handover)->down))
			gap_receives(g, o, delay, via);
		/* A stream's gaps are its stalls. */
		if (recorder_stream_is_tcp(r, o->flow))
			continue;
		g->duplicated += duplicate;
		g->reordered += late;
		/* The moving node sends: what left before link down and was still on its way belongs to before. */
		if (!end && o->sent_at < recorder_handover(r, g->handover)->down) {
			if (g->first_after == MIP_NEVER) {
				g->last_before = o->at;
				g->last_before_sent = o->sent_at;
			}
		} else if (g->first_after == MIP_NEVER) {
			g->first_after = o->at;
			g->first_after_sent = o->sent_at;
			g->via = via;
		}
	}
	f->last_received = o->at;
	f->last_received_sent = o->sent_at;
	if (o->via == VIA_DIRECT)
		data_received_direct(r, o);
}

/* ---- everything else ------------------------------------------------------------------------------------------------- */

/* SIGNALLING_LEGS: it is none, or is counted at its other end. */
static enum signalling_leg leg_of(enum message_type type, enum node_type node, enum message_direction direction)
{
	if (type == MESSAGE_FBU) /* the mobile node does not know what it talks to */
		return direction != MESSAGE_IN ? SIGNALLING_LEGS : node == NODE_ANCHOR_POINT ? LEG_MN_MAP : LEG_MN_AR;
	if (direction != MESSAGE_OUT)
		return SIGNALLING_LEGS;
	switch (type) {
	case MESSAGE_RTSOLPR:
	case MESSAGE_PRRTADV:
		return LEG_MN_AR;
	case MESSAGE_HI:
	case MESSAGE_HACK:
		return LEG_AR_AR;
	case MESSAGE_BU_LOCAL:
		return LEG_MN_MAP;
	case MESSAGE_BU_HOME:
		return LEG_MN_HA;
	case MESSAGE_FBACK:
	case MESSAGE_BA_HOME: /* of a home agent, or without an authenticator */
	case MESSAGE_BE:
	case MESSAGE_BRR:
		return node == NODE_ANCHOR_POINT  ? LEG_MN_MAP
		     : node == NODE_ACCESS_ROUTER ? LEG_MN_AR
		     : node == NODE_HOME_AGENT    ? LEG_MN_HA
						  : LEG_MN_CN;
	case MESSAGE_HOTI:
	case MESSAGE_COTI:
	case MESSAGE_HOT:
	case MESSAGE_COT:
	case MESSAGE_BU:
	case MESSAGE_BA:
	case MESSAGE_EBU:
	case MESSAGE_EBA:
		return LEG_MN_CN;
	default:
		return SIGNALLING_LEGS;
	}
}

/* What a handover costs: from the first one on, so without what a node says when it starts; fast handovers begin before the link goes down. */
static void signalling(struct recorder *r, const struct observation *o, enum message_type type, enum message_direction direction)
{
	bool fast = type >= MESSAGE_RTSOLPR && type <= MESSAGE_HACK;

	if ((r->moved || fast) && o->node < (uint32_t)r->scenario->node_count) {
		enum signalling_leg leg = leg_of(type, r->scenario->nodes[o->node].type, direction);

		if (leg != SIGNALLING_LEGS)
			tally_of(r, o->node)->signalling[leg] += o->octets;
	}
}

/* o->flow: how many of the octets are outer headers of a tunnel; they are counted apart. */
static void message(struct recorder *r, const struct observation *o, enum message_direction direction)
{
	struct node_tally *t = tally_of(r, o->node);
	uint32_t type = o->value < MESSAGE_TYPE_COUNT ? o->value : MESSAGE_UNKNOWN;

	signalling(r, o, type, direction);
	t->messages[type][direction].count++;
	t->messages[type][direction].octets += o->octets - o->flow;
	if (o->flow) {
		t->tunnels[type][direction].count++;
		t->tunnels[type][direction].octets += o->flow;
	}
}

static void secret(struct recorder *r, const struct observation *o)
{
	static const char *const kinds[SECRET_KINDS] = {
		[SECRET_NODE_KEY] = "node-key",           [SECRET_NONCE] = "nonce",
		[SECRET_HOME_TOKEN] = "home-token",       [SECRET_CARE_OF_TOKEN] = "care-of-token",
		[SECRET_BINDING_KEY] = "binding-key",     [SECRET_PRECONFIGURED] = "preconfigured",
		[SECRET_ESP_AUTHENTICATION] = "esp-auth",
		[SECRET_ESP_ENCRYPTION] = "esp-enc",      [SECRET_MOBILE_HOME] = "mobile-home-key",
		[SECRET_MOBILE_FOREIGN] = "mobile-foreign-key", [SECRET_FOREIGN_HOME] = "foreign-home-key",
		[SECRET_REGISTRATION_KEY] = "registration-key", [SECRET_RSA_MODULUS] = "rsa-modulus",
		[SECRET_RSA_PRIVATE] = "rsa-private",     [SECRET_DIFFIE_HELLMAN] = "dh-private",
	};
	char peer[INET6_ADDRSTRLEN];

	if (!r->keys || o->value >= SECRET_KINDS)
		return;
	inet_ntop(AF_INET6, o->peer.octets, peer, sizeof peer);
	fprintf(r->keys, "{\"t\":%" G_GINT64_FORMAT ",\"node\":\"%s\",\"kind\":\"%s\",\"peer\":\"%s\",\"index\":%u,\"hex\":\"", o->at,
		o->node < (uint32_t)r->scenario->node_count ? r->scenario->nodes[o->node].name : "-", kinds[o->value], peer, o->index);
	for (size_t i = 0; i < o->data_length; i++)
		fprintf(r->keys, "%02x", o->data[i]);
	fputs("\"}\n", r->keys);
}

static void address_step(struct recorder *r, const struct observation *o)
{
	struct handover *h = handover_up(r, o->node);

	if (!h)
		return;
	if (o->kind == OBSERVE_ROUTER_FOUND) {
		/* With the new address in use another router is of the next link, or an additional one. */
		if (h->care_of_address == MIP_NEVER)
			first(&h->router, o->at);
	} else if (o->kind == OBSERVE_AT_HOME) {
		h->at_home = true;
	} else if (o->kind == OBSERVE_CARE_OF_ADDRESS && h->care_of_address == MIP_NEVER) {
		h->care_of_address = o->at;
		h->address = o->address;
	} else if (o->kind == OBSERVE_HOME_BU_SENT) {
		first(&h->home_bu, o->at);
	} else if (o->kind == OBSERVE_HOME_BA_ACCEPTED && h->home_bu != MIP_NEVER) {
		first(&h->home_ba, o->at);
	} else if (o->kind == OBSERVE_LOCAL_BU_SENT) {
		first(&h->local_bu, o->at);
	} else if (o->kind == OBSERVE_LOCAL_BA_ACCEPTED && h->local_bu != MIP_NEVER) {
		first(&h->local_ba, o->at);
	}
}

static void observe(void *context, const struct observation *o)
{
	struct recorder *r = context;

	switch (o->kind) {
	case OBSERVE_MESSAGE_SENT:
		message(r, o, MESSAGE_OUT);
		return;
	case OBSERVE_MESSAGE_RECEIVED:
		message(r, o, MESSAGE_IN);
		return;
	case OBSERVE_MESSAGE_FORWARDED:
		message(r, o, MESSAGE_THROUGH);
		return;
	case OBSERVE_DATA_SENT:
		recorder_data_sent(r, o);
		return;
	case OBSERVE_DATA_RECEIVED:
		recorder_data_received(r, o);
		return;
	case OBSERVE_DROP:
		if (o->value < DROP_REASON_COUNT)
			tally_of(r, o->node)->drops[o->value]++;
		if (o->value == DROP_BAD_ROUTING_HEADER)
			record_of(r, o->node)->redirected_octets += o->octets;
		return;
	case OBSERVE_SECRET:
		secret(r, o);
		return;
	case OBSERVE_ROUTER_FOUND:
	case OBSERVE_CARE_OF_ADDRESS:
	case OBSERVE_AT_HOME:
	case OBSERVE_HOME_BU_SENT:
	case OBSERVE_HOME_BA_ACCEPTED:
	case OBSERVE_LOCAL_BU_SENT:
	case OBSERVE_LOCAL_BA_ACCEPTED:
		address_step(r, o);
		return;
	case OBSERVE_HOTI_SENT:
		mobile_step(r, o, STEP_HOTI, OUTCOME_NONE);
		return;
	case OBSERVE_HOT_ACCEPTED:
		mobile_step(r, o, STEP_HOT, OUTCOME_NONE);
		return;
	case OBSERVE_COTI_SENT:
		mobile_step(r, o, STEP_COTI, OUTCOME_NONE);
		return;
	case OBSERVE_COT_ACCEPTED:
		mobile_step(r, o, STEP_COT, OUTCOME_NONE);
		return;
	case OBSERVE_EARLY_BU_SENT:
		mobile_step(r, o, STEP_EARLY_BU, OUTCOME_NONE);
		return;
	case OBSERVE_EARLY_BA_ACCEPTED:
		mobile_step(r, o, STEP_EARLY_BA, OUTCOME_TENTATIVE);
		return;
	case OBSERVE_BU_SENT:
		mobile_step(r, o, STEP_BU, OUTCOME_NONE);
		return;
	case OBSERVE_BA_ACCEPTED:
		mobile_step(r, o, STEP_BA, OUTCOME_NONE);
		return;
	case OBSERVE_SEND_DIRECT:
		mobile_step(r, o, STEP_SEND, OUTCOME_NONE);
		return;
	case OBSERVE_EARLY_BU_ACCEPTED:
		correspondent_step(r, o, STEP_EARLY_BU_RX, OUTCOME_TENTATIVE);
		return;
	case OBSERVE_LOCAL_BU_ACCEPTED:
	case OBSERVE_FAST_BU_SENT:
	case OBSERVE_FAST_BA_ACCEPTED:
	case OBSERVE_FAST_DIVERTED:
	case OBSERVE_FAST_RELEASED:
		return;
	case OBSERVE_BU_ACCEPTED:
		correspondent_step(r, o, STEP_BU_RX, OUTCOME_NONE);
		return;
	case OBSERVE_STREAM_SENT:
	case OBSERVE_STREAM_RECEIVED:
	case OBSERVE_STREAM_TIMEOUT:
	case OBSERVE_STREAM_RECOVERY:
	case OBSERVE_STREAM_CLOSED:
	case OBSERVE_TRANSACTION:
	case OBSERVE_TRANSACTION_FAILED:
	case OBSERVE_SERIES:
		recorder_stream_observe(r, o);
		return;
	case OBSERVE_CREDIT:
	case OBSERVE_CREDIT_SHORT:
	case OBSERVE_MISUSE:
	case OBSERVE_SPOT_CHECK:
	case OBSERVE_UNVERIFIED_SENT:
		recorder_credit_observe(r, o);
		return;
	case OBSERVE_COMPUTATION:
	case OBSERVE_REGISTRATION_KEY:
		recorder_keys_observe(r, o);
		return;
	case OBSERVE_BA_REFUSED:
		mobile_step(r, o, REGISTRATION_STEPS, OUTCOME_REFUSED);
		break;
	case OBSERVE_FALLBACK:
		mobile_step(r, o, REGISTRATION_STEPS, OUTCOME_FALLBACK);
		break;
	case OBSERVE_BU_REFUSED:
		correspondent_step(r, o, REGISTRATION_STEPS, OUTCOME_REFUSED);
		break;
	case OBSERVE_BINDING_EXPIRED:
		correspondent_step(r, o, REGISTRATION_STEPS, OUTCOME_EXPIRED);
		tally_of(r, o->node)->tentative_expired += o->value == 1;
		break;
	case OBSERVE_HOME_BA_REFUSED:
	case OBSERVE_DUPLICATE_ADDRESS:
	case OBSERVE_EARLY_UNKNOWN:
	case OBSERVE_BINDING_DELETED:
	case OBSERVE_REFORWARDED:
	case OBSERVE_DIVERTED:
	case OBSERVE_COTI_AHEAD_SENT:
	case OBSERVATION_KINDS:
		break;
	}
	/* What has no table of its own is counted. */
	if (o->kind < OBSERVATION_KINDS)
		tally_of(r, o->node)->events[o->kind]++;
}

/* ---- life ------------------------------------------------------------------------------------------------------------ */

struct recorder *recorder_new(const struct scenario *s, FILE *keys)
{
	struct recorder *r = g_new0(struct recorder, 1);

	r->scenario = s;
	r->keys = keys;
	r->observer = (struct observer){ .observe = observe, .context = r, .wants_secrets = keys, .wants_messages = true };
	r->movement = (struct world_movement_observer){ .link_down = link_down, .link_up = link_up, .context = r };
	r->nodes = g_new0(struct node_record, (gsize)s->node_count + 1);
	for (int i = 0; i <= s->node_count; i++)
		r->nodes[i].handover = -1;
	r->flows = g_new0(struct flow_record, s->flow_count);
	for (int i = 0; i < s->flow_count; i++) {
		struct flow_record *f = &r->flows[i];

		f->sent_at = g_array_new(FALSE, FALSE, sizeof(mip_time));
		f->received_at = g_array_new(FALSE, FALSE, sizeof(mip_time));
		f->last_received = f->last_received_sent = MIP_NEVER;
		f->gaps[0] = f->gaps[1] = -1;
	}
	r->handovers = g_array_new(FALSE, FALSE, sizeof(struct handover));
	r->gaps = g_array_new(FALSE, FALSE, sizeof(struct gap));
	r->session = session_new(s);
	return r;
}

void recorder_free(struct recorder *r)
{
	if (!r)
		return;
	recorder_credit_free(r);
	recorder_keys_free(r);
	recorder_stream_free(r);
	session_free(r->session);
	for (int i = 0; i <= r->scenario->node_count; i++) {
		if (r->nodes[i].peers)
			g_array_free(r->nodes[i].peers, TRUE);
		g_free(r->nodes[i].tally);
	}
	for (int i = 0; i < r->scenario->flow_count; i++) {
		g_array_free(r->flows[i].sent_at, TRUE);
		g_array_free(r->flows[i].received_at, TRUE);
	}
	for (guint i = 0; i < r->handovers->len; i++)
		g_array_free(recorder_handover(r, i)->registrations, TRUE);
	g_array_free(r->handovers, TRUE);
	g_array_free(r->gaps, TRUE);
	g_free(r->nodes);
	g_free(r->flows);
	g_free(r);
}

const struct observer *recorder_observer(struct recorder *r)
{
	return &r->observer;
}

const struct world_movement_observer *recorder_movement(struct recorder *r)
{
	return &r->movement;
}

void recorder_attach_lookup(struct recorder *r, int (*lookup)(const void *context, const struct in6 *address), const void *context)
{
	r->node_of = lookup;
	r->node_of_context = context;
}

static int node_of_world(const void *context, const struct in6 *address)
{
	return world_node_of(context, address);
}

void recorder_attach(struct recorder *r, const struct world *w)
{
	r->world = w;
	recorder_attach_lookup(r, node_of_world, w);
}
