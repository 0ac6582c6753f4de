/**
 * The product one can touch: the {@code capstan} command, nodes as processes, their HTTP door, the
 * lab, the story, crunch.
 *
 * <p>Read in this order: {@code cli} (the commands), {@code story} (the seeds' talks on a live cluster), {@code lab} (a
 * page over one), {@code crunch} (the four services at work), {@code http} (a node's door), {@code process} (nodes as child processes). This package
 * holds what all of them share.
 */
@org.jspecify.annotations.NullMarked
package io.capstan.demo;
