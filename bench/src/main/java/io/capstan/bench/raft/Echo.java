package io.capstan.bench.raft;

import io.capstan.raft.Codec;
import io.capstan.raft.LogEntry;
import io.capstan.raft.StateMachine;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Executes nothing: what is measured is the agreement. */
class Echo implements StateMachine<byte[], byte[]> {
    static final Codec CODEC = new Codec() {
        @Override
        public byte[] encode(Object value) {
            return (byte[]) value;
        }

        @Override
        public Object decode(byte[] bytes) {
            return bytes;
        }
    };
    private static final byte[] DONE = {1};

    @Override
    public Object handleWrite(byte[] command, LogEntry entry) {
        return DONE;
    }

    @Override
    public Object handleRead(byte[] query) {
        return DONE;
    }

    @Override
    public Optional<View> snapshot() {
        return Optional.of(out -> out.write(1));
    }

    @Override
    public void restore(InputStream in) throws IOException {
        in.readAllBytes();
    }
}
