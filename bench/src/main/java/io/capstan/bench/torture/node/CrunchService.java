package io.capstan.bench.torture.node;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.actors.Call;
import io.capstan.actors.Failure;
import io.capstan.actors.Node;
import io.capstan.bench.torture.record.WordFile;
import io.capstan.demo.Json;
import io.capstan.demo.crunch.Coordinator;
import io.capstan.demo.crunch.CrunchNames;
import io.capstan.demo.crunch.Job;
import io.capstan.demo.crunch.ResultFile;
import io.capstan.demo.crunch.Worker;
import io.capstan.registry.NameFailure;
import io.capstan.registry.Names;
import io.capstan.registry.group.Groups;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;

/** Counting files, as {@code capstan crunch} does it: this node's worker, and a coordinator for each job that is asked for here. */
final class CrunchService implements Service {
    private static final Duration WITHIN = Duration.ofSeconds(4);
    private static final long LOOK_MILLIS = 100;

    private final Node node;
    private final Names names;
    private final Groups groups;
    private final Path shared;
    private final AtomicLong jobs = new AtomicLong();

    CrunchService(Node node, Path shared) {
        this.node = node;
        this.shared = shared;
        names = Names.get(node);
        groups = Groups.get(node);
        ActorRef<Worker.Command> worker =
                node.system().systemActorOf(Worker.create(node), "crunch-worker", DispatcherSelector.blocking());
        groups.join(CrunchNames.WORKERS, worker);
    }

    @Override
    public CompletionStage<JsonNode> perform(Request request) {
        if (!request.f().equals("crunch")) {
            throw new IllegalArgumentException(request.f());
        }
        long seed = request.argument().path(0).asLong();
        int lines = request.argument().path(1).asInt();
        long deadlineNanos = System.nanoTime() + request.timeout().toNanos();
        String id = "j" + node.id().incarnation() + "n" + node.id().name() + jobs.incrementAndGet();
        int workers = Math.max(1, groups.members(CrunchNames.WORKERS).size());
        Path result = shared.resolve("result-" + id);
        Job job = new Job(id, List.of(file(seed, lines)), 1, workers, result.toString());
        ActorRef<Coordinator.Command> coordinator = node.spawn(Coordinator.create(job, node), "coordinator-" + id);
        return names.register(CrunchNames.COORDINATOR, coordinator, WITHIN)
                .handle((registered, failure) -> {
                    if (failure != null) {
                        throw taken(failure);
                    }
                    groups.publish(CrunchNames.WORKERS, Worker.Begin.INSTANCE);
                    return "";
                })
                .thenCompose(begun -> watch(coordinator, result, deadlineNanos))
                .whenComplete((counts, failure) -> coordinator.tell(Coordinator.End.INSTANCE));
    }

    private String file(long seed, int lines) {
        Path file = shared.resolve("words-" + seed);
        try {
            if (!Files.exists(file)) {
                Path draft = Files.createTempFile(shared, "draft", "");
                Files.writeString(draft, WordFile.text(seed, lines));
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            }
            return file.toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static RuntimeException taken(Throwable failure) {
        Throwable cause = Failure.cause(failure);
        return cause instanceof NameFailure refused && refused.kind() == NameFailure.Kind.TAKEN
                ? NotDone.refused("TAKEN")
                : new CompletionException(cause);
    }

    private CompletionStage<JsonNode> watch(
            ActorRef<Coordinator.Command> coordinator, Path result, long deadlineNanos) {
        return Call.<Coordinator.Command, Coordinator.Progress>to(coordinator, Coordinator.AskProgress::new, WITHIN)
                .thenCompose(progress -> {
                    if (progress.state().equals("done")) {
                        return CompletableFuture.completedStage(counts(result));
                    } else if (progress.state().equals("failed")) {
                        throw NotDone.unknown("FAILED: " + progress.error());
                    } else if (System.nanoTime() - deadlineNanos > 0) {
                        throw NotDone.unknown("LATE: " + progress.counted() + " of " + progress.chunks());
                    }
                    return CompletableFuture.supplyAsync(
                                    () -> "", CompletableFuture.delayedExecutor(LOOK_MILLIS, TimeUnit.MILLISECONDS))
                            .thenCompose(later -> watch(coordinator, result, deadlineNanos));
                });
    }

    private static JsonNode counts(Path result) {
        Map<String, Long> counts = new TreeMap<>();
        ResultFile.read(result)
                .ranking()
                .entries()
                .forEach(entry -> counts.put(entry.value().text().orElse("?"), entry.count()));
        return Json.MAPPER.valueToTree(counts);
    }
}
