/**
 * {@code capstan certs}: an authority of one's own, and certificates of nodes that it signs, as {@code capstan.actors.tls} wants
 * them. Bouncy Castle makes the X.509; this package says what is in it.
 *
 * <h2>Guarantees</h2>
 * <ul>
 *   <li>Keys are readable by their owner alone from the first byte on, and what is there is never overwritten but by a renewal
 *       that was asked for.
 *   <li>A node's certificate is good for that node's name and for the hosts that were said, and for nothing else.
 * </ul>
 *
 * <p>Not guaranteed: a way to take a certificate back. The authority's key lies in a file: it is for development, for tests, and
 * for clusters whose owner looks after that file; others have an authority already.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.demo.certs;
