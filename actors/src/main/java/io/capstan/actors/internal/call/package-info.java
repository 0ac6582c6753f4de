/**
 * What stands behind {@link io.capstan.actors.Call}: a reply reference that also hears of its target's end.
 *
 * <p>Guarantees: exactly one outcome per call; nothing is left behind at the target once the call ended, but one watch
 * for all calls to come where a node calls a process of another again and again. This is the one
 * place that knows Pekko's own means for watching from a reply reference, which are not part of its public interface.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.actors.internal.call;
