package io.capstan.demo.cli;

import java.util.concurrent.Callable;

/**
 * A command of {@code capstan} that another module brings along, found with {@link java.util.ServiceLoader}: an object with
 * picocli's annotations, and the exit codes that all have.
 */
public interface MoreCommand extends Callable<Integer> {}
