package io.millrace.tools.payloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.tools.input.UsageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecordKeysTest {
    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void findsAKeyHoweverItWasConverted() {
        RecordKeys keys = RecordKeys.parse("{\"id\":7,\"site\":\"a,b\"}, plain text,hex:00ff, 12");

        assertThat(keys.accept(bytes("{\"site\": \"a,b\", \"id\": 7}"))).isTrue();
        assertThat(keys.accept(bytes("{\"schema\":{\"type\":\"struct\"},\"payload\":{\"id\":7,\"site\":\"a,b\"}}")))
                .isTrue();
        assertThat(keys.accept(bytes("plain text"))).isTrue();
        assertThat(keys.accept(new byte[] {0, (byte) 0xff})).isTrue();
        assertThat(keys.unseen()).containsExactly("12");
        assertThat(keys.accept(bytes("12"))).isTrue();
        assertThat(keys.accept(bytes("{\"schema\":{\"type\":\"int64\"},\"payload\":12}")))
                .isTrue();
        assertThat(keys.unseen()).isEmpty();
    }

    @Test
    void acceptsNoOtherKey() {
        RecordKeys keys = RecordKeys.parse("{\"id\":7}");
        for (String other :
                new String[] {"{\"id\":77}", "{\"id\":\"7\"}", "{\"id\":7}x", "7", "", "{\"id\":7,\"x\":1}"}) {
            assertThat(keys.accept(bytes(other))).as(other).isFalse();
        }
        assertThat(keys.accept(null)).isFalse();
        assertThat(keys.isNoneSeen()).isTrue();
    }

    @Test
    void readsKeysOfAFile(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("keys"), "{\"id\":1}\n\n{\"id\":2}\n");
        assertThat(RecordKeys.parse("@" + file).unseen()).containsExactly("{\"id\":1}", "{\"id\":2}");
    }

    @Test
    void refusesNoKeysAndWrongDigits() {
        assertThatThrownBy(() -> RecordKeys.parse(" , ")).isInstanceOf(UsageException.class);
        assertThatThrownBy(() -> RecordKeys.parse("hex:0g")).isInstanceOf(UsageException.class);
    }

    @Test
    void describesKeys() {
        assertThat(RecordKeys.describe(null)).isEqualTo("a record without a key");
        assertThat(RecordKeys.describe(bytes("{\"schema\":{},\"payload\":{\"id\":7}}")))
                .isEqualTo("{\"id\":7}");
        assertThat(RecordKeys.describe(new byte[] {0, 1})).isEqualTo("hex:0001");
        assertThat(RecordKeys.describe(bytes("x".repeat(1000)))).hasSizeLessThan(300);
    }
}
