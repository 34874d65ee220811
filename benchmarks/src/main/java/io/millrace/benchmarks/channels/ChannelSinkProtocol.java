package io.millrace.benchmarks.channels;

import java.util.Optional;

/** Frames as docs/channels.md describes them. */
final class ChannelSinkProtocol implements PushProtocol {
    private static final String POSITION = "\"position\":\"";

    @Override
    public String pathOf(PushClient client) {
        return "/channels";
    }

    @Override
    public Optional<String> subprotocol() {
        return Optional.of("millrace.v1");
    }

    @Override
    public void open(PushClient client) {
        client.send("{\"subscribe\":{\"" + client.channel() + "\":\"" + client.position() + "\"}}");
    }

    @Override
    public void receive(PushClient client, String frame) {
        if (frame.startsWith("{\"channel\"")) {
            client.keepPosition(PushProtocol.textBehind(frame, POSITION));
            client.receiveEvent(frame);
        } else if (frame.startsWith("{\"subscribed\"")) {
            client.keepPosition(PushProtocol.textBehind(frame, POSITION));
            client.subscribed(frame.contains("\"recovered\":true"));
        } else if (frame.startsWith("{\"reset\"")) {
            client.keepPosition(PushProtocol.textBehind(frame, POSITION));
        } else if (frame.startsWith("{\"beat\"")) {
            String moved = PushProtocol.textBehind(frame, "\"" + client.channel() + "\":\"");
            if (!moved.isEmpty()) {
                client.keepPosition(moved);
            }
        }
    }
}
