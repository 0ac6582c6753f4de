package io.capstan.raft.internal.peer;

/** The state machine of this node cannot go on as its group does. */
final class MachineUnfit extends RuntimeException {
    /** It lacks code, which the others may have. */
    MachineUnfit(LinkageError missing) {
        super("its state machine lacks code (" + missing + "): start the node with all of it", null, false, false);
    }

    /** It cannot behave as the version that is in force. */
    MachineUnfit(int version, int oldest, int newest) {
        super(
                "its group is at version " + version + " of its state machine, and this node's knows "
                        + (oldest == newest ? "version " + newest : "versions " + oldest + " to " + newest)
                        + (version > newest ? ": start the node with a newer release" : ": raise the group first"),
                null,
                false,
                false);
    }
}
