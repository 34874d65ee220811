package io.millrace.local.quickstart;

import io.millrace.local.LocalPipeline;
import io.millrace.local.PipelineSettings;
import io.millrace.local.imports.ImportClient;
import io.millrace.local.imports.ImportPipeline;
import io.millrace.local.imports.ImportReport;
import io.millrace.local.imports.SecondDataCentre;
import io.millrace.local.page.Page;
import io.millrace.local.page.PipelineState;
import io.millrace.local.page.RedriveDesk;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.ProjectFiles;
import io.millrace.testing.servers.ServerFailedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Starts the whole pipeline, writes to the shop as its service would, and shows the path of rows to the views. Run by
 * {@code deploy/quickstart}, which also builds what it needs.
 */
public final class Quickstart {
    private static final int TRANSACTIONS = 300;
    private static final int SUBSCRIPTIONS = 5;
    private static final int VISITS = 20;
    private static final Duration UNTIL_FIRST_PAYMENT = Duration.ofSeconds(1);
    private static final Duration BETWEEN_PAYMENTS = Duration.ofSeconds(3);
    private static final Duration TIME_TO_CATCH_UP = Duration.ofSeconds(60);
    private static final Duration TIME_FOR_A_TOPIC = Duration.ofSeconds(10);
    private static final int SHOWN_DIFFERENCES = 20;
    private static final int CONTACTS = 10_000;
    /** So that the progress can be seen. */
    private static final Duration PAUSE_OF_IMPORTERS = Duration.ofMillis(50);

    private static final Duration TIME_TO_IMPORT = Duration.ofMinutes(3);
    /** With TRACE, the sinks log each record that they write, with its request. */
    private static final String SINK_LOGGER = "io.millrace.connectors.projection.write";

    /** The connector that brings the visits of an outage to Kafka. */
    private static final String SPOOL_CONFIG = "17-spool.json";

    private static final List<String> TOPICS = List.of(
            "shop.orders",
            "shop.sites",
            "shop.products",
            "shop.site-documents",
            "shop.countries",
            "shop.customers",
            "shop.customers.v2",
            "shop.requests",
            RenewalService.TOPIC,
            VisitService.TOPIC);

    private final QuickstartOptions options;
    private final Installation installation;
    private final ProjectFiles project;
    private final Screen screen = new Screen(System.out);

    private Quickstart(QuickstartOptions options) {
        this.options = options;
        this.installation = Installation.locate();
        this.project = ProjectFiles.of(installation);
    }

    /** Exits with 0 if all went well, 1 if a view differs or a step fails, and 2 if an argument is wrong. */
    public static void main(String[] arguments) {
        int status;
        try {
            new Quickstart(QuickstartOptions.parse(arguments)).run();
            status = 0;
        } catch (IllegalArgumentException e) {
            System.err.println("quickstart: " + e.getMessage());
            status = 2;
        } catch (Exception e) {
            status = 1;
            if (!LocalPipeline.isEnding()) {
                System.err.println("\nquickstart: " + reason(e));
            }
        }
        System.exit(status);
    }

    private void run() throws Exception {
        if (options.topic().isPresent()) {
            showTopic(options.topic().get());
            return;
        }
        DataFormat.requireCurrent(options.directory(), options.keep());
        PipelineSettings settings = new PipelineSettings(options.keep(), Map.of(), Map.of(), workerJvm(), screen::step);
        try (LocalPipeline pipeline = LocalPipeline.start(installation, options.directory(), settings)) {
            DataFormat.markData(options.directory());
            ShellEnvironment.of(installation, pipeline).write(environmentFile());
            if (options.outage().isPresent()) {
                playOutage(pipeline, options.outage().get());
                return;
            }
            pipeline.rest().setLogLevel(SINK_LOGGER, "TRACE");
            if (options.contactsImport()) {
                runContactsImport(pipeline);
                return;
            }
            screen.step("posting the connectors");
            List<String> connectors = pipeline.postAll(options.configs().orElseGet(project::connectConfigs));
            screen.line("running: " + String.join(", ", connectors));
            try (VisitService visits = new VisitService(VisitService.options(pipeline));
                    RenewalService renewals = RenewalService.start(
                            pipeline.connectToShop(), pipeline.bootstrapServers(), BETWEEN_PAYMENTS)) {
                if (!writeAndCompare(pipeline, renewals, visits)) {
                    return;
                }
                screen.line("");
                runUntilEnded(pipeline, renewals, visits);
            }
        }
    }

    /** Runs the connector of the spool alone: an outage is what the others are not compared in. */
    private void playOutage(LocalPipeline pipeline, Duration time) throws IOException, InterruptedException {
        screen.step("posting the connector " + Outage.CONNECTOR);
        pipeline.rest().postAll(List.of(project.connectConfigs().resolve(SPOOL_CONFIG)));
        VisitTally tally = new Outage(pipeline, VisitService.options(pipeline), time, screen::step).play();
        screen.line("");
        screen.line("  " + tally.answers());
        screen.line("  " + tally.comparison());
        if (!tally.isRight()) {
            throw new QuickstartFailedException("Kafka does not have every acknowledged visit once and in order");
        }
        screen.line("quickstart: ok");
    }

    /** Runs the import alone, once or until Ctrl-C. */
    private void runContactsImport(LocalPipeline pipeline) throws IOException, InterruptedException {
        try (ImportPipeline imports = ImportPipeline.start(installation, pipeline, PAUSE_OF_IMPORTERS, screen::step)) {
            if (!options.twoClusters()) {
                importContacts(pipeline, imports, Optional.empty());
                return;
            }
            try (SecondDataCentre east =
                    SecondDataCentre.start(installation, imports, PAUSE_OF_IMPORTERS, screen::step)) {
                importContacts(pipeline, imports, Optional.of(east));
            }
        }
    }

    private void importContacts(LocalPipeline pipeline, ImportPipeline imports, Optional<SecondDataCentre> east)
            throws IOException, InterruptedException {
        if (options.once()) {
            screen.step("importing " + CONTACTS + " contacts");
            ImportClient client = east.map(centre -> new ImportClient(centre.page(), centre.channels()))
                    .orElseGet(() -> new ImportClient(imports.page(), imports.channels()));
            showReport(client.run(ImportClient.contacts(CONTACTS), TIME_TO_IMPORT));
            return;
        }
        try (Page page = startPage(
                pipeline,
                () -> {
                    throw new IllegalArgumentException("The shop does not run with the contacts import");
                },
                Optional.of(imports.page()))) {
            Map<String, String> commands = new LinkedHashMap<>();
            commands.put("import", imports.page().toString());
            east.ifPresent(centre -> commands.put("east", centre.page().toString()));
            commands.put("page", page.link());
            commands.put("events", "deploy/quickstart topic imports.notifications" + directoryOption());
            commands.put("gateway", "kill -9 $(cat " + options.directory() + "/imports/gateway/connect.pid)");
            commands.put("logs", options.directory() + "/{imports,imports/gateway,connect}/*.log");
            screen.commands(commands);
            screen.line("\nCtrl-C stops everything. The next start deletes these data.");
            while (true) {
                Thread.sleep(1000);
                checkServers(pipeline);
                imports.supervise();
                east.ifPresent(centre -> {
                    checkServers(centre.pipeline());
                    centre.supervise();
                });
            }
        }
    }

    private void showReport(ImportReport report) {
        screen.line("");
        screen.line("  the upload was answered after " + report.answered().toMillis()
                + " ms, the import complete after " + report.completed().toMillis() + " ms, "
                + report.events().size() + " events came");
        screen.line("  " + report.result());
        List<Long> sorted = report.progress().stream().sorted().toList();
        if (!sorted.equals(report.progress())) {
            throw new QuickstartFailedException("The progress went back: " + report.progress());
        }
        screen.line("quickstart: ok");
    }

    private Page startPage(LocalPipeline pipeline, Page.OrderDesk orders, Optional<URI> contactsImport) {
        return Page.start(
                options.directory().resolve("page"),
                new PipelineState(pipeline),
                options.directory(),
                orders,
                new RedriveDesk(
                        pipeline,
                        options.directory().resolve("page/plans"),
                        () -> List.of(project.millrace().toString())),
                contactsImport);
    }

    /** Returns whether the quickstart is to stay up. */
    private boolean writeAndCompare(LocalPipeline pipeline, RenewalService renewals, VisitService visits)
            throws SQLException, InterruptedException {
        try (Connection shop = pipeline.connectToShop();
                Connection reader = pipeline.connectToShop();
                Connection views = pipeline.connectToViews();
                OfficialEvents events = new OfficialEvents(pipeline.broker().bootstrapServers())) {
            Run run = new Run(shop, reader, views, events, renewals, visits);
            run.write();
            run.showRows();
            run.endSubscriptions();
            ViewComparison comparison = run.check();
            screen.line("");
            screen.line(
                    options.once()
                            ? "quickstart: ok (" + run.counts(comparison) + ")"
                            : "Every view row equals the source (" + run.counts(comparison) + ").");
            return !options.once();
        }
    }

    private void runUntilEnded(LocalPipeline pipeline, RenewalService renewals, VisitService visits)
            throws SQLException, InterruptedException {
        try (Connection shop = pipeline.connectToShop()) {
            ShopTraffic traffic = new ShopTraffic(new ShopService(shop), System.nanoTime());
            traffic.subscribe(UNTIL_FIRST_PAYMENT);
            if (!options.page()) {
                stayUp(pipeline, Optional.empty(), traffic, renewals, visits);
                return;
            }
            try (Page page = startPage(pipeline, () -> placeOrder(traffic), Optional.empty())) {
                stayUp(pipeline, Optional.of(page), traffic, renewals, visits);
            }
        }
    }

    /** Also called by the page's threads. */
    private static String placeOrder(ShopTraffic traffic) throws SQLException {
        synchronized (traffic) {
            return traffic.placeOrder().context().requestId();
        }
    }

    private List<String> workerJvm() {
        if (options.metrics().isEmpty()) {
            return List.of();
        }
        return List.of("-javaagent:" + installation.metricsAgent() + "=127.0.0.1:"
                + options.metrics().getAsInt() + ":" + project.metricsConfig());
    }

    /** An action on a running pipeline. */
    private final class Run {
        private final Connection reader;
        private final Connection views;
        private final OfficialEvents events;
        private final ShopService service;
        private final ShopTraffic traffic;
        private final ViewCheck check;
        private final RenewalService renewals;
        private final VisitService visits;

        /** Writes by one connection to the shop, and reads what others have written by another one. */
        Run(
                Connection shop,
                Connection reader,
                Connection views,
                OfficialEvents events,
                RenewalService renewals,
                VisitService visits)
                throws SQLException {
            long seed = System.nanoTime();
            this.reader = reader;
            this.views = views;
            this.events = events;
            this.service = new ShopService(shop);
            this.traffic = new ShopTraffic(service, seed);
            this.check = new ViewCheck(reader, views);
            this.renewals = renewals;
            this.visits = visits;
        }

        void write() throws SQLException, InterruptedException {
            screen.step("waiting until the countries are in their topic");
            CountryTopic.awaitAll(reader, events);
            screen.step("committing " + TRANSACTIONS + " transactions to the shop");
            for (int i = 0; i < SUBSCRIPTIONS; i++) {
                traffic.subscribe(UNTIL_FIRST_PAYMENT);
            }
            traffic.run(TRANSACTIONS);
            visits.recordAll(VISITS, new Random());
            screen.step("waiting until the views have caught up");
            check();
        }

        void showRows() throws SQLException, InterruptedException {
            ShopWrite placed = traffic.placeOrder();
            long order = placed.id();
            screen.show(follow(
                    placed,
                    "shop.orders",
                    "customer_totals",
                    "(customer_id, currency, last_placed_at)"
                            + " = (SELECT customer_id, currency, placed_at FROM order_status WHERE order_id = ?)",
                    order));
            ShopWrite paid = service.payOrder(traffic.nextContext(), order);
            screen.show(follow(paid, "shop.orders", "order_status", "order_id = ? AND status = 'PAID'", order));

            SiteDocument document = ShopTraffic.newSite(Map.of("blog", "1.0"));
            long site = service.createSite(traffic.nextContext(), document).id();
            ShopWrite installed = service.saveSite(traffic.nextContext(), site, document.with("chat", "2.1"));
            screen.show(follow(installed, "shop.sites", "installed_apps", "site_id = ? AND app_id = 'chat'", site));

            screen.show(follow(
                    installed,
                    "shop.site-documents",
                    "site_documents",
                    "site_id = ? AND document LIKE '%\"chat\"%'",
                    site));

            ShopWrite registered = traffic.registerCustomer(Region.EU);
            screen.show(follow(
                    registered,
                    "shop.customers",
                    "customers",
                    "region = ? AND customer_id = ?",
                    Region.EU.key(),
                    registered.id()));

            ProductImage image = traffic.newImage();
            ShopWrite photographed = traffic.saveImage(image);
            screen.show(follow(
                    photographed,
                    "shop.products",
                    "products",
                    "product_id = ? AND image_sha256 = ?",
                    photographed.id(),
                    image.sha256()));

            ShopWrite shipped = service.shipOrder(traffic.nextContext(), order);
            screen.show(follow(shipped, "shop.orders", "order_status", "order_id = ? AND status = 'SHIPPED'", order));

            ShopWrite subscribed = traffic.subscribe(UNTIL_FIRST_PAYMENT);
            screen.show(follow(
                    subscribed, RenewalService.TOPIC, "subscription_renewals", "subscription_id = ?", subscribed.id()));
            events.firstOfKey("shop.replies", "{\"subscription_id\":" + subscribed.id() + "}")
                    .ifPresent(screen::showReply);
        }

        /** So that every message has come, and no further one does while rows are compared. */
        void endSubscriptions() throws SQLException, InterruptedException {
            screen.step("waiting for the last payment of each subscription");
            renewals.endSubscriptions(reader);
        }

        /** Waits until the views equal the source. */
        ViewComparison check() throws SQLException, InterruptedException {
            long deadline = System.nanoTime() + TIME_TO_CATCH_UP.toNanos();
            while (true) {
                ViewComparison comparison = check.compare();
                if (comparison.isEqual()) {
                    return comparison;
                }
                if (System.nanoTime() > deadline) {
                    throw new QuickstartFailedException(differences(comparison));
                }
                Thread.sleep(100);
            }
        }

        String counts(ViewComparison comparison) {
            return "events: " + counts(TOPICS, events::count) + "; rows equal to the source: "
                    + counts(comparison.rows().keySet(), comparison.rows()::get);
        }

        private static String counts(Collection<String> names, Function<String, ? extends Number> count) {
            return names.stream().map(name -> name + " " + count.apply(name)).collect(Collectors.joining(", "));
        }

        private RowTrace follow(ShopWrite write, String topic, String view, String condition, Object... values)
                throws SQLException, InterruptedException {
            return RowTrace.follow(
                    write, views, events, topic, view, "SELECT * FROM " + view + " WHERE " + condition, values);
        }
    }

    private static String differences(ViewComparison comparison) {
        List<String> all = comparison.differences();
        StringBuilder text = new StringBuilder("the views differ from the source in ")
                .append(all.size())
                .append(" rows:");
        all.stream().limit(SHOWN_DIFFERENCES).forEach(each -> text.append("\n  ")
                .append(each));
        return text.toString();
    }

    private Map<String, String> commands(LocalPipeline pipeline) {
        Path here = Path.of("").toAbsolutePath();
        // Without --comments the client removes the comments that carry the request's context.
        String mysql = here.relativize(installation.mysql().resolve("bin/mysql")) + " --comments -h127.0.0.1 -P"
                + pipeline.mysql().port();
        Map<String, String> environment = pipeline.environment();
        Map<String, String> commands = new LinkedHashMap<>();
        commands.put("admin", "MYSQL_PWD=" + pipeline.administratorPassword() + " " + mysql + " -uadmin");
        commands.put("shop", "MYSQL_PWD=" + pipeline.servicePassword() + " " + mysql + " -ushop shop");
        commands.put(
                "views",
                "MYSQL_PWD=" + environment.get("VIEWS_DATABASE_PASSWORD") + " " + mysql + " -u"
                        + environment.get("VIEWS_DATABASE_USER") + " views");
        commands.put(
                "queries",
                "VIEWS_DATABASE_URL='" + environment.get("VIEWS_DATABASE_URL") + "' VIEWS_READER_PASSWORD="
                        + pipeline.readerPassword() + " examples/order-queries/run");
        commands.put("events", "deploy/quickstart topic shop.orders" + directoryOption());
        commands.put("REST", "curl -s '" + pipeline.rest().address() + "/connectors?expand=status'");
        options.metrics().ifPresent(port -> commands.put("metrics", "curl -s http://127.0.0.1:" + port + "/metrics"));
        commands.put("shell", ". " + here.relativize(environmentFile().toAbsolutePath()));
        commands.put("Kafka", pipeline.broker().bootstrapServers());
        commands.put("logs", options.directory() + "/{mysql,kafka,connect}/*.log");
        return commands;
    }

    private Path environmentFile() {
        return options.directory().resolve("environment");
    }

    private String directoryOption() {
        boolean usual = options.directory()
                .toAbsolutePath()
                .normalize()
                .equals(project.root().resolve(".quickstart"));
        return usual ? "" : " --dir " + options.directory();
    }

    /** Prints what to do, and watches the servers until one has ended; the shop's customers write if that was requested. */
    private void stayUp(
            LocalPipeline pipeline,
            Optional<Page> page,
            ShopTraffic traffic,
            RenewalService renewals,
            VisitService visits)
            throws SQLException, InterruptedException {
        Map<String, String> commands = commands(pipeline);
        page.ifPresent(shown -> commands.put("page", shown.link()));
        screen.commands(commands);
        screen.line(
                "\nCtrl-C stops everything. The next start deletes these data, or keeps data and ports with --keep.");
        Random random = new Random();
        while (true) {
            Thread.sleep(1000);
            checkServers(pipeline);
            renewals.requireRunning();
            synchronized (traffic) {
                traffic.run(options.traffic());
            }
            visits.recordAll(options.traffic(), random);
        }
    }

    private static void checkServers(LocalPipeline pipeline) {
        Optional<String> dead = pipeline.deadServer();
        if (dead.isPresent()) {
            throw new QuickstartFailedException(dead.get() + " has ended; its log contains the reason");
        }
    }

    private void showTopic(String topic) throws InterruptedException {
        try (OfficialEvents events = new OfficialEvents(LocalPipeline.runningBroker(options.directory()))) {
            while (!events.awaitTopic(topic, TIME_FOR_A_TOPIC)) {
                System.err.println("quickstart: the topic " + topic + " does not exist yet, waiting for it");
            }
            events.follow(topic, options.max().orElse(Integer.MAX_VALUE), screen::showEvent);
        } catch (IOException e) {
            throw new UncheckedIOException("No quickstart has been started in " + options.directory(), e);
        }
    }

    private static String reason(Exception e) {
        boolean known = e instanceof ServerFailedException || e instanceof QuickstartFailedException;
        return known || e.getMessage() != null ? e.getMessage() : e.toString();
    }
}
