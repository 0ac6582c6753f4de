/**
 * What people see of a run: {@link io.capstan.bench.torture.report.Report} writes it, {@link
 * io.capstan.bench.torture.report.Timeline} is its picture; {@link io.capstan.bench.torture.report.Campaign} is what many
 * runs came to.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.bench.torture.report;
