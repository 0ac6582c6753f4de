/** The capstan command: nodes, the story, crunch. */
@org.jspecify.annotations.NullMarked
package io.capstan.demo;
