package io.capstan.demo.lab;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.capstan.demo.UserError;
import io.capstan.demo.http.Door;
import io.capstan.demo.http.DoorSettings;
import io.capstan.demo.process.LocalCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.http.javadsl.server.Directives;
import org.slf4j.LoggerFactory;

/** A cluster of live nodes, and a page over it on which it can be cut, killed, asked and healed. Thread-safe. */
public final class Lab implements AutoCloseable {
    private static final Duration STOP_MAX = Duration.ofSeconds(5);

    private final LocalCluster cluster;
    private final ActorSystem<Void> system;
    private final Workbench workbench;
    private final Watcher watcher;
    private final Play play;
    private final String address;
    private final String token;

    private Lab(LocalCluster cluster, ActorSystem<Void> system, int port) {
        this.cluster = cluster;
        this.system = system;
        Timeline timeline = new Timeline();
        this.workbench = new Workbench(cluster, timeline);
        this.watcher = new Watcher(cluster, timeline);
        this.play = new Play(cluster, timeline);
        LabDoor door = new LabDoor(cluster, timeline, workbench, play);
        this.token = door.token();
        this.address = Door.open(system, DoorSettings.loopback(port), Directives.reject(), List.of(door.routes()))
                .address();
        watcher.start();
    }

    /**
     * Opens a lab over a cluster, which stays the caller's to close.
     *
     * @param port of the page, on loopback; 0 for any free one
     * @throws UserError in one line when the port is taken
     */
    public static Lab over(LocalCluster cluster, int port) {
        Config config = ConfigFactory.parseMap(Map.of(
                        "pekko.actor.provider",
                        "local",
                        // A node that is started again answers when it serves, and several may be waited for.
                        "pekko.http.server.idle-timeout",
                        "10 minutes"))
                .withFallback(ConfigFactory.load());
        // SLF4J begins with the first who asks: were that some of the system's threads at once, it would warn the user
        // of it.
        LoggerFactory.getILoggerFactory();
        ActorSystem<Void> system = ActorSystem.create(Behaviors.empty(), "capstan-lab", config);
        try {
            return new Lab(cluster, system, port);
        } catch (RuntimeException e) {
            system.terminate();
            throw e;
        }
    }

    /** Where the page is, {@code http://host:port}. */
    public String address() {
        return address;
    }

    /** What a request that changes anything has in its header {@code X-Capstan-Token}: the page has it, other pages have not. */
    public String token() {
        return token;
    }

    public LocalCluster cluster() {
        return cluster;
    }

    /** Closes the page; the nodes go on. */
    @Override
    public void close() {
        play.close();
        workbench.close();
        watcher.close();
        system.terminate();
        try {
            system.getWhenTerminated().toCompletableFuture().get(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            throw new UserError("the lab's page did not close in order: " + e);
        }
    }
}
