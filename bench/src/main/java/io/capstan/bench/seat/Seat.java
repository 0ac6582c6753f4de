package io.capstan.bench.seat;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** One process of a system: does what its standard input says, a line for each line, and ends with it. */
public final class Seat {
    private static final double SECOND = 1e9;
    private static final int TOLD_TOGETHER = 100;
    private static final long TRY_MILLIS = 500;
    private static final long BETWEEN_CHANGES = 20_000_000;
    private static final long BETWEEN_LOOKS = 100_000;
    private static final long BETWEEN_TRIES = 1_000_000;

    private final Service service;
    private final Seating seating;

    /** How a system is opened in a process. */
    public interface Opening {
        /** Starts it, or its client; returns when this process is ready for others. */
        Service open(Seating seating) throws Exception;
    }

    private Seat(Service service, Seating seating) {
        this.service = service;
        this.seating = seating;
    }

    /** Runs the process whose command line has the words of a {@link Seating}; does not return. */
    public static void run(String[] words, Opening opening) {
        try {
            Seating seating = Seating.parse(words);
            Service service = opening.open(seating);
            if (seating.isMember()) {
                Door.open(seating.door(seating.name()), service);
            }
            Orders.take(new Seat(service, seating)::obey);
        } catch (Throwable failed) {
            failed.printStackTrace();
            Runtime.getRuntime().halt(1);
        }
    }

    private String obey(String[] said) throws InterruptedException {
        return switch (said[0]) {
            case "leads" -> String.valueOf(said[1].equals("locks") ? service.leadsLocks() : service.leads());
            case "fill" -> {
                service.fill(said[1], Integer.parseInt(said[2]));
                yield "";
            }
            case "reach" -> {
                service.reach(said[1], Integer.parseInt(said[2]));
                yield "";
            }
            case "changes" -> changes(Integer.parseInt(said[1]));
            case "sees" -> sees(Integer.parseInt(said[1]), Long.parseLong(said[2]));
            case "members" -> String.valueOf(service.members());
            case "value" -> String.valueOf(service.value());
            case "allocated" -> String.valueOf(Allocation.bytes());
            case "try" -> String.valueOf(isServed());
            case "load" ->
                Load.run(
                        Integer.parseInt(said[2]),
                        Integer.parseInt(said[3]),
                        (long) (Double.parseDouble(said[4]) * SECOND),
                        client -> operation(said[1], Integer.parseInt(said[5]), client));
            case "stamps" -> stamps((long) (Double.parseDouble(said[1]) * SECOND), Integer.parseInt(said[2]));
            default -> throw new IllegalArgumentException(said[0]);
        };
    }

    private Load.Operation operation(String kind, int bytes, int client) {
        return switch (kind) {
            case "write" -> {
                byte[] command = new byte[bytes];
                yield () -> service.write(command);
            }
            case "read" -> () -> service.read(Service.Reading.LINEARIZABLE);
            case "lease" -> () -> service.read(Service.Reading.LEASE);
            case "stale" -> () -> service.read(Service.Reading.STALE);
            case "tell" -> () -> service.tell(TOLD_TOGETHER);
            case "pairs" -> locking(client, seating.name() + "-" + client);
            case "handovers" -> locking(client, "the-one");
            default -> throw new IllegalArgumentException(kind);
        };
    }

    private Load.Operation locking(int client, String lock) {
        Service.Locker locker = service.locker(client);
        CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
        return () -> {
            locker.pair(lock);
            return done;
        };
    }

    /** Changes a counter now and then; when, by the machine's one monotonic clock. */
    private String changes(int times) {
        StringBuilder stamps = new StringBuilder();
        for (int i = 0; i < times; i++) {
            LockSupport.parkNanos(BETWEEN_CHANGES);
            stamps.append(System.nanoTime()).append(' ');
            service.tell(1).toCompletableFuture().join();
        }
        return stamps.toString().trim();
    }

    /** When each of the changes of the counter after {@code before} is seen here. */
    private String sees(int times, long before) {
        StringBuilder stamps = new StringBuilder();
        int seen = 0;
        while (seen < times) {
            long change = service.value() - before - seen;
            for (; change > 0; change--, seen++) {
                stamps.append(System.nanoTime()).append(' ');
            }
            LockSupport.parkNanos(BETWEEN_LOOKS);
        }
        return stamps.toString().trim();
    }

    private boolean isServed() {
        try {
            service.write(new byte[1]).toCompletableFuture().get(TRY_MILLIS, TimeUnit.MILLISECONDS);
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (Exception notYet) {
            return false;
        }
    }

    /** When writes were answered, one after the other, by the machine's one monotonic clock. */
    private String stamps(long nanos, int bytes) throws InterruptedException {
        byte[] command = new byte[bytes];
        StringBuilder stamps = new StringBuilder();
        long end = System.nanoTime() + nanos;
        while (System.nanoTime() - end < 0) {
            try {
                service.write(command).toCompletableFuture().get(TRY_MILLIS, TimeUnit.MILLISECONDS);
                stamps.append(System.nanoTime()).append(' ');
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception refused) {
                LockSupport.parkNanos(BETWEEN_TRIES);
            }
        }
        return stamps.toString().trim();
    }
}
