package io.millrace.connectors.channel;

import com.nimbusds.jose.jwk.JWKSet;
import io.millrace.config.Option;
import io.millrace.config.OptionSet;
import io.millrace.connectors.channel.history.HistorySettings;
import io.millrace.connectors.channel.token.TokenKeys;
import io.millrace.connectors.channel.web.ListenerSettings;
import io.millrace.expressions.Expression;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;

/** The options of the connector. */
final class ChannelSinkOptions {
    private static final Pattern ADDRESS = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9.-]+):([0-9]{1,5})");
    private static final Pattern CLUSTER = Pattern.compile("[A-Za-z0-9_-]{1,40}");
    private static final String CLUSTER_EXPECTED = "1 to 40 characters of A-Z a-z 0-9 _ -";
    private static final Pattern PATH = Pattern.compile("/[A-Za-z0-9/_-]{1,100}");
    private static final String PATH_EXPECTED =
            "/ and 1 to 100 characters of A-Z a-z 0-9 / _ -, and neither /health nor /ready";
    private static final Set<String> OWN_PATHS = Set.of("/health", "/ready");
    private static final int MAX_PORT = 65_535;
    private static final String ELSEWHERE = "terminated-elsewhere";
    private static final String NAME = "name";
    private static final String TASKS = "tasks.max";

    static final Option<Expression> CHANNEL = Option.string("channel")
            .as("an expression in CEL", ChannelEvents::parse)
            .required()
            .high(
                    "The channel of a record, or a list of channels, as an expression in CEL over headers, key, value, topic,"
                            + " partition, offset and timestamp, for example: 'import:' + value.import_id. The topic's key must be"
                            + " the channel, so that one partition has all events of a channel.");

    static final Option<WithoutChannel> WITHOUT_CHANNEL = Option.choice("records.without.channel", WithoutChannel.class)
            .defaultTo("refuse")
            .medium(
                    "What is done with a record whose channel is null. refuse: it is sent to the dead letter queue, or the"
                            + " task fails without one. drop: it is not an event of any channel.");

    static final Option<Expression> TYPE = Option.string("event.type")
            .as("an expression in CEL", ChannelEvents::parse)
            .defaultTo("headers.ce_type")
            .medium("The type of an event, as an expression in CEL. null: the event has no type.");

    static final Option<Expression> ID = Option.string("event.id")
            .as("an expression in CEL", ChannelEvents::parse)
            .defaultTo("headers.ce_id")
            .medium("The id of an event, as an expression in CEL. null: the event has no id.");

    static final Option<Expression> DATA = Option.string("event.data")
            .as("an expression in CEL", ChannelEvents::parse)
            .defaultTo("value")
            .medium(
                    "The data of an event, as an expression in CEL. A text or bytes must be JSON, and are sent as they are; a"
                            + " structure is sent as JSON.");

    static final Option<Integer> MAX_BYTES = Option.int32("event.max.bytes")
            .defaultTo(1 << 20)
            .between(1_000, 64 << 20)
            .medium(
                    "The size of the largest event in bytes. A larger one is sent to the dead letter queue, or the task fails"
                            + " without one.");

    static final Option<List<String>> CONFLATE = Option.list("conflate")
            .defaultTo("")
            .medium(
                    "Types of events that are states, such as progress. A client that is behind, or resumes, gets only the"
                            + " newest event of each of them.");

    static final Option<String> CLUSTER_NAME = Option.string("cluster.name")
            .valid(CLUSTER_EXPECTED, text -> require(CLUSTER.matcher(text).matches(), CLUSTER_EXPECTED))
            .required()
            .high(
                    "The name of the Kafka cluster, the first part of every position. A position of another cluster, whose"
                            + " offsets are other ones, is answered with recovered: false.");

    static final Option<Long> WINDOW_MS = Option.int64("history.window.ms")
            .defaultTo(600_000L)
            .between(1_000, 86_400_000)
            .high(
                    "For how long events are kept, so that clients can resume. The committed offsets stay that far behind, and"
                            + " a restart reads the history again. The topic must be retained for much longer.");

    static final Option<Long> HISTORY_BYTES = Option.int64("history.bytes")
            .defaultTo(67_108_864L)
            .atLeast(100_000)
            .high(
                    "How many bytes of the heap the events take at most. If they need more, the oldest are dropped before the"
                            + " end of history.window.ms.");

    static final Option<Long> RESUME_WAIT_MS = Option.int64("resume.wait.ms")
            .defaultTo(5_000L)
            .between(0, 60_000)
            .low("How long a client waits if its position has not been read from Kafka yet, because another server was"
                    + " further, before it is answered with recovered: false.");

    static final Option<Matcher> ADDRESS_OPTION = Option.string("listener.address")
            .as("HOST:PORT", ChannelSinkOptions::parseAddress)
            .defaultTo("127.0.0.1:8090")
            .crossChecked(ChannelSinkOptions::requireEncryption)
            .high(
                    "The address at which browsers connect. An address that is not loopback needs listener.tls.certificate and"
                            + " listener.tls.key, or tls=terminated-elsewhere. With port 0, the system chooses one.");

    static final Option<String> PATH_OPTION = Option.string("listener.path")
            .valid(
                    PATH_EXPECTED,
                    text -> require(PATH.matcher(text).matches() && !OWN_PATHS.contains(text), PATH_EXPECTED))
            .defaultTo("/channels")
            .low("The path of the listener's URL. The browser module is at this path with .js behind it.");

    static final Option<String> TLS = Option.string("tls")
            .oneOf(ELSEWHERE)
            .medium(
                    "terminated-elsewhere: the listener is reached only through a balancer or proxy that terminates TLS.");

    static final Option<String> CERTIFICATE = Option.string("listener.tls.certificate")
            .valid("a file", ChannelSinkOptions::requireFile)
            .crossChecked((option, values) -> requireBoth(values))
            .medium("The PEM file of the listener's certificate and its chain. It is read again when it changes.");

    static final Option<String> KEY = Option.string("listener.tls.key")
            .valid("a file", ChannelSinkOptions::requireFile)
            .medium("The PEM file of the key of listener.tls.certificate, in PKCS #8 and not encrypted.");

    static final Option<List<String>> ORIGINS = Option.list("allowed.origins")
            .valid(
                    "origins such as https://shop.example",
                    origins -> origins.forEach(ChannelSinkOptions::requireOrigin))
            .defaultTo("")
            .high("The origins of the pages that may connect, such as https://shop.example. A browser's connection from"
                    + " another page is refused.");

    static final Option<Tokens> TOKENS = Option.choice("tokens", Tokens.class)
            .defaultTo("required")
            .crossChecked(ChannelSinkOptions::requireKeys)
            .high("Whether clients need a token. none: every client that reaches the listener may read every channel.");

    static final Option<JWKSet> TOKEN_KEY = Option.password("token.key")
            .as(TokenKeys.EXPECTED, password -> TokenKeys.parse(password.value()))
            .high(
                    "The keys that verify tokens, which are JWTs: public keys in PEM for RS256 or ES256, or a secret for HS256.");

    static final Option<URI> TOKEN_JWKS = Option.string("token.jwks")
            .as("an https or http URL", ChannelSinkOptions::parseJwks)
            .high(
                    "The URL of the JWKS document of an identity provider, instead of token.key. It is read again each minute.");

    static final Option<String> AUDIENCE = Option.string("token.audience")
            .nonEmpty()
            .medium("What the claim aud of a token must contain. If it is not set, aud is not checked.");

    static final Option<String> CLAIM = Option.string("token.channels.claim")
            .defaultTo("channels")
            .nonEmpty()
            .medium(
                    "The claim of a token that has the list of its channels. A name with * at its end permits all channels that"
                            + " begin like it.");

    static final Option<Boolean> TOKEN_IN_URL = Option.bool("token.in.url")
            .defaultTo(false)
            .low(
                    "Whether a token is accepted in ?access_token=, for clients that can send no header. URLs are in the logs of"
                            + " proxies.");

    static final Option<Integer> CONNECTIONS_MAX = Option.int32("connections.max")
            .defaultTo(20_000)
            .between(1, 1_000_000)
            .medium("How many connections the listener accepts. Further ones are answered with the status 503.");

    static final Option<Integer> CHANNELS_MAX = Option.int32("connection.channels.max")
            .defaultTo(16)
            .between(1, 1_000)
            .medium("How many channels a connection may subscribe to.");

    static final Option<Integer> UNSENT_BYTES = Option.int32("connection.unsent.bytes")
            .defaultTo(65_536)
            .between(1_024, 16 << 20)
            .low("At how many unsent bytes a connection gets no further events until they are sent.");

    static final Option<Long> HEARTBEAT_MS = Option.int64("heartbeat.ms")
            .defaultTo(25_000L)
            .between(100, 600_000)
            .medium("How often a client gets a beat. The idle timeouts of proxies must be longer.");

    static final Option<Long> SUBSCRIBE_TIMEOUT_MS = Option.int64("subscribe.timeout.ms")
            .defaultTo(10_000L)
            .between(100, 600_000)
            .low(
                    "How long a new connection may take for TLS and its request, and a WebSocket for its first subscription.");

    static final Option<Long> DRAIN_MS = Option.int64("drain.ms")
            .defaultTo(10_000L)
            .between(0, 600_000)
            .medium("How long the end of the process waits for clients that were sent to other servers.");

    static final OptionSet ALL = OptionSet.of(
            CHANNEL,
            WITHOUT_CHANNEL,
            TYPE,
            ID,
            DATA,
            MAX_BYTES,
            CONFLATE,
            CLUSTER_NAME,
            WINDOW_MS,
            HISTORY_BYTES,
            RESUME_WAIT_MS,
            ADDRESS_OPTION,
            PATH_OPTION,
            TLS,
            CERTIFICATE,
            KEY,
            ORIGINS,
            TOKENS,
            TOKEN_KEY,
            TOKEN_JWKS,
            AUDIENCE,
            CLAIM,
            TOKEN_IN_URL,
            CONNECTIONS_MAX,
            CHANNELS_MAX,
            UNSENT_BYTES,
            HEARTBEAT_MS,
            SUBSCRIBE_TIMEOUT_MS,
            DRAIN_MS);

    /** What is done with a record without a channel. */
    enum WithoutChannel {
        REFUSE,
        DROP
    }

    /** Whether clients need a token. */
    enum Tokens {
        REQUIRED,
        NONE
    }

    private ChannelSinkOptions() {}

    static String nameOf(AbstractConfig config) {
        return String.valueOf(config.originals().getOrDefault(NAME, "channels"));
    }

    /** The objection to more than one task; empty if there is one. */
    static Optional<String> findTasksObjection(Map<String, String> candidate) {
        String found = candidate.getOrDefault(TASKS, "1");
        return found.strip().equals("1")
                ? Optional.empty()
                : Optional.of(TASKS + ": expected 1, because the listener needs all partitions; found " + found
                        + ". More servers are more connectors, each with a consumer group of its own");
    }

    static HistorySettings history(AbstractConfig config) {
        return new HistorySettings(
                CLUSTER_NAME.get(config),
                WINDOW_MS.get(config),
                HISTORY_BYTES.get(config),
                RESUME_WAIT_MS.get(config),
                new HashSet<>(CONFLATE.get(config)));
    }

    static ListenerSettings listener(AbstractConfig config) {
        Matcher address = ADDRESS_OPTION.get(config);
        return new ListenerSettings(
                hostOf(address),
                Integer.parseInt(address.group(2)),
                PATH_OPTION.get(config),
                CERTIFICATE
                        .find(config)
                        .map(certificate -> new ListenerSettings.TlsFiles(
                                Path.of(certificate), Path.of(KEY.find(config).orElseThrow()))),
                new HashSet<>(ORIGINS.get(config).stream()
                        .map(origin -> origin.toLowerCase(Locale.ROOT))
                        .toList()),
                TOKEN_IN_URL.get(config),
                CONNECTIONS_MAX.get(config),
                CHANNELS_MAX.get(config),
                UNSENT_BYTES.get(config),
                HEARTBEAT_MS.get(config),
                SUBSCRIBE_TIMEOUT_MS.get(config),
                DRAIN_MS.get(config));
    }

    private static String hostOf(Matcher address) {
        String host = address.group(1);
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static Matcher parseAddress(String text) {
        Matcher address = ADDRESS.matcher(text);
        require(
                address.matches() && Integer.parseInt(address.group(2)) <= MAX_PORT,
                "HOST:PORT, such as 127.0.0.1:8090 or [::1]:8090");
        return address;
    }

    private static void requireEncryption(String option, Map<String, Object> values) {
        Optional<Matcher> address = ADDRESS_OPTION.find(values);
        if (address.isEmpty()
                || isLoopback(hostOf(address.get()))
                || CERTIFICATE.find(values).isPresent()
                || TLS.find(values).isPresent()) {
            return;
        }
        throw new ConfigException(
                option,
                address.get().group(),
                "expected a loopback address, or " + CERTIFICATE + " and " + KEY + ", or " + TLS + "=" + ELSEWHERE
                        + " if a balancer in front of the listener terminates TLS");
    }

    private static boolean isLoopback(String host) {
        try {
            return host.equals("localhost")
                    || ((!host.matches(".*[A-Za-z].*") || host.contains(":"))
                            && InetAddress.getByName(host).isLoopbackAddress());
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static void requireBoth(Map<String, Object> values) {
        if (CERTIFICATE.find(values).isPresent() != KEY.find(values).isPresent()) {
            throw new ConfigException(CERTIFICATE + " and " + KEY + ": expected both or neither");
        }
    }

    private static void requireKeys(String option, Map<String, Object> values) {
        boolean hasKey = values.get(TOKEN_KEY.name()) != null;
        boolean hasJwks = values.get(TOKEN_JWKS.name()) != null;
        if (TOKENS.find(values).orElse(Tokens.REQUIRED) == Tokens.REQUIRED ? hasKey == hasJwks : hasKey || hasJwks) {
            throw new ConfigException(
                    option,
                    values.get(TOKENS.name()),
                    "expected one of " + TOKEN_KEY + " and " + TOKEN_JWKS + " with tokens=required, and neither with"
                            + " tokens=none");
        }
    }

    private static void require(boolean isMet, String expected) {
        if (!isMet) {
            throw new IllegalArgumentException("expected " + expected);
        }
    }

    private static void requireFile(String text) {
        if (!Files.isReadable(Path.of(text))) {
            throw new IllegalArgumentException("expected a file that the worker can read");
        }
    }

    private static void requireOrigin(String text) {
        if (!text.matches("https?://[A-Za-z0-9.\\[\\]:-]+")) {
            throw new IllegalArgumentException(
                    "expected origins of a scheme, a host and perhaps a port, such as https://shop.example; found "
                            + text);
        }
    }

    private static URI parseJwks(String text) {
        URI uri = URI.create(text);
        if ((!"https".equals(uri.getScheme()) && !"http".equals(uri.getScheme())) || uri.getHost() == null) {
            throw new IllegalArgumentException("expected an https or http URL");
        }
        return uri;
    }
}
