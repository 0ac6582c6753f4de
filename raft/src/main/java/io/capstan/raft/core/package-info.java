/**
 * Consensus as a pure function: the whole of Raft, without a clock, a thread, a disk or a wire.
 *
 * <p>Read in this order: {@link io.capstan.raft.core.Input} and {@link io.capstan.raft.core.Effect} (all that can happen
 * to a member and all that it can ask for), {@link io.capstan.raft.core.Message} (what members tell each other),
 * {@link io.capstan.raft.core.RaftCore} (the door). "§" cites the extended Raft paper, "thesis" Ongaro's dissertation,
 * "name#number" the public record of a bug that the line prevents in others.
 *
 * <h2>Guarantees</h2>
 * <ul>
 *   <li>Election safety, log matching, leader completeness, state machine safety (figure 3), whatever is lost, delayed,
 *       doubled or reordered, and whatever crashes, as long as what was told durable stays on disk.
 *   <li>Every message says only what is durable already; nothing has to be held back by the shell.
 *   <li>A change of role or term is complete within one step.
 *   <li>The same settings, identity, store, seed and inputs give the same effects.
 * </ul>
 *
 * <p>Not guaranteed: safety against lying members or a disk that forgets what it flushed (the shell's checksums and
 * member incarnations guard against the latter); progress without a majority.
 *
 * <h2>What the shell does</h2>
 *
 * <p>It makes one {@code RaftCore} per member and start, and calls {@code step} from one thread, with everything that is
 * waiting as one list. It begins the effects in the order given:
 * <ol>
 *   <li>{@code Send}: at once, to that very incarnation. It may be lost; it may not be sent by a later life of this
 *       member. Messages gated on a write were held back by the core.
 *   <li>{@code Persist}: starts one atomic write; writes become durable in the order of their tickets; then
 *       {@code Persisted(ticket)} is the next input (a later ticket speaks for all before it). Do not wait for it: go on.
 *       A write that the disk has no room for waits, and all behind it; term and vote of those that wait may be written
 *       ahead, the newest alone, and then {@code VotePersisted(ticket)} is an input: no older ones may be written after it.
 *       A failed write or flush is final: no more steps for this object.
 *   <li>{@code Compact}: after all earlier {@code Persist}; needs no answer.
 *   <li>{@code Apply}, {@code Restore}: handed to the applier in order; {@code Applied(index)} comes back whenever it
 *       likes, the sooner the sooner there is more. After a start {@code Apply} begins after the store's snapshot, which
 *       the applier has loaded by itself.
 *   <li>{@code Accepted}: the caller is remembered under {@code (index, term)} of each command, in order. An
 *       {@code Apply} of that index and term is its answer; of that index and another term means it is lost (nothing was
 *       done). While neither comes the outcome is unknown, also after {@code RoleChanged}.
 *   <li>{@code ReadReady}: the query runs once the applier has reached the index. Reads still waiting when the member
 *       ceases to lead are {@code Refused}.
 * </ol>
 *
 * <p>The store that the core reads from ({@link io.capstan.raft.core.LogStore}) need only show what was told durable.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.raft.core;
