package io.capstan.actors.internal;

import io.capstan.actors.Figure;
import java.util.function.Consumer;

/** Something that can tell figures of itself: how {@link NodeInternals#measured} asks. */
@FunctionalInterface
public interface Measured {
    /** Tells {@code to} all figures there are now. Called every few seconds on any thread: it reads, and does not wait. */
    void measure(Consumer<? super Figure> to);
}
