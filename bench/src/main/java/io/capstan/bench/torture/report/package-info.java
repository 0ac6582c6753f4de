/**
 * What people see of a run: {@link io.capstan.bench.torture.report.Report} writes it, {@link
 * io.capstan.bench.torture.report.Timeline} is its picture.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.bench.torture.report;
