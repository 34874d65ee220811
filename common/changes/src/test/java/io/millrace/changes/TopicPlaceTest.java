package io.millrace.changes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TopicPlaceTest {
    @Test
    void aPlaceIsMadeOfItsParts() {
        assertThat(TopicPlace.find("raw", 3, 42)).isEqualTo(TopicPlace.find("raw-3@42"));
        assertThat(TopicPlace.find("raw", 3, 42)).contains(new TopicPlace("raw", 3, 42));
        assertThat(TopicPlace.find("", 3, 42)).isEmpty();
        assertThat(TopicPlace.find("raw", -1, 42)).isEmpty();
        assertThat(TopicPlace.find("raw", 1L << 31, 42)).isEmpty();
        assertThat(TopicPlace.find("raw", 3, -1)).isEmpty();
    }
}
