package io.capstan.actors.internal.link;

/**
 * What has gone over the direct link to one node since this one started, greetings apart: frames, and their bytes with their
 * headers, without those of TLS and TCP.
 */
public record PeerTraffic(long messagesOut, long bytesOut, long messagesIn, long bytesIn) {}
