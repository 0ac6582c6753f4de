/**
 * The {@code capstan} command line. One class per command; {@link io.capstan.demo.cli.Capstan} is the door. Other
 * modules bring commands of their own, as {@link io.capstan.demo.cli.MoreCommand}s.
 *
 * <h2>Exit codes</h2>
 * <ul>
 *   <li>0: done, and everything was as it should be.
 *   <li>1: done, and something was not: a step of the story was not observed, a torture found something,
 *       nobody has the name or key that was asked for.
 *   <li>2: the command line was not understood.
 *   <li>3: refused: a port in use, a directory that cannot be used, a missing file, too old a Java. One line says what
 *       is wrong and what to do about it.
 * </ul>
 */
@org.jspecify.annotations.NullMarked
package io.capstan.demo.cli;
