package io.capstan.actors;

/**
 * What one of Capstan's own protocols has sent and received on the links of a node, to and from all others, since the node
 * started; see {@link Node#traffic}. Users' messages are not in it: Pekko carries them.
 *
 * @param protocol its name, as {@code raft} or {@code names}; {@code link} is what links need for themselves (greetings,
 *     heartbeats, credit) and what is passed on between two other nodes
 * @param messagesOut frames written
 * @param bytesOut their bytes, with the five of each frame's header, without those of TLS and TCP
 * @param messagesIn frames read
 * @param bytesIn their bytes, counted as {@code bytesOut}
 * @param refused how often something could not be sent, as the peer had its window full under way, or was out of reach: the
 *     protocol was told, and decides itself what becomes of it
 * @param dropped frames that this node knows to be lost: they waited for a link when it went, or came on a way that was
 *     given up, or for a protocol that nobody serves here. What was in the network when a link went is in no count
 * @param underWayBytes how much has been sent and is not worked off by the receivers yet, now: the queue, with what each
 *     receiver has not got round to. At most {@code capstan.actors.link.window-bytes} of each
 */
public record LinkTraffic(
        String protocol,
        long messagesOut,
        long bytesOut,
        long messagesIn,
        long bytesIn,
        long refused,
        long dropped,
        long underWayBytes) {}
