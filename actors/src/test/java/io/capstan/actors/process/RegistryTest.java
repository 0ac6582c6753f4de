package io.capstan.actors.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.capstan.actors.process.Subject.Do;
import io.capstan.testkit.Await;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Registry: local processes by key")
class RegistryTest {
    private static final ActorSystem<Void> SYSTEM = ActorSystem.create(Behaviors.empty(), "registries");

    private final Subject one = new Subject(SYSTEM);
    private final Subject other = new Subject(SYSTEM);
    private final Registry<String, Do> unique = Registry.unique(SYSTEM, 10);
    private final Registry<String, Do> duplicate = Registry.duplicate(SYSTEM, 10);

    @AfterAll
    static void stop() {
        SYSTEM.terminate();
    }

    @Test
    void aUniqueKeyIsTheFirstOnes() {
        assertThat(unique.register("key", one.ref())).isTrue();
        assertThat(unique.register("key", one.ref())).isTrue();
        assertThat(unique.register("key", other.ref())).isFalse();
        assertThat(unique.whereis("key")).contains(one.ref());
        assertThat(unique.size()).isEqualTo(1);
    }

    @Test
    void aDuplicateKeyIsEverybodysInOrderAndEachOnce() {
        assertThat(duplicate.register("key", other.ref())).isTrue();
        assertThat(duplicate.register("key", one.ref())).isTrue();
        assertThat(duplicate.register("key", other.ref())).isTrue();
        assertThat(duplicate.lookup("key")).containsExactly(other.ref(), one.ref());
        assertThat(duplicate.dispatch("key", new Do.Heard("all"))).isEqualTo(2);
        assertThat(one.settle().heard()).containsExactly("all");
        assertThat(other.settle().heard()).containsExactly("all");
    }

    @Test
    void whoeverMonitoredLaterAndSawItEndDoesNotFindItAnyMore() throws InterruptedException {
        unique.register("key", one.ref());
        unique.register("more", one.ref());
        Subject.Fate fate = one.fate();
        one.stop();
        fate.await();
        assertThat(unique.whereis("key")).isEmpty();
        assertThat(unique.lookup("more")).isEmpty();
        assertThat(unique.size()).isZero();
        assertThat(unique.register("key", other.ref())).isTrue();
    }

    @Test
    void whoIsGoneIsNotRegistered() throws InterruptedException {
        Subject.Fate fate = one.fate();
        one.stop();
        fate.await();
        assertThat(unique.register("key", one.ref())).isFalse();
        assertThat(unique.size()).isZero();
    }

    @Test
    void whatIsUnregisteredIsFree() {
        unique.register("key", one.ref());
        assertThat(unique.keys(one.ref())).containsExactly("key");
        assertThat(unique.unregister("key", other.ref())).isFalse();
        assertThat(unique.unregister("key", one.ref())).isTrue();
        assertThat(unique.unregister("key", one.ref())).isFalse();
        assertThat(unique.whereis("key")).isEmpty();
        assertThat(unique.keys(one.ref())).isEmpty();
        assertThat(unique.register("key", other.ref())).isTrue();
    }

    @Test
    void aFullOneSaysSo() {
        Registry<String, Do> small = Registry.unique(SYSTEM, 1);
        small.register("key", one.ref());
        assertThatThrownBy(() -> small.register("more", one.ref())).hasMessageContaining("room for 1 entries is full");
        assertThat(small.lookup("more")).isEmpty();
    }

    @Test
    void manyThatComeAndGoLeaveNothing() {
        Registry<Integer, Do> many = Registry.duplicate(SYSTEM, 100_000);
        List<CompletableFuture<Void>> threads = new ArrayList<>();
        for (int thread = 0; thread < 4; thread++) {
            int number = thread;
            threads.add(CompletableFuture.runAsync(() -> {
                for (int i = 0; i < 500; i++) {
                    Subject brief = new Subject(SYSTEM);
                    Subject.Fate fate = brief.fate();
                    many.register(i % 10, brief.ref());
                    brief.stop();
                    many.register(number, brief.ref());
                    try {
                        fate.await();
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                }
            }));
        }
        threads.forEach(CompletableFuture::join);
        Await.until("nothing is left", () -> many.size() == 0);
        for (int key = 0; key < 10; key++) {
            assertThat(many.lookup(key)).isEmpty();
        }
    }
}
