package io.millrace.it.security;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The access control lists that a script adds by {@code kafka-acls.sh}, a command to a line. */
final class AclScript {
    private static final String COMMAND = "allow \"$@\" --add ";
    private static final Map<String, ResourceType> RESOURCES = Map.of(
            "--topic", ResourceType.TOPIC,
            "--group", ResourceType.GROUP,
            "--transactional-id", ResourceType.TRANSACTIONAL_ID);

    private AclScript() {}

    /** What the script adds. An option that is not known here is an error, so nothing of the script is passed over. */
    static List<AclBinding> read(Path script) throws IOException {
        List<AclBinding> bindings = new ArrayList<>();
        for (String line : Files.readAllLines(script)) {
            if (line.startsWith(COMMAND)) {
                bindings.addAll(bindings(line.substring(COMMAND.length()).split(" ", -1)));
            }
        }
        return bindings;
    }

    private static List<AclBinding> bindings(String[] arguments) {
        String principal = null;
        ResourceType type = null;
        String name = null;
        PatternType pattern = PatternType.LITERAL;
        List<AclOperation> operations = new ArrayList<>();
        for (int i = 0; i < arguments.length; i += 2) {
            String value = arguments[i + 1];
            switch (arguments[i]) {
                case "--allow-principal" -> principal = value;
                case "--operation" -> operations.add(operation(value));
                case "--resource-pattern-type" -> pattern = PatternType.fromString(value.toUpperCase(Locale.ROOT));
                default -> {
                    type = RESOURCES.get(arguments[i]);
                    name = value;
                }
            }
        }
        ResourcePattern resource = new ResourcePattern(type, name, pattern);
        String allowed = principal;
        return operations.stream()
                .map(operation -> new AclBinding(
                        resource, new AccessControlEntry(allowed, "*", operation, AclPermissionType.ALLOW)))
                .toList();
    }

    private static AclOperation operation(String name) {
        return AclOperation.valueOf(name.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT));
    }
}
