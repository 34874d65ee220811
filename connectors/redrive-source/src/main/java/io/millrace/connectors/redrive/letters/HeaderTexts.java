package io.millrace.connectors.redrive.letters;

import java.util.AbstractMap;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * The headers of a letter as texts, without stack traces: of a name the last one that has a value. A value is decoded when it is read, because a
 * condition reads few of them. Not modifiable.
 */
final class HeaderTexts extends AbstractMap<String, String> {
    private final Headers headers;
    private final LetterFormat format;

    HeaderTexts(Headers headers, LetterFormat format) {
        this.headers = headers;
        this.format = format;
    }

    @Override
    public @Nullable String get(@Nullable Object name) {
        byte[] last = findLast(name);
        return last == null ? null : HeaderText.decodeHeader(last);
    }

    @Override
    public boolean containsKey(@Nullable Object name) {
        return findLast(name) != null;
    }

    private byte @Nullable [] findLast(@Nullable Object name) {
        byte[] last = null;
        for (Header header : headers) {
            if (header.key().equals(name) && header.value() != null && !format.isStackTrace(header.key())) {
                last = header.value();
            }
        }
        return last;
    }

    @Override
    public Set<Map.Entry<String, String>> entrySet() {
        Map<String, String> texts = new HashMap<>();
        for (Header header : headers) {
            String text = format.isStackTrace(header.key()) ? null : HeaderText.decodeHeader(header.value());
            if (text != null) {
                texts.put(header.key(), text);
            }
        }
        return texts.entrySet();
    }
}
