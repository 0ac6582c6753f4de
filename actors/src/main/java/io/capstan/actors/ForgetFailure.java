package io.capstan.actors;

/** Why {@link Node#forget} forgot nobody: the message tells. The same call is refused until that has changed. */
public final class ForgetFailure extends Failure {
    public ForgetFailure(String message) {
        super(Next.DO_NOT_RETRY, message);
    }
}
