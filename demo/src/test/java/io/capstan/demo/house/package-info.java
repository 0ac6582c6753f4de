/** The rules of the house, held by the build: what may import what, and what a tidy room looks like. */
@org.jspecify.annotations.NullMarked
package io.capstan.demo.house;
