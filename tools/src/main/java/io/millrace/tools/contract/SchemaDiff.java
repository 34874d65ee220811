package io.millrace.tools.contract;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The differences between two JSON Schemas of an event for a consumer that was written for the old one. Fewer possible
 * values are compatible; more, or other, values are breaking. An additional field is compatible, since consumers ignore
 * unknown fields.
 */
final class SchemaDiff {
    /** The keywords whose change is a change of semantics. */
    private static final List<String> MEANING =
            List.of("const", "format", "contentEncoding", "contentMediaType", "pattern", JsonSchemas.CONNECT_TYPE);

    private final JsonNode oldDocument;
    private final JsonNode newDocument;
    private final List<Difference> differences = new ArrayList<>();

    private SchemaDiff(JsonNode oldDocument, JsonNode newDocument) {
        this.oldDocument = oldDocument;
        this.newDocument = newDocument;
    }

    /** The differences of two schemas, which may refer into their documents. */
    static List<Difference> of(
            String place, JsonNode oldSchema, JsonNode newSchema, JsonNode oldDocument, JsonNode newDocument) {
        SchemaDiff diff = new SchemaDiff(oldDocument, newDocument);
        diff.compareSchemas(place, oldSchema, newSchema);
        return diff.differences;
    }

    /** The schema that a reference points to. */
    static JsonNode resolveReference(JsonNode schema, JsonNode document) {
        JsonNode resolved = schema;
        for (int i = 0; i < 16 && resolved.path("$ref").isTextual(); i++) {
            resolved = document.at(resolved.path("$ref").asText().substring(1));
        }
        return resolved;
    }

    private void compareSchemas(String place, JsonNode oldReference, JsonNode newReference) {
        JsonNode oldSchema = resolveReference(oldReference, oldDocument);
        JsonNode newSchema = resolveReference(newReference, newDocument);
        if (oldSchema.equals(newSchema) && !oldSchema.toString().contains("\"$ref\"")) {
            return;
        }
        if (compareTypes(place, oldSchema, newSchema)) {
            compareMeaning(place, oldSchema, newSchema);
            compareValues(place, oldSchema, newSchema);
            compareProperties(place, oldSchema, newSchema);
            compareBoth(place + "[]", oldSchema.path("items"), newSchema.path("items"));
            compareBoth(place + "{}", oldSchema.path("additionalProperties"), newSchema.path("additionalProperties"));
        }
    }

    private void compareBoth(String place, JsonNode oldSchema, JsonNode newSchema) {
        if (oldSchema.isArray() && newSchema.isArray() && oldSchema.size() == newSchema.size()) {
            for (int i = 0; i < oldSchema.size(); i++) {
                compareSchemas(place + i, oldSchema.get(i), newSchema.get(i));
            }
        } else if (oldSchema.isObject() && newSchema.isObject()) {
            compareSchemas(place, oldSchema, newSchema);
        } else if (!oldSchema.equals(newSchema)) {
            differences.add(Difference.breaking(place, "was " + oldSchema + ", is " + newSchema));
        }
    }

    /**
     * Compares the types.
     *
     * @return whether further comparison is useful
     */
    private boolean compareTypes(String place, JsonNode oldSchema, JsonNode newSchema) {
        Set<String> before = typesOf(oldSchema);
        Set<String> after = typesOf(newSchema);
        if (before.equals(after)) {
            return true;
        }
        boolean less = after.stream()
                .allMatch(type -> before.contains(type) || (type.equals("integer") && before.contains("number")));
        if (less) {
            differences.add(Difference.compatible(place, "was " + named(before) + ", is only " + named(after)));
        } else {
            Set<String> further = new TreeSet<>(after);
            further.removeAll(before);
            String what = further.equals(Set.of("null")) && after.containsAll(before)
                    ? "may now be null"
                    : "was " + named(before) + ", is " + named(after);
            differences.add(Difference.breaking(place, what));
        }
        return after.stream().anyMatch(before::contains);
    }

    private static Set<String> typesOf(JsonNode schema) {
        Set<String> types = new TreeSet<>();
        JsonNode type = schema.path("type");
        if (type.isTextual()) {
            types.add(type.asText());
        }
        type.forEach(one -> types.add(one.asText()));
        return types;
    }

    private static String named(Set<String> types) {
        return types.isEmpty() ? "anything" : String.join(" or ", types);
    }

    private void compareMeaning(String place, JsonNode oldSchema, JsonNode newSchema) {
        for (String keyword : MEANING) {
            if (!oldSchema.path(keyword).equals(newSchema.path(keyword))) {
                differences.add(Difference.breaking(
                        place, keyword + " was " + textOf(oldSchema, keyword) + ", is " + textOf(newSchema, keyword)));
            }
        }
        if (!oldSchema.path(JsonSchemas.SCALE).equals(newSchema.path(JsonSchemas.SCALE))) {
            // A number contains its decimal point; bytes do not.
            boolean breaking = oldSchema.has("contentEncoding");
            differences.add(new Difference(
                    breaking,
                    place,
                    "digits behind the point were " + textOf(oldSchema, JsonSchemas.SCALE) + ", are "
                            + textOf(newSchema, JsonSchemas.SCALE)));
        }
    }

    private static String textOf(JsonNode schema, String keyword) {
        return schema.has(keyword) ? schema.get(keyword).asText() : "not set";
    }

    private void compareValues(String place, JsonNode oldSchema, JsonNode newSchema) {
        Set<String> before = valuesOf(oldSchema);
        Set<String> after = valuesOf(newSchema);
        if (before.equals(after)) {
            return;
        }
        if (!newSchema.has("enum")) {
            differences.add(Difference.breaking(place, "may now have any value, was one of " + before));
        } else if (!oldSchema.has("enum") || before.containsAll(after)) {
            differences.add(Difference.compatible(place, "is only one of " + after));
        } else {
            after.removeAll(before);
            differences.add(Difference.breaking(place, "may now be one of " + after));
        }
    }

    /** Without null, which the types show. */
    private static Set<String> valuesOf(JsonNode schema) {
        Set<String> values = new TreeSet<>();
        schema.path("enum").forEach(value -> {
            if (!value.isNull()) {
                values.add(value.asText());
            }
        });
        return values;
    }

    private void compareProperties(String place, JsonNode oldSchema, JsonNode newSchema) {
        JsonNode before = oldSchema.path("properties");
        JsonNode after = newSchema.path("properties");
        Set<String> wasThere = requiredOf(oldSchema);
        Set<String> isThere = requiredOf(newSchema);
        before.properties().forEach(field -> {
            String name = field.getKey();
            String at = place + "." + name;
            if (!after.has(name)) {
                differences.add(Difference.breaking(at, "is gone"));
                return;
            }
            if (wasThere.contains(name) && !isThere.contains(name)) {
                differences.add(Difference.breaking(at, "may now be missing"));
            } else if (isThere.contains(name) && !wasThere.contains(name)) {
                differences.add(Difference.compatible(at, "is now always present"));
            }
            compareSchemas(at, field.getValue(), after.get(name));
        });
        after.fieldNames().forEachRemaining(name -> {
            if (!before.has(name)) {
                differences.add(Difference.compatible(place + "." + name, "is new"));
            }
        });
    }

    private static Set<String> requiredOf(JsonNode schema) {
        Set<String> required = new TreeSet<>();
        schema.path("required").forEach(name -> required.add(name.asText()));
        return required;
    }
}
