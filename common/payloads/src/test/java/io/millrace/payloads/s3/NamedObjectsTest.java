package io.millrace.payloads.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.payloads.CorruptPayloadException;
import io.millrace.payloads.Failures;
import io.millrace.payloads.MissingPayloadException;
import io.millrace.payloads.NamedObjects;
import io.millrace.payloads.config.Payloads;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Objects whose names are the caller's, in S3 and in a folder. */
class NamedObjectsTest {
    @TempDir
    private Path directory;

    @Test
    void keepsObjectsInS3() throws Exception {
        try (InJvmS3 server = new InJvmS3(directory);
                NamedObjects objects =
                        Payloads.openNamed(InJvmS3.options(server.port()), "spool.store", "s3://payloads/a/b")) {
            requireObjects(objects);
            assertThat(server.keys()).containsExactly("a/b/v1/w/2.x");
        }
    }

    @Test
    void keepsObjectsInAFolder() {
        try (NamedObjects objects = Payloads.openNamed(Map.of(), "spool.store", "file:" + directory + "/later")) {
            requireObjects(objects);
        }
    }

    private static void requireObjects(NamedObjects objects) {
        assertThat(objects.list("")).isEmpty();
        objects.delete(List.of("v1/never"));
        for (String name : List.of("v1/w/2.x", "v1/w/10.x", "v1/v/1.x", "v10")) {
            Failures.await(objects.put(name, name.getBytes(UTF_8)));
        }
        Failures.await(objects.put("v10", "other".getBytes(UTF_8)));
        assertThat(objects.list("").stream().map(NamedObjects.Entry::name))
                .containsExactly("v1/v/1.x", "v1/w/10.x", "v1/w/2.x", "v10");
        assertThat(objects.list("v1/w/")).hasSize(2).allSatisfy(entry -> {
            assertThat(entry.bytes()).isEqualTo(entry.name().length());
            assertThat(entry.modified()).isNotNull();
        });
        assertThat(Failures.await(objects.get("v10", 5))).asString(UTF_8).isEqualTo("other");
        Failures.await(objects.put("v10", new byte[1000]));
        assertThatThrownBy(() -> Failures.await(objects.get("v10", 999)))
                .isInstanceOf(CorruptPayloadException.class)
                .hasMessageContaining("more than");
        objects.delete(List.of("v1/w/10.x", "v1/v/1.x", "v10"));
        assertThat(objects.list("").stream().map(NamedObjects.Entry::name)).containsExactly("v1/w/2.x");
        assertThatThrownBy(() -> Failures.await(objects.get("v10", 5))).isInstanceOf(MissingPayloadException.class);
        for (String name : List.of("../x", "a//b", "a/../b", "/a", "a/", "", "a b", ".", "v1/..")) {
            assertThatThrownBy(() -> objects.put(name, new byte[0])).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void refusesALocationWithoutNamedObjects() {
        for (String location : List.of("kafka:topic", "ftp://x", "s3:/bucket", "file:relative")) {
            assertThatThrownBy(() -> Payloads.openNamed(Map.of(), "spool.store", location))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("spool.store");
        }
    }
}
