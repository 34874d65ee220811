package io.millrace.payloads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.config.OptionSet;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.config.Payloads;
import io.millrace.testing.s3.AccessPolicy;
import io.millrace.testing.s3.PolicyProxy;
import io.millrace.testing.s3.PolicyProxy.AccessKey;
import io.millrace.testing.s3.PolicyProxy.Transport;
import io.millrace.testing.servers.Installation;
import io.millrace.testing.servers.ProjectFiles;
import io.millrace.testing.servers.S3Server;
import io.millrace.testing.servers.ServerDirectories;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.apache.kafka.common.config.AbstractConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * The policies of {@code deploy/security}, enforced: with its own, each user can do all that it does, and nothing else, and
 * makes use of every right in it.
 */
class S3PolicyIT {
    private static final String BUCKET = "shop-payloads";
    private static final int PART = 5 * 1024 * 1024;
    private static final byte[] SMALL = "a picture".repeat(1000).getBytes(StandardCharsets.UTF_8);
    private static final Path POLICIES =
            ProjectFiles.of(Installation.locate()).root().resolve("deploy/security");

    private static S3Server server;
    private PolicyProxy proxy;

    @BeforeAll
    static void start() {
        server = S3Server.start(Installation.locate(), ServerDirectories.newDirectory("s3-policies"), BUCKET);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @BeforeEach
    void startProxy() throws IOException {
        proxy = new PolicyProxy(
                Transport.PLAIN,
                server.port(),
                new AccessKey(server.accessKeyId(), server.secretAccessKey()),
                Map.of(
                        "writer", List.of(policy("s3-writer")),
                        "reader", List.of(policy("s3-reader")),
                        "cleaner", List.of(policy("s3-cleanup")),
                        "eraser", List.of(policy("s3-eraser")),
                        "kms-writer", List.of(policy("s3-writer"), policy("s3-writer-kms")),
                        "kms-reader", List.of(policy("s3-reader"), policy("s3-reader-kms")),
                        "blind-reader", List.of(AccessPolicy.parse(withoutListBucket()))));
    }

    @AfterEach
    void stopProxy() {
        proxy.close();
    }

    private static AccessPolicy policy(String name) throws IOException {
        return AccessPolicy.read(POLICIES.resolve(name + ".json"));
    }

    /** A reader with the right to read alone. */
    private static String withoutListBucket() throws IOException {
        return Files.readString(POLICIES.resolve("s3-reader.json")).replace("s3:ListBucket", "s3:GetBucketLocation");
    }

    @Test
    void theWriterStoresAndNeedsAllOfItsRights() throws IOException {
        byte[] large = bytes(2 * PART + 1);
        try (PayloadWriter writer =
                writer("writer", "media", "payload.s3.sse", "AES256", "payload.s3.tags", "kept=a year")) {
            PayloadReference first = writer.writeNow("shop.products", SMALL, "image/png");
            // The object is there already.
            assertThat(writer.writeNow("shop.products", SMALL, "image/png").uri())
                    .isEqualTo(first.uri());
            assertThat(stored(first)).hasBinaryContent(SMALL);
            assertThat(stored(writer.writeNow("shop.products", large, "image/png")))
                    .hasBinaryContent(large);

            byte[] failing = bytes(2 * PART + 2);
            proxy.failNext(
                    request -> request.query().getOrDefault("partNumber", "").equals("2"));
            assertThatThrownBy(() -> writer.writeNow("shop.products", failing, "image/png"))
                    .isInstanceOf(PayloadException.class)
                    .hasMessageContaining("InvalidDigest");
        }
        assertThat(proxy.used("writer")).isEqualTo(policy("s3-writer").allowedActions());
        // It asks whether a large object is there, and goes on where nobody tells.
        assertThat(actions(proxy.refused())).containsExactly("writer s3:GetObject");
    }

    @Test
    void theWriterDoesNothingElse() throws IOException {
        PayloadReference reference;
        try (PayloadWriter writer = writer("writer", "media")) {
            reference = writer.writeNow("shop.products", SMALL, "image/png");
        }
        assertRefused("writer s3:GetObject", () -> read("writer", reference));
        assertRefused("writer s3:ListBucket", () -> list("writer", "media"));
        assertRefused("writer s3:DeleteObject", () -> delete("writer", reference));
        assertRefused("writer s3:PutObject", () -> write("writer", "elsewhere"));
        assertRefused("writer kms:GenerateDataKey", () -> write("writer", "media", "payload.s3.sse", "aws:kms"));
        assertThat(stored(reference)).hasBinaryContent(SMALL);
    }

    @Test
    void theReaderReadsAndSeesWhatIsMissing() throws IOException {
        PayloadReference reference = write("writer", "media");
        PayloadReference missing = missing(reference);

        assertThat(read("reader", reference)).isEqualTo(SMALL);
        assertThatThrownBy(() -> read("reader", missing)).isInstanceOf(MissingPayloadException.class);

        assertThat(proxy.used("reader")).isEqualTo(policy("s3-reader").allowedActions());
        assertThat(proxy.refused()).isEmpty();
        // Without the right to list, what is missing looks as if it were forbidden, which may pass.
        assertThat(read("blind-reader", reference)).isEqualTo(SMALL);
        assertThatThrownBy(() -> read("blind-reader", missing)).isInstanceOf(UnavailableStoreException.class);
    }

    @Test
    void theReaderDoesNothingElse() throws IOException {
        PayloadReference reference = write("writer", "media");
        Path elsewhere = server.objects(BUCKET).resolve("elsewhere");
        copy(server.objects(BUCKET).resolve("media"), elsewhere);
        PayloadReference other = moved(reference, "elsewhere");

        assertRefused("reader s3:PutObject", () -> write("reader", "media"));
        assertRefused("reader s3:DeleteObject", () -> delete("reader", reference));
        assertRefused("reader s3:GetObject", () -> read("reader", other));
        assertThat(stored(reference)).hasBinaryContent(SMALL);
    }

    @Test
    void theCleanerListsAndDeletes() throws IOException {
        PayloadReference reference = write("writer", "media");
        PayloadReference other = moved(reference, "elsewhere");

        assertThat(list("cleaner", "media")).extracting(StoredObject::uri).contains(reference.uri());
        assertRefused("cleaner s3:ListBucket", () -> list("cleaner", "elsewhere"));
        assertRefused("cleaner s3:GetObject", () -> read("cleaner", reference));
        assertRefused("cleaner s3:PutObject", () -> write("cleaner", "media"));
        assertRefused("cleaner s3:DeleteObject", () -> delete("cleaner", other));
        delete("cleaner", reference);

        assertThat(stored(reference)).doesNotExist();
        assertThat(proxy.used("cleaner")).isEqualTo(policy("s3-cleanup").allowedActions());
    }

    @Test
    void theEraserListsReadsAndErases() throws IOException {
        PayloadReference reference = write("writer", "media");
        try (StoredObjects objects = objects("eraser", "media")) {
            List<StoredObject> found = list("eraser", "media").stream()
                    .filter(object -> object.uri().equals(reference.uri()))
                    .toList();
            assertThat(read("eraser", reference)).isEqualTo(SMALL);
            objects.erase(found);
        }

        assertThatThrownBy(() -> read("eraser", reference)).isInstanceOf(ErasedPayloadException.class);
        assertThat(policy("s3-eraser").allowedActions()).containsAll(proxy.used("eraser"));
        assertThat(proxy.used("eraser"))
                .contains("s3:ListBucket", "s3:ListBucketVersions", "s3:GetObject", "s3:PutObject");
        assertThat(proxy.refused()).noneMatch(one -> one.startsWith("eraser "));
        // The writer may not read, and writes in the marker's place.
        PayloadReference again = write("writer", "media");
        assertThat(stored(again)).hasBinaryContent(SMALL);
    }

    @Test
    void aKmsKeyNeedsRightsOfItsOwn() throws IOException {
        String[] options = {"payload.s3.sse", "aws:kms", "payload.s3.sse.kms.key.id", kmsKey()};
        PayloadReference small = write("kms-writer", "media/encrypted", options);
        PayloadReference large;
        try (PayloadWriter writer = writer("kms-writer", "media/encrypted", options)) {
            large = writer.writeNow("shop.products", bytes(PART + 1), "image/png");
        }

        assertThat(read("kms-reader", small)).isEqualTo(SMALL);
        assertThat(read("kms-reader", large)).isEqualTo(bytes(PART + 1));
        assertThat(proxy.used("kms-writer")).containsAll(policy("s3-writer-kms").allowedActions());
        assertThat(proxy.used("kms-reader")).containsAll(policy("s3-reader-kms").allowedActions());
        assertRefused("reader kms:Decrypt", () -> read("reader", small));
        assertRefused("writer kms:GenerateDataKey", () -> write("writer", "media/other", options));
    }

    private static String kmsKey() throws IOException {
        return Files.readString(POLICIES.resolve("s3-writer-kms.json"))
                .replaceAll("(?s).*\"Resource\": \"([^\"]*)\".*", "$1");
    }

    /** It fails, and for want of this right, {@code USER ACTION}. */
    private void assertRefused(String right, Request request) throws IOException {
        Set<String> before = proxy.refused();
        assertThatThrownBy(request::make).isInstanceOf(PayloadException.class).hasMessageContaining("403");
        Set<String> refused = proxy.refused();
        refused.removeAll(before);
        assertThat(actions(refused)).contains(right);
    }

    private interface Request {
        void make() throws IOException;
    }

    private static Set<String> actions(Set<String> refused) {
        Set<String> actions = new TreeSet<>();
        refused.forEach(one -> actions.add(one.substring(0, one.lastIndexOf(" arn:"))));
        return actions;
    }

    private PayloadReference write(String user, String prefix, String... options) throws IOException {
        try (PayloadWriter writer = writer(user, prefix, options)) {
            return writer.writeNow("shop.products", SMALL, "image/png");
        }
    }

    private PayloadWriter writer(String user, String prefix, String... options) {
        List<String> all = new ArrayList<>(List.of(
                PayloadOptions.STORE.name(),
                "s3://" + BUCKET + "/" + prefix,
                PayloadOptions.CACHE_ENTRIES.name(),
                "0",
                PayloadOptions.CODEC.name(),
                "none",
                "payload.s3.multipart.bytes",
                Integer.toString(PART)));
        all.addAll(List.of(options));
        return Payloads.openWriter(config(PayloadOptions.WRITING, user, all), "S3PolicyIT");
    }

    private byte[] read(String user, PayloadReference reference) {
        List<String> locations = List.of(PayloadOptions.READ_LOCATIONS.name(), "s3://" + BUCKET);
        try (PayloadReader reader =
                Payloads.openReader(config(PayloadOptions.READING, user, locations), "S3PolicyIT")) {
            return reader.readNow(reference);
        }
    }

    private List<StoredObject> list(String user, String prefix) {
        List<StoredObject> found = new ArrayList<>();
        try (StoredObjects objects = objects(user, prefix)) {
            objects.forEach(found::add);
        }
        return found;
    }

    private void delete(String user, PayloadReference reference) {
        try (StoredObjects objects = objects(user, "media")) {
            objects.delete(List.of(new StoredObject(
                    reference.uri(),
                    "shop.products",
                    LocalDate.EPOCH,
                    reference.sha256(),
                    reference.size(),
                    Instant.EPOCH)));
        }
    }

    private StoredObjects objects(String user, String prefix) {
        return Payloads.openObjects(config(PayloadOptions.OBJECTS, user, List.of()), "s3://" + BUCKET + "/" + prefix);
    }

    private AbstractConfig config(OptionSet set, String user, List<String> more) {
        Map<String, String> options = new HashMap<>(Map.of(
                "payload.s3.endpoint",
                "http://127.0.0.1:" + proxy.port(),
                "payload.s3.path.style",
                "true",
                "payload.s3.access.key.id",
                user,
                "payload.s3.secret.access.key",
                server.secretAccessKey(),
                PayloadOptions.RETRY_TIMEOUT_MS.name(),
                "0"));
        for (int i = 0; i < more.size(); i += 2) {
            options.put(more.get(i), more.get(i + 1));
        }
        return set.read(options);
    }

    private static Path stored(PayloadReference reference) {
        return server.objects(BUCKET).resolve(reference.uri().substring(("s3://" + BUCKET + "/").length()));
    }

    private static PayloadReference moved(PayloadReference reference, String prefix) {
        return with(reference, reference.uri().replace("/media/", "/" + prefix + "/"), reference.sha256());
    }

    private static PayloadReference missing(PayloadReference reference) {
        String other = "0".repeat(reference.sha256().length());
        return with(reference, reference.uri().replace(reference.sha256(), other), other);
    }

    private static PayloadReference with(PayloadReference reference, String uri, String sha256) {
        return new PayloadReference(uri, reference.size(), sha256, reference.codec(), reference.contentType());
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(file));
                Files.createDirectories(target.getParent());
                Files.copy(file, target);
            }
        }
    }

    /** The same for the same size. */
    private static byte[] bytes(int size) {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        return bytes;
    }
}
