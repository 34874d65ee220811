package io.millrace.testing.architecture;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import io.millrace.testing.architecture.Modules.Module;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A module uses what the column "may use" of ARCHITECTURE.md names, and its packages have no cycles. */
class LayersTest {
    /** The libraries that the column names, and their packages. */
    private static final Map<String, List<String>> LIBRARIES = Map.ofEntries(
            entry("Kafka's clients", List.of("org.apache.kafka.common", "org.apache.kafka.clients")),
            entry(
                    "Connect's API",
                    List.of(
                            "org.apache.kafka.connect.components",
                            "org.apache.kafka.connect.connector",
                            "org.apache.kafka.connect.data",
                            "org.apache.kafka.connect.errors",
                            "org.apache.kafka.connect.header",
                            "org.apache.kafka.connect.sink",
                            "org.apache.kafka.connect.source",
                            "org.apache.kafka.connect.storage",
                            "org.apache.kafka.connect.transforms.Transformation",
                            "org.apache.kafka.connect.transforms.predicates",
                            "org.apache.kafka.connect.util",
                            "org.apache.kafka.common")),
            entry("Connect's JsonConverter", List.of("org.apache.kafka.connect.json")),
            entry("Connect's runtime", List.of("org.apache.kafka.connect")),
            entry("Debezium's engine", List.of("io.debezium")),
            entry("CEL", List.of("dev.cel", "com.google.common", "com.google.protobuf", "com.google.re2j")),
            entry("Jackson", List.of("com.fasterxml.jackson")),
            entry("AWS's SDK", List.of("software.amazon.awssdk", "org.reactivestreams", "io.netty")),
            entry("Netty", List.of("io.netty")),
            entry("Nimbus JOSE", List.of("com.nimbusds.jose", "com.nimbusds.jwt")),
            entry("zstd and lz4", List.of("com.github.luben.zstd", "net.jpountz")),
            entry("OpenTelemetry's API", List.of("io.opentelemetry")),
            entry("the JDK's HTTP server", List.of("com.sun.net.httpserver")),
            entry("Jakarta Servlet", List.of("jakarta.servlet")),
            entry("Hibernate", List.of("org.hibernate")),
            entry("jOOQ", List.of("org.jooq")),
            entry("the drivers of MySQL and PostgreSQL", List.of("com.mysql", "org.postgresql")),
            entry("the driver of MySQL", List.of("com.mysql")));

    /** What every module may use: Java, the log, and annotations for the build's checks. */
    private static final List<String> ALWAYS = List.of(
            "java",
            "javax.sql",
            "javax.net",
            "javax.crypto",
            "javax.management",
            "org.slf4j",
            "org.jspecify",
            "com.google.errorprone.annotations");

    private static final Map<String, String> MODULE_OF_PACKAGE = new HashMap<>();

    static {
        for (Module module : Modules.ofTable()) {
            module.packages()
                    .forEach(name -> MODULE_OF_PACKAGE.merge(name, module.folder(), (one, other) -> {
                        throw new IllegalStateException("The package " + name + " is in " + one + " and in " + other);
                    }));
        }
    }

    static List<Module> products() {
        return Modules.ofTable().stream()
                .filter(module -> !module.mayUse().contains("everything"))
                .toList();
    }

    @Test
    void theTableHasEveryModule() {
        assertThat(Modules.ofTable()).extracting(Module::folder).containsAll(Modules.foldersWithSources());
    }

    @ParameterizedTest
    @MethodSource("products")
    void usesWhatTheTableNames(Module module) {
        Set<String> others = new TreeSet<>();
        List<String> allowed = new ArrayList<>(ALWAYS);
        for (String use : module.mayUse()) {
            if (!use.startsWith("`")) {
                assertThat(LIBRARIES)
                        .as("library in the row of %s", module.folder())
                        .containsKey(use);
                allowed.addAll(LIBRARIES.get(use));
            }
        }
        for (JavaClass type : module.classes()) {
            for (Dependency dependency : type.getDirectDependenciesFromSelf()) {
                JavaClass target = dependency.getTargetClass().getBaseComponentType();
                String owner = MODULE_OF_PACKAGE.get(target.getPackageName());
                boolean permitted = owner == null
                        ? target.isPrimitive()
                                || allowed.stream()
                                        .anyMatch(prefix -> target.getName().startsWith(prefix + "."))
                                || allowed.contains(target.getName())
                        : owner.equals(module.folder()) || module.mayUse().contains("`" + owner + "`");
                if (!permitted) {
                    others.add(type.getName() + " -> " + target.getName());
                }
            }
        }
        assertThat(others)
                .as("%s uses what the table does not name", module.folder())
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("products")
    void packagesHaveNoCycles(Module module) {
        slices().matching("io.millrace.(**)").should().beFreeOfCycles().check(module.classes());
    }
}
