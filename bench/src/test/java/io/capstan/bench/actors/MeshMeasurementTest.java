package io.capstan.bench.actors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.capstan.bench.QuickChildren;
import io.capstan.testkit.process.Instrument;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The measurements of the mesh run to their end, in small. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
@ExtendWith(QuickChildren.class)
class MeshMeasurementTest {
    @BeforeEach
    void namespacesCanBeMade() {
        assumeTrue(
                Instrument.NAMESPACES.missing().isEmpty(),
                () -> Instrument.NAMESPACES.missing().orElse(""));
    }

    @Test
    void aNodeThatIsKilledIsKnownToBeAndComesBack() throws IOException {
        assertThat(MeshMeasurement.run("kill", "1")).hasSize(1);
    }

    @Test
    void whatIdleNodesSayIsTold() throws IOException {
        assertThat(MeshMeasurement.run("traffic", "0.2", "2"))
                .singleElement()
                .asString()
                .startsWith("2 nodes");
    }
}
