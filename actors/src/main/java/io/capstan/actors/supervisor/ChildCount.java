package io.capstan.actors.supervisor;

/**
 * How many children there are, as {@link Children#count()} tells.
 *
 * @param specs all, running or not
 * @param active those that run
 * @param supervisors those that are supervisors, running or not
 * @param workers the others, running or not
 */
public record ChildCount(int specs, int active, int supervisors, int workers) {}
