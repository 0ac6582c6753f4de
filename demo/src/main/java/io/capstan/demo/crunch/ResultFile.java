package io.capstan.demo.crunch;

import com.fasterxml.jackson.databind.JsonNode;
import io.capstan.demo.Json;
import io.capstan.demo.UserError;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The result as it is written: a header with the fencing token of the lock it was written under, then one line per
 * value, highest count first. JSON lines.
 */
public record ResultFile(Header header, Ranking ranking) {
    /** {@code token} is the fencing token; {@code lines} what the counts add up to. */
    public record Header(String crunch, String node, String token, long lines) {}

    record Line(String valueBase64, long count) {}

    /** Writes the file, which must not exist: a result is written once. */
    void write(Path file) throws IOException {
        try (BufferedWriter out = Files.newBufferedWriter(file, StandardOpenOption.CREATE_NEW)) {
            out.write(Json.line(header));
            out.newLine();
            for (Ranking.Entry entry : ranking.entries()) {
                out.write(Json.line(new Line(entry.value().base64(), entry.count())));
                out.newLine();
            }
        }
    }

    /**
     * Reads what {@link #write} wrote.
     *
     * @throws UserError when it cannot be read
     */
    public static ResultFile read(Path file) {
        try (BufferedReader in = Files.newBufferedReader(file)) {
            Header header = Json.MAPPER.readValue(in.readLine(), Header.class);
            List<Ranking.Entry> entries = new ArrayList<>();
            String line;
            while ((line = in.readLine()) != null) {
                JsonNode entry = Json.MAPPER.readTree(line);
                entries.add(new Ranking.Entry(
                        Value.ofBase64(entry.path("value_base64").asText()),
                        entry.path("count").asLong()));
            }
            return new ResultFile(header, new Ranking(entries));
        } catch (IOException e) {
            throw new UserError("cannot read the result in " + file + ": " + e.getMessage());
        }
    }
}
