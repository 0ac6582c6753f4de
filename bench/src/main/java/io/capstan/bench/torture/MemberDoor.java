package io.capstan.bench.torture;

import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.capstan.bench.torture.node.MemberMain;
import io.capstan.bench.torture.node.Reply;
import io.capstan.bench.torture.node.Request;
import io.capstan.bench.torture.record.Event;
import io.capstan.bench.torture.record.Recorded;
import io.capstan.bench.torture.record.Recorder;
import io.capstan.bench.torture.workload.Answer;
import io.capstan.bench.torture.workload.Ask;
import io.capstan.demo.Json;
import io.capstan.testkit.process.ChildProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The driver's end of one member's operations door: across all lives of its process. Requests go in on one line each, and
 * answers come back in any order. Thread-safe.
 */
final class MemberDoor {
    private static final Duration END_MAX = Duration.ofSeconds(10);
    private static final ObjectReader REPLIES = Json.MAPPER.readerFor(Reply.class);

    private final String name;
    private final Recorder recorder;
    private final AtomicLong ids = new AtomicLong();
    private @Nullable Life life;

    /** One process, and what was asked of it and is not answered yet. */
    private static final class Life {
        private final ChildProcess child;
        private final Map<Long, CompletableFuture<Answer>> underWay = new ConcurrentHashMap<>();

        Life(ChildProcess child) {
            this.child = child;
        }
    }

    MemberDoor(String name, Recorder recorder) {
        this.name = name;
        this.recorder = recorder;
    }

    /** A process was started: from when it is ready on, it is the one that is asked. */
    void attach(ChildProcess child) {
        Thread reader = new Thread(() -> read(new Life(child)), "door-" + name);
        reader.setDaemon(true);
        reader.start();
    }

    private void read(Life own) {
        boolean served = false;
        try {
            for (String line = own.child.line(); line != null; line = own.child.line()) {
                String[] words = line.split(" ", 2);
                if (words[0].equals(MemberMain.READY)) {
                    recorder.remark("up", TextNode.valueOf(name));
                    become(own);
                    served = true;
                } else if (words[0].equals(MemberMain.ANSWER)) {
                    Reply reply = REPLIES.readValue(words[1]);
                    CompletableFuture<Answer> asked = own.underWay.remove(reply.id());
                    if (asked != null) {
                        asked.complete(new Answer(
                                reply.type(),
                                Objects.requireNonNullElse(reply.value(), MissingNode.getInstance()),
                                Objects.requireNonNullElse(reply.error(), "")));
                    }
                } else if (words[0].equals(MemberMain.VIEW)) {
                    recorder.remark("view", TextNode.valueOf(name + " " + words[1]));
                } else if (words[0].equals(MemberMain.EXPIRED)) {
                    String[] which = words[1].split(" ", 2);
                    LongNode token = LongNode.valueOf(Long.parseLong(which[0]));
                    recorder.write(Event.NOBODY, Event.Type.INFO, "expired", which[1], token, name, null);
                }
            }
        } catch (IOException e) {
            // As good as the end of its output: the process is gone, or speaks to nobody any more.
        }
        leave(own, served);
        tellEnd(own.child);
    }

    /** How it ended, once it has: whoever judges knows which ends are none of ours. */
    private void tellEnd(ChildProcess child) {
        try {
            if (child.awaitEnd(END_MAX)) {
                recorder.remark(
                        Recorded.ENDED,
                        JsonNodeFactory.instance.objectNode().put("node", name).put("code", child.exitCode()));
            }
        } catch (IOException interrupted) {
            // The run is over.
        }
    }

    private synchronized void become(Life own) {
        life = own;
    }

    private void leave(Life own, boolean served) {
        List<CompletableFuture<Answer>> orphans;
        synchronized (this) {
            if (life == own) {
                life = null;
            }
            orphans = new ArrayList<>(own.underWay.values());
        }
        if (served) {
            recorder.remark("down", TextNode.valueOf(name));
        }
        orphans.forEach(each -> each.complete(unknown("the node ended")));
    }

    synchronized boolean isServing() {
        return life != null;
    }

    static Answer unknown(String why) {
        return new Answer(Event.Type.INFO, MissingNode.getInstance(), why);
    }

    /** Asks; nothing when there is nobody to ask, and then nothing was. The answer may never come. */
    Optional<CompletableFuture<Answer>> ask(int client, Ask ask) {
        long id = ids.incrementAndGet();
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        synchronized (this) {
            if (life == null) {
                return Optional.empty();
            }
            life.underWay.put(id, answer);
            life.child.say(Json.line(new Request(
                    id, client, ask.f(), ask.key(), ask.value(), ask.timeout().toMillis())));
        }
        return Optional.of(answer);
    }
}
