package io.capstan.raft;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** A state machine with effects: it tells, waits and watches. */
final class Watchtower implements StateMachine<Watchtower.Write, Watchtower.Seen> {
    sealed interface Write extends StateMachine.Data {}

    /** Tell {@code to} of it. */
    record Tell(ActorRef<Note> to, String text) implements Write {}

    /** Note {@code text} so many milliseconds from now. */
    record Wait(long millis, String text) implements Write {}

    /** Note how {@code process} ends. */
    record Watch(ActorRef<Note> process, String name) implements Write {}

    /** Ask for something to be told, and fail. */
    record Fail(ActorRef<Note> to) implements Write {}

    record Noted(String text) implements Write {}

    record Seen() implements StateMachine.Data {}

    record Notes(List<String> texts) implements StateMachine.Data {}

    /**
     * To a process.
     *
     * @param id a key that the outside world can tell repetitions by
     */
    record Note(String id, String text) implements StateMachine.Data {}

    private final List<String> texts = new ArrayList<>();

    @Override
    public Notes handleWrite(Write command, LogEntry entry) {
        Effects effects = entry.effects();
        if (command instanceof Tell tell) {
            effects.send(tell.to(), new Note(effects.next().toString(), tell.text()));
        } else if (command instanceof Wait wait) {
            effects.timer(wait.text(), entry.time() + wait.millis(), new Noted(wait.text()));
        } else if (command instanceof Watch watch) {
            effects.monitor(watch.process(), how -> new Noted(watch.name() + " " + how));
        } else if (command instanceof Noted noted) {
            texts.add(noted.text());
        } else if (command instanceof Fail fail) {
            effects.send(fail.to(), new Note("", "never"));
            throw new IllegalStateException("on purpose");
        }
        return new Notes(List.copyOf(texts));
    }

    @Override
    public Notes handleRead(Seen query) {
        return new Notes(List.copyOf(texts));
    }

    @Override
    public Optional<View> snapshot() {
        List<String> image = List.copyOf(texts);
        return Optional.of(out -> out.write(String.join("\n", image).getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void restore(InputStream in) throws IOException {
        texts.clear();
        new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(texts::add);
    }
}
