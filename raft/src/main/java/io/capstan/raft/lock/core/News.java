package io.capstan.raft.lock.core;

/**
 * What has become of a request that waited: whoever waits is to be told, for nobody asks again and again.
 *
 * @param owner of the session
 * @param reply Granted, Over or NoSession
 */
public record News(String owner, long session, long request, LockReply reply) {}
