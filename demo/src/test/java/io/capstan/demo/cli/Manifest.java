package io.capstan.demo.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.demo.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.Yaml;

/** What {@code deploy/} says of a node's container: the Dockerfile's and the manifest's parts together. */
record Manifest(JsonNode stateful, JsonNode service, JsonNode budget, List<String> entrypoint) {
    private static final Pattern ENTRYPOINT = Pattern.compile("(?m)^ENTRYPOINT (\\[.*])$");

    static Manifest read() throws IOException {
        Map<String, JsonNode> byKind = new HashMap<>();
        for (Object each : new Yaml().loadAll(text("kubernetes.yaml"))) {
            JsonNode object = Json.MAPPER.valueToTree(each);
            byKind.put(object.path("kind").asText(), object);
        }
        Matcher entrypoint = ENTRYPOINT.matcher(dockerfile());
        if (!entrypoint.find()) {
            throw new AssertionError("no ENTRYPOINT in exec form");
        }
        return new Manifest(
                found(byKind, "StatefulSet"),
                found(byKind, "Service"),
                found(byKind, "PodDisruptionBudget"),
                texts(Json.MAPPER.readTree(entrypoint.group(1))));
    }

    static String dockerfile() throws IOException {
        return text("Dockerfile");
    }

    private static String text(String file) throws IOException {
        return Files.readString(Path.of("..", "deploy", file));
    }

    private static JsonNode found(Map<String, JsonNode> byKind, String kind) {
        JsonNode object = byKind.get(kind);
        if (object == null) {
            throw new AssertionError("no " + kind);
        }
        return object;
    }

    JsonNode pod() {
        return stateful.at("/spec/template/spec");
    }

    JsonNode container() {
        return pod().at("/containers/0");
    }

    int replicas() {
        return stateful.at("/spec/replicas").asInt();
    }

    /** Arguments of {@code capstan node}, as Kubernetes hands them to that pod. */
    List<String> arguments(String pod) {
        return expanded(container().path("args"), pod);
    }

    /** What is run before, to make of a Secret a file that a node takes. */
    List<String> first() {
        return expanded(pod().at("/initContainers/0/command"), "");
    }

    private static List<String> expanded(JsonNode list, String pod) {
        return texts(list).stream()
                .map(text -> text.replace("$(POD_NAME)", pod))
                .toList();
    }

    /** What the kubelet asks. */
    record Probe(String scheme, String path, String port) {}

    List<Probe> probes() {
        return Stream.of("startupProbe", "livenessProbe", "readinessProbe")
                .map(kind -> container().at("/" + kind + "/httpGet"))
                .map(get -> new Probe(
                        get.path("scheme").asText(),
                        get.path("path").asText(),
                        get.path("port").asText()))
                .toList();
    }

    int port(String name) {
        return StreamSupport.stream(container().path("ports").spliterator(), false)
                .filter(port -> port.path("name").asText().equals(name))
                .mapToInt(port -> port.path("containerPort").asInt())
                .findFirst()
                .orElseThrow();
    }

    static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
