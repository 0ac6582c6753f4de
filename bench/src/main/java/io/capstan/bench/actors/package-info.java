/**
 * Calls, monitors and supervisors: {@link io.capstan.bench.actors.CallBenchmark} beside Pekko's ask, {@link
 * io.capstan.bench.actors.ProcessMeasurement} for memory and times,
 * {@link io.capstan.bench.actors.MeshMeasurement} for nodes as processes: faults, and what idle ones say.
 *
 * <p>Figures of one run may be compared with each other and with nothing else: ratios, not absolutes.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.bench.actors;
