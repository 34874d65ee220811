package io.millrace.connectors.redrive.letters;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class HeaderTextsTest {
    @Test
    void hasTheLastValueOfEachHeaderWithoutStackTraces() {
        RecordHeaders headers = new RecordHeaders();
        headers.add("user", "1".getBytes(UTF_8));
        headers.add("user", "\"2\"".getBytes(UTF_8));
        headers.add("user", null);
        headers.add("empty", null);
        headers.add("bytes", new byte[] {(byte) 0xff});
        headers.add("replacement", "\uFFFD".getBytes(UTF_8));
        headers.add("__connect.errors.exception.stacktrace", "secret".getBytes(UTF_8));
        Map<String, String> texts = new HeaderTexts(headers, LetterFormat.BY_HEADERS);
        Map<String, String> expected = Map.of("user", "2", "bytes", "base64:/w==", "replacement", "\uFFFD");
        assertThat(texts).isEqualTo(expected);
        for (String name : expected.keySet()) {
            assertThat(texts.get(name)).isEqualTo(expected.get(name));
            assertThat(texts.containsKey(name)).isTrue();
        }
        assertThat(texts.get("empty")).isNull();
        assertThat(texts.containsKey("empty")).isFalse();
        assertThat(texts.containsKey("__connect.errors.exception.stacktrace")).isFalse();
        assertThat(texts.get("missing")).isNull();
    }
}
