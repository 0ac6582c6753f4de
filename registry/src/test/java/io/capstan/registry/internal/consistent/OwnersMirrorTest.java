package io.capstan.registry.internal.consistent;

import static io.capstan.registry.Members.done;
import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.actors.NodeId;
import io.capstan.raft.Raft;
import io.capstan.raft.RaftGroup;
import io.capstan.raft.Within;
import io.capstan.registry.Members;
import io.capstan.registry.Metadata;
import io.capstan.registry.core.owner.OwnerCommand;
import io.capstan.registry.core.owner.OwnerEntry;
import io.capstan.registry.core.owner.OwnerReply;
import io.capstan.testkit.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

/** When a copy of the consistent names is told, on a real voter. */
@Timeout(60)
class OwnersMirrorTest {
    private static final Within SOON = Within.within(Duration.ofSeconds(10));

    /** As long as a member lets a copy wait that there is no news for. */
    private static final long PATIENCE_SECONDS = 5;

    @RegisterExtension
    static final TestCluster cluster =
            Members.cluster("a").with("capstan.raft.voters = [a]\n" + "capstan.registry.consistent.start = on");

    private static final Members members = Members.of(cluster);

    private final RaftGroup group = Raft.get(members.node("a")).group(OwnersService.GROUP, new OwnerCodec());
    private final AtomicInteger answers = new AtomicInteger();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final OwnersMirror mirror = new OwnersMirror(group, new OwnersMirror.Listener() {
        @Override
        public void changed(String name, long index, @Nullable OwnerEntry owner) {
            told.add(name + (owner == null ? " is free" : " has an owner"));
        }

        @Override
        public void complete(long index) {
            answers.incrementAndGet();
        }
    });

    @AfterEach
    void close() {
        mirror.close();
    }

    private OwnerReply write(OwnerCommand command) {
        return done(group.write(command, OwnerReply.class, SOON));
    }

    @Test
    void renewalsOfOthersWakeNoCopyAndAChangeDoes() {
        long began = System.nanoTime();
        mirror.start();
        cluster.await("it has read all names", () -> answers.get() == 1);

        for (int i = 0; i < 50; i++) {
            write(new OwnerCommand.KeepAlive(0));
        }
        OwnerReply.Opened opened = (OwnerReply.Opened) write(new OwnerCommand.Open(new NodeId("z", 1), 600_000));
        write(new OwnerCommand.Claim(opened.session(), 1, "x", false, false, "process", Metadata.NONE));
        cluster.await("it is told of the owner", () -> told.equals(List.of("x has an owner")));
        write(new OwnerCommand.Close(opened.session()));
        cluster.await("it is told of the owner's end", () -> told.equals(List.of("x has an owner", "x is free")));

        long unasked = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began) / PATIENCE_SECONDS;
        cluster.await("what comes after it is asked for", () -> answers.get() >= 3);
        assertThat(answers.get())
                .as("all names, two changes, and patience that ended")
                .isLessThanOrEqualTo((int) (3 + unasked));
    }
}
