package io.millrace.examples.imports;

import java.util.List;

/**
 * A contact of an upload.
 *
 * @param email the key; letters in upper and lower case differ
 * @param name of any characters
 */
record Contact(String email, String name) {
    /** The columns {@code email} and {@code name} of the table. */
    private static final int LONGEST = 255;

    /** Of a record of an upload; parts that are missing are empty. */
    static Contact of(List<String> fields) {
        return new Contact(
                fields.get(0).strip(), fields.size() > 1 ? fields.get(1).strip() : "");
    }

    /** Whether it can be imported: {@code x@y} with at most 255 characters, and a name with at most 255 characters. */
    boolean isValid() {
        int at = email.indexOf('@');
        return at > 0
                && at < email.length() - 1
                && email.length() <= LONGEST
                && !name.isEmpty()
                && name.length() <= LONGEST;
    }

    /** Without the person. */
    @Override
    public String toString() {
        return "Contact[" + email.length() + " characters]";
    }
}
