package io.millrace.connectors.channel.history;

/** The names of channels: 1 to 200 characters that neither JSON nor a URL's query escapes. */
public final class ChannelName {
    /** What a name consists of, for messages. */
    public static final String EXPECTED = "1 to 200 characters of A-Z a-z 0-9 : . _ ~ / @ -";

    private static final int MAX_LENGTH = 200;
    private static final String OTHERS = ":._~/@-";

    private ChannelName() {}

    /** Whether a text is the name of a channel. */
    public static boolean isValid(String text) {
        if (text.isEmpty() || text.length() > MAX_LENGTH) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (!isPermitted(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPermitted(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || OTHERS.indexOf(c) >= 0;
    }
}
