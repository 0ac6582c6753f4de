/**
 * How a request finds its leader.
 *
 * <p>Read in this order: {@link io.capstan.raft.internal.client.Call} (one request and what became of its attempts),
 * {@link io.capstan.raft.internal.client.Client} (the actor that sends attempts and hears answers), {@link
 * io.capstan.raft.internal.client.Founder} (how a group is made).
 *
 * <p>Guarantees: every request ends at its deadline at the latest; a refusal says whether anything may have been done;
 * a command that must not be repeated is never sent again once a member may have logged it.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.raft.internal.client;
