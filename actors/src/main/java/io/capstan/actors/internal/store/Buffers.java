package io.capstan.actors.internal.store;

import java.nio.ByteBuffer;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.lmdbjava.BufferProxy;
import org.lmdbjava.ByteArrayProxy;
import org.lmdbjava.DirectBufferProxy;

/**
 * How bytes reach LMDB. Neither way needs JVM flags on JDK 17 to 25, which lmdbjava's default would; a later Agrona
 * needs one again, and then the other way is there.
 */
interface Buffers<T> {
    BufferProxy<T> proxy();

    /** Valid on this thread until its next call. */
    T key(byte[] bytes);

    /** Valid on this thread until its next call. */
    T value(byte[] bytes);

    /** Must be called while the transaction that gave the buffer is open: afterwards its memory may be gone. */
    byte[] copy(T buffer);

    /** Agrona's buffers over direct memory: a heap buffer would hand C a bogus address. */
    final class Agrona implements Buffers<DirectBuffer> {
        private final ThreadLocal<Direct> keys = ThreadLocal.withInitial(() -> new Direct(Store.KEY_BYTES_MAX));
        private final ThreadLocal<Direct> values = ThreadLocal.withInitial(() -> new Direct(64 * 1024));

        @Override
        public BufferProxy<DirectBuffer> proxy() {
            return DirectBufferProxy.PROXY_DB;
        }

        @Override
        public DirectBuffer key(byte[] bytes) {
            return keys.get().filledWith(bytes);
        }

        @Override
        public DirectBuffer value(byte[] bytes) {
            return values.get().filledWith(bytes);
        }

        @Override
        public byte[] copy(DirectBuffer buffer) {
            byte[] bytes = new byte[buffer.capacity()];
            buffer.getBytes(0, bytes);
            return bytes;
        }

        private static final class Direct {
            private ByteBuffer memory;
            private final UnsafeBuffer window = new UnsafeBuffer();

            Direct(int bytes) {
                memory = ByteBuffer.allocateDirect(bytes);
            }

            DirectBuffer filledWith(byte[] bytes) {
                if (memory.capacity() < bytes.length) {
                    memory = ByteBuffer.allocateDirect(bytes.length);
                }
                window.wrap(memory, 0, bytes.length);
                window.putBytes(0, bytes);
                return window;
            }
        }
    }

    /** Plain arrays: half as fast in memory, which no flush notices. */
    final class Arrays implements Buffers<byte[]> {
        @Override
        public BufferProxy<byte[]> proxy() {
            return ByteArrayProxy.PROXY_BA;
        }

        @Override
        public byte[] key(byte[] bytes) {
            return bytes;
        }

        @Override
        public byte[] value(byte[] bytes) {
            return bytes;
        }

        @Override
        public byte[] copy(byte[] buffer) {
            return buffer.clone();
        }
    }
}
