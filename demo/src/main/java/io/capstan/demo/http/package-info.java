/**
 * The HTTP door of a node: every service's own answer as JSON, and the few things one can ask it to do.
 *
 * <p>Read in this order: {@link io.capstan.demo.http.Door} (where it listens), {@link io.capstan.demo.http.Answers} (how
 * answers and refusals look), {@link io.capstan.demo.http.Pages} (what a browser is shown), then {@code demo.node}'s, one class per service.
 *
 * <h2>Guarantees</h2>
 * <ul>
 *   <li>An answer is <em>that node's own</em>: nothing is asked of others to give it, unless the path says so.
 *   <li>A refusal is {@code {"error", "next"}} with the text of the {@link io.capstan.actors.Failure} and the caller's
 *       next move.
 * </ul>
 *
 * <p>A door listens on the loopback, for whoever may use this machine; or elsewhere, in HTTPS, for who has a token, and may do
 * what the token's {@link io.capstan.demo.http.Role} allows. Pages of other origins that a browser shows are refused
 * ({@code Visitors}). What everybody may ask is whether the node lives and serves.
 *
 * <p>Not guaranteed, without tokens: any protection against whoever may use this machine.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.demo.http;
