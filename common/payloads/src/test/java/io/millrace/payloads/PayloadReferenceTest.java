package io.millrace.payloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadReferenceTest {
    private static final String HASH = "0123456789abcdef".repeat(4);
    private static final List<PayloadReference> REFERENCES = List.of(
            new PayloadReference("s3://bucket/a/b/orders/2026-11-21/" + HASH, 0, HASH, Codec.NONE, null),
            new PayloadReference(
                    "s3://bucket/orders/2026-11-21/" + HASH + ".gz", 70_000, HASH, Codec.GZIP, "application/json"),
            new PayloadReference("kafka:payload-chunks/3/100-117", 1L << 31, HASH, Codec.LZ4, "image/svg+xml"),
            new PayloadReference(
                    "file:/data/orders/2026-11-21/" + HASH + ".zst",
                    Long.MAX_VALUE,
                    HASH,
                    Codec.ZSTD,
                    "text/plain; charset=\"utf-8\" ~;%"));

    @Test
    void hasThePinnedText() throws IOException {
        try (InputStream in = PayloadReferenceTest.class.getResourceAsStream("references.txt")) {
            List<String> pinned = new String(in.readAllBytes(), StandardCharsets.US_ASCII)
                    .lines()
                    .toList();

            assertThat(REFERENCES).extracting(PayloadReference::toString).isEqualTo(pinned);
            assertThat(pinned).extracting(PayloadReference::parse).isEqualTo(REFERENCES);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "millrace-payload/1",
                "millrace-payload/2;size=1;sha256=HASH;codec=none;uri=s3://b/k",
                " millrace-payload/1;size=1;sha256=HASH;codec=none;uri=s3://b/k",
                "millrace-payload/1;size=1;sha256=HASH;codec=none;uri=s3://b/k\n",
                "millrace-payload/1;size=-1;sha256=HASH;codec=none;uri=s3://b/k",
                "millrace-payload/1;size=;sha256=HASH;codec=none;uri=s3://b/k",
                "millrace-payload/1;size=9999999999999999999;sha256=HASH;codec=none;uri=s3://b/k",
                "millrace-payload/1;size=1;sha256=0;codec=none;uri=s3://b/k",
                "millrace-payload/1;size=1;sha256=HASH0;codec=none;uri=s3://b/k",
                "millrace-payload/1;size=1;sha256=HASH;codec=snappy;uri=s3://b/k",
                "millrace-payload/1;size=1;sha256=HASH;codec=NONE;uri=s3://b/k",
                "millrace-payload/1;size=1;sha256=HASH;codec=none;type=;uri=s3://b/k",
                "millrace-payload/1;size=1;sha256=HASH;codec=none;type=%zz;uri=s3://b/k",
                "millrace-payload/1;size=1;sha256=HASH;codec=none;type=%0d%0a;uri=s3://b/k",
                "millrace-payload/1;size=1;sha256=HASH;codec=none;type=%C3%BC;uri=s3://b/k",
                "millrace-payload/1;size=1;sha256=HASH;codec=none;type=a/b;uri=s3://b/k",
                "millrace-payload/1;sha256=HASH;size=1;codec=none;uri=s3://b/k",
                "millrace-payload/1;size=1;sha256=HASH;codec=none;uri=s3://b/k k",
                "millrace-payload/1;size=1;sha256=HASH;codec=none;uri=s3://b/\u00fc",
                "millrace-payload/1;size=1;sha256=HASH;codec=none;uri=/etc/passwd",
                "millrace-payload/1;size=1;sha256=HASH;codec=none;uri=s3:",
                "millrace-payload/1;size=1;sha256=HASH;codec=none",
            })
    void refusesWhatIsNotInTheGrammar(String text) {
        assertThatThrownBy(() -> PayloadReference.parse(text.replace("HASH", HASH)))
                .isInstanceOf(RefusedPayloadException.class);
    }

    @Test
    void refusesTextThatIsTooLong() {
        String start = "millrace-payload/1;size=1;sha256=" + HASH + ";codec=none;uri=s3://b/";

        assertThatThrownBy(() -> PayloadReference.parse(start + "k".repeat(PayloadReference.MAX_LENGTH)))
                .isInstanceOf(RefusedPayloadException.class);
        assertThatThrownBy(() -> PayloadReference.parse(start + "k".repeat(2048 - 6)))
                .isInstanceOf(RefusedPayloadException.class);
        assertThat(PayloadReference.parse(start + "k".repeat(2048 - 7)).uri()).hasSize(2048);
    }

    @Test
    void whatCanBeMadeCanBeRead() {
        PayloadReference longest =
                new PayloadReference("file:" + "/".repeat(2043), Long.MAX_VALUE, HASH, Codec.NONE, "%".repeat(255));

        assertThat(longest.toString().length()).isLessThanOrEqualTo(PayloadReference.MAX_LENGTH);
        assertThat(PayloadReference.parse(longest.toString())).isEqualTo(longest);
        for (String type : List.of("", "%".repeat(256), "a\r\nb", "\u00fc", "\ud800")) {
            assertThatThrownBy(() -> new PayloadReference("s3://b/k", 1, HASH, Codec.NONE, type))
                    .isInstanceOf(RefusedPayloadException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../up", "a/b", "a b", "a%2fb", "\u00fc", "a\n"})
    void anObjectHasATopicThatKafkaAllows(String topic) {
        assertThatThrownBy(() -> new PayloadObject(
                        topic, java.time.LocalDate.of(2026, 11, 21), HASH, Codec.NONE, null, new byte[0]))
                .isInstanceOf(RefusedPayloadException.class);
    }
}
