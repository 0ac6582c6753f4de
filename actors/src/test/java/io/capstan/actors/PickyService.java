package io.capstan.actors;

import com.typesafe.config.Config;
import io.capstan.actors.internal.StartsWithNode;

/** Runs on every node of this module's tests, and refuses a {@code picky.limit} below zero. */
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
    }
}
