package io.capstan.raft.internal.effect;

import io.capstan.raft.Effects;

/** An effect that no entry has acknowledged yet. Its bytes are shared: nobody writes into them. */
public sealed interface Outstanding {
    Effects.Id id();

    /** What it takes in memory, about. */
    int bytes();

    /**
     * A message on its way.
     *
     * @param to the process, as Pekko writes a reference
     */
    record Send(Effects.Id id, String to, byte[] message) implements Outstanding {
        @Override
        public int bytes() {
            return message.length + to.length() + OVERHEAD;
        }
    }

    /** A command that waits for its log time. */
    record Timer(Effects.Id id, String name, long time, byte[] command) implements Outstanding {
        @Override
        public int bytes() {
            return command.length + name.length() + OVERHEAD;
        }
    }

    /**
     * A process that is watched.
     *
     * @param stopped the command for when it has stopped
     * @param lost the one for when its node is lost
     */
    record Monitor(Effects.Id id, String process, byte[] stopped, byte[] lost) implements Outstanding {
        @Override
        public int bytes() {
            return stopped.length + lost.length + process.length() + OVERHEAD;
        }
    }

    int OVERHEAD = 128;
}
