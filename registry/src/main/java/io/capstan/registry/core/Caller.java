package io.capstan.registry.core;

import io.capstan.actors.NodeId;

/** Who waits for an answer: somebody at {@code node}, which knows him by {@code number}. */
public record Caller(NodeId node, long number) {}
