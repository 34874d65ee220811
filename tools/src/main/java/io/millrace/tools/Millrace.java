package io.millrace.tools;

import io.millrace.events.MillraceVersion;
import io.millrace.tools.check.CheckCommand;
import io.millrace.tools.contract.ContractCommand;
import io.millrace.tools.contract.ContractDiffCommand;
import io.millrace.tools.create.NewCommand;
import io.millrace.tools.deadletters.RedriveCommand;
import io.millrace.tools.input.UsageException;
import io.millrace.tools.payloads.PayloadsCommand;
import io.millrace.tools.preview.PreviewCommand;
import io.millrace.tools.record.RecordCommand;
import io.millrace.tools.schedules.SchedulesCommand;
import io.millrace.tools.spool.SpoolCommand;
import io.millrace.tools.status.StatusCommand;
import io.millrace.tools.transactions.TransactionsCommand;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.config.ConfigException;

/** The command {@code millrace}: its first argument is the name of a subcommand. */
public final class Millrace {
    private static final String USAGE = """
            usage: millrace COMMAND [OPTIONS]

              new             writes the configurations of a source and a sink for the tables of a database
              check           prints everything that is wrong with a configuration, before it is posted
              preview         runs a connector's transforms on change events, without a cluster
              record          records change events of a connector's database for the other commands
              contract        prints the schemas of a connector's events as an AsyncAPI 3 document
              contract-diff   compares two contracts: compatible or breaking for consumers
              status          prints the connectors of a cluster: states, lag, dead letters, problems and remedies
              redrive         prints the records of a dead letter queue, and brings them back by a plan
              schedules       prints the messages that wait for their time, cancels them, and the times of a cron expression
              spool           prints what services have stored while Kafka was away, and verifies it
              transactions    finds transactions of Kafka that have ended without a marker, and writes the marker
              payloads        lists stored payloads without references, and deletes them

            millrace COMMAND --help lists the options.
            """;

    private Millrace() {}

    /** Runs the command; ends the process with its exit code. */
    public static void main(String[] words) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        PrintStream err = new PrintStream(System.err, true, StandardCharsets.UTF_8);
        System.exit(runCommand(Arrays.asList(words), out, err));
    }

    /** Runs the command; returns its exit code: 2 if it was used wrongly. */
    public static int runCommand(List<String> words, PrintStream out, PrintStream err) {
        String command = words.isEmpty() ? "" : words.get(0);
        List<String> rest = words.isEmpty() ? words : words.subList(1, words.size());
        boolean help = rest.contains("--help") || rest.contains("-h");
        try {
            return switch (command) {
                case "preview" ->
                    help ? printText(out, PreviewCommand.USAGE) : PreviewCommand.runCommand(rest, out, err);
                case "contract" ->
                    help ? printText(out, ContractCommand.USAGE) : ContractCommand.runCommand(rest, out, err);
                case "contract-diff" ->
                    help ? printText(out, ContractDiffCommand.USAGE) : ContractDiffCommand.runCommand(rest, out, err);
                case "record" -> help ? printText(out, RecordCommand.USAGE) : RecordCommand.runCommand(rest, out, err);
                case "payloads" ->
                    help ? printText(out, PayloadsCommand.USAGE) : PayloadsCommand.runCommand(rest, out, err);
                case "new" -> help ? printText(out, NewCommand.USAGE) : NewCommand.runCommand(rest, out, err);
                case "check" -> help ? printText(out, CheckCommand.USAGE) : CheckCommand.runCommand(rest, out, err);
                case "status" -> help ? printText(out, StatusCommand.USAGE) : StatusCommand.runCommand(rest, out, err);
                case "redrive" ->
                    help ? printText(out, RedriveCommand.USAGE) : RedriveCommand.runCommand(rest, out, err);
                case "schedules" ->
                    help ? printText(out, SchedulesCommand.USAGE) : SchedulesCommand.runCommand(rest, out, err);
                case "spool" -> help ? printText(out, SpoolCommand.USAGE) : SpoolCommand.runCommand(rest, out, err);
                case "transactions" ->
                    help ? printText(out, TransactionsCommand.USAGE) : TransactionsCommand.runCommand(rest, out, err);
                case "--version" -> printText(out, MillraceVersion.get() + "\n");
                case "--help", "-h", "help" -> printText(out, USAGE);
                default -> {
                    printText(err, USAGE);
                    yield 2;
                }
            };
        } catch (UsageException | ConfigException e) {
            err.println("millrace: " + e.getMessage());
            return 2;
        }
    }

    private static int printText(PrintStream to, String text) {
        to.print(text);
        to.flush();
        return 0;
    }
}
