package io.millrace.converters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.payloads.StoredObject;
import io.millrace.payloads.StoredObjects;
import io.millrace.payloads.config.PayloadOptions;
import io.millrace.payloads.config.Payloads;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.json.JsonConverter;
import org.apache.kafka.connect.storage.Converter;
import org.apache.kafka.connect.storage.StringConverter;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClaimCheckConverterTest {
    private static final Schema SCHEMA = SchemaBuilder.struct()
            .name("shop.Document")
            .field("id", Schema.INT64_SCHEMA)
            .field("body", Schema.STRING_SCHEMA)
            .build();

    @TempDir
    Path folder;

    private final ClaimCheckConverter converter = new ClaimCheckConverter();

    @BeforeEach
    void configure() {
        converter.configure(options(), false);
    }

    @AfterEach
    void close() throws IOException {
        converter.close();
    }

    private Map<String, Object> options(String... more) {
        Map<String, Object> options = new HashMap<>();
        options.put("claim-check.converter", "org.apache.kafka.connect.json.JsonConverter");
        options.put("claim-check.converter.schemas.enable", "true");
        options.put("payload.store", "file:" + folder);
        options.put("payload.threshold.bytes", "300");
        options.put("payload.retry.timeout.ms", "200");
        for (int i = 0; i < more.length; i += 2) {
            options.put(more[i], more[i + 1]);
        }
        return options;
    }

    private static Struct document(int size) {
        return new Struct(SCHEMA).put("id", 7L).put("body", "x".repeat(size));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> found = Files.walk(folder)) {
            return found.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void isFoundByConnect() {
        assertThat(ServiceLoader.load(Converter.class))
                .filteredOn(found -> found instanceof ClaimCheckConverter)
                .singleElement()
                .satisfies(found -> assertThat(found.version()).matches("\\d+\\.\\d+.*"));
    }

    /** Of another plugin, whose libraries the loader of this one does not find. */
    public static final class OfAnotherPlugin extends JsonConverter {
        private static ClassLoader configuredBy;

        @Override
        public void configure(Map<String, ?> options, boolean isKey) {
            configuredBy = Thread.currentThread().getContextClassLoader();
            super.configure(options, isKey);
        }
    }

    @Test
    void configuresTheOtherConverterWithThatPluginsLoader() throws IOException {
        ClassLoader before = Thread.currentThread().getContextClassLoader();
        try (URLClassLoader ofThisPlugin = new URLClassLoader(new URL[0], null);
                ClaimCheckConverter outer = new ClaimCheckConverter()) {
            Thread.currentThread().setContextClassLoader(ofThisPlugin);

            outer.configure(options("claim-check.converter", OfAnotherPlugin.class.getName()), false);

            assertThat(OfAnotherPlugin.configuredBy).isSameAs(OfAnotherPlugin.class.getClassLoader());
            assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(ofThisPlugin);
        } finally {
            Thread.currentThread().setContextClassLoader(before);
        }
    }

    @Test
    void leavesSmallMessagesToTheOtherConverter() throws IOException {
        Headers headers = new RecordHeaders();
        byte[] body = converter.fromConnectData("documents", headers, SCHEMA, document(10));
        try (JsonConverter json = new JsonConverter()) {
            json.configure(Map.of("schemas.enable", true), false);
            assertThat(body).isEqualTo(json.fromConnectData("documents", SCHEMA, document(10)));
        }
        assertThat(headers).isEmpty();
        assertThat(files()).isEmpty();
    }

    @Test
    void storesLargeMessagesAndGivesThemBack() throws IOException {
        Headers headers = new RecordHeaders();
        byte[] body = converter.fromConnectData("documents", headers, SCHEMA, document(5000));
        assertThat(files()).hasSize(1);
        assertThat(text(body)).matches("\\{\"millrace.payload.v1\":\\{\"size\":52\\d\\d,\"sha256\":\"[0-9a-f]{64}\"}}");
        assertThat(text(headers.lastHeader("millrace.payload").value()))
                .startsWith("millrace-payload/1;size=52")
                .endsWith(";uri=file:" + files().get(0));

        SchemaAndValue value = converter.toConnectData("documents", headers, body);
        assertThat(value.schema()).isEqualTo(SCHEMA);
        assertThat(value.value()).isEqualTo(document(5000));
        assertThat(headers.headers("millrace.payload")).hasSize(1);
    }

    @Test
    void keepsKeysAndValuesApart() throws IOException {
        try (ClaimCheckConverter keys = new ClaimCheckConverter()) {
            keys.configure(options(), true);
            Headers headers = new RecordHeaders();
            byte[] key = keys.fromConnectData("documents", headers, SCHEMA, document(4000));
            byte[] value = converter.fromConnectData("documents", headers, SCHEMA, document(5000));
            assertThat(keys.toConnectData("documents", headers, key).value()).isEqualTo(document(4000));
            assertThat(converter.toConnectData("documents", headers, value).value())
                    .isEqualTo(document(5000));
            assertThat(headers.lastHeader("millrace.payload.key")).isNotNull();
        }
    }

    @Test
    void makesOnePlaceholderOfOneKeyWhereverItIsStored(@TempDir Path elsewhere) throws IOException {
        byte[] first = converter.fromConnectData("documents", new RecordHeaders(), SCHEMA, document(5000));
        try (ClaimCheckConverter other = new ClaimCheckConverter()) {
            other.configure(options("payload.store", "file:" + elsewhere, "payload.codec", "none"), false);
            assertThat(other.fromConnectData("other", new RecordHeaders(), SCHEMA, document(5000)))
                    .isEqualTo(first);
        }
    }

    @Test
    void passesTombstonesAndTakesStaleReferencesOut() {
        Headers headers = new RecordHeaders();
        converter.fromConnectData("documents", headers, SCHEMA, document(5000));
        assertThat(headers.lastHeader("millrace.payload")).isNotNull();
        assertThat(converter.fromConnectData("documents", headers, null, null)).isNull();
        assertThat(headers).isEmpty();
        assertThat(converter.toConnectData("documents", headers, null)).isEqualTo(SchemaAndValue.NULL);
    }

    @Test
    void readsTheBodyWhereTheHeaderIsFromAnEarlierHop() {
        Headers headers = new RecordHeaders();
        converter.fromConnectData("documents", headers, SCHEMA, document(5000));
        byte[] small = converter.fromConnectData("documents", new RecordHeaders(), SCHEMA, document(1));
        assertThat(converter.toConnectData("documents", headers, small).value()).isEqualTo(document(1));
    }

    @Test
    void keepsWhatIsConvertedWithoutHeadersWhole() {
        byte[] body = converter.fromConnectData("documents", SCHEMA, document(5000));
        assertThat(body.length).isGreaterThan(5000);
        assertThat(converter.toConnectData("documents", body).value()).isEqualTo(document(5000));
        assertThat(converter
                        .toConnectData("documents", new RecordHeaders(), body)
                        .value())
                .isEqualTo(document(5000));
    }

    @Test
    void refusesPlaceholdersWithoutTheirReference() {
        Headers headers = new RecordHeaders();
        Headers others = new RecordHeaders();
        byte[] body = converter.fromConnectData("documents", headers, SCHEMA, document(5000));
        converter.fromConnectData("documents", others, SCHEMA, document(6000));
        assertRefused(new RecordHeaders(), body, "the header millrace.payload, is not there");
        assertRefused(null, body, "the header millrace.payload, is not there");
        assertRefused(others, body, "of a payload other");
        assertRefused(new RecordHeaders().add("millrace.payload", null), body, "is not there");
        assertRefused(new RecordHeaders().add("millrace.payload", bytes("x")), body, "is not in the format");
        assertRefused(headers, bytes(text(body) + " "), "begins like a placeholder");
        assertRefused(headers, bytes(text(body).replace(":{", ": {")), "begins like a placeholder");
    }

    @ParameterizedTest
    @ValueSource(strings = {"s3://shop-payloads/x", "kafka:payloads/0/0", "file:/etc/passwd", "http://127.0.0.1/"})
    void readsNothingOutsideOfItsLocations(String uri) {
        Headers headers = new RecordHeaders();
        byte[] body = converter.fromConnectData("documents", headers, SCHEMA, document(5000));
        String reference = text(headers.lastHeader("millrace.payload").value());
        Headers forged = new RecordHeaders()
                .add("millrace.payload", bytes(reference.substring(0, reference.indexOf("uri=")) + "uri=" + uri));
        assertRefused(forged, body, "outside of the permitted locations");
    }

    private void assertRefused(Headers headers, byte[] body, String reason) {
        assertThatThrownBy(() -> converter.toConnectData("documents", headers, body))
                .isExactlyInstanceOf(DataException.class)
                .hasMessageStartingWith("The value of a message of documents: ")
                .hasMessageContaining(reason);
    }

    @Test
    void refusesCorruptAndMissingPayloadsAndFailsWhereTheStoreIsAway() throws IOException {
        Headers headers = new RecordHeaders();
        byte[] body = converter.fromConnectData("documents", headers, SCHEMA, document(5000));
        Path file = files().get(0);
        byte[] stored = Files.readAllBytes(file);
        stored[stored.length / 2] ^= 1;
        Files.write(file, stored);
        assertRefused(headers, body, file.toString());
        Files.delete(file);
        assertRefused(headers, body, "is not there");
        Files.delete(file.getParent());
        Files.createFile(file.getParent());
        assertThatThrownBy(() -> converter.toConnectData("documents", headers, body))
                .isExactlyInstanceOf(ConnectException.class);
    }

    /** A user may write what a reader would take for a placeholder. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"millrace.payload.v1\":1}",
                "{\"millrace.payload.v1\"",
                "{\"millrace.payload.v1\":{\"size\":1,\"sha256\":\"ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb\"}}"
            })
    void givesBackABodyThatBeginsLikeAPlaceholder(String text) throws IOException {
        for (boolean isKey : new boolean[] {false, true}) {
            try (ClaimCheckConverter strings = new ClaimCheckConverter()) {
                strings.configure(options("claim-check.converter", StringConverter.class.getName()), isKey);
                Headers headers = new RecordHeaders();
                byte[] body = strings.fromConnectData("documents", headers, Schema.STRING_SCHEMA, text);
                assertThat(strings.toConnectData("documents", headers, body).value())
                        .isEqualTo(text);
            }
        }
        try (ClaimCheckSerializer<byte[]> serializer = new ClaimCheckSerializer<>();
                ClaimCheckDeserializer<byte[]> deserializer = new ClaimCheckDeserializer<>()) {
            serializer.configure(serdeOptions(), false);
            deserializer.configure(serdeOptions(), false);
            Headers headers = new RecordHeaders();
            byte[] body = serializer.serialize("documents", headers, bytes(text));
            assertThat(deserializer.deserialize("documents", headers, body)).isEqualTo(bytes(text));
        }
        Map<String, Object> readOnly = options(
                "claim-check.converter", StringConverter.class.getName(), "payload.read.locations", "file:" + folder);
        readOnly.remove("payload.store");
        try (ClaimCheckConverter strings = new ClaimCheckConverter()) {
            strings.configure(readOnly, false);
            assertThatThrownBy(() -> strings.fromConnectData("t", new RecordHeaders(), Schema.STRING_SCHEMA, text))
                    .isExactlyInstanceOf(DataException.class)
                    .hasMessageContaining("begins like a placeholder")
                    .hasMessageContaining("payload.store");
        }
    }

    @Test
    void givesNullForErasedValuesOrRefusesThem() throws IOException {
        Headers headers = new RecordHeaders();
        byte[] body = converter.fromConnectData("documents", headers, SCHEMA, document(5000));
        Headers keyHeaders = new RecordHeaders();
        try (ClaimCheckConverter keys = new ClaimCheckConverter();
                ClaimCheckConverter values = new ClaimCheckConverter();
                StoredObjects objects = Payloads.openObjects(PayloadOptions.OBJECTS.read(Map.of()), "file:" + folder)) {
            keys.configure(options("payload.erased", "null"), true);
            values.configure(options("payload.erased", "null"), false);
            byte[] key = keys.fromConnectData("documents", keyHeaders, SCHEMA, document(5000));
            List<StoredObject> stored = new ArrayList<>();
            objects.forEach(stored::add);
            objects.erase(stored);

            assertThat(values.toConnectData("documents", headers, body).value()).isNull();
            assertThatThrownBy(() -> keys.toConnectData("documents", keyHeaders, key))
                    .isExactlyInstanceOf(DataException.class)
                    .hasMessageContaining("was erased");
        }
        assertRefused(headers, body, "was erased");
    }

    private static Set<ObjectName> metrics() throws JMException {
        return ManagementFactory.getPlatformMBeanServer()
                .queryNames(new ObjectName("io.millrace:type=payloads,*"), null);
    }

    /** Of a configuration that is refused. */
    @Test
    void leavesNoMetricsBehind() throws Exception {
        Set<ObjectName> before = metrics();
        Map<String, Object> wrongReader = options("payload.read.locations", "kafka:payloads");
        Map<String, Object> wrongWrapped = options("claim-check.converter", FailingConverter.class.getName());
        for (Map<String, Object> wrong : List.of(wrongReader, wrongWrapped)) {
            try (ClaimCheckConverter refused = new ClaimCheckConverter()) {
                assertThatThrownBy(() -> refused.configure(wrong, false)).isInstanceOf(ConfigException.class);
            }
            assertThat(metrics()).isEqualTo(before);
        }
    }

    /** Refuses its options. */
    public static final class FailingConverter extends JsonConverter {
        @Override
        public void configure(Map<String, ?> options, boolean isKey) {
            throw new ConfigException("refused");
        }
    }

    @Test
    void readsWhatItMayWhereItStoresNothing() throws IOException {
        Headers headers = new RecordHeaders();
        byte[] body = converter.fromConnectData("documents", headers, SCHEMA, document(5000));
        Map<String, Object> options = options("payload.read.locations", "file:" + folder);
        options.remove("payload.store");
        try (ClaimCheckConverter reader = new ClaimCheckConverter()) {
            reader.configure(options, false);
            assertThat(reader.toConnectData("documents", headers, body).value()).isEqualTo(document(5000));
            assertThat(reader.fromConnectData("documents", new RecordHeaders(), SCHEMA, document(5000)).length)
                    .isGreaterThan(5000);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "claim-check.converter | no.such.Converter | Class not found",
                "claim-check.converter | java.lang.String  | It is not of the type"
                        + " org.apache.kafka.connect.storage.Converter",
                "payload.store         | here              | Expected s3://",
                "payload.codec         | snappy            | expected one of none, gzip, lz4, zstd",
            })
    void refusesWrongOptionsWhenTheyArePosted(String option, String value, String reason) {
        assertThat(errors(options(option, value))).containsOnlyKeys(option);
        assertThat(errors(options(option, value)).get(option))
                .anySatisfy(error -> assertThat(error).contains(reason));
        assertThatThrownBy(() -> {
                    try (ClaimCheckConverter wrong = new ClaimCheckConverter()) {
                        wrong.configure(options(option, value), false);
                    }
                })
                .isInstanceOf(ConfigException.class);
    }

    @Test
    void acceptsOptionsOfASourceAndOfASinkAndRefusesNeither() {
        assertThat(errors(options())).isEmpty();
        Map<String, Object> sink = options("payload.read.locations", "file:/tmp");
        sink.remove("payload.store");
        assertThat(errors(sink)).isEmpty();
        sink.remove("payload.read.locations");
        assertThat(errors(sink)).containsOnlyKeys("claim-check.converter");
        sink.remove("claim-check.converter");
        assertThat(errors(sink).get("claim-check.converter"))
                .anySatisfy(error -> assertThat(error).contains("Missing required configuration"));
    }

    private Map<String, List<String>> errors(Map<String, Object> options) {
        Map<String, String> texts = new HashMap<>();
        options.forEach((name, value) -> texts.put(name, value.toString()));
        texts.put("converter.type", "value");
        Map<String, List<String>> errors = new HashMap<>();
        for (ConfigValue value : converter.config().validate(texts)) {
            if (!value.errorMessages().isEmpty()) {
                errors.put(value.name(), value.errorMessages());
            }
        }
        return errors;
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "gzip", "lz4", "zstd"})
    void serializersGiveBackEveryByte(String codec) {
        long seed = Long.getLong("millrace.seed", System.nanoTime());
        System.out.println("millrace.seed=" + seed);
        Random random = new Random(seed);
        try (ClaimCheckSerializer<byte[]> serializer = new ClaimCheckSerializer<>();
                ClaimCheckDeserializer<byte[]> deserializer = new ClaimCheckDeserializer<>()) {
            Map<String, Object> options = serdeOptions("payload.codec", codec);
            serializer.configure(options, false);
            deserializer.configure(options, false);
            for (int size : new int[] {0, 1, 299, 300, 301, 5000, 3 * 1024 * 1024 + random.nextInt(1000)}) {
                byte[] data = new byte[size];
                if (random.nextBoolean()) {
                    random.nextBytes(data);
                }
                Headers headers = new RecordHeaders();
                byte[] body = serializer.serialize("documents", headers, data);
                assertThat(body.length).isLessThanOrEqualTo(300);
                assertThat(headers.toArray().length).isEqualTo(size > 300 ? 1 : 0);
                assertThat(deserializer.deserialize("documents", headers, body)).isEqualTo(data);
            }
        }
    }

    private Map<String, Object> serdeOptions(String... more) {
        Map<String, Object> options = options(more);
        options.put("payload.read.locations", "file:" + folder);
        options.put("claim-check.serializer", ByteArraySerializer.class.getName());
        options.put("claim-check.deserializer", ByteArrayDeserializer.class.getName());
        return options;
    }

    @Test
    void deserializerReadsWhatTheConverterStored() {
        Headers headers = new RecordHeaders();
        byte[] body = converter.fromConnectData("documents", headers, SCHEMA, document(5000));
        try (ClaimCheckDeserializer<byte[]> deserializer = new ClaimCheckDeserializer<>()) {
            deserializer.configure(serdeOptions(), false);
            assertThat(deserializer.deserialize("documents", headers, body))
                    .isEqualTo(converter.fromConnectData("documents", SCHEMA, document(5000)));
        }
    }

    @Test
    void serializersTellBadMessagesFromAStoreThatIsAway() throws IOException {
        try (ClaimCheckSerializer<byte[]> serializer = new ClaimCheckSerializer<>();
                ClaimCheckDeserializer<byte[]> deserializer = new ClaimCheckDeserializer<>()) {
            serializer.configure(serdeOptions("payload.max.bytes", "1000"), false);
            deserializer.configure(serdeOptions(), false);
            Headers headers = new RecordHeaders();
            byte[] body = serializer.serialize("documents", headers, new byte[900]);
            assertThatThrownBy(() -> serializer.serialize("documents", new RecordHeaders(), new byte[1001]))
                    .isExactlyInstanceOf(SerializationException.class)
                    .hasMessageContaining("payload.max.bytes allows 1000");
            Path file = files().get(0);
            Files.delete(file);
            assertThatThrownBy(() -> deserializer.deserialize("documents", headers, body))
                    .isExactlyInstanceOf(SerializationException.class);
            assertThatThrownBy(() -> deserializer.deserialize("documents", body))
                    .isExactlyInstanceOf(SerializationException.class);
            Files.delete(file.getParent());
            Files.createFile(file.getParent());
            assertThatThrownBy(() -> deserializer.deserialize("documents", headers, body))
                    .isExactlyInstanceOf(TimeoutException.class);
        }
    }

    @Test
    void serializersNeedNothingOfConnect() throws Exception {
        URL[] path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("connect-api") && !entry.contains("connect-json"))
                .map(ClaimCheckConverterTest::url)
                .toArray(URL[]::new);
        try (URLClassLoader plain = new URLClassLoader(path, ClassLoader.getPlatformClassLoader())) {
            assertThatThrownBy(() -> plain.loadClass(Converter.class.getName()))
                    .isInstanceOf(ClassNotFoundException.class);
            Object headers = plain.loadClass(RecordHeaders.class.getName())
                    .getConstructor()
                    .newInstance();
            Object body = used(plain, "Serializer", "serialize", headers, new byte[5000]);
            assertThat((byte[]) body).hasSizeLessThan(300);
            Object data = used(plain, "Deserializer", "deserialize", headers, body);
            assertThat((byte[]) data).isEqualTo(new byte[5000]);
        }
    }

    /** Makes, configures, uses and closes the claim check of a kind. */
    private Object used(ClassLoader loader, String kind, String method, Object headers, Object data) throws Exception {
        Class<?> type = loader.loadClass("io.millrace.converters.ClaimCheck" + kind);
        Class<?> contract = loader.loadClass("org.apache.kafka.common.serialization." + kind);
        Object made = type.getConstructor().newInstance();
        contract.getMethod("configure", Map.class, boolean.class).invoke(made, serdeOptions(), false);
        Method used = Arrays.stream(contract.getMethods())
                .filter(found -> found.getName().equals(method)
                        && found.getParameterCount() == 3
                        && !found.getParameterTypes()[2].equals(ByteBuffer.class))
                .findAny()
                .orElseThrow();
        Object result = used.invoke(made, "documents", headers, data);
        contract.getMethod("close").invoke(made);
        return result;
    }

    private static URL url(String entry) {
        try {
            return Path.of(entry).toUri().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(entry, e);
        }
    }
}
