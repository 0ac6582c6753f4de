package io.capstan.bench.peers.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.capstan.bench.seat.Seat;
import io.capstan.bench.seat.Seating;
import io.capstan.bench.seat.Service;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.lease.LeaseKeepAliveResponse;
import io.etcd.jetcd.maintenance.StatusResponse;
import io.etcd.jetcd.options.GetOption;
import io.grpc.stub.StreamObserver;
import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * A server of etcd as this process's child, if it is a member, and clients: those of a member speak to its own server, those of a
 * process with clients alone to all three, spread.
 */
public final class EtcdSeat implements Service {
    private static final int CLIENTS = 5;
    private static final int KEYS = 1_000;
    private static final int LEASE_SECONDS = 60;
    private static final int STATUS_SECONDS_MAX = 2;
    private static final GetOption LINEARIZABLE = GetOption.builder().build();
    private static final GetOption SERIALIZABLE =
            GetOption.builder().withSerializable(true).build();

    private final Seating seating;
    private final List<Client> clients = new ArrayList<>();
    private final AtomicInteger turns = new AtomicInteger();

    private EtcdSeat(Seating seating) {
        this.seating = seating;
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(Client.builder().endpoints(endpoints(i)).build());
        }
    }

    public static void main(String[] words) {
        Seat.run(words, EtcdSeat::open);
    }

    private static Service open(Seating seating) throws IOException {
        if (seating.isMember()) {
            serve(seating);
        }
        return new EtcdSeat(seating);
    }

    /** It ends with the thread that starts it, and that ends with this process, however it ends. */
    private static void serve(Seating seating) throws IOException {
        String own = url(seating, seating.name(), 1);
        String all = seating.members().stream()
                .map(each -> each + "=" + url(seating, each, 1))
                .collect(Collectors.joining(","));
        File log = seating.directory().resolve("etcd.log").toFile();
        List<String> command = new ArrayList<>(List.of("setpriv", "--pdeathsig", "KILL", "etcd"));
        Collections.addAll(command, "--name", seating.name());
        Collections.addAll(
                command, "--data-dir", seating.directory().resolve("data").toString());
        Collections.addAll(command, "--listen-client-urls", url(seating, seating.name(), 0));
        Collections.addAll(command, "--advertise-client-urls", url(seating, seating.name(), 0));
        Collections.addAll(command, "--listen-peer-urls", own, "--initial-advertise-peer-urls", own);
        Collections.addAll(command, "--initial-cluster", all, "--initial-cluster-state", "new");
        new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log)
                .start();
    }

    private static String url(Seating seating, String of, int port) {
        return "http://" + Seating.HOST + ":" + seating.port(of, port);
    }

    private String[] endpoints(int client) {
        if (seating.isMember()) {
            return new String[] {url(seating, seating.name(), 0)};
        }
        List<String> all = new ArrayList<>(
                seating.members().stream().map(each -> url(seating, each, 0)).toList());
        Collections.rotate(all, client);
        return all.toArray(String[]::new);
    }

    private static ByteSequence bytes(String text) {
        return ByteSequence.from(text, UTF_8);
    }

    private static ByteSequence key(int turn) {
        return bytes("bench-" + Math.floorMod(turn, KEYS));
    }

    private Client client(int turn) {
        return clients.get(Math.floorMod(turn, CLIENTS));
    }

    @Override
    public boolean leads() {
        if (!seating.isMember()) {
            return false;
        }
        try {
            StatusResponse status = clients.get(0)
                    .getMaintenanceClient()
                    .statusMember(url(seating, seating.name(), 0))
                    .get(STATUS_SECONDS_MAX, TimeUnit.SECONDS);
            return status.getLeader() != 0
                    && status.getLeader() == status.getHeader().getMemberId();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (Exception notYet) {
            return false;
        }
    }

    @Override
    public CompletionStage<?> write(byte[] command) {
        int turn = turns.getAndIncrement();
        return client(turn).getKVClient().put(key(turn), ByteSequence.from(command));
    }

    @Override
    public CompletionStage<?> read(Reading how) {
        int turn = turns.getAndIncrement();
        return client(turn).getKVClient().get(key(turn), how == Reading.STALE ? SERIALIZABLE : LINEARIZABLE);
    }

    /** Of etcd's own lock service, under a lease of its own that the client keeps alive. */
    @Override
    public Locker locker(int client) {
        Client own = client(client);
        long lease;
        try {
            lease = own.getLeaseClient().grant(LEASE_SECONDS).get().getID();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        } catch (Exception refused) {
            throw new IllegalStateException("etcd grants no lease", refused);
        }
        own.getLeaseClient().keepAlive(lease, new Unheard());
        return lock -> {
            ByteSequence held =
                    own.getLockClient().lock(bytes(lock), lease).get().getKey();
            own.getLockClient().unlock(held).get();
        };
    }

    /** A lease that is lost shows by the locks that are refused. */
    private static final class Unheard implements StreamObserver<LeaseKeepAliveResponse> {
        @Override
        public void onNext(LeaseKeepAliveResponse kept) {}

        @Override
        public void onError(Throwable lost) {}

        @Override
        public void onCompleted() {}
    }
}
