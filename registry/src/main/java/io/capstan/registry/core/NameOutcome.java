package io.capstan.registry.core;

/** How a request ended. Exactly one answers each request, at the latest at the first tick after its deadline. */
public sealed interface NameOutcome {
    /** The process has the name, and every visible node shows it. */
    record Registered(ClaimId claim) implements NameOutcome {}

    /** Somebody else has it. Nothing was done. */
    record Taken(Claim holder) implements NameOutcome {}

    /** The deadline passed; whatever was claimed has been withdrawn. */
    record TimedOut() implements NameOutcome {}

    /** The process to be registered has stopped. */
    record Stopped() implements NameOutcome {}

    /** The name is free now, or was. */
    record Unregistered(boolean hadOwner) implements NameOutcome {}

    /** Nobody has the name. Nothing was done; or what a register had done was undone, by an unregister or a conflict. */
    record NotRegistered() implements NameOutcome {}

    /** The metadata to be updated is another one by now, the holder's. Nothing was done. */
    record Stale(Claim holder) implements NameOutcome {}

    /** The metadata is updated; the deadline passed before every visible node had said that it shows it. */
    record Untold() implements NameOutcome {}

    /** The node that has to do it is away, or did not answer: it may or may not have been done. */
    record Unknown() implements NameOutcome {}
}
