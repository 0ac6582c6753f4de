/** In-process clusters with cut and heal, the deterministic simulator, the fault notation. Knows Pekko and JUnit only. */
@org.jspecify.annotations.NullMarked
package io.capstan.testkit;
