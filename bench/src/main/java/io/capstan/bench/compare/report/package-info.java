/**
 * What {@code capstan bench} leaves behind: {@link io.capstan.bench.compare.report.Results} keeps the figures of the last run of each
 * bench, as lines of JSON, and makes tables and a page with plots of them. The page needs no network.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.bench.compare.report;
