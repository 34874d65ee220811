package io.millrace.it.runbook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.it.TestPipeline;
import io.millrace.it.runbook.CommandDocument.Block;
import io.millrace.local.LocalPipeline;
import io.millrace.local.quickstart.Quickstart;
import io.millrace.local.quickstart.ShellEnvironment;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.ServerDirectories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * docs/tutorial.md, block by block as it stands there, with the environment that the quickstart writes. All of a block's output is
 * compared with the output that the tutorial shows after it; a block without one must print nothing.
 */
class TutorialIT {
    private static final Path DOCUMENT = Path.of("../docs/tutorial.md");
    /** The first block, which is not run: the servers of this test take the place of the quickstart's. */
    private static final String START = "deploy/quickstart\n";
    /** What every terminal begins with. */
    private static final String ENVIRONMENT = ". .quickstart/environment\n";
    /** Lines that change nothing, so that a reader can run them again until what they wait for has happened. */
    private static final Pattern READS_ONLY = Pattern.compile(
            "mysql_\\w+ -t -e \"SELECT .*" + "|deploy/quickstart topic .*|deploy/millrace .*|curl -sS \"\\$CONNECT.*");

    private static final Duration TIME_TO_SHOW = Duration.ofSeconds(40);

    private static LocalPipeline pipeline;
    private static CommandDocument tutorial;
    private static DocumentShell shell;

    @BeforeAll
    static void openShell() throws Exception {
        List<String> missing = DocumentShell.missing("bash", "curl");
        assumeTrue(missing.isEmpty(), () -> "The tutorial needs programs that are not on this machine: " + missing);
        tutorial = CommandDocument.read(DOCUMENT);
        pipeline = TestPipeline.shared();
        Installation installation = Installation.locate();
        Path directory = ServerDirectories.newDirectory("tutorial").toAbsolutePath();
        Path quickstart = Files.createDirectories(directory.resolve(".quickstart"));
        ShellEnvironment.of(installation, pipeline).write(quickstart.resolve("environment"));
        shell = DocumentShell.open(
                directory,
                Map.of(
                        "deploy/quickstart", quickstartCommand(installation),
                        "deploy/millrace", millraceCommand()),
                Map.of(),
                ENVIRONMENT);
    }

    private static String quickstartCommand(Installation installation) {
        return DocumentShell.javaCommand(
                "-Dlog4j2.configurationFile=classpath:io/millrace/local/log4j2-quickstart.properties",
                "-D" + Installation.PROPERTY + "=" + installation.root(),
                "-cp",
                System.getProperty("java.class.path"),
                Quickstart.class.getName(),
                "--dir",
                TestPipeline.directory().toAbsolutePath().toString());
    }

    /** The command as it is unpacked: Debezium is on the class path of this test, where the command's scan would find it. */
    private static String millraceCommand() throws IOException {
        Path target = Path.of("../tools/target").toAbsolutePath().normalize();
        try (Stream<Path> files = Files.find(target, 4, (file, attributes) -> file.endsWith("bin/millrace"))) {
            return "'" + files.findFirst().orElseThrow() + "'";
        }
    }

    /** Other tests use the servers too. */
    @AfterAll
    static void removeWhatAFailedTutorialLeaves() throws Exception {
        if (pipeline == null) {
            return;
        }
        for (String connector : pipeline.rest().connectors()) {
            if (connector.startsWith("library-")) {
                pipeline.rest().delete(connector);
            }
        }
        try (Connection connection = pipeline.connectAsRoot();
                Statement sql = connection.createStatement()) {
            sql.execute("DROP DATABASE IF EXISTS library");
            sql.execute("DROP TABLE IF EXISTS views.loan_status, views.reader_totals, views.reader_totals_members");
        }
    }

    @TestFactory
    Stream<DynamicTest> everyBlockPrintsWhatIsShown() {
        List<DynamicTest> tests = new ArrayList<>();
        AtomicBoolean failed = new AtomicBoolean();
        tutorial.sections().forEach((section, blocks) -> {
            for (Block block : blocks) {
                String name =
                        section + ": " + block.commands().lines().findFirst().orElseThrow();
                tests.add(DynamicTest.dynamicTest(name, () -> {
                    assumeTrue(!failed.get(), "A block before it failed");
                    failed.set(true);
                    runBlock(block);
                    failed.set(false);
                }));
            }
        });
        assertThat(tests).hasSizeGreaterThan(15);
        return tests.stream();
    }

    private static void runBlock(Block block) throws Exception {
        if (block.commands().equals(START)) {
            assertThat(block.output())
                    .as("the output of %s, which is not run", START)
                    .isEmpty();
            return;
        }
        ShownOutput shown = new ShownOutput(block.output().orElse(""));
        if (isRepeatable(block)) {
            await().atMost(TIME_TO_SHOW)
                    .pollInterval(Duration.ofMillis(300))
                    .untilAsserted(() -> compareOutput(block, shown));
        } else {
            compareOutput(block, shown);
        }
    }

    private static boolean isRepeatable(Block block) {
        return block.commands().replace("\\\n", " ").lines().allMatch(line -> READS_ONLY
                .matcher(line)
                .matches());
    }

    private static void compareOutput(Block block, ShownOutput shown) throws IOException, InterruptedException {
        String output = shell.run(block.commands(), shown.exitCode());
        assertThat(shown.matches(output))
                .as("output of%n%s%nshown:%n%s%nprinted:%n%s", block.commands(), shown.text(), output)
                .isTrue();
    }
}
