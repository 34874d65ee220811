package io.millrace.tools.contract;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.tools.changes.ChangeFile;
import io.millrace.tools.changes.ConnectJson;
import io.millrace.tools.input.Arguments;
import io.millrace.tools.input.ConnectorFile;
import io.millrace.tools.input.UsageException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** {@code millrace contract-diff}: whether a change of a connector's events is compatible for their consumers. */
public final class ContractDiffCommand {
    /** Its text for {@code --help}. */
    public static final String USAGE = """
            millrace contract-diff OLD NEW [--events FILE]

            Prints the differences between two contracts, each as compatible or breaking for the consumers of the events,
            and the overall result in the last line. OLD and NEW are documents of millrace contract, or configurations of
            connectors.

              --events FILE       for configurations: change events of the tables, from millrace record
              --new-events FILE   for NEW, if the tables were altered too
              --plugin-path PATH  for configurations: the worker's plugin.path

            Exits with 0 if the change is compatible, with 1 if it is breaking, with 2 if the comparison is not possible.
            """;

    private ContractDiffCommand() {}

    /** Runs it; returns the exit code. */
    public static int runCommand(List<String> words, PrintStream out, PrintStream err) {
        Arguments arguments = Arguments.parse(words, Set.of("--events", "--new-events", "--plugin-path"), Set.of());
        if (arguments.rest().size() != 2) {
            throw new UsageException("two files are compared, an old one and a new one (try --help)");
        }
        String newEvents = arguments.has("--new-events") ? "--new-events" : "--events";
        List<Difference> differences = ContractDiff.of(
                readDocument(Path.of(arguments.rest().get(0)), arguments, "--events", err),
                readDocument(Path.of(arguments.rest().get(1)), arguments, newEvents, err));
        differences.forEach(out::println);
        boolean breaking = differences.stream().anyMatch(Difference::breaking);
        out.println(breaking ? "breaking" : "compatible");
        return breaking ? 1 : 0;
    }

    private static JsonNode readDocument(Path file, Arguments arguments, String events, PrintStream err) {
        JsonNode json = readJson(file);
        if (json.has("asyncapi")) {
            if (!json.path("asyncapi").asText().startsWith("3.")) {
                throw new UsageException(
                        file + " is AsyncAPI " + json.path("asyncapi").asText() + "; expected 3");
            }
            return json;
        }
        ConnectorFile connector = ConnectorFile.read(file);
        Contract contract = new ContractReader(arguments.value("--plugin-path"), err)
                .readContract(connector, new ChangeFile(Path.of(arguments.required(events))));
        return AsyncApi.of(contract, connector.name(), "1.0.0");
    }

    private static JsonNode readJson(Path file) {
        try {
            return ConnectJson.MAPPER.readTree(Files.readAllBytes(file));
        } catch (JsonProcessingException e) {
            throw new UsageException(file + " is not JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new UsageException("cannot read " + file + ": " + e, e);
        }
    }
}
