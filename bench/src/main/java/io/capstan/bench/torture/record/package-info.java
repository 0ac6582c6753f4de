/**
 * What clients saw, as lines of JSON that any judge can read: {@link io.capstan.bench.torture.record.Event} is a line,
 * {@link io.capstan.bench.torture.record.Recorder} writes them, {@link io.capstan.bench.torture.record.Recorded} reads
 * them back and pairs requests with their answers.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.bench.torture.record;
