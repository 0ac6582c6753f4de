package io.capstan.demo.story;

/**
 * One step as it was observed.
 *
 * @param number which of the story, from 1 on
 * @param step what was to happen, in words
 * @param node the node on which it was observed; never the one that did it, unless it was alone on its side of a cut
 * @param expected what had to be seen
 * @param observed what was seen last
 * @param ok whether the two are the same
 * @param ms from the deed until it was observed, or until the time was up
 */
public record Step(int number, String step, String node, String expected, String observed, boolean ok, long ms) {}
