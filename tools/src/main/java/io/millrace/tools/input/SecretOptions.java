package io.millrace.tools.input;

import java.util.regex.Pattern;

/** Options whose values are secrets, by their names. */
public final class SecretOptions {
    private static final Pattern SECRET = Pattern.compile(
            "(?i).*(password|secret|jaas\\.config|secret\\.access\\.key|session\\.token|keystore\\.key)$");

    private SecretOptions() {}

    /** Whether an option's value is a secret. */
    public static boolean isSecret(String option) {
        return SECRET.matcher(option).matches();
    }
}
