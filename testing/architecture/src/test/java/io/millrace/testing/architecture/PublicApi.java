package io.millrace.testing.architecture;

import com.tngtech.archunit.core.domain.JavaClass;
import io.millrace.testing.architecture.Modules.Module;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The public interface of packages as text: each public or protected type, constructor, method and field that they declare,
 * one a line, in an order that does not change.
 */
final class PublicApi {
    private PublicApi() {}

    /**
     * The text for some packages of a module.
     *
     * @throws IllegalArgumentException if the module has no public types in one of them
     */
    static String describe(Module module, List<String> packages) {
        StringBuilder text = new StringBuilder();
        for (String name : packages) {
            List<Class<?>> types = module.classes().stream()
                    .filter(type -> type.getPackageName().equals(name))
                    .map(JavaClass::reflect)
                    .filter(PublicApi::isVisible)
                    .sorted(Comparator.comparing(Class::getName))
                    .collect(Collectors.toList());
            if (types.isEmpty()) {
                throw new IllegalArgumentException(module.folder() + " has no public types in " + name);
            }
            types.forEach(type -> describeType(type, text));
        }
        return text.toString();
    }

    /** Whether a type, and every type that it is nested in, can be used from other packages. */
    private static boolean isVisible(Class<?> type) {
        boolean visible = isVisible(type.getModifiers()) && !type.isAnonymousClass() && !type.isLocalClass();
        return visible && (type.getDeclaringClass() == null || isVisible(type.getDeclaringClass()));
    }

    private static boolean isVisible(int modifiers) {
        return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
    }

    private static void describeType(Class<?> type, StringBuilder text) {
        text.append(type.toGenericString());
        describeSupertypes(type, text);
        text.append(deprecation(type)).append('\n');
        Stream<String> components = type.isRecord()
                ? Stream.of("record components "
                        + Arrays.stream(type.getRecordComponents())
                                .map(RecordComponent::toString)
                                .collect(Collectors.joining(", ", "(", ")")))
                : Stream.of();
        Stream<String> members = Stream.of(
                        type.getDeclaredConstructors(), type.getDeclaredMethods(), type.getDeclaredFields())
                .flatMap(Arrays::stream)
                .filter(member -> isVisible(((Member) member).getModifiers()) && !((Member) member).isSynthetic())
                .map(PublicApi::describeMember)
                .sorted();
        Stream.concat(components, members)
                .forEach(member -> text.append("    ").append(member).append('\n'));
    }

    private static void describeSupertypes(Class<?> type, StringBuilder text) {
        Type parent = type.getGenericSuperclass();
        if (parent != null && parent != Object.class) {
            text.append(" extends ").append(parent.getTypeName());
        }
        Type[] interfaces = type.getGenericInterfaces();
        if (interfaces.length > 0) {
            text.append(type.isInterface() ? " extends " : " implements ")
                    .append(Arrays.stream(interfaces).map(Type::getTypeName).collect(Collectors.joining(", ")));
        }
    }

    private static String describeMember(AnnotatedElement member) {
        String text;
        if (member instanceof Field field) {
            text = field.toGenericString();
        } else {
            Executable executable = (Executable) member;
            text = executable instanceof Constructor<?> constructor
                    ? constructor.toGenericString()
                    : ((Method) executable).toGenericString();
        }
        return text + deprecation(member);
    }

    private static String deprecation(AnnotatedElement element) {
        return element.isAnnotationPresent(Deprecated.class) ? " (deprecated)" : "";
    }
}
