package io.capstan.raft.internal.peer;

/** The state machine of this node cannot behave as the version that is in force in its group. */
final class MachineUnfit extends RuntimeException {
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
