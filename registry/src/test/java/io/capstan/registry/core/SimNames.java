package io.capstan.registry.core;

import io.capstan.actors.NodeId;
import io.capstan.crdt.core.Effect;
import io.capstan.crdt.core.Slot;
import io.capstan.crdt.core.TableSettings;
import io.capstan.testkit.sim.SimNode;
import io.capstan.testkit.sim.SimProcess;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One simulated node with names: the cores of production, a mesh, processes that come and go. */
final class SimNames implements SimProcess<SimMesh.Packet> {
    static final NamesTiming TIMING = new NamesTiming(300, 200, 500, 4_096);

    /** One or two at a time, where a world has up to three names: so claims wait in line for others. */
    private static final int FEW = 2;

    static final TableSettings TABLE = new TableSettings(
            TableSettings.Departed.HIDE,
            4_096,
            2,
            Duration.ofMillis(200),
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(5),
            Duration.ofSeconds(30),
            1_000);
    private static final Duration TICK = Duration.ofMillis(50);
    private static final Duration TURN = Duration.ofMillis(1);

    /** Of so many turns one is late. */
    private static final int LATE = 8;

    final NodeId self;
    final SimMesh<String, NameRow> mesh;
    final NamesReplica replica;
    final Map<String, Claim> shown = new HashMap<>();
    final Set<ClaimId> everShown = new HashSet<>();

    /** Processes of this node that live. */
    final Set<String> alive = new TreeSet<>();

    final Set<String> watched = new HashSet<>();
    private final SimNode<SimMesh.Packet> node;
    private final SimWorld world;
    private final ClaimWire wire = new ClaimWire();
    private final List<Runnable> mail = new ArrayList<>();

    /** Requests in it. */
    private int asked;

    private long processes;

    SimNames(SimNode<SimMesh.Packet> node, SimWorld world) {
        this.node = node;
        this.world = world;
        self = new NodeId(node.name(), node.incarnation());
        Slot slot = new Slot(node.random().nextLong(), node.random().nextLong(), self);
        replica = new NamesReplica(slot, TABLE, RowCodecs.names(), timing(slot));
        mesh = new SimMesh<>(node, self, replica);
        world.started(this);
        tick();
        node.every(TICK, this::tick);
    }

    private static NamesTiming timing(Slot slot) {
        int underWayMax = 1 + Math.floorMod(slot.low(), FEW);
        return new NamesTiming(TIMING.arbiterSilence(), TIMING.askAgain(), TIMING.alone(), underWayMax);
    }

    String spawn() {
        String process = self + "/" + ++processes;
        alive.add(process);
        return process;
    }

    /** Null: whoever has to do it is found by the name. */
    void request(NameRequest request, @Nullable NodeId home) {
        asked++;
        input(() -> {
            asked--;
            if (home == null) {
                replica.names().request(request);
            } else {
                replica.names().request(request, home);
            }
        });
    }

    /** What comes while a turn is late gathers, and is done as one. */
    private void input(Runnable what) {
        mail.add(what);
        if (mail.size() == 1 && node.random().nextInt(LATE) == 0) {
            world.simulation.count("turns that were late");
            node.after(TURN, this::turn);
        } else if (mail.size() == 1) {
            turn();
        }
    }

    /** Who is there is known at once: whoever was told yes before he came was told so of those who were there. */
    private void atOnce(Runnable what) {
        turn();
        mail.add(what);
        turn();
    }

    int undecided() {
        return asked + replica.names().undecided();
    }

    /** Also after a pause a node knows what time it is before anything else. */
    private void turn() {
        replica.names().time(now());
        for (Runnable each : mail) {
            each.run();
            replica.settle();
        }
        mail.clear();
        perform();
    }

    /** Stops a process; whoever watches it hears of it a little later. */
    void kill(String process) {
        if (alive.remove(process)) {
            world.exited();
            node.after(Duration.ofMillis(1), () -> {
                if (watched.contains(process)) {
                    input(() -> replica.names().stopped(process));
                }
            });
        }
    }

    long now() {
        return node.nanos() / 1_000_000;
    }

    private void tick() {
        replica.tick(now());
        perform();
    }

    @Override
    public void onMessage(String from, SimMesh.Packet message) {
        if (message instanceof SimMesh.View) {
            atOnce(() -> mesh.receive(from, message));
            return;
        }
        input(() -> {
            mesh.receive(from, message);
            if (message instanceof SimMesh.Routed routed && routed.target().equals(self)) {
                for (ClaimMessage each : wire.decode(routed.message())) {
                    replica.names().message(routed.source(), each);
                    replica.settle();
                }
            }
        });
    }

    @Override
    public void onLinkUp(String peer, int incarnation) {
        atOnce(() -> mesh.up(peer, incarnation));
    }

    @Override
    public void onLinkDown(String peer) {
        atOnce(() -> mesh.down(peer));
    }

    private void perform() {
        replica.drain(this::send, this::perform);
        shown.forEach((name, holder) -> {
            if (holder.node().equals(self) && !replica.names().owns(name)) {
                throw new AssertionError(self + " shows " + holder + ", who has " + name + " no more");
            }
        });
    }

    private void send(Effect<String, NameRow> effect) {
        if (effect instanceof Effect.Send<String, NameRow> send) {
            mesh.frame(send.peer(), send.frame());
        } else {
            throw new AssertionError(self + " was told " + effect);
        }
    }

    private void perform(NamesEffect effect) {
        if (effect instanceof NamesEffect.Send send) {
            world.sent(send.message());
            if (world.loses()) {
                world.simulation.count("claim messages lost");
                return;
            }
            if (mesh.bridged(send.peer())) {
                world.simulation.count("sent over a bridge");
            }
            mesh.route(new SimMesh.Routed(self, send.peer(), wire.encode(send.message())));
        } else if (effect instanceof NamesEffect.Show show) {
            show(show);
        } else if (effect instanceof NamesEffect.Watch watch) {
            watched.add(watch.process());
            if (!alive.contains(watch.process())) {
                node.after(
                        Duration.ofMillis(1), () -> input(() -> replica.names().stopped(watch.process())));
            }
        } else if (effect instanceof NamesEffect.Unwatch unwatch) {
            watched.remove(unwatch.process());
        } else if (effect instanceof NamesEffect.Lost lost) {
            world.lost(this, lost);
        } else if (effect instanceof NamesEffect.Answer answer) {
            world.answered(this, answer);
        } else if (effect instanceof NamesEffect.Resolve resolve) {
            node.after(
                    Duration.ofMillis(2),
                    () -> input(() -> replica.names()
                            .resolved(
                                    resolve.name(),
                                    resolve.rivals(),
                                    resolve.rivals().get(0).id())));
        }
    }

    private void show(NamesEffect.Show show) {
        if (show.holder() == null) {
            shown.remove(show.name());
        } else {
            world.shown(show.holder(), show.name());
            shown.put(show.name(), show.holder());
            everShown.add(show.holder().id());
        }
    }
}
