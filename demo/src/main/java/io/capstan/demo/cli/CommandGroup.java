package io.capstan.demo.cli;

import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** A command that only has others below it: alone it tells which. */
abstract class CommandGroup implements Runnable {
    @CommandLine.Spec
    CommandSpec spec = CommandSpec.create();

    @Override
    public final void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }
}
