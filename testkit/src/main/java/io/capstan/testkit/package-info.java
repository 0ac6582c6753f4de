/**
 * In-process clusters with cut and heal, and the notation for faults. Knows Pekko and JUnit only.
 *
 * <p>Read in this order: {@link io.capstan.testkit.TestCluster} (what a test uses), {@link
 * io.capstan.testkit.SystemFactory} (how members start), {@link io.capstan.testkit.Faults} (faults as data, for these
 * clusters, for the simulator in {@code sim}, and for clusters of {@code process}es, which take most of them), {@link
 * io.capstan.testkit.NetworkFaults} (how another transport takes part in cuts); then {@code history} (judges of what clients
 * have seen) and {@code lease} (what Pekko's users of a Lease count on, as tests).
 *
 * <h2>Guarantees</h2>
 * <ul>
 *   <li>From the moment a cut is made until it is healed nothing passes in its direction, also to and from members that
 *       are restarted meanwhile; nobody is told. What a connection was carrying is lost; what Pekko holds back because
 *       no connection has come about yet may arrive after the heal.
 *   <li>A crashed member says no goodbye, and its ports and its directory are free when {@code crash} returns.
 *   <li>Every test begins with a healed, complete cluster.
 * </ul>
 *
 * <p>Not guaranteed: any time within which a cut is noticed. The simulator and the notation need no JUnit.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.testkit;
