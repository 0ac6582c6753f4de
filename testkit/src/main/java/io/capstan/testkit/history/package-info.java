/**
 * What clients saw of a service, and whether one copy of it, answering one request at a time, could have shown them the
 * same: linearizability (Herlihy and Wing, 1990).
 *
 * <p>Read in this order: {@link io.capstan.testkit.history.Operation} (one request and its answer), {@link
 * io.capstan.testkit.history.History} (how a test collects them), {@link io.capstan.testkit.history.Model} (what the
 * service would be if it were one copy), {@link io.capstan.testkit.history.Linearizability} (the judge), {@link
 * io.capstan.testkit.history.Verdict}; then the models: {@link io.capstan.testkit.history.CasRegister}, {@link
 * io.capstan.testkit.history.AppendLists}, {@link io.capstan.testkit.history.FencedMutex}, {@link
 * io.capstan.testkit.history.Permits}, {@link io.capstan.testkit.history.GuardedResource}. Two judges need no search: {@link
 * io.capstan.testkit.history.AppendTransactions} and {@link io.capstan.testkit.history.CounterRange}.
 *
 * <h2>Guarantees</h2>
 * <ul>
 *   <li>A verdict of "linearizable" comes with an order that explains every answer, a verdict of "violation" is final.
 *   <li>A request whose outcome nobody knows stays open for ever: it may have happened at any time after it was made, or
 *       never.
 * </ul>
 *
 * <p>Not guaranteed: a verdict. The question is NP-complete; within a stated number of steps the judge may remain
 * undecided, and says so.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.testkit.history;
