#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The messages of the MIPv4-RO document, sections 2 to 8: who sends which, when, and what became of it, to the millisecond. Links take 25 ms
(home agent), 15 ms (correspondent) and 5 ms (foreign agents) to the core, cells 1 ms; nothing else takes time but public
key operations: 80 ms to encrypt, 545 ms an exponentiation.

A line: sent at [ms], sender > receiver, message, arrived at [ms] or what else became of it."""
import sys
sys.dont_write_bytecode = True
from ladder import check, done, expect, ladder, work

MS = 10**6

def lines(rows, since):
    for r in rows:
        if r['at'] >= since * MS:
            fate = r['arrival'] // MS if r['arrival'] is not None else r['fate']
            yield f"{r['at'] // MS} {r['sender']} > {r['to']} {', '.join([r['name']] + r['how'])} {fate}"

REGISTRATION = ['0 mn > all AgentSol 1', '1 fa1 > mn AgentAdv 2', '2 mn > fa1 RegRequest 3', '3 fa1 > ha RegRequest 33', '33 ha > fa1 RegReply 63',
                '63 fa1 > mn RegReply 64']
# Figure 8. The acknowledgement is there before the registration reply; the first datagram out of a tunnel to the previous agent makes it warn.
SMOOTH = ['5050 mn > all AgentSol 5051', '5051 fa2 > mn AgentAdv 5052', '5052 mn > fa2 RegRequest 5053', '5053 fa2 > fa1 BindingUpdate 5063',
          '5053 fa2 > ha RegRequest 5083', '5063 fa1 > mn BindingAck, tunnelled 5074']
REPLY = ['5083 ha > fa2 RegReply 5113', '5113 fa2 > mn RegReply 5114']
EXPECTED = {
    'advertisement': (0, REGISTRATION),
    # 2000: the first datagram leaves the correspondent. It hears once; from then on nothing comes by the home agent.
    'binding-update': (64, ['2040 ha > cn BindingUpdate 2080']),
    'binding-warning': (5000, SMOOTH + ['5080 fa1 > ha BindingWarning 5110', REPLY[0], '5110 ha > cn BindingUpdate 5150', REPLY[1]]),
    # The entry has 37 s of the registration's 40 left; at three quarters it is reconfirmed, then again.
    'binding-request': (2000, ['2040 ha > cn BindingUpdate 2080', '29830 cn > ha BindingRequest 29870', '29870 ha > cn BindingUpdate 29910',
                               '30002 mn > fa1 RegRequest 30003', '30003 fa1 > ha RegRequest 30033', '30033 ha > fa1 RegReply 30063',
                               '30063 fa1 > mn RegReply 30064', '37410 cn > ha BindingRequest 37450', '37450 ha > cn BindingUpdate 37490']),
    'binding-acknowledgement': (5052, ['5052 mn > fa2 RegRequest 5053', '5053 fa2 > ha RegRequest 5083', '5083 ha > cn BindingUpdate 5123',
                                       *REPLY, '5123 cn > ha BindingAck 5163', '10050 mn > all AgentSol 10051', '10051 ha > mn AgentAdv 10052',
                                       '10052 mn > ha RegRequest 10053', '10053 ha > cn BindingUpdate 10093', '10055 ha > mn RegReply 10056',
                                       '10093 cn > ha BindingAck 10133']),
    'private': (0, REGISTRATION),
    'notification': (5000, SMOOTH + ['5080 fa1 > ha BindingWarning 5110', REPLY[0], '5110 ha > cn BindingUpdate 5150', REPLY[1]]),
    # A second after it asked to register, the mobile node tells by itself.
    'retransmission': (5053, ['5053 fa2 > ha RegRequest 5083', *REPLY, '6052 mn > fa1 BindingUpdate 6063', '6063 fa1 > mn BindingAck, tunnelled 6074',
                              '6080 fa1 > ha BindingWarning 6110', '6110 ha > cn BindingUpdate 6150']),
    'special-tunnel': (5063, [SMOOTH[-1], *REPLY, '9020 fa1 > mn data, special tunnel ends at ha', '9040 fa1 > mn data, special tunnel ends at ha',
                              '9050 ha > cn BindingUpdate 9090', *(f'{t} fa1 > mn data, special tunnel ends at ha' for t in (9060, 9080, 9100))]),
    # The previous agent has nothing to send on to, warns the correspondent, and that asks.
    'returning-home': (5050, ['5050 mn > all AgentSol 5051', '5051 ha > mn AgentAdv 5052', '5052 mn > fa1 BindingUpdate 5083', '5052 mn > ha RegRequest 5053',
                              '5055 ha > mn RegReply 5056', '5083 fa1 > mn BindingAck 5114', '5100 fa1 > cn BindingWarning 5120',
                              '5120 cn > ha BindingRequest 5160', '5160 ha > cn BindingUpdate 5200']),
}
def keyed(asked, answered, supplied, request=0, relay=0, reply=0, first=0):
    """Two registrations and the notification between them. What the mobile node, the foreign agent and the home agent add to the messages; how long
    a request (the first one: `first`), its relaying and the reply are computed on."""
    def registration(at, agent, wait):
        a, b, c = at + wait, at + wait + 1 + relay, at + wait + 31 + relay + reply
        return [f'{a} mn > {agent} RegRequest, {asked} {a + 1}', f"{b} {agent} > ha RegRequest, {answered} {b + 30}",
                f'{c} ha > {agent} RegReply, {supplied} {c + 30}', f'{c + 30} {agent} > mn RegReply, {supplied} {c + 31}']
    told = ['5053 fa2 > fa1 BindingUpdate 5063', '5063 fa1 > mn BindingAck, tunnelled 5074']
    again = SMOOTH[:2] + registration(5052, 'fa2', request) + told
    return REGISTRATION[:2] + registration(2, 'fa1', first or request) + again
KEYED = {
    'home-agent': keyed('key request', 'foreign agent key request, key request', 'home-mobile key, foreign agent key, SPI'),
    'foreign-public-key': keyed('key request', 'foreign agent public key, key request', 'home-mobile key, foreign agent public key reply', reply=80),
    'mobile-public-key': keyed('mobile node public key', 'mobile node public key, mobile node public key reply', 'mobile node public key reply', relay=80),
    'diffie-hellman': keyed('Diffie-Hellman request', 'Diffie-Hellman request, Diffie-Hellman reply', 'Diffie-Hellman reply', relay=545, first=545),
}
for name, want in KEYED.items():
    by_time = lambda line: (int(line.split()[0]), line)
    expect(f'key-{name}: the ladder', sorted(lines(ladder(f'scenarios/regress/mip4-key-{name}.yaml'), 0), key=by_time), sorted(want, key=by_time))
rows = ladder('scenarios/regress/mip4-key-home-agent.yaml', 'nodes.fa1.protocol.mip4.registration-keys.home-agent=off')
expect('a request that nobody meets goes on as it is, and nobody is notified for want of a key',
       [f"{r['sender']} > {r['to']} {', '.join([r['name']] + r['how'])}" for r in rows if r['name'] not in ('AgentSol', 'AgentAdv') and 'fa1' in (r['sender'], r['to'])],
       ['mn > fa1 RegRequest, key request', 'fa1 > ha RegRequest, key request', 'ha > fa1 RegReply', 'fa1 > mn RegReply'])

for name, (since, want) in EXPECTED.items():
    expect(f'{name}: the ladder', list(lines(ladder(f'scenarios/regress/mip4-{name}.yaml'), since)), want)

def sent(rows, name, sender=None):
    return [r['at'] // MS for r in rows if r['name'] == name and sender in (None, r['sender'])]

# Rate limits (3.1, 3.3): a correspondent without a binding cache is told once in each interval, however much it sends.
told = sent(ladder('scenarios/regress/mip4-binding-update.yaml', 'nodes.cn.protocol.route-optimization=off', 'protocol.mip4.update-interval=700ms'), 'BindingUpdate')
check('a correspondent that does not listen is told no more than once in 700 ms', told == [2040, 2740, 3440, 4140, 4840], told)

# Retransmission (4.1): the previous agent is not there to answer. First after 1 s, then 2, 4; not after the pointer would have ended.
lost = sent(ladder('scenarios/regress/mip4-retransmission.yaml', 'duration=40s', 'nodes.fa1.protocol.mip4.authentication=keyed-md5', 'protocol.mip4.pointer-lifetime=10s'),
            'BindingUpdate', 'mn')
check('an update that is not acknowledged is repeated after 1 s, 2 s, 4 s, until the pointer would have ended', lost == [6052, 8052, 12052], lost)

# The switches are what makes the difference.
rows = ladder('scenarios/regress/mip4-notification.yaml', 'protocol.mip4.smooth-handoff=off')
check('without smooth handoffs nobody is notified', not sent(rows, 'BindingAck') and not sent(rows, 'BindingUpdate', 'fa2'), rows)
rows = ladder('scenarios/regress/mip4-private.yaml', 'protocol.mip4.private=off')
check('the same without the P bit: the correspondent is told', sent(rows, 'BindingUpdate') == [2040], rows)
done()
