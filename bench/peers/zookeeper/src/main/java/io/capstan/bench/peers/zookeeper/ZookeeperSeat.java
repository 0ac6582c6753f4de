package io.capstan.bench.peers.zookeeper;

import io.capstan.bench.seat.Seat;
import io.capstan.bench.seat.Seating;
import io.capstan.bench.seat.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.locks.InterProcessMutex;
import org.apache.curator.retry.RetryForever;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.server.quorum.QuorumPeer;
import org.apache.zookeeper.server.quorum.QuorumPeerConfig;
import org.apache.zookeeper.server.quorum.QuorumPeerMain;
import org.jspecify.annotations.Nullable;

/**
 * A server of ZooKeeper in this process, if it is a member, and sessions: those of a member go to its own server, those of a
 * process with clients alone to all three, spread.
 */
public final class ZookeeperSeat implements Service {
    private static final int SESSIONS = 5;
    private static final int NODES = 1_000;
    private static final int SESSION_MILLIS = 30_000;
    private static final int CONNECT_SECONDS_MAX = 20;
    private static final int BETWEEN_TRIES_MILLIS = 100;

    private final Seating seating;
    private final @Nullable Server server;
    private final List<ZooKeeper> sessions = new ArrayList<>();
    private final Map<Integer, CuratorFramework> lockers = new ConcurrentHashMap<>();
    private final AtomicInteger turns = new AtomicInteger();
    private volatile boolean opened;

    private ZookeeperSeat(Seating seating, @Nullable Server server) {
        this.seating = seating;
        this.server = server;
    }

    public static void main(String[] words) {
        Seat.run(words, ZookeeperSeat::open);
    }

    private static Service open(Seating seating) throws Exception {
        return new ZookeeperSeat(seating, seating.isMember() ? Server.start(seating) : null);
    }

    /** The server, which says what it is. */
    private static final class Server extends QuorumPeerMain {
        static Server start(Seating seating) throws IOException, QuorumPeerConfig.ConfigException {
            System.setProperty("zookeeper.admin.enableServer", "false");
            Path data = Files.createDirectories(seating.directory().resolve("data"));
            int own = seating.members().indexOf(seating.name()) + 1;
            Files.writeString(data.resolve("myid"), String.valueOf(own));
            Properties properties = new Properties();
            properties.setProperty("tickTime", "2000");
            properties.setProperty("initLimit", "10");
            properties.setProperty("syncLimit", "5");
            properties.setProperty("maxClientCnxns", "0");
            properties.setProperty("dataDir", data.toString());
            properties.setProperty("clientPort", String.valueOf(seating.port(0)));
            properties.setProperty("clientPortAddress", Seating.HOST);
            for (int i = 0; i < seating.members().size(); i++) {
                String member = seating.members().get(i);
                properties.setProperty(
                        "server." + (i + 1),
                        Seating.HOST + ":" + seating.port(member, 1) + ":" + seating.port(member, 2));
            }
            QuorumPeerConfig config = new QuorumPeerConfig();
            config.parseProperties(properties);
            Server server = new Server();
            Thread thread = new Thread(
                    () -> {
                        try {
                            server.runFromConfig(config);
                        } catch (Throwable failed) {
                            failed.printStackTrace();
                            Runtime.getRuntime().halt(1);
                        }
                    },
                    "server");
            thread.setDaemon(true);
            thread.start();
            return server;
        }

        boolean leads() {
            QuorumPeer peer = quorumPeer;
            return peer != null && peer.getPeerState() == QuorumPeer.ServerState.LEADING;
        }
    }

    @Override
    public boolean leads() {
        return server != null && server.leads();
    }

    private String address(int client) {
        List<String> members = seating.members();
        String of = seating.isMember() ? seating.name() : members.get(client % members.size());
        return Seating.HOST + ":" + seating.port(of, 0);
    }

    /** With the first request, when all servers are there. */
    private synchronized void open() throws IOException, InterruptedException {
        if (opened) {
            return;
        }
        List<ZooKeeper> made = new ArrayList<>();
        for (int i = 0; i < SESSIONS; i++) {
            CountDownLatch connected = new CountDownLatch(1);
            // Should its server die it goes on with another.
            String others = seating.isMember() ? "" : "," + seating.addresses(0);
            made.add(new ZooKeeper(address(i) + others, SESSION_MILLIS, event -> {
                if (event.getState() == KeeperState.SyncConnected) {
                    connected.countDown();
                }
            }));
            if (!connected.await(CONNECT_SECONDS_MAX, TimeUnit.SECONDS)) {
                throw new IOException("no session with " + address(i));
            }
        }
        for (int i = 0; i < NODES; i++) {
            try {
                made.get(0).create(path(i), new byte[0], ZooDefs.Ids.OPEN_ACL_UNSAFE, CreateMode.PERSISTENT);
            } catch (KeeperException.NodeExistsException already) {
                // By another process.
            } catch (KeeperException refused) {
                throw new IOException(refused);
            }
        }
        sessions.addAll(made);
        opened = true;
    }

    private static String path(int turn) {
        return "/bench-" + Math.floorMod(turn, NODES);
    }

    private ZooKeeper session(int turn) throws IOException, InterruptedException {
        if (!opened) {
            open();
        }
        return sessions.get(Math.floorMod(turn, SESSIONS));
    }

    @Override
    public CompletionStage<?> write(byte[] command) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        int turn = turns.getAndIncrement();
        try {
            session(turn)
                    .setData(path(turn), command, -1, (code, path, context, stat) -> end(done, code, path), null);
        } catch (Exception refused) {
            done.completeExceptionally(refused);
        }
        return done;
    }

    @Override
    public CompletionStage<?> read(Reading how) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        int turn = turns.getAndIncrement();
        try {
            ZooKeeper session = session(turn);
            String path = path(turn);
            if (how == Reading.LINEARIZABLE) {
                session.sync(path, (code, synced, context) -> {}, null);
            }
            session.getData(path, false, (code, got, context, data, stat) -> end(done, code, got), null);
        } catch (Exception refused) {
            done.completeExceptionally(refused);
        }
        return done;
    }

    private static void end(CompletableFuture<Void> done, int code, String path) {
        if (code == KeeperException.Code.OK.intValue()) {
            done.complete(null);
        } else {
            done.completeExceptionally(KeeperException.create(KeeperException.Code.get(code), path));
        }
    }

    @Override
    public Locker locker(int client) {
        CuratorFramework session = lockers.computeIfAbsent(client, absent -> {
            CuratorFramework started =
                    CuratorFrameworkFactory.newClient(address(client), new RetryForever(BETWEEN_TRIES_MILLIS));
            started.start();
            return started;
        });
        Map<String, InterProcessMutex> mutexes = new ConcurrentHashMap<>();
        return lock -> {
            InterProcessMutex mutex =
                    mutexes.computeIfAbsent(lock, name -> new InterProcessMutex(session, "/locks/" + name));
            mutex.acquire();
            mutex.release();
        };
    }
}
