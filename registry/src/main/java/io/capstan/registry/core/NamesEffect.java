package io.capstan.registry.core;

import io.capstan.actors.NodeId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the names ask of their shell, to be done in order. */
public sealed interface NamesEffect {
    /** Put the row into our slot of the table. */
    record Write(String name, NameRow row) implements NamesEffect, RowWrite<String, NameRow> {
        @Override
        public String key() {
            return name;
        }
    }

    /** Remove our row. */
    record Erase(String name) implements NamesEffect, RowWrite<String, NameRow> {
        @Override
        public String key() {
            return name;
        }

        @Override
        public @Nullable NameRow row() {
            return null;
        }
    }

    /** Send to a visible node; may be lost. */
    record Send(NodeId peer, ClaimMessage message) implements NamesEffect {}

    /** Answer a caller of this node. */
    record Answer(long number, NameOutcome outcome) implements NamesEffect {}

    /** Show this owner of the name on this node from now on; null: nobody. */
    record Show(String name, @Nullable Claim holder) implements NamesEffect {}

    /** Report when this process of ours stops. */
    record Watch(String process) implements NamesEffect {}

    /** It has no name any more. */
    record Unwatch(String process) implements NamesEffect {}

    /**
     * A process of ours, or one that was registered here, has lost its name in a conflict; tell or stop it.
     *
     * @param winner null when nobody keeps the name
     */
    record Lost(String name, NameRow loser, @Nullable Claim winner) implements NamesEffect {}

    /** Ask the user's resolver who remains, and give the answer to {@link NamesCore#resolved}. */
    record Resolve(String name, List<Claim> rivals) implements NamesEffect {}
}
