package io.capstan.actors;

/**
 * Why nothing new is begun here: this node is stopping, or its Pekko system has ended. Nothing was done, and here nothing
 * will be: ask another node, or this one once it has been started again.
 */
public final class StoppingFailure extends Failure {
    public StoppingFailure(String message) {
        super(Next.DO_NOT_RETRY, message);
    }
}
