package io.capstan.bench.registry;

import io.capstan.bench.Erlang;
import io.capstan.testkit.process.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What is measured: how one process of it is started, and what can be asked of it. */
public enum Contender {
    /** Names and groups of this project. */
    CAPSTAN {
        @Override
        ChildProcess start(Path directory, String name, int port, int firstPort) throws IOException {
            return java(RegistryNode.class, directory, name, port, firstPort);
        }
    },
    /** OTP's {@code global} and {@code pg}, where {@code erl} and {@code erlc} are installed. */
    OTP {
        @Override
        ChildProcess start(Path directory, String name, int port, int firstPort) throws IOException {
            Erlang.compile(Contender.class, PEER, directory, Map.of());
            List<String> command = new ArrayList<>(List.of("erl", "-noshell", "-sname", name + "@localhost"));
            command.addAll(List.of("-start_epmd", "false", "-setcookie", "capstan-bench"));
            command.addAll(List.of("-kernel", "inet_dist_use_interface", "{127,0,0,1}"));
            command.addAll(List.of("-kernel", "global_multi_name_action", "allow"));
            command.addAll(List.of("-pa", directory.toString(), "-run", PEER, "main"));
            return ChildProcess.start(directory.resolve(name), environment(directory, firstPort), command);
        }
    },
    /** Pekko's Receptionist: it has keys, which are groups and no names. */
    RECEPTIONIST {
        @Override
        ChildProcess start(Path directory, String name, int port, int firstPort) throws IOException {
            return java(ReceptionistNode.class, directory, name, port, firstPort);
        }
    };

    private static final List<String> FLAGS = List.of("-Xmx2g", "-XX:+UseSerialGC");
    private static final String PEER = "registry_peer";

    /**
     * Starts one of its processes; returns at once.
     *
     * @param firstPort of the process that is started first; of OTP: of its port mapper
     */
    abstract ChildProcess start(Path directory, String name, int port, int firstPort) throws IOException;

    boolean hasNames() {
        return this != RECEPTIONIST;
    }

    private static ChildProcess java(Class<?> main, Path directory, String name, int port, int firstPort)
            throws IOException {
        Path files = directory.resolve(name);
        return ChildProcess.start(
                files, FLAGS, main, name, files.toString(), String.valueOf(port), String.valueOf(firstPort));
    }

    /** OTP's port mapper, on the loopback alone; the shell ends it when we end, however we end. */
    static ChildProcess portMapper(Path directory, int port) throws IOException {
        return ChildProcess.start(
                directory.resolve("epmd"),
                environment(directory, port),
                List.of("sh", "-c", "epmd & mapper=$!; read line; kill $mapper"));
    }

    private static Map<String, String> environment(Path directory, int mapperPort) {
        return Map.of(
                "ERL_EPMD_ADDRESS",
                "127.0.0.1",
                "ERL_EPMD_PORT",
                String.valueOf(mapperPort),
                "HOME",
                directory.toString());
    }
}
