package io.capstan.actors.supervisor;

/** Who is restarted when a child has to be. */
public enum Strategy {
    /** The child alone. */
    ONE_FOR_ONE,
    /** All children: those that still run are stopped first, in reverse order of their start. */
    ONE_FOR_ALL,
    /** The child and those started after it, which are stopped first, in reverse order of their start. */
    REST_FOR_ONE
}
