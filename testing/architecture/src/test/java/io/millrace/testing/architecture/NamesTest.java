package io.millrace.testing.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;

/** Names of types and methods in all main sources, as CONTRIBUTING.md asks for. */
class NamesTest {
    /** A method of up to this many lines does what its one expression shows. */
    private static final int SHORT_METHOD_LINES = 3;

    private static final int MAX_ONE_WORD_PERCENT = 45;

    private static final Set<String> EMPTY_NOUNS = Set.of("Manager", "Helper", "Helpers", "Util", "Utils");

    private static final List<Source> SOURCES = parseSources();

    /** A type or a method of the main sources. */
    private record Source(List<String> types, List<Method> methods, String file) {}

    private record Method(String type, String name, int lines, boolean named) {
        boolean hasOneWord() {
            return name.chars().noneMatch(Character::isUpperCase);
        }
    }

    /** One name has one meaning, in all modules. */
    @Test
    void noTwoTypesShareAName() {
        Map<String, Set<String>> files = new TreeMap<>();
        SOURCES.forEach(source -> source.types().forEach(type -> files.computeIfAbsent(type, name -> new TreeSet<>())
                .add(source.file())));
        files.values().removeIf(places -> places.size() < 2);
        assertThat(files)
                .as("names of types that are declared in more than one file")
                .isEmpty();
    }

    @Test
    void typesAreNounsOfTheField() {
        assertThat(SOURCES.stream().flatMap(source -> source.types().stream()))
                .noneMatch(type -> EMPTY_NOUNS.stream().anyMatch(type::endsWith));
    }

    /**
     * Methods are verbs with an object: few that do more than one thing have a name of one word. Accessors, factories,
     * {@code main} and what overrides another type's method are left out.
     */
    @Test
    void fewMethodsHaveANameOfOneWord() {
        List<Method> counted = SOURCES.stream()
                .flatMap(source -> source.methods().stream())
                .filter(method -> method.lines() > SHORT_METHOD_LINES && !method.named())
                .toList();
        long oneWord = counted.stream().filter(Method::hasOneWord).count();
        long percent = 100 * oneWord / counted.size();
        System.out.println(
                "methods with a name of one word: " + oneWord + " of " + counted.size() + ", " + percent + " %");
        assertThat(percent)
                .as(
                        "percent of %d methods that have a name of one word: %s",
                        counted.size(),
                        counted.stream()
                                .filter(Method::hasOneWord)
                                .map(method -> method.type() + "." + method.name())
                                .toList())
                .isLessThan(MAX_ONE_WORD_PERCENT);
    }

    private static List<Source> parseSources() {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<Source> sources = new ArrayList<>();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            JavacTask task = (JavacTask) compiler.getTask(
                    null,
                    files,
                    diagnostic -> {},
                    List.of("-proc:none"),
                    null,
                    files.getJavaFileObjectsFromPaths(mainSources()));
            SourcePositions positions = Trees.instance(task).getSourcePositions();
            for (CompilationUnitTree unit : task.parse()) {
                Reader reader = new Reader(unit, positions);
                reader.scan(unit, null);
                sources.add(new Source(
                        reader.types,
                        reader.methods,
                        Modules.ROOT
                                .relativize(Path.of(unit.getSourceFile().toUri()))
                                .toString()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sources;
    }

    private static List<Path> mainSources() throws IOException {
        List<Path> all = new ArrayList<>();
        for (String folder : Modules.foldersWithSources()) {
            try (Stream<Path> files = Files.walk(Modules.ROOT.resolve(folder).resolve("src/main/java"))) {
                files.filter(file -> file.toString().endsWith(".java") && !file.endsWith("package-info.java"))
                        .forEach(all::add);
            }
        }
        return all;
    }

    private static final class Reader extends TreeScanner<Void, Void> {
        private final CompilationUnitTree unit;
        private final SourcePositions positions;
        private final Deque<String> enclosing = new ArrayDeque<>();
        private final List<String> types = new ArrayList<>();
        private final List<Method> methods = new ArrayList<>();

        Reader(CompilationUnitTree unit, SourcePositions positions) {
            this.unit = unit;
            this.positions = positions;
        }

        @Override
        public Void visitClass(ClassTree type, Void unused) {
            boolean isTopLevel = enclosing.isEmpty();
            boolean isPrivate = type.getModifiers().getFlags().contains(Modifier.PRIVATE);
            if (isTopLevel && !isPrivate) {
                types.add(type.getSimpleName().toString());
            }
            enclosing.push(type.getSimpleName().toString());
            super.visitClass(type, null);
            enclosing.pop();
            return null;
        }

        @Override
        public Void visitMethod(MethodTree method, Void unused) {
            if (method.getBody() != null && method.getReturnType() != null) {
                long first = line(positions.getStartPosition(unit, method.getBody()));
                long last = line(positions.getEndPosition(unit, method.getBody()));
                methods.add(new Method(
                        enclosing.peek(),
                        method.getName().toString(),
                        (int) (last - first + 1),
                        isMain(method) || isOverride(method) || isFactory(method) || isAccessor(method)));
            }
            return super.visitMethod(method, null);
        }

        private long line(long position) {
            return unit.getLineMap().getLineNumber(position);
        }

        private static boolean isMain(MethodTree method) {
            return method.getName().contentEquals("main");
        }

        private static boolean isOverride(MethodTree method) {
            return method.getModifiers().getAnnotations().stream()
                    .anyMatch(annotation ->
                            annotation.getAnnotationType().toString().equals("Override"));
        }

        private boolean isFactory(MethodTree method) {
            boolean isStatic = method.getModifiers().getFlags().contains(Modifier.STATIC);
            return isStatic
                    && (returned(method).equals(enclosing.peek())
                            || method.getName().contentEquals("of")
                            || method.getName().contentEquals("from"));
        }

        private static boolean isAccessor(MethodTree method) {
            return method.getParameters().isEmpty() && !returned(method).equals("void");
        }

        private static String returned(MethodTree method) {
            return method.getReturnType().toString().replaceFirst("<.*", "");
        }
    }
}
