/**
 * What Pekko's users of a Lease count on, as tests that any implementation can run: {@link
 * io.capstan.testkit.lease.LeaseContract}, to be extended, with JUnit on the test class path.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.testkit.lease;
