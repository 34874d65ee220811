package io.millrace.connectors.channel.history;

import java.util.regex.Pattern;

/** The names of channels: 1 to 200 characters that neither JSON nor a URL's query escapes. */
public final class ChannelName {
    /** What a name consists of, for messages. */
    public static final String EXPECTED = "1 to 200 characters of A-Z a-z 0-9 : . _ ~ / @ -";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9:._~/@-]{1,200}");

    private ChannelName() {}

    /** Whether a text is the name of a channel. */
    public static boolean isValid(String text) {
        return NAME.matcher(text).matches();
    }
}
