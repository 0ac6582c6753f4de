/**
 * The seeds' talks, played on a live cluster: every step is done on one node and observed on another, over HTTP.
 *
 * <p>Read in this order: {@link io.capstan.demo.story.Scene} (each step, and why),
 * {@link io.capstan.demo.story.Story} (how they are played), {@link io.capstan.demo.story.Stage} (doing
 * and observing), {@link io.capstan.demo.story.Step} (what is printed).
 *
 * <h2>Guarantees</h2>
 * <ul>
 *   <li>A step is ok only if what was expected was seen, on a live node, within its time. Nothing is assumed.
 *   <li>The first step that was not observed ends the story.
 * </ul>
 */
@org.jspecify.annotations.NullMarked
package io.capstan.demo.story;
