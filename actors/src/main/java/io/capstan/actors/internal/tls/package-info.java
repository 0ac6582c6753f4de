/**
 * What a node shows, and what it wants to see: one certificate and one authority for its links, for Pekko's remoting and for
 * doors.
 *
 * <p>Read in this order: {@link io.capstan.actors.internal.tls.TlsSettings}, {@link io.capstan.actors.internal.tls.NodeTls} (one
 * reading of the files), {@link io.capstan.actors.internal.tls.Certificates} (and again when they change), {@link
 * io.capstan.actors.internal.tls.SystemCertificates} (once per system), {@link io.capstan.actors.internal.tls.PlainTransport}
 * (what may go without).
 *
 * <h2>Guarantees</h2>
 * <ul>
 *   <li>Files that are no good refuse the start in one line; while a node runs they are told of once and change nothing.
 *   <li>A connection that stands is not touched by new files.
 * </ul>
 *
 * <p>Not guaranteed: that a certificate which was revoked is refused. Whoever is to be out is out when the authority changes.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.actors.internal.tls;
