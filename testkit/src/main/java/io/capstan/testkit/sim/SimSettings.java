package io.capstan.testkit.sim;

import java.time.Duration;

/**
 * How the simulated world behaves. Made by {@link #datagrams()} or {@link #streams()}, changed by the {@code with}
 * methods.
 *
 * @param network datagrams or streams
 * @param delay of one message; links may have their own ({@link Simulation#delay})
 * @param loss chance from 0 to 1 per message: a datagram is lost, a stream's connection breaks
 * @param duplicate chance from 0 to 1 per datagram to arrive twice; streams never duplicate
 * @param silence streams: how long one end hears nothing before it gives the connection up
 * @param reconnect streams: how long until a new connection stands once nothing is in its way
 * @param flush how long the disk takes to make durable what was written before the flush began
 * @param traceLength how many of the last events a failure shows
 */
public record SimSettings(
        Network network,
        Spread delay,
        double loss,
        double duplicate,
        Spread silence,
        Spread reconnect,
        Spread flush,
        int traceLength) {
    private static final int TRACE_LENGTH_MAX = 1_000_000;

    /** What links promise. */
    public enum Network {
        /** Each message for itself: lost, doubled, overtaken, also long after its sender died. Nobody is told. */
        DATAGRAMS,
        /** Connections: in order, lost only with the connection, both ends told of its coming and going. */
        STREAMS
    }

    public SimSettings {
        requireChance("loss", loss);
        requireChance("duplicate", duplicate);
        if (traceLength < 0 || traceLength > TRACE_LENGTH_MAX) {
            throw new IllegalArgumentException("traceLength is 0 to " + TRACE_LENGTH_MAX + ", got " + traceLength);
        }
    }

    /** Delays of 1 to 20 ms with much overtaking, 1 % lost, 1 % doubled, flushes of 0.1 to 5 ms. */
    public static SimSettings datagrams() {
        return new SimSettings(
                Network.DATAGRAMS,
                Spread.ofMillis(1, 20),
                0.01,
                0.01,
                Spread.ofMillis(800, 1_200),
                Spread.ofMillis(10, 200),
                Spread.ofMicros(100, 5_000),
                100);
    }

    /** Delays of 0.1 to 5 ms, a connection broken every 10,000 messages, given up after about 1 s of silence. */
    public static SimSettings streams() {
        return datagrams()
                .withNetwork(Network.STREAMS)
                .withDelay(Spread.ofMicros(100, 5_000))
                .withLoss(0.0001)
                .withDuplicate(0);
    }

    public SimSettings withNetwork(Network value) {
        return new SimSettings(value, delay, loss, duplicate, silence, reconnect, flush, traceLength);
    }

    public SimSettings withDelay(Spread value) {
        return new SimSettings(network, value, loss, duplicate, silence, reconnect, flush, traceLength);
    }

    public SimSettings withLoss(double value) {
        return new SimSettings(network, delay, value, duplicate, silence, reconnect, flush, traceLength);
    }

    public SimSettings withDuplicate(double value) {
        return new SimSettings(network, delay, loss, value, silence, reconnect, flush, traceLength);
    }

    public SimSettings withSilence(Spread value) {
        return new SimSettings(network, delay, loss, duplicate, value, reconnect, flush, traceLength);
    }

    public SimSettings withReconnect(Spread value) {
        return new SimSettings(network, delay, loss, duplicate, silence, value, flush, traceLength);
    }

    public SimSettings withFlush(Spread value) {
        return new SimSettings(network, delay, loss, duplicate, silence, reconnect, value, traceLength);
    }

    public SimSettings withTraceLength(int value) {
        return new SimSettings(network, delay, loss, duplicate, silence, reconnect, flush, value);
    }

    /** The usual flush of {@code delay} for tests that need no disk of their own speed. */
    public SimSettings withFlush(Duration value) {
        return withFlush(new Spread(value, value));
    }

    private static void requireChance(String name, double value) {
        if (!(value >= 0 && value <= 1)) {
            throw new IllegalArgumentException(name + " is a chance from 0 to 1, got " + value);
        }
    }
}
