package io.millrace.benchmarks.claimcheck.peer;

import com.bakdata.kafka.AbstractLargeMessageConfig;
import com.bakdata.kafka.LargeMessageRetrievingClient;
import com.bakdata.kafka.LargeMessageStoringClient;
import io.millrace.benchmarks.claimcheck.RestoreProcess;
import io.millrace.benchmarks.claimcheck.Restorer;
import io.millrace.benchmarks.claimcheck.Target;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The retriever of bakdata's deserializer and converter, one message after the other; it verifies no hash. */
final class LargeMessageRestorer implements Restorer {
    private final LargeMessageStoringClient storer;
    private final LargeMessageRetrievingClient retriever;
    private final List<Message> messages = new ArrayList<>();

    @SuppressWarnings("ArrayRecordComponent") // They are never compared.
    private record Message(Headers headers, byte[] body) {}

    private LargeMessageRestorer(Target target) {
        AbstractLargeMessageConfig config = LargeMessageUploader.config(target);
        storer = config.getStorer();
        retriever = config.getRetriever();
    }

    /** Takes what {@link RestoreProcess} takes. */
    public static void main(String[] words) throws Exception {
        RestoreProcess.restorePayloads(words, LargeMessageRestorer::new);
    }

    @Override
    public void store(String topic, Iterator<byte[]> payloads) {
        while (payloads.hasNext()) {
            Headers headers = new RecordHeaders();
            messages.add(new Message(headers, storer.storeBytes(topic, payloads.next(), false, headers)));
        }
    }

    @Override
    public void restore(Consumer<byte[]> restored) {
        messages.forEach(message -> restored.accept(retriever.retrieveBytes(message.body(), message.headers(), false)));
    }

    @Override
    public void close() {
        storer.close();
        retriever.close();
    }
}
