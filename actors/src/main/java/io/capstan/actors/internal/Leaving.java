package io.capstan.actors.internal;

/** What a node that stops does first, in this order, so that the others need not find out by themselves. */
public enum Leaving {
    /** Nobody finds it any more: names are free, groups are left, while all that they stand for still runs. */
    NAMES,
    /** Others may have what it held: sessions are closed. */
    LOCKS,
    /** Others lead what it led. */
    LEADERSHIP
}
