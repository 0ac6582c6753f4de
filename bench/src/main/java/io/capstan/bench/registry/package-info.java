/**
 * Names and groups: {@link io.capstan.bench.registry.RegistryMeasurement}, on three processes, as {@code capstan bench names groups}
 * plays it; what a name costs in memory: {@link io.capstan.bench.registry.MemoryMeasurement}.
 *
 * <p>Figures of one run may be compared with each other and with nothing else: ratios, not absolutes.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.bench.registry;
