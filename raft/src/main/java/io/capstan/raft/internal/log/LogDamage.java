package io.capstan.raft.internal.log;

/**
 * Why a member's log cannot be trusted. Once found it is remembered on disk for ever, that is until an operator has
 * the member forgotten: a disk that answers rightly today has lied before.
 *
 * @param what is wrong, for people
 * @param soundTo the last entry of those that can still be read from the beginning on; what is beyond may have been
 *     acknowledged, and is neither shown nor removed
 */
public record LogDamage(String what, long soundTo) {}
