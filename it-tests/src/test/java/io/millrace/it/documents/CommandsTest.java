package io.millrace.it.documents;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.tools.Millrace;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the documents tell their readers to run is there, with the options that they name. */
class CommandsTest {
    /** Programs that a reader has from elsewhere. */
    private static final Set<String> ELSEWHERE = Set.of("curl", "docker", "kubectl", "mv", "mvn", "mysql", "promtool");

    private static final Map<String, String> USAGES = new HashMap<>();

    static List<Path> documents() throws IOException {
        return DocumentsTest.documents();
    }

    /** All but the runbook and the tutorial, whose blocks RunbookIT and TutorialIT run. */
    static List<Path> documentsWithBlocks() throws IOException {
        return documents().stream()
                .filter(document -> !document.endsWith("docs/runbook.md") && !document.endsWith("docs/tutorial.md"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("documentsWithBlocks")
    void commandsOfBlocksAreThere(Path document) throws IOException {
        for (Command command : Command.inBlocks(Files.readString(document))) {
            if (command.name().contains("/")) {
                checkScript(command);
            } else {
                assertThat(ELSEWHERE).as("%s", command).contains(command.name());
            }
            checkFiles(command);
            if (command.name().equals("mvn")) {
                checkMaven(command);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("documents")
    void commandsOfSentencesAreThere(Path document) throws IOException {
        List<Command> commands = Command.inSentences(Files.readString(document))
                .filter(command -> command.words().size() > 1)
                .toList();
        for (Command command : commands) {
            checkScript(command);
        }
    }

    private static void checkScript(Command command) {
        Path script = DocumentsTest.PROJECT.resolve(command.name());
        assertThat(script).as("%s", command).isRegularFile().isExecutable();
        List<String> options = command.longOptions();
        if (!options.isEmpty()) {
            // No usage has --help in it, but it is what asks for the usage.
            assertThat(usage(command, script).split("[\\s\\[\\]|,]+"))
                    .as("the usage of %s", command)
                    .containsAll(options.stream()
                            .filter(option -> !option.equals("--help"))
                            .toList());
        }
    }

    private static void checkFiles(Command command) {
        Stream.of("-f", "--config", "--events", "--file")
                .flatMap(option -> command.after(option).stream())
                .filter(file -> file.contains("/") && !file.contains("/target/") && !file.contains("://"))
                .forEach(file -> assertThat(DocumentsTest.PROJECT.resolve(file))
                        .as("%s", command)
                        .exists());
        command.after("-d").stream().filter(file -> file.startsWith("@")).forEach(file -> assertThat(
                        DocumentsTest.PROJECT.resolve(file.substring(1)))
                .as("%s", command)
                .exists());
    }

    private static void checkMaven(Command command) throws IOException {
        command.after("-pl").stream()
                .flatMap(modules -> Stream.of(modules.split(",")))
                .forEach(module -> assertThat(
                                DocumentsTest.PROJECT.resolve(module).resolve("pom.xml"))
                        .as("%s", command)
                        .exists());
        Set<String> types = DocumentsTest.types();
        assertThat(types)
                .as("%s", command)
                .containsAll(command.words().stream()
                        .filter(word -> word.startsWith("-Dtest=") || word.startsWith("-Dit.test="))
                        .flatMap(word ->
                                Stream.of(word.substring(word.indexOf('=') + 1).split(",")))
                        .collect(Collectors.toSet()));
    }

    private static String usage(Command command, Path script) {
        List<String> asked = new ArrayList<>();
        asked.add(script.toString());
        // The options of deploy/millrace are those of the command that is its first word.
        boolean ours = command.name().equals("deploy/millrace");
        if (ours) {
            asked.add(command.words().get(1));
        }
        asked.add("--help");
        return USAGES.computeIfAbsent(
                String.join(" ", asked), key -> ours ? millrace(asked.subList(1, asked.size())) : run(asked));
    }

    private static String millrace(List<String> words) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        assertThat(Millrace.runCommand(words, out, out)).as("%s", words).isZero();
        return said.toString(StandardCharsets.UTF_8);
    }

    private static String run(List<String> words) {
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(1, TimeUnit.MINUTES)).as("%s", words).isTrue();
            assertThat(process.exitValue()).as("%s said %s", words, said).isZero();
            return said;
        } catch (IOException e) {
            throw new AssertionError(words + " cannot be run", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(words + " was interrupted", e);
        }
    }
}
