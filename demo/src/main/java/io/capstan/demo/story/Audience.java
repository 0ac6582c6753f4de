package io.capstan.demo.story;

/** Sees a story played. Called on the story's thread, which goes on when it returns: whoever wants to look first takes his time. */
public interface Audience {
    /** A step is about to be done. */
    default void begins(Scene scene) {}

    /** It was observed, or was not. */
    void observed(Step step);
}
