package io.capstan.testkit;

import com.typesafe.config.Config;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorSystem;

/** A transport beside Pekko's, as small as one can be: whoever joined may whisper to the others of this JVM. */
public final class Whispers implements NetworkFaults {
    private static final Map<org.apache.pekko.actor.ActorSystem, Ear> EARS = new HashMap<>();

    private static final class Ear {
        final String name;
        final Set<String> mute = new HashSet<>();
        final Set<String> deaf = new HashSet<>();
        final List<String> heard = new ArrayList<>();

        Ear(String name) {
            this.name = name;
        }
    }

    /** A member that runs both transports. */
    static ActorSystem<?> start(Config config) {
        ActorSystem<?> system = PekkoSystems.start(config);
        EARS.put(system.classicSystem(), new Ear(config.getString("capstan.testkit.name")));
        return system;
    }

    static void whisper(ActorSystem<?> from, ActorSystem<?> to, String text) {
        Ear mouth = EARS.get(from.classicSystem());
        Ear ear = EARS.get(to.classicSystem());
        if (mouth != null && ear != null && !mouth.mute.contains(ear.name) && !ear.deaf.contains(mouth.name)) {
            ear.heard.add(text);
        }
    }

    static List<String> heardBy(ActorSystem<?> system) {
        Ear ear = EARS.get(system.classicSystem());
        return ear == null ? List.of() : ear.heard;
    }

    @Override
    public void cut(ActorSystem<?> system, String member, Direction direction) {
        Ear ear = EARS.get(system.classicSystem());
        if (ear != null) {
            (direction == Direction.INBOUND ? ear.deaf : ear.mute).add(member);
        }
    }

    @Override
    public void heal(ActorSystem<?> system, String member, Direction direction) {
        Ear ear = EARS.get(system.classicSystem());
        if (ear != null) {
            (direction == Direction.INBOUND ? ear.deaf : ear.mute).remove(member);
        }
    }

    @Override
    public boolean runsOn(ActorSystem<?> system) {
        return EARS.containsKey(system.classicSystem());
    }

    @Override
    public boolean sees(ActorSystem<?> system, String member) {
        Ear ear = EARS.get(system.classicSystem());
        return ear == null || (!ear.deaf.contains(member) && !ear.mute.contains(member));
    }

    @Override
    public void crash(ActorSystem<?> system) {
        Ear ear = EARS.remove(system.classicSystem());
        if (ear != null && system.getWhenTerminated().toCompletableFuture().isDone()) {
            throw new IllegalStateException("the system ended before its transport");
        }
    }
}
