package io.millrace.connectors.channel.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.connectors.channel.TestTokens;
import io.millrace.connectors.channel.history.ChannelEvent;
import io.millrace.connectors.channel.history.ChannelHub;
import io.millrace.connectors.channel.history.HistorySettings;
import io.millrace.connectors.channel.token.ChannelTokens;
import io.millrace.connectors.channel.token.TokenKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** The browser module in a real browser, if the machine has one, against a listener. */
class BrowserModuleIT {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Duration TIME_TO_ACT = Duration.ofSeconds(30);
    private static final TopicPartition PARTITION = new TopicPartition("notifications", 0);
    private static final int TOKEN_SECONDS = 4;
    private static final String PAGE = """
        <script type="module">
          if (location.search == "?stream") {
            // As behind a proxy that does not let WebSockets pass.
            window.WebSocket = class { constructor() { setTimeout(() => this.onclose({code: 1006}), 1) } close() {} };
          }
          const { Channels } = await import("http://127.0.0.1:%1$d/channels.js");
          window.received = [];
          window.states = [];
          const token = async () => (await fetch("/token")).text();
          new Channels("http://127.0.0.1:%1$d/channels", { token }).subscribe("a", {
            onevent: (event) => { received.push(event.data); if (event.data == 1) throw new Error("of the page") },
            onstate: (state) => states.push(state.recovered ?? "lost"),
          });
        </script>
        """;

    private static ChromeDriver browser;

    private final AtomicInteger tokens = new AtomicInteger();
    private final ChannelHub hub = new ChannelHub(
            new HistorySettings("eu1", 600_000, 100_000, 1_000, Set.of()), () -> System.nanoTime() / 1_000_000);
    private HttpServer pages;
    private ChannelListener listener;
    private long offset;

    @BeforeAll
    static void startBrowser() {
        assumeTrue(Files.exists(CHROMIUM) && Files.exists(DRIVER), "There is no Chromium on this machine");
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu");
        browser = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(DRIVER.toFile())
                        .build(),
                options);
    }

    @AfterAll
    static void stopBrowser() {
        if (browser != null) {
            browser.quit();
        }
    }

    @BeforeEach
    void start() throws IOException {
        pages = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        hub.open(List.of(PARTITION));
        hub.begin(Map.of(PARTITION, 0L));
        hub.settle(true);
        listener = listen(0);
        pages.createContext("/", exchange -> answer(exchange, "text/html", PAGE.formatted(listener.port())));
        pages.createContext("/token", exchange -> {
            tokens.incrementAndGet();
            answer(exchange, "text/plain", TestTokens.create(TOKEN_SECONDS, "a"));
        });
        pages.start();
    }

    @AfterEach
    void stop() {
        browser.get("about:blank");
        listener.close();
        pages.stop(0);
    }

    private ChannelListener listen(int port) {
        var keys = TokenKeys.parse(TestTokens.SECRET);
        ListenerSettings settings = new ListenerSettings(
                "127.0.0.1",
                port,
                "/channels",
                Optional.empty(),
                Set.of("http://127.0.0.1:" + pages.getAddress().getPort()),
                false,
                20,
                3,
                65_536,
                300,
                10_000,
                500);
        return new ChannelListener(
                settings,
                hub,
                new ChannelTokens(() -> keys, Optional.empty(), "channels"),
                () -> System.nanoTime() / 1_000_000);
    }

    private static void answer(HttpExchange exchange, String type, String text) throws IOException {
        byte[] body = text.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(200, body.length);
        try (exchange) {
            exchange.getResponseBody().write(body);
        }
    }

    private void publish(String channel, int count, String content) {
        for (int i = 0; i < count; i++) {
            byte[] bytes = content.formatted(offset).getBytes(UTF_8);
            hub.append(PARTITION, offset++, new ChannelEvent(List.of(channel), "", 0, bytes));
        }
        hub.settle(false);
    }

    private void publish() {
        publish("a", 1, "\"data\":%d}");
    }

    private static void awaitReceived(Long... values) {
        await("events").atMost(TIME_TO_ACT).ignoreExceptions().untilAsserted(() -> assertThat(
                        (List<?>) browser.executeScript("return received"))
                .isEqualTo(List.of(values)));
    }

    /** Waits for the first answer to the page's subscription. */
    private static void awaitRecovered(boolean expected) {
        await("recovered").atMost(TIME_TO_ACT).ignoreExceptions().untilAsserted(() -> assertThat(
                        browser.executeScript("return states.find((state) => state !== 'lost')"))
                .isEqualTo(expected));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?stream"})
    void aPageGetsEachEventOnceThroughReloadsAndRestarts(String query) {
        String page = "http://127.0.0.1:" + pages.getAddress().getPort() + "/" + query;
        // A position in a topic without a record cannot be resumed.
        publish("other", 1, "\"data\":%d}");
        browser.get(page);
        awaitRecovered(false);
        publish();
        publish();
        awaitReceived(1L, 2L);

        browser.get("about:blank");
        publish();
        browser.get(page);
        awaitRecovered(true);
        awaitReceived(3L);

        // A token is renewed; a stream is opened again for that.
        int before = tokens.get();
        await().atMost(TIME_TO_ACT).until(() -> tokens.get() > before + 1);
        publish();
        awaitReceived(3L, 4L);

        int port = listener.port();
        listener.close();
        publish();
        listener = listen(port);
        awaitReceived(3L, 4L, 5L);
        assertThat(String.valueOf(browser.executeScript("return states")))
                .contains("lost", "true")
                .doesNotContain("false");

        browser.get("about:blank");
        publish("a", 50, "\"data\":\"%d " + "x".repeat(3_000) + "\"}");
        browser.get(page);
        awaitRecovered(false);
        publish();
        awaitReceived(offset - 1);
    }
}
