package io.millrace.benchmarks.context;

import io.millrace.benchmarks.harness.BenchmarkArguments;
import io.millrace.benchmarks.harness.Median;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.MySqlServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Measures the statements per second of a service with each contender. Each contender is a process of its own, and they take turns
 * in short slices, in a new order each time, so that other load on the machine has the same effect on all.
 */
final class ContextBenchmark {
    private static final String USER = "service";
    private static final double NANOS = 1e9;
    private static final int WARM_UP_SLICES = 5;
    private static final String CACHED = "&useServerPrepStmts=true&cachePrepStmts=true";

    private final MySqlServer server;
    private final String agent;
    private final int rounds;
    private final int milliseconds;

    private ContextBenchmark(MySqlServer server, String agent, int rounds, int milliseconds) {
        this.server = server;
        this.agent = agent;
        this.rounds = rounds;
        this.milliseconds = milliseconds;
    }

    /** Takes an empty directory for the server's data, the agent's jar, and options. */
    public static void main(String[] words) throws Exception {
        BenchmarkArguments arguments =
                new BenchmarkArguments(words, Set.of("quick"), Set.of("directory", "peers", "agent", "rounds"));
        int rounds = arguments.numberOf("rounds", arguments.has("quick") ? 3 : 30);
        try (MySqlServer server = MySqlServer.start(
                Installation.locate(),
                Path.of(arguments.text("directory", "")).resolve("mysql"),
                Map.of("innodb_flush_log_at_trx_commit", "0", "sync_binlog", "0"))) {
            createOrders(server);
            ContextBenchmark benchmark = new ContextBenchmark(
                    server, arguments.text("agent", ""), rounds, arguments.has("quick") ? 500 : 1000);
            benchmark.measure("", List.of(ContextContender.values()));
            benchmark.measure("&cachePrepStmts=true", List.of(ContextContender.NONE, ContextContender.MILLRACE));
            benchmark.measure("&useServerPrepStmts=true", List.of(ContextContender.NONE, ContextContender.MILLRACE));
            benchmark.measure(CACHED, List.of(ContextContender.NONE, ContextContender.MILLRACE));
            System.out.printf(Locale.ROOT, "ratio %.2f%n", benchmark.ratio);
        }
    }

    /** Of the first options, which are the driver's defaults. */
    private double ratio;

    private static void createOrders(MySqlServer server) throws SQLException {
        try (Connection root = server.connectAsRoot();
                Statement sql = root.createStatement()) {
            sql.execute("CREATE DATABASE shop");
            sql.execute("CREATE TABLE shop.orders"
                    + " (id BIGINT PRIMARY KEY, status VARCHAR(20), version INT DEFAULT 1, note VARCHAR(200))");
            for (int id = 0; id < StatementRequests.ORDERS; id++) {
                sql.execute("INSERT INTO shop.orders (id, status, note) VALUES (" + id + ", 'NEW', REPEAT('x', 100))");
            }
            sql.execute("CREATE USER '" + USER + "'@'%' IDENTIFIED BY '" + USER + "'");
            sql.execute("GRANT ALL ON shop.* TO '" + USER + "'@'%'");
        }
    }

    private void measure(String options, List<ContextContender> contenders) throws IOException {
        Map<ContextContender, Service> services = new EnumMap<>(ContextContender.class);
        try {
            for (ContextContender contender : contenders) {
                services.put(contender, new Service(contender, options));
            }
            for (int slice = 0; slice < WARM_UP_SLICES; slice++) {
                services.values().forEach(service -> service.handleRequests(milliseconds));
            }
            Map<ContextContender, List<Double>> rates = new EnumMap<>(ContextContender.class);
            List<ContextContender> turns = new ArrayList<>(contenders);
            Random random = new Random(rounds);
            for (int round = 0; round < rounds; round++) {
                Collections.shuffle(turns, random);
                for (ContextContender contender : turns) {
                    rates.computeIfAbsent(contender, key -> new ArrayList<>())
                            .add(services.get(contender).handleRequests(milliseconds));
                }
            }
            printRates(options, rates);
        } finally {
            services.values().forEach(Service::close);
        }
    }

    private void printRates(String options, Map<ContextContender, List<Double>> rates) {
        List<Double> none = rates.get(ContextContender.NONE);
        System.out.println("driver's options: " + (options.isEmpty() ? "defaults" : options.substring(1)));
        rates.forEach((contender, rate) -> {
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < rate.size(); round++) {
                ratios.add(rate.get(round) / none.get(round));
            }
            double median = Median.of(ratios);
            System.out.printf(
                    Locale.ROOT,
                    "    %-22s %8.0f statements/s, %.3f of none%n",
                    contender.label(),
                    Median.of(rate),
                    median);
            if (options.isEmpty() && contender == ContextContender.MILLRACE) {
                ratio = median;
            }
        });
    }

    /** The process of a contender. */
    private final class Service implements AutoCloseable {
        private final Process process;
        private final BufferedReader output;

        Service(ContextContender contender, String options) throws IOException {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of("-Xms256m", "-Xmx256m", "-cp", System.getProperty("java.class.path")));
            command.addAll(contender.jvmOptions(agent));
            command.addAll(List.of(
                    StatementRequests.class.getName(),
                    contender.label(),
                    server.jdbcUrl("shop") + options,
                    USER,
                    USER));
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        }

        /** Statements per second. */
        double handleRequests(int time) {
            try {
                process.getOutputStream().write((time + "\n").getBytes(StandardCharsets.UTF_8));
                process.getOutputStream().flush();
                String line = output.readLine();
                // The agent's log is there, too.
                while (line != null && !line.matches("\\d+ \\d+")) {
                    line = output.readLine();
                }
                if (line == null) {
                    throw new IllegalStateException("The service's process has ended");
                }
                String[] figures = line.split(" ", 2);
                return Long.parseLong(figures[0]) * NANOS / Long.parseLong(figures[1]);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            process.destroy();
        }
    }
}
