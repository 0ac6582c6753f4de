package io.capstan.demo.house;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The house of Capstan")
class ArchitectureTest {
    private static final String TESTKIT = "io.capstan.testkit..";
    private static final String ACTORS = "io.capstan.actors..";
    private static final String CRDT = "io.capstan.crdt..";
    private static final String RAFT = "io.capstan.raft..";
    private static final String REGISTRY = "io.capstan.registry..";
    private static final String METRICS = "io.capstan.metrics..";
    private static final String DEMO = "io.capstan.demo..";
    // Rooms within a module have cores of their own: raft.lock.core is one.
    private static final String CORES = "io.capstan..core..";

    private static JavaClasses capstan;

    @BeforeAll
    static void readTheClasses() {
        capstan = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("io.capstan");
    }

    @Test
    @DisplayName("imports point down only")
    void importsPointDown() {
        mayNotImport(TESTKIT, ACTORS, CRDT, RAFT, REGISTRY, METRICS, DEMO);
        mayNotImport(ACTORS, CRDT, RAFT, REGISTRY, METRICS, DEMO);
        mayNotImport(CRDT, RAFT, REGISTRY, METRICS, DEMO);
        mayNotImport(RAFT, CRDT, REGISTRY, METRICS, DEMO);
        mayNotImport(REGISTRY, METRICS, DEMO);
        // Beside the services: a node tells the figures of all of them.
        mayNotImport(METRICS, CRDT, RAFT, REGISTRY, DEMO);
    }

    @Test
    @DisplayName("has no circles between its packages, but for a public face and the rooms behind it")
    void noCirclesBetweenPackages() {
        // A face hands its calls to its own internals, which answer in the face's words: that circle is meant.
        slices().matching("io.capstan.(**)")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(
                        resideOutsideOfPackages("..internal..", "..core.."),
                        resideInAnyPackage("..internal..", "..core.."))
                .check(capstan);
    }

    @Test
    @DisplayName("keeps disk, wire and actors out of its cores")
    void coresArePure() {
        noClasses()
                .that()
                .resideInAPackage(CORES)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.pekko..",
                        "org.lmdbjava..",
                        "io.netty..",
                        "com.typesafe.config..",
                        "scala..",
                        "java.io..",
                        "java.net..",
                        "java.nio.file..",
                        "java.nio.channels..",
                        "java.util.concurrent..",
                        "org.slf4j..")
                .check(capstan);
    }

    @Test
    @DisplayName("keeps clocks, chance and threads out of its cores")
    void coresAreDeterministic() {
        noClasses()
                .that()
                .resideInAPackage(CORES)
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.util\\.(Random|SplittableRandom|UUID|Timer)"
                        + "|java\\.lang\\.(Thread|ThreadLocal|Process)"
                        + "|java\\.time\\.(Clock|Instant|LocalDateTime|ZonedDateTime)"
                        + "|java\\.security\\..*")
                .check(capstan);
        noClasses()
                .that()
                .resideInAPackage(CORES)
                .should()
                .callMethodWhere(target(owner(JavaClass.Predicates.assignableTo(System.class)))
                        .and(target(nameMatching("nanoTime|currentTimeMillis|identityHashCode|getenv"))))
                .orShould()
                .callMethodWhere(target(owner(JavaClass.Predicates.assignableTo(Math.class)))
                        .and(target(nameMatching("random"))))
                .check(capstan);
    }

    @Test
    @DisplayName("keeps clocks, chance, disk and actors out of what replicas or leaders decide outside the cores")
    void decisionsInShellsAreDeterministicToo() {
        noClasses()
                .that()
                .haveNameMatching(
                        "io\\.capstan\\.raft\\.internal\\.(session\\.SessionTable|peer\\.Steward|effect\\.(EffectTable|Box))(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "org.apache.pekko..",
                        "com.typesafe.config..",
                        "java.io..",
                        "java.nio.file..",
                        "java.time..",
                        "java.util.concurrent..",
                        "java.security..",
                        "org.slf4j..")
                .orShould()
                .dependOnClassesThat()
                .haveNameMatching("java\\.util\\.(Random|SplittableRandom|UUID|Timer)|java\\.lang\\.Thread")
                .orShould()
                .callMethodWhere(target(owner(JavaClass.Predicates.assignableTo(System.class)))
                        .and(target(nameMatching("nanoTime|currentTimeMillis|identityHashCode|getenv"))))
                .check(capstan);
    }

    @Test
    @DisplayName("opens the node's store to raft and crdt only")
    void storeIsOpenToRaftAndCrdt() {
        noClasses()
                .that()
                .resideOutsideOfPackages(ACTORS, RAFT, CRDT)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.capstan.actors.internal.store..")
                .check(capstan);
    }

    @Test
    @DisplayName("opens a module's inner rooms only to those whom their doors name")
    void innerRoomsAreOpenToWhomTheirDoorsName() {
        innerRoomsAreOpenTo(TESTKIT, TESTKIT);
        innerRoomsAreOpenTo(ACTORS, ACTORS, CRDT, RAFT, REGISTRY, DEMO);
        innerRoomsAreOpenTo(CRDT, CRDT, REGISTRY);
        innerRoomsAreOpenTo(RAFT, RAFT);
        innerRoomsAreOpenTo(REGISTRY, REGISTRY);
    }

    @Test
    @DisplayName("uses no Java serialization")
    void noJavaSerialization() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.io\\.Object(In|Out)putStream")
                .check(capstan);
    }

    private static void innerRoomsAreOpenTo(String module, String... users) {
        noClasses()
                .that()
                .resideOutsideOfPackages(users)
                .should()
                .dependOnClassesThat(resideInAPackage(module).and(resideInAnyPackage("..internal..", "..core..")))
                .check(capstan);
    }

    private static void mayNotImport(String lower, String... upper) {
        noClasses()
                .that()
                .resideInAPackage(lower)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(upper)
                .allowEmptyShould(true)
                .check(capstan);
    }
}
