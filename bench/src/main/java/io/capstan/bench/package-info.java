/** Measures Capstan beside its peers. Imports everything, nothing imports it. */
@org.jspecify.annotations.NullMarked
package io.capstan.bench;
