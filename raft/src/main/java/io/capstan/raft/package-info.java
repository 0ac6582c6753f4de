/** The consistent side: consensus; locks and key-value on it. */
@org.jspecify.annotations.NullMarked
package io.capstan.raft;
