package io.capstan.demo;

import io.capstan.actors.Failure;

/** Something the user can mend: one line with the cause and the cure. The command prints it and ends. */
public final class UserError extends Failure {
    public UserError(String message) {
        super(Next.DO_NOT_RETRY, message);
    }
}
