package io.capstan.actors;

import com.typesafe.config.Config;
import io.capstan.actors.internal.StartsWithNode;
import io.capstan.actors.internal.link.Channel;
import io.capstan.actors.internal.link.Mesh;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Runs on every node of this module's tests, before all others. Refuses a {@code picky.limit} below zero; with {@code
 * picky.misses}, a channel's code, it starts when the first frame of that channel has come and was lost, as one is that
 * comes before anybody listens.
 */
public final class PickyService implements StartsWithNode {
    /** What it has started. */
    record Running() {}

    @Override
    public void start(Node node) {
        Config config = node.system().settings().config();
        int limit = config.hasPath("picky.limit") ? config.getInt("picky.limit") : 0;
        if (limit < 0) {
            throw new IllegalArgumentException("picky.limit must be at least 0, is " + limit);
        }
        node.internals().service(Running.class, same -> new Running());
        if (config.hasPath("picky.misses")) {
            miss(
                    node.internals().mesh(),
                    new Channel(config.getInt("picky.misses"), "missed", Channel.Priority.NORMAL));
        }
    }

    private static void miss(Mesh mesh, Channel channel) {
        CountDownLatch missed = new CountDownLatch(1);
        mesh.serve(channel, (from, payload, consumed) -> {
            consumed.run();
            missed.countDown();
        });
        try {
            if (!missed.await(20, TimeUnit.SECONDS)) {
                throw new AssertionError("nothing came on channel " + channel.code());
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        mesh.withdraw(channel);
    }
}
