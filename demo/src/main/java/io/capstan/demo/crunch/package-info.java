/**
 * {@code capstan crunch}: the four services at work on the user's own files.
 *
 * <p>A coordinator, found by its cluster-wide name, deals chunks of the files to the workers of a process group; the
 * workers count into cluster counters; one of them, on another node than the coordinator's, reads the counts and writes
 * the result once, under a lock of the Raft group, with the lock's fencing token in its header.
 *
 * <p>Read in this order: {@link io.capstan.demo.crunch.Chunk} and {@link io.capstan.demo.crunch.FieldReader} (what is
 * counted), {@link io.capstan.demo.crunch.Value} (how a value becomes a counter's name),
 * {@link io.capstan.demo.crunch.Ranking} (what is printed).
 *
 * <h2>Guarantees</h2>
 * <ul>
 *   <li>Every line is counted once: by the chunk in which its first byte lies.
 *   <li>Fields are those of {@code awk} in the C locale: separated by runs of blanks (space, tab), bytes untouched.
 *   <li>Nothing is printed before the counts read add up to the lines counted.
 * </ul>
 */
@org.jspecify.annotations.NullMarked
package io.capstan.demo.crunch;
