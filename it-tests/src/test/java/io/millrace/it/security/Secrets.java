package io.millrace.it.security;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Random passwords, each under a name of its own, and the files from which config providers read them. */
final class Secrets {
    private final Path folder;
    private final Map<String, String> passwords = new LinkedHashMap<>();

    Secrets(Path folder) {
        this.folder = folder;
    }

    /** The password of this name, made when it is asked for the first time. */
    String password(String name) {
        return passwords.computeIfAbsent(name, key -> RandomPassword.next());
    }

    /** Adds a secret that somebody else made. */
    void add(String name, String secret) {
        passwords.put(name, secret);
    }

    Path folder() {
        return folder;
    }

    void write(String file, String content) throws IOException {
        Files.writeString(folder.resolve(file), content);
    }

    /** What a Kafka client shows of a user. */
    String jaas(String user) {
        return "org.apache.kafka.common.security.scram.ScramLoginModule required username=\"" + user + "\" password=\""
                + password(user) + "\";";
    }

    /** The names of the secrets that are in a text. */
    Set<String> in(byte[] content) {
        // Each byte a character, so that it does not matter what the content is.
        String text = new String(content, StandardCharsets.ISO_8859_1);
        Set<String> found = new TreeSet<>();
        passwords.forEach((name, password) -> {
            if (text.contains(password)) {
                found.add(name);
            }
        });
        return found;
    }
}
