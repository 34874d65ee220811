package io.millrace.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class UnresolvedVariablesTest {
    @Test
    void namesTheOptionAndTheVariable() {
        Map<String, String> options = new HashMap<>(Map.of(
                "database.password", "${env:SHOP_PASSWORD}",
                "connection.url", "jdbc:mysql://${file:/etc/views.properties:host}/views",
                "topics", "shop.orders"));
        options.put("nothing", null);

        Map<String, String> found = UnresolvedVariables.find(options);

        assertThat(found).containsOnlyKeys("connection.url", "database.password");
        assertThat(found.get("database.password"))
                .contains("${env:SHOP_PASSWORD} has no value")
                .contains("the provider env");
        assertThat(found.get("connection.url")).contains("${file:/etc/views.properties:host}");
    }

    @Test
    void acceptsBracesOfOtherKinds() {
        assertThat(UnresolvedVariables.find(Map.of(
                        "transforms.outbox.route.topic.replacement", "shop.${routedByValue}",
                        "transforms.time.topic.format", "${topic}-${timestamp}",
                        "transforms.filter.condition", "${value.a ? 'b': 'c'}",
                        "projection.a.columns", "doc = {'a': value.a}")))
                .isEmpty();
    }
}
