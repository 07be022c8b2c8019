// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The access router a mobile node leaves (RFC 5568 sections 4, 5.6, 6.2), or an anchor point in its place (RFC 4140 appendix A):
 * answers FBUs by HI to the router the new care-of address belongs to. From the moment HAck accepts - not before, in either
 * mode - packets for the previous care-of address go through a tunnel to the new one, or to the new router where that serves the
 * previous address (HAck code 3); then the FBack leaves, in predictive mode to both links.
 *
 * With `previous-buffer` the last so many packets that went to the old link, since the node was told of another router, are kept
 * as copies (a plain router; an anchor point: since the FBU) and go through the tunnel first: those that had arrived arrive
 * twice.
 */
#include "models/fmip6/access_router_int.h"
#include "models/mip6/message.h"
#include "models/wire/icmp6.h"

static void forget(struct access_router *a, struct binding *b)
{
	packet_queue_clear(&b->home.request->kept); /* copies: nothing is lost with them */
	mip_free(b->home.request, sizeof *b->home.request);
	b->home.request = NULL;
	binding_cache_remove(&a->leaving, a->role.node, b);
}

void previous_router_returned(struct access_router *a, const struct in6 *address)
{
	struct binding *b = binding_cache_find(&a->leaving, address);

	if (b)
		forget(a, b);
}

void previous_router_forget_all(struct access_router *a)
{
	for (uint32_t i = 0; i < a->leaving.bucket_count; i++)
		while (a->leaving.buckets[i])
			forget(a, a->leaving.buckets[i]);
}

static struct binding *add(struct access_router *a, const struct in6 *previous, enum binding_state state)
{
	struct binding *b = binding_cache_add(&a->leaving, previous, state);

	b->home.request = mip_alloc(sizeof *b->home.request);
	return b;
}

void previous_router_advised(struct access_router *a, mip_time now, const struct in6 *previous)
{
	struct node *n = a->role.node;
	struct binding *b = binding_cache_find(&a->leaving, previous);

	if (!n->conf->previous_buffer || !in6_is_routable_unicast(previous) || (b && b->state != BINDING_REMEMBERED) ||
	    (!b && a->leaving.count[BINDING_REMEMBERED] >= n->conf->binding_cache_limit))
		return;
	if (!b)
		b = add(a, previous, BINDING_REMEMBERED);
	node_arm(n, &b->timer, now + FAST_TUNNEL_LIFETIME_S * MIP_SECOND);
}

/* ---- packets --------------------------------------------------------------------------------------------------------------- */

static void tunnel(struct access_router *a, mip_time now, const struct binding *b, struct packet *take)
{
	struct node *n = a->role.node;

	if (!ip6_tunnel_hop(n, now, take))
		return;
	ip6_encapsulate(take, &b->home.request->self, &b->care_of_address);
	ip6_send(n, now, take, IP6_SEND_PLAIN);
}

static void keep_copy(const struct access_router *a, struct binding *b, const struct packet *p)
{
	struct home_request *q = b->home.request;

	if (!a->role.node->conf->previous_buffer)
		return;
	if (q->kept_count == a->role.node->conf->previous_buffer)
		packet_free(packet_queue_pop(&q->kept));
	else
		q->kept_count++;
	packet_queue_push(&q->kept, packet_clone(p));
}

/* The copies go first. An anchor point's are its own tunnels' packets, which `below` diverts. */
static void send_copies(struct access_router *a, mip_time now, struct binding *b)
{
	struct packet_queue kept = b->home.request->kept;
	struct packet *p;

	b->home.request->kept = (struct packet_queue){ 0 };
	b->home.request->kept_count = 0;
	while ((p = packet_queue_pop(&kept)))
		if (in6_is_unspecified(&a->anchor))
			tunnel(a, now, b, p);
		else
			ip6_send(a->role.node, now, p, IP6_SEND_PLAIN);
}

enum verdict previous_router_forward(struct access_router *a, mip_time now, struct packet *p)
{
	struct in6 destination = ipv6_destination(p->data);
	struct binding *b;

	/* An anchor point redirects its own tunnels only; others may know better where the node is. */
	if (!in6_is_unspecified(&a->anchor))
		return VERDICT_CONTINUE;
	b = binding_cache_find(&a->leaving, &destination);
	if (!b)
		return VERDICT_CONTINUE;
	if (b->state == BINDING_REGULAR) {
		tunnel(a, now, b, p);
		return VERDICT_TAKEN;
	}
	keep_copy(a, b, p);
	return VERDICT_CONTINUE;
}

void previous_router_below(struct access_router *a, struct packet *p)
{
	struct in6 destination = ipv6_destination(p->data);
	struct binding *b = binding_cache_find(&a->leaving, &destination);

	if (b && b->state == BINDING_REGULAR && packet_headroom(p) >= IP6_TUNNEL_ROOM)
		ip6_encapsulate(p, &b->home.request->self, &b->care_of_address);
	else if (b && b->state == BINDING_PROBING)
		keep_copy(a, b, p);
}

/* Section 4: a reverse-tunnelled packet needs a binding of its source, and comes from where that is served. */
enum verdict previous_router_tunnelled(struct access_router *a, mip_time now, struct delivery *d)
{
	struct in6 source;
	struct binding *b;

	if (d->length < IPV6_HEADER || ipv6_version(delivery_upper(d)) != 6)
		return VERDICT_CONTINUE;
	source = ipv6_source(delivery_upper(d));
	b = binding_cache_find_in_use(&a->leaving, &source);
	if (!b || !in6_equal(&b->care_of_address, &d->wire_source))
		return VERDICT_CONTINUE;
	packet_pull(d->packet, d->offset);
	ip6_reinject(a->role.node, now, d->in, &d->wire_source, d->packet);
	return VERDICT_TAKEN;
}

/* ---- signalling ------------------------------------------------------------------------------------------------------------ */

static void answer_fbu(struct access_router *a, mip_time now, const struct in6 *previous, const struct in6 *care_of_address,
                       const struct in6 *alternate, const struct in6 *self, const struct in6 *to, uint16_t sequence,
                       uint16_t lifetime_s, uint8_t status)
{
	struct fast_security security = { .care_of_address = *care_of_address, .router = *self };
	struct fast_message m = {
		.type = FAST_BACK, .code = status, .sequence = sequence, .lifetime_s = status < FBACK_UNSPECIFIED ? lifetime_s : 0
	};

	if (alternate) {
		m.has_alternate_care_of_address = true;
		m.alternate_care_of_address = *alternate;
	}
	fast_key(a->domain, previous, security.key);
	/* A routing header where the destination is not the previous address itself (as RFC 6275 9.5.4 has it; RFC 5568 does not
	 * say). */
	ip6_send(a->role.node, now, fast_packet(self, to, NULL, in6_equal(to, previous) ? NULL : previous, &m, &security),
	         IP6_SEND_PLAIN);
}

/* What a node has to use in the place of the address it asked for; NULL: that. That its previous address is served is said in the
 * same way. */
static const struct in6 *alternate_of(const struct binding *b, const struct in6 *asked)
{
	if (in6_equal(&b->care_of_address, asked))
		return NULL;
	return in6_equal(&b->care_of_address, &b->home.request->router) ? &b->home_address : &b->care_of_address;
}

static void send_hi(struct access_router *a, mip_time now, struct binding *b)
{
	struct home_request *q = b->home.request;
	struct fast_message m = { .type = FAST_HI,
		                  .sequence = q->hi_sequence,
		                  .code = q->reactive ? FAST_HI_REACTIVE : FAST_HI_PREDICTIVE,
		                  .flags = q->reactive ? 0 : FAST_HI_BUFFER,
		                  .has_link_layer_address = true,
		                  .link_layer_address = q->mac,
		                  .has_previous_care_of_address = true,
		                  .previous_care_of_address = b->home_address,
		                  .has_new_care_of_address = true,
		                  .new_care_of_address = b->care_of_address };

	if (!q->reactive && a->role.node->conf->handover_address == HANDOVER_ADDRESS_ASSIGNED)
		m.flags |= FAST_HI_ASSIGN;
	q->attempts++;
	node_arm(a->role.node, &b->timer, mip_time_add(now, q->interval));
	q->interval *= 2;
	ip6_send(a->role.node, now, fast_packet(&q->self, &q->router, NULL, NULL, &m, NULL), IP6_SEND_PLAIN);
}

static void refuse_fbu(struct access_router *a, mip_time now, struct binding *b, uint8_t status)
{
	struct home_request *q = b->home.request;

	answer_fbu(a, now, &b->home_address, &b->care_of_address, NULL, &q->self, &q->fbu_source, q->fbu_sequence, 0, status);
	forget(a, b);
}

void previous_router_timer(struct node *n, struct timer *t, mip_time now)
{
	struct binding *b = binding_of_timer(t);
	struct access_router *a = mip_container_of(b->cache, struct access_router, leaving);

	(void)n;
	if (b->state != BINDING_PROBING)
		forget(a, b); /* the tunnel's lifetime is over, or nothing came of what was in sight */
	else if (b->home.request->attempts <= HI_RETRIES)
		send_hi(a, now, b);
	else
		refuse_fbu(a, now, b, FBACK_UNSPECIFIED);
}

/* The interface identifier was made from the link-layer address (RFC 4291 appendix A); RFC 5568 has the mobile node's in its
 * option only. */
static struct mac mac_of_identifier(const struct in6 *a)
{
	const uint8_t *o = a->octets + 8;

	return (struct mac){ { o[0] ^ 2, o[1], o[2], o[5], o[6], o[7] } };
}

enum drop_reason previous_router_update(struct access_router *a, mip_time now, const struct delivery *d,
                                        const struct fast_message *m)
{
	struct node *n = a->role.node;
	const struct in6 previous = d->source;
	const struct in6 care_of_address = m->has_alternate_care_of_address ? m->alternate_care_of_address : d->wire_source;
	struct fast_security security = { .care_of_address = care_of_address, .router = d->destination };
	const struct fast_neighbour *here = access_router_of_prefix(a, &previous),
	                            *there = access_router_of_prefix(a, &care_of_address);
	struct binding *b = binding_cache_find(&a->leaving, &previous);
	struct home_request *q;
	struct mac mac;

	if (!d->has_home_address || !in6_is_routable_unicast(&care_of_address) || !here ||
	    (in6_is_unspecified(&a->anchor) && !access_router_is_own(a, here)))
		return DROP_BAD_HOME_ADDRESS;
	fast_key(a->domain, &previous, security.key);
	if (!fast_verify(d, m, &security))
		return DROP_BAD_AUTHENTICATOR;
	mac = m->has_link_layer_address ? m->link_layer_address : mac_of_identifier(&previous);
	if (m->lifetime_s && in6_equal(&d->wire_source, &previous))
		new_router_leaving(a, &mac);
	else if (m->lifetime_s)
		new_router_left(a, now, &mac);
	/* 5.6: back on this link, or never gone. */
	if (!m->lifetime_s) {
		if (b)
			forget(a, b);
		answer_fbu(a, now, &previous, &care_of_address, NULL, &d->destination, &d->wire_source, m->sequence, 0,
		           FBACK_ACCEPTED);
		return DROP_REASON_COUNT;
	}
	if (!there || !there->fast || in6_equal(&care_of_address, &previous) || access_router_is_own(a, there) ||
	    (!b && binding_cache_taken(&a->leaving) >= n->conf->binding_cache_limit)) {
		answer_fbu(a, now, &previous, &care_of_address, NULL, &d->destination, &d->wire_source, m->sequence, 0,
		           there && there->fast && !in6_equal(&care_of_address, &previous) ? FBACK_RESOURCES : FBACK_UNSPECIFIED);
		return DROP_REASON_COUNT;
	}
	if (!b)
		b = add(a, &previous, BINDING_PROBING);
	q = b->home.request;
	q->fbu_source = d->wire_source;
	q->fbu_sequence = m->sequence;
	q->lifetime_s = m->lifetime_s;
	/* A repetition while HI is out waits with the first. */
	if (b->state == BINDING_PROBING && q->attempts && in6_equal(&b->care_of_address, &care_of_address) &&
	    q->reactive == !in6_equal(&d->wire_source, &previous))
		return DROP_REASON_COUNT;
	/* The tunnel stands: the FBack was lost, or the node left before it came. */
	if (b->state == BINDING_REGULAR &&
	    (in6_equal(&b->care_of_address, &care_of_address) || in6_equal(&q->wanted, &care_of_address))) {
		const struct in6 *alternate = alternate_of(b, &care_of_address);

		answer_fbu(a, now, &previous, &care_of_address, alternate, &d->destination, &d->wire_source, m->sequence,
		           m->lifetime_s, alternate ? FBACK_USE_ALTERNATE : FBACK_ACCEPTED);
		return DROP_REASON_COUNT;
	}
	binding_set_state(b, BINDING_PROBING);
	b->care_of_address = q->wanted = care_of_address;
	q->self = d->destination;
	q->router = there->router;
	q->reactive = !in6_equal(&d->wire_source, &previous);
	q->hi_sequence = ++a->sequence;
	q->interval = FAST_TIMEOUT;
	q->attempts = 0;
	q->mac = mac;
	send_hi(a, now, b);
	return DROP_REASON_COUNT;
}

enum drop_reason previous_router_acknowledged(struct access_router *a, mip_time now, const struct delivery *d,
                                              const struct fast_message *m)
{
	struct binding *b = NULL;
	struct home_request *q;

	for (uint32_t i = 0; i < a->leaving.bucket_count && !b; i++)
		for (b = a->leaving.buckets[i]; b; b = b->hash_next)
			if (b->state == BINDING_PROBING && b->home.request->hi_sequence == m->sequence &&
			    in6_equal(&b->home.request->router, &d->source))
				break;
	if (!b)
		return DROP_UNEXPECTED;
	q = b->home.request;
	if (m->code == HACK_ASSIGNED && m->has_new_care_of_address && in6_is_routable_unicast(&m->new_care_of_address)) {
		b->care_of_address = m->new_care_of_address;
	} else if (m->code == HACK_USE_PREVIOUS) {
		b->care_of_address = q->router; /* the tunnel's other end: there is no new address yet */
	} else if (m->code != HACK_ACCEPTED) {
		refuse_fbu(a, now, b,
		           m->code == HACK_RESOURCES  ? FBACK_RESOURCES :
		           m->code == HACK_PROHIBITED ? FBACK_PROHIBITED :
		                                        FBACK_UNSPECIFIED);
		return DROP_REASON_COUNT;
	}
	binding_set_state(b, BINDING_REGULAR);
	b->expires = mip_time_add(now, q->lifetime_s * MIP_SECOND);
	node_arm(a->role.node, &b->timer, b->expires);
	access_router_observe(a, now, OBSERVE_FAST_DIVERTED, b, q->reactive);
	send_copies(a, now, b);
	for (int copy = 0; copy < (q->reactive ? 1 : 2); copy++) {
		const struct in6 *alternate = alternate_of(b, &q->wanted);

		/* One copy for each link, so far as the node has an address there. */
		if (!copy || m->code != HACK_USE_PREVIOUS)
			answer_fbu(a, now, &b->home_address, &q->wanted, alternate, &q->self,
			           copy ? &b->care_of_address : &q->fbu_source, q->fbu_sequence, q->lifetime_s,
			           alternate ? FBACK_USE_ALTERNATE : FBACK_ACCEPTED);
	}
	return DROP_REASON_COUNT;
}
