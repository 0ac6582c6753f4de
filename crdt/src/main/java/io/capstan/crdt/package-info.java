/** The available side: replicated tables and counters. */
@org.jspecify.annotations.NullMarked
package io.capstan.crdt;
