/**
 * Counters beside what Java and Pekko have.
 *
 * <p>{@link io.capstan.bench.counters.IncrementComparison}: one increment beside {@code LongAdder}'s, one read, and Pekko
 * Distributed Data's {@code Update}. {@link io.capstan.bench.counters.SpreadMeasurement}: how soon others see an increment
 * while many counters change, how many bytes that takes, and how much memory a million counters of three writers.
 *
 * <p>Figures of one run may be compared with each other and with nothing else: ratios, not absolutes.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.bench.counters;
