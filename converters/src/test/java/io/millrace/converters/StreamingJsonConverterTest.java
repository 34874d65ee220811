package io.millrace.converters;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.json.JsonConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every answer is held against JsonConverter's: schema and value, or the error. */
class StreamingJsonConverterTest {
    private static final String TOPIC = "shop.orders";
    private static final int SCHEMAS = 300;
    private static final int VALUES = 20;
    private static final int DAMAGES = 20;

    @Test
    void readsWhatJsonConverterWritesOfAnySchema() {
        long seed = new Random().nextLong();
        System.out.println("StreamingJsonConverterTest.readsWhatJsonConverterWritesOfAnySchema: seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < SCHEMAS; i++) {
            Converters converters = new Converters(randomOptions(random));
            RandomJson values = new RandomJson(random);
            List<Schema> schemas = List.of(values.schema(), values.schema());
            for (int j = 0; j < VALUES; j++) {
                Schema schema = schemas.get(random.nextInt(2));
                converters.compare(converters.json.fromConnectData(TOPIC, schema, values.value(schema)));
            }
        }
    }

    @Test
    void answersAsJsonConverterDoesToDamagedMessages() {
        long seed = new Random().nextLong();
        System.out.println("StreamingJsonConverterTest.answersAsJsonConverterDoesToDamagedMessages: seed " + seed);
        Random random = new Random(seed);
        for (int i = 0; i < SCHEMAS; i++) {
            Converters converters = new Converters(randomOptions(random));
            RandomJson values = new RandomJson(random);
            Schema schema = values.schema();
            byte[] whole = converters.json.fromConnectData(TOPIC, schema, values.value(schema));
            converters.compare(whole);
            for (int j = 0; j < DAMAGES; j++) {
                converters.compare(values.damage(whole));
            }
            converters.compare(whole);
        }
    }

    private static Map<String, String> randomOptions(Random random) {
        return Map.of(
                "schemas.enable", String.valueOf(random.nextInt(4) > 0),
                "decimal.format", random.nextBoolean() ? "NUMERIC" : "BASE64",
                "replace.null.with.default", String.valueOf(random.nextBoolean()));
    }

    @Test
    void refusesATextThatJsonConverterRefusesWhereverItIs() {
        Converters converters = new Converters(Map.of());
        String schema = "{'type':'struct','optional':false,'fields':[{'field':'id','type':'int64','optional':false}]}";
        converters.compare(bytes("{'schema':" + schema + ",'payload':{'id':1}}"));
        converters.compare(
                bytes("{'schema':" + schema + ",'payload':{'id':1,'more':'" + "x".repeat(20_000_001) + "'}}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'id':1,'name':'a'}",
                "{'name':'a','id':1}",
                "{'id':1}",
                "{'name':'a'}",
                "{'id':null,'name':null}",
                "{'id':1,'id':2,'name':'a'}",
                "{'id':1,'name':'a','more':{'deep':[1,2,{'x':null}]}}",
                "{'id':1,'name':'a','more':1e99999999999}",
                "{'id':1,'name':'a','more':{'deep':[1,2,{'x':-1e99999999999}]}}",
                "{'id':1,'name':'a','more':1e9999999}",
                "{'id':1,'name':'a','more':[99999999999999999999999999,0.1]}",
                "{'id':1,'name':'a','more':007}",
                "{'id':1,'name':'a','more':'\\x'}",
                "{'id':9223372036854775808,'name':'a'}",
                "{'id':1.5,'name':'a'}",
                "{'id':1.0e2,'name':'a'}",
                "{'id':007,'name':'a'}",
                "{'id':'1','name':'a'}",
                "{'id':true,'name':17}",
                "{'id':1,'name':'\\u00e9\\n\\ud83d\\ude00'}",
                "{'id':1,'name':'\\ud83d'}",
                "{'id':1,'name':'a'} ",
                "{'id':1,'name':'a'},'payload':{'id':2,'name':'b'}",
                "{'id':1,'name':'a'},'more':1",
                "[1,'a']",
                "17",
                "'text'",
                "null",
                "{'id':1,'name':'a'",
                "",
                "NaN"
            })
    void answersAsJsonConverterDoes(String payload) {
        Converters converters = new Converters(Map.of());
        String schema = "{'type':'struct','optional':false,'fields':[{'field':'id','type':'int64','optional':false},"
                + "{'field':'name','type':'string','optional':true,'default':'nobody'}]}";
        byte[] first = bytes("{'schema':" + schema + ",'payload':{'id':1,'name':'a'}}");
        byte[] message = bytes("{'schema':" + schema + ",'payload':" + payload + "}");
        converters.compare(message);
        converters.compare(first);
        converters.compare(message);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'payload':1,'schema':{'type':'int64'}}",
                "{'schema':{'type':'int64'},'payload':1}",
                "{ 'schema' : {'type':'int64'} , 'payload' : 1 } ",
                "{'schema':{'type':'int64'},'payload':1} trailing",
                "{'schema':{'type':'int64'},'payload':1}}",
                "{'schema':{'type':'int64'},'schema':{'type':'string'},'payload':1}",
                "{'schema':null,'payload':{'a':[1,2.5,-0.0,'x',true,null,{}]}}",
                "{'schema':{'type':'string'},'payload':'x','more':1}",
                "{'schema':{'type':'bytes'},'payload':'AAEC'}",
                "{'schema':{'type':'bytes'},'payload':' AAEC '}",
                "{'schema':{'type':'bytes'},'payload':'A!'}",
                "{'schema':{'type':'double'},'payload':-0.0}",
                "{'schema':{'type':'float'},'payload':1e400}",
                "{'schema':{'type':'int8'},'payload':200}",
                "{'schema':{'type':'int32'},'payload':3000000000}",
                "{'schema':{'type':'bytes','name':'org.apache.kafka.connect.data.Decimal','parameters':{'scale':'2'}},'payload':''}",
                "{'schema':{'type':'bytes','name':'org.apache.kafka.connect.data.Decimal','parameters':{'scale':'2'}},'payload':1.50}",
                "{'schema':{'type':'int32','name':'org.apache.kafka.connect.data.Date'},'payload':19000}",
                "{'schema':{'type':'int32','name':'org.apache.kafka.connect.data.Time'},'payload':-1}",
                "{'schema':{'type':'map','keys':{'type':'int32'},'values':{'type':'string'}},'payload':[[1,'a']]}",
                "{'schema':{'type':'array','items':{'type':'int32'}},'payload':[1,null]}",
                "{'schema':{'type':'string','optional':true},'payload':null}",
                "{}",
                "[]",
                "1",
                ""
            })
    void answersAsJsonConverterDoesToAnyEnvelope(String message) {
        for (String schemas : List.of("true", "false")) {
            Converters converters = new Converters(Map.of("schemas.enable", schemas));
            converters.compare(bytes(message));
            converters.compare(bytes(message));
        }
    }

    /** JsonConverter takes the schema that comes last. */
    @Test
    void learnsNothingFromTwoSchemas() {
        Converters converters = new Converters(Map.of());
        converters.compare(bytes("{'schema':{'type':'int32'},'payload':1,'schema':{'type':'int64'}}"));
        converters.compare(bytes("{'schema':{'type':'int32'},'payload':1}"));
        converters.compare(bytes("{'schema':{'type':'int64'},'schema':{'type':'int32'},'payload':1}"));
        converters.compare(bytes("{'schema':{'type':'int64'},'payload':1}"));
    }

    @Test
    void answersAsJsonConverterDoesToOtherEncodings() {
        String message = "{'schema':{'type':'string'},'payload':'ä'}".replace('\'', '"');
        Converters converters = new Converters(Map.of());
        for (var encoding : List.of(
                StandardCharsets.UTF_16BE,
                StandardCharsets.UTF_16LE,
                StandardCharsets.UTF_16,
                StandardCharsets.UTF_8)) {
            converters.compare(message.getBytes(encoding));
            converters.compare(message.getBytes(encoding));
        }
        converters.compare(("\uFEFF" + message).getBytes(StandardCharsets.UTF_8));
        converters.compare(("\uFEFF" + message).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void givesEqualSchemasOneObject() {
        Converters converters = new Converters(Map.of());
        Schema schema = SchemaBuilder.struct()
                .field("total", Decimal.schema(2))
                .field("note", Schema.OPTIONAL_STRING_SCHEMA)
                .build();
        byte[] message = converters.json.fromConnectData(
                TOPIC, schema, new Struct(schema).put("total", new java.math.BigDecimal("1.50")));
        SchemaAndValue first = converters.streaming.toConnectData(TOPIC, message);
        SchemaAndValue second = converters.streaming.toConnectData(TOPIC, message);
        assertThat(second.schema()).isSameAs(first.schema());
        assertThat(((Struct) second.value()).schema()).isSameAs(first.schema());
    }

    @Test
    void knowsFewSchemasOfMany() {
        Converters converters = new Converters(Map.of());
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 100; i++) {
                converters.compare(bytes("{'schema':{'type':'string','name':'n" + i + "'},'payload':'" + round + "'}"));
            }
        }
    }

    @Test
    void takesExternalSchemasAsJsonConverterDoes() {
        Converters converters = new Converters(
                Map.of("schema.content", "{\"type\":\"struct\",\"fields\":[{\"field\":\"id\",\"type\":\"int32\"}]}"));
        converters.compare(bytes("{'id':1}"));
        converters.compare(bytes("{'id':1}"));
    }

    @Test
    void readsOnSeveralThreads() throws Exception {
        Converters converters = new Converters(Map.of());
        List<byte[]> messages = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            messages.add(bytes("{'schema':{'type':'string','name':'n" + i + "'},'payload':'" + i + "'}"));
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Void>> done = new ArrayList<>();
            for (int thread = 0; thread < 4; thread++) {
                Random random = new Random(thread);
                Callable<Void> reading = () -> {
                    for (int i = 0; i < 2_000; i++) {
                        int n = random.nextInt(messages.size());
                        SchemaAndValue read = converters.streaming.toConnectData(TOPIC, messages.get(n));
                        assertThat(read.value()).isEqualTo(String.valueOf(n));
                        assertThat(read.schema().name()).isEqualTo("n" + n);
                    }
                    return null;
                };
                done.add(threads.submit(reading));
            }
            for (Future<Void> thread : done) {
                thread.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void refusesMessagesBeforeItsConfiguration() {
        StreamingJsonConverter converter = new StreamingJsonConverter();
        assertThatThrownBy(() -> converter.toConnectData(TOPIC, bytes("1")))
                .isInstanceOf(ConnectException.class)
                .hasMessageContaining("before its configuration");
    }

    private static byte[] bytes(String message) {
        return message.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    }

    /** Both converters with the same options. */
    private static final class Converters {
        private final JsonConverter json = new JsonConverter();
        private final StreamingJsonConverter streaming = new StreamingJsonConverter();

        Converters(Map<String, String> options) {
            json.configure(options, false);
            streaming.configure(options, false);
        }

        void compare(byte[] message) {
            Object expected = answer(() -> json.toConnectData(TOPIC, message));
            Object found = answer(() -> streaming.toConnectData(TOPIC, message));
            assertThat(RandomJson.plain(found))
                    .as(new String(message, StandardCharsets.UTF_8))
                    .isEqualTo(RandomJson.plain(expected));
        }

        private static Object answer(Callable<SchemaAndValue> conversion) {
            try {
                return conversion.call();
            } catch (Exception e) {
                return e.getClass().getName() + ": " + e.getMessage();
            }
        }
    }
}
