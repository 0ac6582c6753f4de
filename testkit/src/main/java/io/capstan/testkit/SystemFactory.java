package io.capstan.testkit;

import com.typesafe.config.Config;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * Starts one member of a {@link TestCluster}, for the first time or again after a crash.
 *
 * <p>The configuration is complete and resolved. Besides Pekko's it has a block for the factory to read:
 *
 * <pre>
 * capstan.testkit {
 *   name = "a"
 *   first = true                # only at the very first start of the first member: it forms the cluster
 *   directory = "/tmp/…/a"      # the member's own; exists, outlives restarts, goes with the cluster
 *   members = [{ name = "a", host = "127.0.0.1", port = 17001, link-port = 17002 }, …]    # all, in order
 * }
 * </pre>
 *
 * <p>{@code port} is Pekko's; {@code link-port} is for whatever else the member serves. Both stay over restarts.
 */
@FunctionalInterface
public interface SystemFactory {
    /** Returns the running system. All members of one cluster must give it the same name. */
    ActorSystem<?> start(Config config);
}
