/**
 * {@code capstan bench}: Capstan beside every peer, in one run on one machine. Ratios are the result; absolute times are context.
 *
 * <p>{@link io.capstan.bench.compare.BenchCommand} is the door. A {@link io.capstan.bench.compare.Contestant} is a system and how
 * its processes are started; a {@link io.capstan.bench.compare.Company} is its three processes, and one with clients alone. What
 * was found goes to {@link io.capstan.bench.compare.report.Figures}.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.bench.compare;
