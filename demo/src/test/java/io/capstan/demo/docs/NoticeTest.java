package io.capstan.demo.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Whoever passes a jar on, passes on with it")
class NoticeTest {
    @ParameterizedTest
    @ValueSource(strings = {"LICENSE", "NOTICE"})
    void whatItsLicenceAsksFor(String file) {
        ClassLoader loader = Objects.requireNonNull(NoticeTest.class.getClassLoader());
        List<String> found =
                loader.resources("META-INF/" + file).map(String::valueOf).toList();
        for (String module : List.of("testkit", "actors", "crdt", "raft", "registry", "demo")) {
            assertThat(found).as(module).anyMatch(where -> where.contains("/" + module + "/"));
        }
    }
}
