package io.millrace.it.documents;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Counts phrases that plain technical English avoids, in the Javadoc of main sources and in documents. A few of each are
 * allowed, because an expression cannot see the sentence; the failure lists every place.
 */
class LanguageTest {
    private static final Path PROJECT = DocumentsTest.PROJECT;
    private static final Path SOURCES = Path.of("src", "main", "java");

    private static final Pattern JAVADOC = Pattern.compile("/\\*\\*.*?\\*/", Pattern.DOTALL);
    private static final Pattern CODE_OF_JAVADOC = Pattern.compile("\\{@code [^}]*}|<pre>.*?</pre>", Pattern.DOTALL);
    private static final Pattern CODE = Pattern.compile("(?ms)^ *```.*?^ *```|`[^`\\n]*`");
    private static final Pattern WORD = Pattern.compile("[A-Za-z][A-Za-z']*");
    private static final Pattern LINE_START = Pattern.compile("\\n[ ]*\\*(?!/)");

    private static final int PER = 10_000;

    /** What is counted, and the highest count for each 10,000 words. */
    private static final List<Phrase> PHRASES = List.of(
            new Phrase(
                    "`where` for a condition; write `if` or `when`",
                    "where (?:it|there|they|that|none|one|no|an?|the)",
                    3),
            new Phrase(
                    "say, tell, mean, know, ask of programs; write contains, states, sets, matches, requests",
                    "(?:says?|said|saying|tells?|told|telling|means?|meant|meaning|knows?|knew|known|knowing"
                            + "|asks?|asked|asking)",
                    4),
            new Phrase(
                    "literary words; write resumes, again, no client, next to",
                    "(?:go(?:es)? on|anew|nobody|whoever|beside|what becomes of)",
                    1),
            new Phrase("`is no X`; write `is not an X`", "is no (?!longer\\b)\\w+", 6),
            new Phrase("`@throws X where`; write `@throws X if`", "@throws \\w+ where", 0));

    @Test
    void javadocOfMainSourcesIsPlain() throws IOException {
        List<Text> texts = new ArrayList<>();
        for (Path source : sources()) {
            String code = Files.readString(source);
            JAVADOC.matcher(code)
                    .results()
                    .forEach(comment -> texts.add(new Text(
                            source,
                            linesBefore(code, comment.start()),
                            withoutCode(CODE_OF_JAVADOC, comment.group()))));
        }

        assertThat(texts).hasSizeGreaterThan(2000);
        check(texts);
    }

    @Test
    void documentsArePlain() throws IOException {
        List<Text> texts = new ArrayList<>();
        for (Path document : documents()) {
            texts.add(new Text(document, 0, withoutCode(CODE, Files.readString(document))));
        }

        assertThat(texts).hasSizeGreaterThan(20);
        check(texts);
    }

    @Test
    void phrasesAreFoundAcrossLinesAndCountedOnce() {
        Text text = new Text(Path.of("Any.java"), 7, "/** Where\n     * there is none, the batch\n * goes on. */");

        assertThat(PHRASES.get(0).places(text))
                .singleElement()
                .satisfies(place -> assertThat(place).startsWith("Any.java:8: ").contains("Where there is none"));
        assertThat(PHRASES.get(1).places(text)).isEmpty();
        assertThat(PHRASES.get(2).places(text)).hasSize(1);
    }

    /** Prints the counts, and fails with the places of every phrase that occurs too often. */
    private static void check(List<Text> texts) {
        long words = texts.stream().mapToLong(Text::words).sum();
        List<String> counts = new ArrayList<>();
        List<String> faults = new ArrayList<>();
        for (Phrase phrase : PHRASES) {
            List<String> places =
                    texts.stream().flatMap(text -> phrase.places(text).stream()).toList();
            double found = places.size() * (double) PER / words;
            String count = String.format(
                    Locale.ROOT,
                    "%s: %d in %d words, %.1f per %d (limit %d)",
                    phrase.name(),
                    places.size(),
                    words,
                    found,
                    PER,
                    phrase.limit());
            counts.add(count);
            if (found > phrase.limit()) {
                faults.add(count + "\n  " + String.join("\n  ", places));
            }
        }
        System.out.println(String.join("\n", counts));
        assertThat(faults)
                .as("phrases that occur too often\n%s", String.join("\n", faults))
                .isEmpty();
    }

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(PROJECT)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> PROJECT.relativize(file).toString().contains(SOURCES.toString()))
                    .filter(file -> !PROJECT.relativize(file).toString().contains("target/"))
                    .sorted()
                    .toList();
        }
    }

    /** Documents that are written by hand, the templates of the reference included; the changelog is history. */
    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>();
        for (String name : List.of("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")) {
            documents.add(PROJECT.resolve(name));
        }
        for (String folder : List.of("docs", "it-tests/src/test/reference")) {
            try (Stream<Path> files = Files.walk(PROJECT.resolve(folder))) {
                files.filter(file -> file.toString().endsWith(".md"))
                        .filter(file -> !file.startsWith(PROJECT.resolve("docs/reference")))
                        .filter(file -> !file.endsWith("docs/conversions.md"))
                        .sorted()
                        .forEach(documents::add);
            }
        }
        return documents;
    }

    /** The text with a word in the place of each piece of code, and as many lines as before. */
    private static String withoutCode(Pattern code, String text) {
        return code.matcher(text)
                .replaceAll(match -> "code"
                        + "\n".repeat(linesBefore(match.group(), match.group().length())));
    }

    private static int linesBefore(String text, int end) {
        return (int) text.substring(0, end).chars().filter(each -> each == '\n').count();
    }

    /**
     * A text that is searched.
     *
     * @param line the number of lines before its first, in its file
     */
    private record Text(Path file, int line, String text) {
        /** The text without the asterisks of Javadoc, in as many lines. */
        private String prose() {
            return LINE_START.matcher(text).replaceAll("\n");
        }

        private long words() {
            return WORD.matcher(prose()).results().count();
        }
    }

    /**
     * A phrase that is counted.
     *
     * @param name what the failure prints
     * @param expression the phrase, with a space for any white space
     * @param limit the highest count for each 10,000 words
     */
    private record Phrase(String name, String expression, int limit) {
        private static final int CONTEXT = 50;

        private List<String> places(Text text) {
            String prose = text.prose();
            Matcher matcher = Pattern.compile(
                            "(?<!\\w)" + expression.replace(" ", "\\s+") + "(?!\\w)", Pattern.CASE_INSENSITIVE)
                    .matcher(prose);
            return matcher.results().map(match -> place(text, prose, match)).toList();
        }

        private static String place(Text text, String prose, MatchResult match) {
            int from = Math.max(0, match.start() - CONTEXT);
            int to = Math.min(prose.length(), match.end() + CONTEXT);
            int line = text.line() + linesBefore(prose, match.start()) + 1;
            Path file = text.file().isAbsolute() ? PROJECT.relativize(text.file()) : text.file();
            return file + ":" + line + ": " + prose.substring(from, to).replaceAll("\\s+", " ");
        }
    }
}
