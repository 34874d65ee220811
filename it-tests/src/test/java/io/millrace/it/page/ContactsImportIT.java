package io.millrace.it.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.it.shop.EventLog;
import io.millrace.local.LocalPipeline;
import io.millrace.local.imports.ImportClient;
import io.millrace.local.imports.ImportPipeline;
import io.millrace.local.imports.ImportReport;
import io.millrace.local.imports.SecondDataCentre;
import io.millrace.local.page.Page;
import io.millrace.local.page.PipelineState;
import io.millrace.local.page.RedriveDesk;
import io.millrace.testing.servers.ConnectRest;
import io.millrace.testing.servers.ConnectRestException;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.ServerDirectories;
import io.millrace.testing.servers.ServiceProcess;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.WindowType;
import org.openqa.selenium.chrome.ChromeDriver;

/** The contacts import over a real pipeline, with a plain client, and in a real browser if the machine has one. */
class ContactsImportIT {
    private static final Duration TIME_TO_IMPORT = Duration.ofMinutes(3);
    /** So that an import of 10,000 contacts takes longer than a restart of the gateway. */
    private static final Duration PAUSE_OF_IMPORTERS = Duration.ofMillis(200);

    private static final Duration OFFLINE = Duration.ofSeconds(30);

    private static final int CONTACTS = 3_000;
    private static final int JOBS = 30;

    private static Installation installation;
    private static LocalPipeline pipeline;
    private static ImportPipeline imports;

    @BeforeAll
    static void start() throws IOException {
        installation = Installation.locate();
        pipeline = LocalPipeline.start(installation, ServerDirectories.newDirectory("import"));
        pipeline.rest().setLogLevel("io.millrace.connectors.projection.write", "TRACE");
        imports = ImportPipeline.start(installation, pipeline, PAUSE_OF_IMPORTERS, step -> {});
    }

    @AfterAll
    static void stop() {
        if (imports != null) {
            imports.close();
        }
        if (pipeline != null) {
            pipeline.close();
        }
    }

    @Test
    void everythingOfAnImportHasTheRequestOfItsUpload() throws Exception {
        ImportReport report = new ImportClient(imports.page(), imports.channels())
                .run(ImportClient.contacts(CONTACTS), TIME_TO_IMPORT);

        assertThat(report.progress()).isSorted().last().isEqualTo((long) JOBS);
        assertThat(report.result().path("imported").asInt()).isEqualTo(CONTACTS - 1);
        assertThat(report.result().path("refused").asInt()).isEqualTo(1);
        assertThat(contactsOf(pipeline, report)).containsExactlyInAnyOrderElementsOf(expectedContacts());
        await("the second reports").untilAsserted(() -> assertReports(report.importId()));
        assertRows(report);
        assertEvents(report);
        await("the lines of the sink").untilAsserted(() -> assertLogs(report));
    }

    /** The service has stored uploads when it started, and rolled them back. */
    @Test
    void rehearsedUploadsAreNoImports() throws Exception {
        assertThat(imports.logs().stream()
                        .flatMap(log -> ServiceProcess.lines(log).stream())
                        .filter(line -> line.contains("Rehears")))
                .singleElement()
                .asString()
                .contains("Rehearsed 5 uploads");
        assertThat(select("SELECT id FROM contacts.imports WHERE csv LIKE '%contact@example.com%'"))
                .isEmpty();
    }

    /** A page that lost the answer uploads again. */
    @Test
    void anUploadThatIsRepeatedIsOneImport() throws Exception {
        String id = "00000000-0000-4000-8000-000000000001";
        for (int i = 0; i < 2; i++) {
            assertThat(upload(id, "email,name\nada@example.com,Ada").statusCode())
                    .isEqualTo(202);
        }
        await("the import").atMost(TIME_TO_IMPORT).until(() -> isCompleted(id));
        assertThat(eventsOf(id, "imports.requested")).hasSize(1);
        assertThat(eventsOf(id, "imports.jobs")).hasSize(1);
    }

    @Test
    void anUploadThatIsNotCsvIsRefused() throws Exception {
        HttpResponse<String> refused = upload("00000000-0000-4000-8000-000000000002", "name\nAda");
        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("email,name");
    }

    /** The worker of the other data centre is killed meanwhile, and the reports of its jobs come again, before and after the end. */
    @Test
    void aSecondDataCentreImportsEverySecondJobOnce() throws Exception {
        ExecutorService thread = Executors.newSingleThreadExecutor();
        try (SecondDataCentre east = SecondDataCentre.start(installation, imports, PAUSE_OF_IMPORTERS, step -> {})) {
            String servers = east.pipeline().bootstrapServers();
            ImportClient client = new ImportClient(east.page(), east.channels());
            Future<ImportReport> running =
                    thread.submit(() -> client.run(ImportClient.contacts(CONTACTS), TIME_TO_IMPORT));
            awaitMirrored(1);
            east.pipeline().worker().kill();
            mirrorAgain();
            east.pipeline().worker().restart();
            ImportReport report = running.get(TIME_TO_IMPORT.toSeconds(), TimeUnit.SECONDS);
            awaitMirrored(JOBS / 2);
            int mirrored = countMirrored();
            mirrorAgain();
            awaitMirrored(mirrored + JOBS / 2);
            await("the sink").atMost(TIME_TO_IMPORT).untilAsserted(() -> assertWritten(report, "east.imports.done"));

            assertThat(report.progress()).isSorted().last().isEqualTo((long) JOBS);
            assertThat(report.result().path("imported").asInt()).isEqualTo(CONTACTS - 1);
            assertThat(report.result().path("refused").asInt()).isEqualTo(1);
            String id = report.importId();
            assertThat(select("SELECT CONCAT_WS(' ', jobs, finished, imported, refused, request_id)"
                            + " FROM views.import_progress WHERE import_id = '" + id + "'"))
                    .containsExactly("30 30 2999 1 " + report.requestId());
            assertThat(select("SELECT request_id FROM views.import_outbox WHERE import_id = '" + id + "'"))
                    .containsExactly(report.requestId());

            List<String> imported = new ArrayList<>(contactsOf(pipeline, report));
            List<String> importedThere = contactsOf(east.pipeline(), report);
            assertThat(importedThere).isNotEmpty();
            imported.addAll(importedThere);
            assertThat(imported).containsExactlyInAnyOrderElementsOf(expectedContacts());

            Map.of("imports.jobs", JOBS / 2, "imports.done", JOBS / 2, "west.imports.jobs.east", JOBS / 2)
                    .forEach((topic, count) -> assertThat(eventsOf(servers, id, topic))
                            .as(topic)
                            .hasSize(count)
                            .allSatisfy(event -> assertRequest(event, report)));
            assertThat(eventsOf(id, "east.imports.done"))
                    .hasSizeGreaterThanOrEqualTo(JOBS)
                    .allSatisfy(event -> assertRequest(event, report));
            List<ConsumerRecord<byte[], byte[]>> notifications = eventsOf(servers, id, "west.imports.notifications");
            assertThat(notifications).allSatisfy(event -> assertRequest(event, report));
            assertCompletedOnce(notifications);
            assertCompletedOnce(eventsOf(id, "imports.notifications"));
            assertThat(east.logs().stream()
                            .flatMap(log -> ServiceProcess.lines(log).stream())
                            .filter(line -> line.contains("Done job " + id)))
                    .hasSize(JOBS / 2)
                    .allSatisfy(line -> assertThat(line).contains("requestId=" + report.requestId()));
        } finally {
            thread.shutdownNow();
        }
    }

    /** Lets the mirror forget what it has mirrored, so that it mirrors every report again. */
    private static void mirrorAgain() throws IOException {
        ConnectRest rest = pipeline.rest();
        rest.stop(SecondDataCentre.MIRROR_TO_WEST);
        await("the end of the mirror's task")
                .atMost(TIME_TO_IMPORT)
                .ignoreException(ConnectRestException.class)
                .until(() -> {
                    rest.deleteOffsets(SecondDataCentre.MIRROR_TO_WEST);
                    return true;
                });
        rest.resume(SecondDataCentre.MIRROR_TO_WEST);
    }

    private static void awaitMirrored(int reports) {
        await(reports + " mirrored reports").atMost(TIME_TO_IMPORT).until(() -> countMirrored() >= reports);
    }

    private static int countMirrored() {
        return EventLog.records(pipeline.bootstrapServers(), "east.imports.done")
                .size();
    }

    private static HttpResponse<String> upload(String id, String csv) throws Exception {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(imports.page().resolve("imports/" + id))
                                .PUT(HttpRequest.BodyPublishers.ofString(csv))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    private static List<String> expectedContacts() {
        return IntStream.range(1, CONTACTS)
                .mapToObj(i -> "contact-" + i + "@example.com Contact, No. " + i)
                .toList();
    }

    /** The contacts that a data centre has imported. */
    private static List<String> contactsOf(LocalPipeline dataCentre, ImportReport report) throws SQLException {
        return select(
                dataCentre,
                "SELECT CONCAT(email, ' ', name) FROM contacts.contacts WHERE import_id = '" + report.importId()
                        + "' AND request_id = '" + report.requestId() + "'");
    }

    /** All importers had jobs, and those of one were reported twice. */
    private static void assertReports(String id) throws SQLException {
        assertThat(select("SELECT CONCAT(importer, ' ', MIN(reports), ' ', MAX(reports)) FROM contacts.jobs"
                        + " WHERE import_id = '" + id + "' GROUP BY importer"))
                .containsExactlyInAnyOrder("importer-1 1 1", "importer-slow 1 1", "importer-twice 2 2");
    }

    private static void assertRows(ImportReport report) throws Exception {
        String rows = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(imports.page().resolve("imports/" + report.importId() + "/rows"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
        assertThat(rows)
                .isEqualTo("{\"contacts.imports\":\"1 of 1\",\"contacts.jobs\":\"30 of 30\","
                        + "\"contacts.contacts\":\"2999 of 2999\",\"views.import_progress\":\"1 of 1\","
                        + "\"views.import_outbox\":\"1 of 1\"}");
    }

    private static void assertEvents(ImportReport report) {
        String id = report.importId();
        assertThat(report.events()).allSatisfy(event -> assertThat(
                        event.path("data").path("request_id").asText())
                .isEqualTo(report.requestId()));
        Map.of("imports.requested", 1, "imports.jobs", JOBS).forEach((topic, count) -> assertThat(eventsOf(id, topic))
                .as(topic)
                .hasSize(count)
                .allSatisfy(event -> assertRequest(event, report)));
        // One importer reports each job twice.
        assertThat(eventsOf(id, "imports.done"))
                .hasSizeGreaterThan(JOBS)
                .allSatisfy(event -> assertRequest(event, report));
        List<ConsumerRecord<byte[], byte[]>> notifications = eventsOf(id, "imports.notifications");
        assertThat(notifications).allSatisfy(event -> assertRequest(event, report));
        assertCompletedOnce(notifications);
    }

    private static void assertCompletedOnce(List<ConsumerRecord<byte[], byte[]>> notifications) {
        assertThat(notifications.stream()
                        .map(event -> EventLog.header(event, "ce_type"))
                        .filter("ImportCompleted"::equals))
                .hasSize(1);
    }

    private static void assertRequest(ConsumerRecord<byte[], byte[]> event, ImportReport report) {
        assertThat(EventLog.header(event, "requestId")).isEqualTo(report.requestId());
    }

    /** The committed events of a topic that name the import. */
    private static List<ConsumerRecord<byte[], byte[]>> eventsOf(String id, String topic) {
        return eventsOf(pipeline.bootstrapServers(), id, topic);
    }

    private static List<ConsumerRecord<byte[], byte[]>> eventsOf(String servers, String id, String topic) {
        return EventLog.records(servers, topic).stream()
                .filter(event -> new String(event.value(), StandardCharsets.UTF_8).contains(id))
                .toList();
    }

    /** Each line of a service that names the import has its request, and the sink has a line with it for each report. */
    private static void assertLogs(ImportReport report) {
        List<String> lines = new ArrayList<>();
        for (Path log : imports.logs()) {
            ServiceProcess.lines(log).stream()
                    .filter(line -> line.contains(report.importId()))
                    .forEach(lines::add);
        }
        assertThat(lines).hasSizeGreaterThan(JOBS + 2).allSatisfy(line -> assertThat(line)
                .contains("requestId=" + report.requestId()));
        assertWritten(report, "imports.done");
    }

    /** The sink has a line with the request for each event of the topic. */
    private static void assertWritten(ImportReport report, String topic) {
        assertThat(ServiceProcess.lines(pipeline.worker().log()).stream()
                        .filter(line -> line.contains("Wrote " + topic + "-")
                                && line.contains("requestId=" + report.requestId())))
                .hasSize(eventsOf(report.importId(), topic).size());
    }

    @Test
    void aPageShowsTheImportThroughEveryInterruption() throws Exception {
        ChromeDriver browser = Chromium.start(900, 760);
        try {
            browser.get(imports.page().toString());
            browser.findElement(By.id("made")).click();
            awaitText(browser, "upload", "10,000 contacts, answered after");
            Matcher answer = Pattern.compile("after (\\d+) ms").matcher(text(browser, "upload"));
            assertThat(answer.find()).isTrue();
            System.out.println("the upload was answered after " + answer.group(1) + " ms");
            String request = text(browser, "request");
            URI address = URI.create(browser.getCurrentUrl());
            watchBar(browser);

            awaitFinished(browser, 25);
            assertMonotone(browser);
            browser.navigate().refresh();
            watchBar(browser);
            awaitFinished(browser, 40);
            assertThat(text(browser, "request")).isEqualTo(request);
            Chromium.draw(browser, "contacts-import.png");

            String first = browser.getWindowHandle();
            browser.switchTo().newWindow(WindowType.TAB);
            browser.get(address.toString());
            watchBar(browser);
            awaitFinished(browser, 50);
            String second = browser.getWindowHandle();

            // The emulation leaves WebSockets open, which end with the gateway.
            browser.switchTo().window(first);
            setOffline(browser, true);
            long offline = System.nanoTime();
            imports.gateway().kill();
            awaitText(browser, "connection", "lost");
            int shown = finished(browser);

            browser.switchTo().window(second);
            awaitText(browser, "connection", "lost");
            imports.gateway().restart();
            awaitText(browser, "connection", "connected");
            await("the import").atMost(TIME_TO_IMPORT).until(() -> isCompleted(address.getFragment()));
            assertCompletedOnce(browser, request);
            assertMonotone(browser);

            browser.switchTo().window(first);
            TimeUnit.NANOSECONDS.sleep(OFFLINE.toNanos() - (System.nanoTime() - offline));
            assertThat(finished(browser))
                    .as("nothing comes to a page that is offline")
                    .isEqualTo(shown);
            setOffline(browser, false);
            assertCompletedOnce(browser, request);
            assertMonotone(browser);
            Chromium.draw(browser, "contacts-import-complete.png");
            browser.navigate().refresh();
            assertCompletedOnce(browser, request);
        } finally {
            browser.quit();
        }
    }

    /** The page of the quickstart, which links to that of the import. */
    @Test
    void theQuickstartsPageShowsEverythingOfARequest() throws Exception {
        ChromeDriver browser = Chromium.start(1280, 1100);
        try (Page page = Page.start(
                ServerDirectories.newDirectory("import-page"),
                new PipelineState(pipeline),
                pipeline.directory(),
                () -> "",
                new RedriveDesk(pipeline, pipeline.directory().resolve("plans"), List::of),
                Optional.of(imports.page()))) {
            browser.get(page.link());
            assertThat(browser.findElement(By.linkText(imports.page().toString()))
                            .isDisplayed())
                    .isTrue();
            assertThat(browser.findElement(By.id("place")).isDisplayed()).isFalse();

            ImportReport report =
                    new ImportClient(imports.page(), imports.channels()).run(ImportClient.contacts(2), TIME_TO_IMPORT);
            browser.findElement(By.id("filter")).sendKeys(report.requestId());
            awaitText(
                    browser,
                    "events",
                    "INSERT INTO contacts.imports",
                    "ImportRequested in imports.requested-",
                    "JobCreated in imports.jobs-",
                    "UPDATE contacts.jobs SET done_at",
                    "JobDone in imports.done-",
                    "import-progress import_progress: import_id=" + report.importId(),
                    "INSERT INTO `import_outbox`",
                    "ImportCompleted in imports.notifications-");
            awaitText(
                    browser,
                    "logs",
                    "imports/service.log",
                    "imports/splitter.log",
                    "imports/importer-",
                    "Wrote imports.done-");
        } finally {
            browser.quit();
        }
    }

    private static void assertCompletedOnce(ChromeDriver browser, String request) {
        awaitText(browser, "announcements", "The import is complete: 10,000 contacts were imported.");
        awaitText(browser, "rows", "contacts.contacts: 10000 of 10000", "views.import_outbox: 1 of 1");
        assertThat(browser.findElements(By.cssSelector("#announcements li"))).hasSize(1);
        assertThat(text(browser, "request")).isEqualTo(request);
        assertThat(browser.findElements(By.cssSelector("#events td:nth-child(3)")))
                .allSatisfy(cell -> assertThat(cell.getText()).isEqualTo(request));
    }

    /** Records each value of the bar from now on. */
    private static void watchBar(ChromeDriver browser) {
        browser.executeScript("""
                const bar = document.getElementById("bar");
                window.seen = [bar.value];
                new MutationObserver(() => seen.push(bar.value)).observe(bar, { attributes: true });
                """);
    }

    private static void assertMonotone(ChromeDriver browser) {
        @SuppressWarnings("unchecked")
        List<Number> seen = (List<Number>) browser.executeScript("return seen");
        assertThat(seen.stream().map(Number::intValue)).hasSizeGreaterThan(1).isSorted();
    }

    private static int finished(ChromeDriver browser) {
        return ((Number) browser.executeScript("return document.getElementById('bar').value")).intValue();
    }

    private static void awaitFinished(ChromeDriver browser, int jobs) {
        await(jobs + " jobs").atMost(TIME_TO_IMPORT).until(() -> finished(browser) >= jobs);
    }

    private static void setOffline(ChromeDriver browser, boolean offline) {
        browser.executeCdpCommand("Network.enable", Map.of());
        browser.executeCdpCommand(
                "Network.emulateNetworkConditions",
                Map.of("offline", offline, "latency", 0, "downloadThroughput", -1, "uploadThroughput", -1));
    }

    private static String text(ChromeDriver browser, String id) {
        return browser.findElement(By.id(id)).getText();
    }

    private static void awaitText(ChromeDriver browser, String id, String... texts) {
        await(id).atMost(TIME_TO_IMPORT).ignoreExceptions().untilAsserted(() -> assertThat(text(browser, id))
                .contains(texts));
    }

    private static boolean isCompleted(String id) throws SQLException {
        return !select("SELECT id FROM views.import_outbox WHERE import_id = '" + id + "'")
                .isEmpty();
    }

    private static List<String> select(String sql) throws SQLException {
        return select(pipeline, sql);
    }

    private static List<String> select(LocalPipeline dataCentre, String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (Connection root = dataCentre.connectAsRoot();
                Statement statement = root.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            while (row.next()) {
                rows.add(row.getString(1));
            }
        }
        return rows;
    }
}
