package io.millrace.testing.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import io.millrace.testing.architecture.Modules.Module;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A type is public if Connect, the JVM or another package uses it, and otherwise not. */
class VisibilityTest {
    /** Types that something outside of the project loads or implements, by a supertype or a method. */
    private static final Set<String> LOADED = Set.of(
            "org.apache.kafka.connect.connector.Connector",
            "org.apache.kafka.connect.connector.Task",
            "org.apache.kafka.connect.transforms.Transformation",
            "org.apache.kafka.connect.transforms.predicates.Predicate",
            "org.apache.kafka.connect.storage.Converter",
            "org.apache.kafka.connect.storage.HeaderConverter",
            "org.apache.kafka.common.serialization.Serializer",
            "org.apache.kafka.common.serialization.Deserializer",
            "io.millrace.connectors.projection.database.Dialect");

    /**
     * The packages of the modules that are released; the others are used by tests, which are not read here. Services use what the
     * modules below {@code clients} have, and the tables; {@link PublicApiTest} shows all of it.
     */
    private static final Set<String> PRODUCT = LayersTest.products().stream()
            .filter(module ->
                    !module.folder().startsWith("clients/") && !module.folder().equals("common/tables"))
            .flatMap(module -> module.packages().stream())
            .collect(Collectors.toSet());

    @Test
    void typesThatOnlyTheirPackageUsesAreNotPublic() {
        List<JavaClass> types = new ArrayList<>();
        for (Module module : Modules.ofTable()) {
            module.classes().forEach(types::add);
        }
        Set<String> used = types.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .filter(dependency -> !dependency
                        .getOriginClass()
                        .getPackageName()
                        .equals(dependency.getTargetClass().getPackageName()))
                .map(dependency ->
                        dependency.getTargetClass().getBaseComponentType().getName())
                .collect(Collectors.toSet());
        // A caller passes a lambda to such a method, and does not name the interface.
        types.stream()
                .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
                .flatMap(type -> type.getMethods().stream())
                .filter(method -> method.getModifiers().contains(JavaModifier.PUBLIC))
                .flatMap(method -> method.getRawParameterTypes().stream())
                .filter(JavaClass::isInterface)
                .forEach(parameter -> used.add(parameter.getName()));
        Set<String> unneeded = new TreeSet<>();
        for (JavaClass type : types) {
            if (PRODUCT.contains(type.getPackageName())
                    && type.isTopLevelClass()
                    && type.getModifiers().contains(JavaModifier.PUBLIC)
                    && !used.contains(type.getName())
                    && !isLoadedFromOutside(type)) {
                unneeded.add(type.getName());
            }
        }
        assertThat(unneeded).as("public types that no other package uses").isEmpty();
    }

    private static boolean isLoadedFromOutside(JavaClass type) {
        return type.getSimpleName().endsWith("MXBean")
                || type.tryGetMethod("main", String[].class).isPresent()
                || LOADED.stream().anyMatch(type::isAssignableTo)
                || hasConstants(type);
    }

    /** The compiler copies constants into the classes that use them, where they leave no trace. */
    private static boolean hasConstants(JavaClass type) {
        return type.getFields().stream()
                .anyMatch(field -> field.getModifiers()
                                .containsAll(Set.of(JavaModifier.PUBLIC, JavaModifier.STATIC, JavaModifier.FINAL))
                        && (field.getRawType().isPrimitive()
                                || field.getRawType().isEquivalentTo(String.class)));
    }
}
