package io.millrace.payloads.s3;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.core.async.AsyncRequestBody;

/** The bytes of a body, in buffers that are small enough for the client's pool. */
class S3BodyTest {
    private static final int MOST_BYTES = 256 * 1024;

    private static byte[] payload(int size) {
        byte[] payload = new byte[size];
        new Random(size).nextBytes(payload);
        return payload;
    }

    private static List<ByteBuffer> publish(AsyncRequestBody body) {
        List<ByteBuffer> buffers = new ArrayList<>();
        body.subscribe(buffers::add).join();
        return buffers;
    }

    private static byte[] join(List<ByteBuffer> buffers) {
        ByteBuffer all = ByteBuffer.allocate(
                buffers.stream().mapToInt(ByteBuffer::remaining).sum());
        buffers.forEach(buffer -> all.put(buffer.duplicate()));
        return all.array();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, MOST_BYTES - 1, MOST_BYTES, MOST_BYTES + 1, 5 * MOST_BYTES + 17})
    void publishesEveryByteInSlices(int size) {
        byte[] payload = payload(size);

        AsyncRequestBody body = S3Body.of(ByteBuffer.wrap(payload));
        List<ByteBuffer> buffers = publish(body);

        assertThat(body.contentLength()).contains((long) size);
        assertThat(join(buffers)).isEqualTo(payload);
        assertThat(buffers).allMatch(buffer -> buffer.remaining() <= MOST_BYTES);
    }

    @Test
    void publishesAPartOfAnArrayAlone() {
        byte[] payload = payload(3 * MOST_BYTES);

        AsyncRequestBody body = S3Body.of(ByteBuffer.wrap(payload, 100, MOST_BYTES + 50));

        assertThat(body.contentLength()).contains((long) MOST_BYTES + 50);
        assertThat(join(publish(body))).isEqualTo(Arrays.copyOfRange(payload, 100, MOST_BYTES + 150));
    }
}
