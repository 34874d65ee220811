package io.millrace.tools.contract;

import io.millrace.tools.changes.ChangeFile;
import io.millrace.tools.changes.ConnectJson;
import io.millrace.tools.input.Arguments;
import io.millrace.tools.input.ConnectorFile;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** {@code millrace contract}: the contract of a connector's events, as an AsyncAPI document. */
public final class ContractCommand {
    /** Its text for {@code --help}. */
    public static final String USAGE = """
            millrace contract --config FILE --events FILE

            Prints an AsyncAPI 3 document of the official events of a connector: their topics, types, headers, keys and
            bodies, as JSON Schemas. The tables' definitions come from recorded change events, one of each table.

              --config FILE       the connector's configuration, as it is posted
              --events FILE       change events with their schemas, from millrace record
              --title TEXT        the document's title (the connector's name)
              --version TEXT      the contract's version (1.0.0)
              --plugin-path PATH  the worker's plugin.path; not needed for Millrace's and Kafka's own transforms
            """;

    private ContractCommand() {}

    /** Runs it; returns the exit code. */
    public static int runCommand(List<String> words, PrintStream out, PrintStream err) {
        Arguments arguments = Arguments.parse(
                words, Set.of("--config", "--events", "--title", "--version", "--plugin-path"), Set.of());
        arguments.requireNoRest();
        ConnectorFile connector = ConnectorFile.read(Path.of(arguments.required("--config")));
        Contract contract = new ContractReader(arguments.value("--plugin-path"), err)
                .readContract(connector, new ChangeFile(Path.of(arguments.required("--events"))));
        out.println(ConnectJson.prettyPrint(AsyncApi.of(
                contract,
                arguments.value("--title").orElse(connector.name()),
                arguments.value("--version").orElse("1.0.0"))));
        out.flush();
        return 0;
    }
}
