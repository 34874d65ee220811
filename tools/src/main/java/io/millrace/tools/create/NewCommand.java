package io.millrace.tools.create;

import io.millrace.connectors.projection.table.TableName;
import io.millrace.tools.input.Arguments;
import io.millrace.tools.input.UsageException;
import io.millrace.tools.input.Variables;
import io.millrace.tools.source.SourceProduct;
import java.io.PrintStream;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@code millrace new}: a source and a sink for tables that exist, ready to post. */
public final class NewCommand {
    /** The text of {@code --help}. */
    public static final String USAGE = """
        millrace new --database-url URL --user NAME --tables LIST --out FOLDER

        Reads the definitions of tables, and writes a source with events for them, a sink with a view for each, and the SQL
        that creates the views. It reads no rows, changes nothing in the database, and overwrites no file. It prints what
        was written, what was left out and why, the grants that the accounts need, and the next commands.

          --database-url URL      the source's database, jdbc:mysql://HOST:PORT/DATABASE or jdbc:postgresql://...
          --user NAME             an account that may read the tables; also the account of the source
          --password-file FILE    its password; otherwise the environment variable MILLRACE_DATABASE_PASSWORD
          --database-config FILE  database.ssl.mode (database.sslmode in PostgreSQL) and others; passwords as ${env:...}
          --tables LIST           TABLE or DATABASE.TABLE, in PostgreSQL SCHEMA.TABLE (public), ...; a name with a comma or
                                  a dot in backticks; * for all of the database, in PostgreSQL of the schema public
          --prefix NAME           the first part of the names of topics and connectors (the database's name)
          --views-url URL         the views' database, jdbc:mysql: or jdbc:postgresql: (${env:VIEWS_DATABASE_URL},
                                  and the source's product)
          --views-user NAME       the sink's account there (${env:VIEWS_DATABASE_USER})
          --bootstrap-servers LIST  the brokers (${env:KAFKA_BOOTSTRAP_SERVERS})
          --payload-store STORE   s3://BUCKET/PREFIX, kafka:TOPIC or file:/FOLDER: the store of values of MEDIUMTEXT,
                                  LONGTEXT, MEDIUMBLOB, LONGBLOB and BYTEA, which are left out without it
          --payload-config FILE   the store's options, e.g. payload.s3.region; secrets as ${env:...}
          --out FOLDER            where the files are written

        A password is read from a file or the environment, and is neither written nor printed.

        Exits with 0 if every table has events, 1 if some are left out, 2 if an argument is wrong or the database cannot be
        read.
        """;

    /** Of the rules: options of tables, each with three rules. */
    private static final int MAX_TABLES = 100;

    private static final String VIEWS_FILE = "views.sql";
    private static final Pattern VARIABLE = Pattern.compile("\\$\\{env:([^}]+)}");
    private static final Pattern DATABASE_OF_URL = Pattern.compile("jdbc:[a-z]+://[^/]*/([^?]+).*");

    private final NewRequest request;
    private final GeneratedConnectors connectors;
    private final NewReport report;

    private NewCommand(NewRequest request, PrintStream out) {
        this.request = request;
        this.connectors = new GeneratedConnectors(request);
        this.report = new NewReport(out);
    }

    /** What was read. */
    private record Facts(List<CapturedTable> tables, SourceSetup setup) {}

    /** Runs it; returns the exit code. */
    public static int runCommand(List<String> words, PrintStream out, PrintStream err) {
        Arguments arguments = Arguments.parse(words, NewRequest.OPTIONS, Set.of());
        arguments.requireNoRest();
        NewCommand command = new NewCommand(NewRequest.of(arguments), out);
        int exitCode = command.createConfigurations();
        out.flush();
        return exitCode;
    }

    private int createConfigurations() {
        Facts facts = readFacts();
        ViewsDatabase views = request.viewsUrl()
                .map(ViewsDatabase::of)
                .orElse(ViewsDatabase.of(request.source().product()));
        MappingPlan plan = new MappingPlanner(
                        facts.tables(),
                        request.prefix(),
                        request.source(),
                        connectors.reservedTopics(),
                        views,
                        request.payloadStore().isPresent())
                .makePlan();
        if (plan.tables().isEmpty() || plan.tables().size() > MAX_TABLES) {
            throw new UsageException("--tables: expected 1 to " + MAX_TABLES + " tables that can have events, found "
                    + plan.tables().size()
                    + plan.leftOut().stream()
                            .map(reason -> "\nleft out: " + reason)
                            .collect(Collectors.joining()));
        }
        writeFiles(plan, facts, views);
        return plan.leftOut().isEmpty() ? 0 : 1;
    }

    private Facts readFacts() {
        Map<String, String> options = Variables.resolveVariables(
                connectors.databaseOptions(request.password()),
                name -> request.databaseOptions().containsKey(name));
        SourceAddress source = request.source();
        try (Connection connection =
                source.product().findConnection(options).orElseThrow().open()) {
            SourceCatalog catalog = source.product() == SourceProduct.POSTGRESQL
                    ? new PostgresCatalog(connection, options)
                    : new MySqlCatalog(connection, options);
            List<TableName> names = request.tables().isEmpty() ? catalog.findTables(source.schema()) : request.tables();
            // Two names may stand for one table.
            Set<CapturedTable> tables = new LinkedHashSet<>();
            for (TableName name : names) {
                tables.add(catalog.readTable(name, source.schema()));
            }
            return new Facts(List.copyOf(tables), catalog.readSetup(request));
        } catch (SQLException e) {
            throw new UsageException(
                    "--database-url: cannot read " + request + ": "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("no message"),
                    e);
        }
    }

    private void writeFiles(MappingPlan plan, Facts facts, ViewsDatabase views) {
        Map<String, String> source = connectors.makeSource(plan, facts.setup());
        GeneratedFiles files = new GeneratedFiles(request.folder());
        String sourceFile = "10-" + connectors.sourceName() + ".json";
        files.addConnector(sourceFile, connectors.sourceName(), source);
        List<String> values = new ArrayList<>(source.values());
        String sinkFile = "20-" + connectors.sinkName() + ".json";
        boolean hasViews = !plan.viewed().isEmpty();
        if (hasViews) {
            Map<String, String> sink = connectors.makeSink(plan);
            values.addAll(sink.values());
            files.addConnector(sinkFile, connectors.sinkName(), sink);
            files.addText(
                    VIEWS_FILE,
                    plan.viewed().stream().map(views::toCreateStatement).collect(Collectors.joining("\n")));
        }
        files.writeAll();
        report.printFile(files.pathOf(sourceFile), "the source, which sends the events");
        if (hasViews) {
            report.printFile(files.pathOf(sinkFile), "the sink, which writes the views");
            report.printFile(files.pathOf(VIEWS_FILE), "the tables of the views, for " + views);
        }
        report.printTables(plan);
        report.printSection(
                "Tables with equal columns, for which one definition may be enough"
                        + " (docs/rules.md#shards-and-tenants):",
                SimilarTables.find(
                                plan.tables().stream().map(TableMapping::table).toList())
                        .stream()
                        .map(SimilarTables::toString)
                        .toList());
        facts.setup().print(plan, report);
        printGrants(plan, facts, views, hasViews);
        report.printSection("Variables, where the workers and millrace check run:", findVariables(values));
        printNext(files, sourceFile, hasViews ? List.of(VIEWS_FILE, sinkFile) : List.of());
    }

    private void printGrants(MappingPlan plan, Facts facts, ViewsDatabase views, boolean hasViews) {
        report.printSection(
                "The source's account needs, at the source's server:",
                facts.setup().grants(plan));
        if (hasViews) {
            String database = request.viewsUrl()
                    .map(DATABASE_OF_URL::matcher)
                    .filter(Matcher::matches)
                    .map(matcher -> matcher.group(1))
                    .orElse("views");
            report.printSection(
                    "The sink's account needs, in the views' database:",
                    AccountGrants.ofSink(
                            views,
                            database,
                            request.viewsUser().orElse("projector"),
                            plan.viewed().stream().map(TableMapping::view).toList()));
        }
    }

    private static List<String> findVariables(List<String> values) {
        Set<String> variables = new TreeSet<>();
        values.forEach(value -> VARIABLE.matcher(value).results().forEach(found -> variables.add(found.group(1))));
        return List.copyOf(variables);
    }

    private void printNext(GeneratedFiles files, String sourceFile, List<String> ofViews) {
        List<String> lines = new ArrayList<>();
        lines.add("millrace check " + files.pathOf(sourceFile));
        lines.add(postCommand(files, sourceFile));
        if (!ofViews.isEmpty()) {
            lines.add("(execute " + files.pathOf(ofViews.get(0)) + " in the views' database)");
            lines.add("millrace check " + files.pathOf(ofViews.get(1)));
            lines.add(postCommand(files, ofViews.get(1)));
        }
        report.printSection("Next:", lines);
    }

    private static String postCommand(GeneratedFiles files, String file) {
        return "curl -H 'Content-Type: application/json' -d @" + files.pathOf(file)
                + " http://CONNECT_HOST:8083/connectors";
    }
}
