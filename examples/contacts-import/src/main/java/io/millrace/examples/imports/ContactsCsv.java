package io.millrace.examples.imports;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads CSV as RFC 4180 defines it: a field with a comma, a quote or a line break is in quotes, and a quote in it is doubled. The first
 * record of an upload is {@code email,name}; lines without text are ignored.
 */
final class ContactsCsv {
    private static final List<String> COLUMNS = List.of("email", "name");

    private ContactsCsv() {}

    /**
     * The records of an upload behind its first one, each as it is written.
     *
     * @throws IllegalArgumentException if the first record is another one, no record is behind it, or a quote is not closed
     */
    static List<String> readUpload(String upload) {
        List<String> records = splitRecords(upload.startsWith("\uFEFF") ? upload.substring(1) : upload);
        if (records.isEmpty() || !splitFields(records.get(0)).equals(COLUMNS)) {
            throw new IllegalArgumentException("Expected the columns email,name in the first line");
        }
        if (records.size() == 1) {
            throw new IllegalArgumentException("Expected a contact behind the first line, found none");
        }
        return records.subList(1, records.size());
    }

    /**
     * The records of a text without the line breaks between them.
     *
     * @throws IllegalArgumentException if a quote is not closed
     */
    static List<String> splitRecords(String text) {
        List<String> records = new ArrayList<>();
        boolean quoted = false;
        int begin = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i == text.length() ? '\n' : text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '\n' && (!quoted || i == text.length())) {
                if (quoted) {
                    throw new IllegalArgumentException("A quote is not closed in record " + (records.size() + 1));
                }
                String record = text.substring(begin, i);
                if (!record.isBlank()) {
                    records.add(record.endsWith("\r") ? record.substring(0, record.length() - 1) : record);
                }
                begin = i + 1;
            }
        }
        return records;
    }

    /** The fields of a record without their quotes; at least one. */
    static List<String> splitFields(String record) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < record.length(); i++) {
            char c = record.charAt(i);
            if (c == '"' && quoted && i + 1 < record.length() && record.charAt(i + 1) == '"') {
                field.append(c);
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }
}
