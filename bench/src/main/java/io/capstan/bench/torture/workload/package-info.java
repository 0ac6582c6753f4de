/**
 * What clients ask for, one class per {@link io.capstan.bench.torture.workload.Workload}; how what they were told is judged
 * stands in {@link io.capstan.bench.torture.judge}.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.bench.torture.workload;
