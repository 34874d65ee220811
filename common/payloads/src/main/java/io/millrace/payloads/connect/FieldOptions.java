package io.millrace.payloads.connect;

import io.millrace.config.Option;
import java.util.List;
import java.util.regex.Pattern;

/** The options that select fields of records, and describe the values in them. */
public final class FieldOptions {
    private static final String FIELDS_NAME = "fields";

    private static final Pattern MEDIA_TYPE = Pattern.compile(
            "[A-Za-z0-9!#$&^_.+-]{1,127}/[A-Za-z0-9!#$&^_.+-]{1,127}( ?; ?[A-Za-z0-9-]+=[A-Za-z0-9_.+-]+)*");

    /** The fields that are stored, at least one. */
    public static final Option<List<FieldPath>> STORED_FIELDS = Option.list(FIELDS_NAME)
            .as("one or more paths, no duplicates", FieldOptions::parseSome)
            .required()
            .high(
                    "The fields whose values may be large, bytes or strings: paths such as after.image, documents[].body (each"
                            + " element of an array) or attachments.* (each value of a map). A path that a record does not have"
                            + " is ignored for that record.");

    /** The fields that are restored; if there are none, all of them are. */
    public static final Option<List<FieldPath>> RESTORED_FIELDS = paths(FIELDS_NAME)
            .defaultTo("")
            .medium(
                    "The fields whose payloads are restored, as paths. If it is empty, all payloads are restored, at any"
                            + " depth.");

    /** The media type of what is stored. */
    public static final Option<String> CONTENT_TYPE = Option.string("payload.content.type")
            .valid("a media type", FieldOptions::requireMediaType)
            .low("The payloads' media type, such as image/png, for references and for the store.");

    private FieldOptions() {}

    /** An option that contains paths, perhaps none. */
    public static Option<List<FieldPath>> paths(String name) {
        return Option.list(name).as("paths, no duplicates", texts -> FieldPath.parseAll(name, texts));
    }

    private static List<FieldPath> parseSome(List<String> texts) {
        if (texts.isEmpty()) {
            throw new IllegalArgumentException("Expected at least one path");
        }
        return FieldPath.parseAll(FIELDS_NAME, texts);
    }

    static boolean isMediaType(String text) {
        return MEDIA_TYPE.matcher(text).matches();
    }

    private static void requireMediaType(String text) {
        if (!isMediaType(text)) {
            throw new IllegalArgumentException("Expected a media type, such as image/png");
        }
    }
}
