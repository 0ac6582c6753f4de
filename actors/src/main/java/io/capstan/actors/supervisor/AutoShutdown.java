package io.capstan.actors.supervisor;

/** Whether a supervisor ends when its {@linkplain ChildSpec#significant() significant} children have done their work. */
public enum AutoShutdown {
    /** It does not; then no child may be significant. */
    NEVER,
    /** When the first of them ends by itself. */
    ANY_SIGNIFICANT,
    /** When the last of them ends by itself. */
    ALL_SIGNIFICANT
}
