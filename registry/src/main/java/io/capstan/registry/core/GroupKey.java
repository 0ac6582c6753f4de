package io.capstan.registry.core;

/** One group of one scope. */
public record GroupKey(String scope, String group) {}
