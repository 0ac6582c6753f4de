package io.capstan.demo.process;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.demo.UserError;
import io.capstan.raft.lock.Locks;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One node of a cluster, as it was started last.
 *
 * @param process may have ended
 */
public record Member(NodeProcess process, NodeProcess.Ready ready, NodeClient client) {
    public String name() {
        return process.name();
    }

    /** The command that starts this node again by hand, at the same places. */
    public String command() {
        return "capstan node " + again().stream().map(Member::quoted).collect(Collectors.joining(" "));
    }

    /** The arguments that start it again at the same places; it finds its cluster by itself. */
    List<String> again() {
        List<String> arguments = new ArrayList<>();
        List<String> first = process.arguments();
        for (int i = 0; i < first.size(); i++) {
            switch (first.get(i)) {
                case "--bootstrap" -> {}
                case "--join" -> i++;
                case "--port" -> arguments.addAll(List.of(first.get(i++), port(ready.link())));
                case "--http" -> arguments.addAll(List.of(first.get(i++), port(ready.http())));
                default -> arguments.add(first.get(i));
            }
        }
        return arguments;
    }

    private static String port(String address) {
        return address.substring(address.lastIndexOf(':') + 1);
    }

    /** Whether it says that it leads the group of locks. */
    boolean leads() {
        try {
            for (JsonNode group : client.get("/raft").body().path("groups")) {
                if (group.path("group").asText().equals(Locks.GROUP)) {
                    return group.path("role").asText().equals("LEADER");
                }
            }
            return false;
        } catch (UserError silent) {
            return false;
        }
    }

    /** As a shell wants it: a directory may have any name. */
    static String quoted(String argument) {
        return argument.matches("[A-Za-z0-9_@%+=:,./-]+") ? argument : "'" + argument.replace("'", "'\\''") + "'";
    }
}
