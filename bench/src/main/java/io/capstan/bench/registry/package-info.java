/**
 * Names and groups: {@link io.capstan.bench.registry.RegistryMeasurement}, on three nodes in one JVM.
 *
 * <p>Figures of one run may be compared with each other and with nothing else: ratios, not absolutes.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.bench.registry;
