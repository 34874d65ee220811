package io.millrace.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With the examples of the specification, and what its grammar rules out. */
class BaggageTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "key1=value1;property1;property2, key2 = value2, key3=value3; propertyKey=propertyValue",
                "userId=alice,serverNode=DF%2028,isProduction=false",
                "userId=Am%C3%A9lie,serverNode=DF%2028,isProduction=false",
                "serverNode=DF%2028",
                "SomeKey2=ValueProp=EqualsInIt",
                "a=\t1 ;\tp = x=y ; q",
                "empty=",
                "a=1,a=2"
            })
    void takesBaggage(String value) {
        assertThat(Baggage.findObjection(value)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                "key",
                "=value",
                "k=v,",
                ",k=v",
                "k=v;",
                "k=v;;p",
                "k=two words",
                "two words=v",
                "k=\"quoted\"",
                "k=a\\b",
                "k=Amélie",
                "k(1)=v",
                "k=v;p=a b",
                "k=a\nb"
            })
    void refusesWhatIsNone(String value) {
        assertThat(Baggage.findObjection(value))
                .hasValueSatisfying(reason -> assertThat(reason).doesNotContain("Amélie"));
    }

    @Test
    void takesAsMuchAsEveryPlatformMustHandOn() {
        assertThat(Baggage.findObjection("k=" + "v".repeat(Baggage.MOST_BYTES - 2)))
                .isEmpty();
        assertThat(Baggage.findObjection("k=" + "v".repeat(Baggage.MOST_BYTES - 1)))
                .isPresent();
        assertThat(Baggage.findObjection(members(64))).isEmpty();
        assertThat(Baggage.findObjection(members(65))).isPresent();
    }

    private static String members(int count) {
        return IntStream.range(0, count).mapToObj(i -> "k" + i + "=v").collect(Collectors.joining(","));
    }
}
