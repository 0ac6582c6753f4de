/**
 * Whether what clients were told is what they may be told: one {@link io.capstan.bench.torture.judge.Judge} per workload,
 * on histories as they were written. The models that they judge by are {@link io.capstan.testkit.history}'s.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.bench.torture.judge;
