package io.capstan.bench.torture;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.capstan.bench.torture.judge.Judge;
import io.capstan.bench.torture.judge.Judgement;
import io.capstan.bench.torture.record.Event;
import io.capstan.bench.torture.record.Recorded;
import io.capstan.bench.torture.record.Recorder;
import io.capstan.bench.torture.workload.Workload;
import io.capstan.bench.torture.workload.Workloads;
import io.capstan.demo.Json;
import io.capstan.demo.UserError;
import io.capstan.testkit.Fault;
import io.capstan.testkit.Faults;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One run: starts the nodes, lets clients loose, plays one fault after the other and mends it, demands that every client is
 * served again, and, when the time is over, reads what is left and judges all of it.
 */
public final class TortureRun implements AutoCloseable {
    private static final long LOOK_NANOS = 20_000_000;

    private final Plan plan;
    private final Workload workload;
    private final Consumer<String> say;
    private final Recorder recorder;
    private final TorturedCluster cluster;
    // Whoever ends the process closes it from another thread.
    private final List<Client> clients = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new ArrayList<>();
    private final List<Episode> episodes = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private final Set<String> leftOut = new TreeSet<>();
    private final Path history;

    /**
     * Nothing runs yet.
     *
     * @param say takes a line for people now and then
     */
    public TortureRun(Plan plan, Consumer<String> say) throws IOException {
        this.plan = plan;
        this.say = say;
        workload = Workloads.of(plan.workload())
                .orElseThrow(() -> new UserError("there is no workload \"" + plan.workload() + "\"; there are: "
                        + String.join(", ", Workloads.names())));
        history = plan.directory().resolve("history.jsonl");
        recorder = new Recorder(history);
        cluster = new TorturedCluster(plan, workload, recorder);
    }

    /** Faults that this machine has not, and why. */
    public List<String> missing() {
        return cluster.missing();
    }

    /** Runs it from beginning to end. */
    public Outcome run() throws IOException, InterruptedException {
        recorder.remark(
                "torture",
                JsonNodeFactory.instance
                        .objectNode()
                        .put("workload", workload.name())
                        .put("seed", plan.seed())
                        .set("nodes", Json.MAPPER.valueToTree(plan.names())));
        Draw draw = draw();
        cluster.start();
        begin();
        requireServed(0, "at the beginning");
        // However short it is to be: young JVMs alone may take longer to serve.
        long begun = recorder.nanos();
        do {
            Draw.Drawn drawn =
                    plan.faults().map(given -> new Draw.Drawn("given", given)).orElseGet(draw::next);
            play(drawn.name(), drawn.faults());
            workload.turn();
            LockSupport.parkNanos(workload.calm().toNanos());
        } while (violations.isEmpty()
                && recorder.nanos() - begun < plan.length().toNanos());
        end();
        long lasted = (recorder.nanos() - begun) / 1_000_000;
        recorder.close();
        cluster.close();
        return judge(lasted);
    }

    private Draw draw() {
        try {
            return new Draw(
                    new Draw.Scope(
                            plan.names(),
                            !workload.group().isEmpty(),
                            workload.survivesLossOfDisk(),
                            plan.downing(),
                            cluster.instruments(),
                            plan.kinds()),
                    plan.seed());
        } catch (IllegalArgumentException nothing) {
            throw new UserError(String.valueOf(nothing.getMessage()));
        }
    }

    private void begin() {
        for (String node : plan.names()) {
            for (int i = 0; i < plan.clients(); i++) {
                int number = clients.size();
                Client client = new Client(
                        number,
                        node,
                        cluster.door(node),
                        workload.script(number, node, new Random(plan.seed() * 31 + number)),
                        recorder);
                clients.add(client);
                Thread thread = new Thread(client, "client-" + number);
                thread.setDaemon(true);
                thread.start();
                threads.add(thread);
            }
        }
    }

    private void play(String name, Faults faults) {
        long begun = recorder.nanos();
        say.accept(String.format("  %4d s  %-22s %s", begun / 1_000_000_000, name, faults));
        boolean done = true;
        for (Fault step : faults.steps()) {
            try {
                cluster.play(step);
            } catch (IllegalStateException notSo) {
                violations.add(step + ": " + notSo.getMessage());
            } catch (UnsupportedOperationException | IllegalArgumentException refused) {
                if (plan.faults().isPresent()) {
                    throw new UserError("\"" + step + "\" cannot be done here: " + refused.getMessage());
                }
                leftOut.add(name + ": " + refused.getMessage());
                done = false;
            }
        }
        long healed = cluster.mend();
        long recovery = requireServed(healed, "after " + faults);
        recorder.remark("recovered", JsonNodeFactory.instance.numberNode(recovery));
        if (recovery >= 0) {
            requireOneCluster(healed, "after " + faults);
        }
        if (done) {
            episodes.add(new Episode(name, faults.toString(), begun / 1_000_000, healed / 1_000_000, recovery));
        }
    }

    /** Waits until every client was served since then; how long that took, in milliseconds, or -1. */
    private long requireServed(long sinceNanos, String when) {
        long end = recorder.nanos() + plan.recoveryMax().toNanos();
        while (true) {
            List<Client> waiting = clients.stream()
                    .filter(each -> !each.isServedSince(sinceNanos))
                    .toList();
            long now = recorder.nanos();
            if (waiting.isEmpty()) {
                return (now - sinceNanos) / 1_000_000;
            }
            if (now > end) {
                violations.add("not served within " + plan.recoveryMax().toSeconds() + " s " + when + ": " + waiting);
                return -1;
            }
            cluster.startDead();
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** Waits until the nodes are one cluster, as they were: the next fault is to meet nothing that an earlier one left. */
    private void requireOneCluster(long sinceNanos, String when) {
        long end = sinceNanos + plan.recoveryMax().toNanos() * 2;
        Optional<String> amiss = cluster.amiss();
        while (amiss.isPresent() && recorder.nanos() < end) {
            // Whoever finds himself in another membership ends, as whoever is declared down.
            cluster.startDead();
            LockSupport.parkNanos(LOOK_NANOS * 10);
            amiss = cluster.amiss();
        }
        amiss.ifPresent(what -> violations.add(
                "not one cluster again within " + 2 * plan.recoveryMax().toSeconds() + " s " + when + ": " + what));
    }

    /** Ends the load, and reads what is left. */
    private void end() throws InterruptedException {
        clients.forEach(Client::end);
        for (Thread thread : threads) {
            thread.join();
        }
        recorder.remark("quiesced", TextNode.valueOf(""));
        violations.addAll(new LastReads(plan, workload, cluster, recorder).read());
    }

    private Outcome judge(long lasted) throws IOException {
        Recorded recorded = Recorded.read(history);
        violations.addAll(violations(workload.judge(), recorded));
        return new Outcome(
                workload.name(),
                plan.seed(),
                plan.names(),
                recorded.operations().size(),
                count(recorded, Event.Type.OK),
                count(recorded, Event.Type.FAIL),
                count(recorded, Event.Type.INFO),
                List.copyOf(episodes),
                List.copyOf(violations),
                Stream.concat(cluster.missing().stream(), leftOut.stream()).toList(),
                lasted,
                history.toString());
    }

    /** What is wrong with a history. */
    static List<String> violations(Judge judge, Recorded recorded) {
        return Judgement.violations(judge, recorded);
    }

    private static long count(Recorded recorded, Event.Type outcome) {
        return recorded.operations().stream()
                .filter(op -> op.outcome() == outcome)
                .count();
    }

    @Override
    public void close() throws IOException {
        clients.forEach(Client::end);
        cluster.close();
        recorder.close();
    }
}
