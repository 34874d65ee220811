package io.millrace.payloads.connect;

import java.util.List;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.Importance;
import org.apache.kafka.common.config.ConfigException;

/** The options that say which fields are meant and what is in them. */
public final class FieldOptions {
    public static final String FIELDS = "fields";
    public static final String CONTENT_TYPE = "payload.content.type";

    private static final Pattern MEDIA_TYPE = Pattern.compile(
            "[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}( ?; ?[A-Za-z0-9-]+=[A-Za-z0-9_.+-]+)*");

    private FieldOptions() {}

    /** Adds the fields that are stored, of which there must be some. */
    public static ConfigDef storing(ConfigDef definition) {
        return contentType(definition.define(
                FIELDS,
                ConfigDef.Type.LIST,
                ConfigDef.NO_DEFAULT_VALUE,
                new Paths(true),
                Importance.HIGH,
                "The fields whose values may be large, bytes or strings: paths such as after.image, documents[].body (each"
                        + " element of an array) or attachments.* (each value of a map). A path that a record does not"
                        + " have means nothing there."));
    }

    /** Adds the fields that are restored; where there are none, all of them are. */
    public static ConfigDef restoring(ConfigDef definition) {
        return definition.define(
                FIELDS,
                ConfigDef.Type.LIST,
                "",
                validPaths(),
                Importance.MEDIUM,
                "The fields whose payloads are restored, as paths; without any, all payloads are, wherever they are.");
    }

    /** Adds the media type of what is stored. */
    public static ConfigDef contentType(ConfigDef definition) {
        return definition.define(
                CONTENT_TYPE,
                ConfigDef.Type.STRING,
                null,
                ConfigDef.LambdaValidator.with(FieldOptions::checkMediaType, () -> "a media type"),
                Importance.LOW,
                "The payloads' media type, such as image/png, for references and for the store.");
    }

    /** What a list of paths has to be, of which there may be none. */
    public static ConfigDef.Validator validPaths() {
        return new Paths(false);
    }

    /** The paths that are configured. */
    public static List<FieldPath> paths(AbstractConfig config) {
        return FieldPath.parse(FIELDS, config.getList(FIELDS));
    }

    private static void checkMediaType(String option, Object value) {
        if (value != null && !MEDIA_TYPE.matcher((String) value).matches()) {
            throw new ConfigException(option, value, "Expected a media type, such as image/png");
        }
    }

    private record Paths(boolean required) implements ConfigDef.Validator {
        @Override
        public void ensureValid(String option, Object value) {
            // Where it is missing, Connect says so.
            if (value instanceof List<?> list) {
                if (required && list.isEmpty()) {
                    throw new ConfigException(option, value, "Expected at least one path");
                }
                FieldPath.parse(option, list.stream().map(String.class::cast).toList());
            }
        }

        @Override
        public String toString() {
            return required ? "one or more paths, none twice" : "paths, none twice";
        }
    }
}
