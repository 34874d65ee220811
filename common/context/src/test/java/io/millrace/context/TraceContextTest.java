package io.millrace.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With the examples of the specification, and what its text rules out. */
class TraceContextTest {
    private static final String PARENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

    @ParameterizedTest
    @ValueSource(
            strings = {
                PARENT,
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-ff",
                "cc-12345678901234567890123456789012-1234567890123456-01",
                "cc-12345678901234567890123456789012-1234567890123456-01-what-the-future-will-be-like",
                "cc-12345678901234567890123456789012-1234567890123456-01-"
            })
    void takesATraceParent(String value) {
        assertThat(TraceContext.findParentObjection(value)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "x",
                "4bf92f3577b34da6a3ce929d0e0e4736",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
                "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b-01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1x",
                "0x-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "00_4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7_01",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more",
                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 ",
                " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
                "cc-12345678901234567890123456789012-1234567890123456-01.what",
                "cc-12345678901234567890123456789012-1234567890123456-012"
            })
    void refusesWhatIsNone(String value) {
        assertThat(TraceContext.findParentObjection(value))
                .hasValueSatisfying(reason -> assertThat(reason).doesNotContain(value));
    }

    @Test
    void boundsTheVersionsOfTheFuture() {
        String future = "cc" + PARENT.substring(2) + "-";
        assertThat(TraceContext.findParentObjection(future + "x".repeat(TraceContext.LONGEST_PARENT)))
                .isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rojo=00f067aa0ba902b7",
                "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE",
                "congo=ucfJifl5GOE,rojo=00f067aa0ba902b7",
                "vendorname1=opaqueValue1 , vendorname2=opaqueValue2",
                "fw529a3039@dt=FfFfFfFf;x:y,,\tabc=1",
                "0a_-*/=!~"
            })
    void takesATraceState(String value) {
        assertThat(TraceContext.findStateObjection(value)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                " ",
                ",",
                "rojo",
                "=1",
                "rojo=",
                "Rojo=1",
                "@v=1",
                "ro jo=1",
                "rojo=a=b",
                "rojo=ä",
                "rojo=1,congo=2,rojo=3"
            })
    void refusesWhatIsNoTraceState(String value) {
        assertThat(TraceContext.findStateObjection(value)).isPresent();
    }

    @Test
    void takesAsMuchTraceStateAsTheSpecificationAllows() {
        assertThat(TraceContext.findStateObjection(state(32, 256))).isEmpty();
        assertThat(TraceContext.findStateObjection(state(33, 1))).isPresent();
        assertThat(TraceContext.findStateObjection(state(1, 257))).isPresent();
        assertThat(TraceContext.findStateObjection("a".repeat(257) + "=1")).isPresent();
        assertThat(TraceContext.findStateObjection(",".repeat(TraceContext.LONGEST_STATE) + "a=1"))
                .isPresent();
    }

    private static String state(int members, int length) {
        return IntStream.range(0, members)
                .mapToObj(i -> "k" + i + "x".repeat(200) + "=" + "v".repeat(length))
                .collect(Collectors.joining(","));
    }
}
