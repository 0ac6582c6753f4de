/**
 * A node's {@link io.capstan.actors.Health} in the form that Pekko Management asks for. Nothing here needs Pekko Management:
 *
 * <pre>{@code
 * pekko.management.health-checks {
 *   readiness-checks.capstan = "io.capstan.actors.health.Ready"
 *   liveness-checks.capstan = "io.capstan.actors.health.Alive"
 * }
 * }</pre>
 */
@org.jspecify.annotations.NullMarked
package io.capstan.actors.health;
