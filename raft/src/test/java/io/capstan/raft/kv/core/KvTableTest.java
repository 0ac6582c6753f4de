package io.capstan.raft.kv.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.capstan.raft.kv.KeyEntry;
import io.capstan.raft.kv.core.KvCommand.Condition;
import io.capstan.raft.kv.core.KvCommand.Operation;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KvTableTest {
    private static final byte[] A = {1};
    private static final byte[] B = {2};

    private KvTable table = new KvTable();
    private long index;

    private KvReply run(List<Condition> conditions, List<Operation> then, List<Operation> otherwise) {
        return table.execute(new KvCommand(conditions, then, otherwise), ++index);
    }

    private KvReply.Done done(List<Condition> conditions, Operation... then) {
        return (KvReply.Done) run(conditions, List.of(then), List.of());
    }

    private Optional<KeyEntry> get(String key) {
        return ((KvReply.Entries) table.answer(new KvQuery.Get(key)))
                .entries().stream().findFirst();
    }

    private KvReply.Changed changes(String prefix, long after) {
        return (KvReply.Changed) table.answer(new KvQuery.Changes(prefix, after));
    }

    @Test
    void aVersionIsThatOfTheLastChangeAndAKeyKeepsThatOfItsMaking() {
        done(List.of(), new Operation.Put("x", A));
        done(List.of(), new Operation.Put("x", B));
        assertThat(get("x")).contains(new KeyEntry("x", B, 2, 1));
        assertThat(done(List.of(), new Operation.Delete("x")).entries())
                .containsExactly(Optional.of(new KeyEntry("x", B, 2, 1)));
        assertThat(get("x")).isEmpty();
        done(List.of(), new Operation.Put("x", A));
        assertThat(get("x")).contains(new KeyEntry("x", A, 4, 4));
    }

    @Test
    void conditionsDecideTogetherAndTheOthersAreDoneWhenOneDoesNotHold() {
        done(List.of(new Condition.VersionIs("x", 0)), new Operation.Put("x", A));
        assertThat(done(List.of(new Condition.VersionIs("x", 0)), new Operation.Put("x", B))
                        .held())
                .isFalse();
        assertThat(get("x").orElseThrow().value()).isEqualTo(A);

        KvReply.Done other = (KvReply.Done) run(
                List.of(new Condition.ValueIs("x", A), new Condition.VersionIs("y", 7)),
                List.of(new Operation.Put("x", B)),
                List.of(new Operation.Get("x"), new Operation.Put("z", B), new Operation.Get("z")));
        assertThat(other.held()).isFalse();
        assertThat(other.entries().get(0)).contains(new KeyEntry("x", A, 1, 1));
        assertThat(other.entries().get(2)).contains(new KeyEntry("z", B, 3, 3));
        assertThat(done(List.of(new Condition.ValueIs("x", A)), new Operation.Delete("x"))
                        .held())
                .isTrue();
    }

    @Test
    void whatPassesALimitChangesNothing() {
        Operation[] many = new Operation[KvTable.PARTS_MAX + 1];
        java.util.Arrays.fill(many, new Operation.Put("x", A));
        assertThat(run(List.of(), List.of(many), List.of())).isInstanceOf(KvReply.Refused.class);
        assertThat(run(List.of(), List.of(new Operation.Put("", A)), List.of())).isInstanceOf(KvReply.Refused.class);
        done(List.of(), new Operation.Put("big", new byte[40_000]));
        assertThat(run(
                        List.of(),
                        List.of(new Operation.Put("x", A), new Operation.Get("big"), new Operation.Get("big")),
                        List.of()))
                .isInstanceOf(KvReply.Refused.class);
        assertThat(get("x")).isEmpty();
        assertThat(changes("x", 0).changes()).isEmpty();
    }

    @Test
    void rangesGoOnBehindTheLastKeyOfAPage() {
        for (String key : List.of("a", "b1", "b2", "b3", "c")) {
            done(List.of(), new Operation.Put(key, A));
        }
        KvReply.Entries page = (KvReply.Entries) table.answer(new KvQuery.Range("b", "c", 2));
        assertThat(page.entries()).extracting(KeyEntry::key).containsExactly("b1", "b2");
        assertThat(page.more()).isTrue();
        KvReply.Entries rest = (KvReply.Entries) table.answer(new KvQuery.Range("b2\0", "c", 2));
        assertThat(rest.entries()).extracting(KeyEntry::key).containsExactly("b3");
        assertThat(rest.more()).isFalse();
    }

    @Test
    void changesAreToldInOrderByPrefixAndNeverHalfACommand() {
        done(List.of(), new Operation.Put("a/1", A), new Operation.Put("b/1", A), new Operation.Put("a/2", A));
        done(List.of(), new Operation.Delete("a/1"));
        assertThat(changes("a/", 0).changes())
                .extracting(KvReply.Change::key, change -> change.entry().isPresent())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple("a/1", true),
                        org.assertj.core.groups.Tuple.tuple("a/2", true),
                        org.assertj.core.groups.Tuple.tuple("a/1", false));
        assertThat(changes("a/", 1).changes()).hasSize(1);
        assertThat(changes("a/", 2)).isEqualTo(new KvReply.Changed(List.of(), false, false));

        byte[] large = new byte[25_000];
        done(List.of(), new Operation.Put("a/3", large));
        done(List.of(), new Operation.Put("a/4", large), new Operation.Put("a/5", large));
        KvReply.Changed first = changes("a/", 2);
        assertThat(first.changes()).extracting(KvReply.Change::key).containsExactly("a/3");
        assertThat(first.more()).isTrue();
        assertThat(changes("a/", 3).changes()).extracting(KvReply.Change::key).containsExactly("a/4", "a/5");
    }

    @Test
    void oldChangesAreForgottenAndItIsSaid() {
        for (int i = 0; i < 10_001; i++) {
            done(List.of(), new Operation.Put("x", A));
        }
        assertThat(changes("x", 0).forgotten()).isTrue();
        assertThat(changes("x", 1).forgotten()).isFalse();
        KvTable.Builder restored = new KvTable.Builder();
        table.image().visit(restored::add);
        table = restored.build(table.image().version());
        assertThat(changes("x", 10_000).forgotten()).isTrue();
        assertThat(changes("x", 10_001).forgotten()).isFalse();
        assertThat(get("x")).contains(new KeyEntry("x", A, 10_001, 1));
    }
}
