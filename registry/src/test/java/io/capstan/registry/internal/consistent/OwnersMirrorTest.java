package io.capstan.registry.internal.consistent;

import static io.capstan.registry.Members.done;

import io.capstan.raft.Raft;
import io.capstan.raft.RaftGroup;
import io.capstan.raft.Within;
import io.capstan.registry.Members;
import io.capstan.registry.core.owner.OwnerCommand;
import io.capstan.registry.core.owner.OwnerEntry;
import io.capstan.registry.core.owner.OwnerReply;
import io.capstan.testkit.TestCluster;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** How soon this node's copy of the consistent names asks again, on a real voter. */
@Timeout(60)
class OwnersMirrorTest {
    private static final Duration NEVER = Duration.ofHours(1);

    @RegisterExtension
    static final TestCluster cluster =
            Members.cluster("a").with("capstan.raft.voters = [a]\n" + "capstan.registry.consistent.start = on");

    private static final Members members = Members.of(cluster);

    private final RaftGroup group = Raft.get(members.node("a")).group(OwnersService.GROUP, new OwnerCodec());

    /** Says that it owns nothing, and owns something in the same moment. */
    private static final class GrantedWhileAsked implements OwnersMirror.Listener {
        final AtomicInteger asked = new AtomicInteger();

        @Nullable
        OwnersMirror mirror;

        @Override
        public void changed(String name, long index, @Nullable OwnerEntry owner) {}

        @Override
        public void complete(long index) {}

        @Override
        public boolean owns() {
            int times = asked.incrementAndGet();
            if (times == 2 && mirror != null) {
                mirror.hurry(); // Only the second answer without a change is followed by a pause.
            }
            return times > 2;
        }
    }

    /** The log goes on, and nothing changes. */
    private void somethingIsLogged() {
        done(group.write(new OwnerCommand.KeepAlive(0), OwnerReply.class, Within.within(Duration.ofSeconds(10))));
    }

    @Test
    void whoIsGrantedANameWhileThePauseBeginsIsNotKeptWaitingByIt() {
        GrantedWhileAsked listener = new GrantedWhileAsked();
        OwnersMirror mirror = new OwnersMirror(group, listener, NEVER);
        listener.mirror = mirror;
        mirror.start();

        // Once by the mirror itself, after the pause has begun, and once with the answer to its next question.
        cluster.await("it asks again", Duration.ofSeconds(20), () -> {
            somethingIsLogged();
            return listener.asked.get() > 3;
        });
        mirror.close();
    }
}
