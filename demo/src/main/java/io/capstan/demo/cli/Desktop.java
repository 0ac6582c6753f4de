package io.capstan.demo.cli;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Where there is one. */
final class Desktop {
    private Desktop() {}

    /** Shows an address in the user's browser; does nothing where there is no desktop, or no way to ask it. */
    static void open(String address) {
        List<String> command = command(System.getenv(), System.getProperty("os.name"), address);
        if (command.isEmpty()) {
            return;
        }
        try {
            new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            // The address was printed: whoever wants to see it can.
        }
    }

    static List<String> command(Map<String, String> environment, String system, String address) {
        String name = system.toLowerCase(Locale.ROOT);
        if (name.startsWith("mac")) {
            return List.of("open", address);
        }
        if (name.startsWith("windows")) {
            return List.of("rundll32", "url.dll,FileProtocolHandler", address);
        }
        boolean shown = environment.containsKey("DISPLAY") || environment.containsKey("WAYLAND_DISPLAY");
        return shown ? List.of("xdg-open", address) : List.of();
    }
}
