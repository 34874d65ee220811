package io.millrace.benchmarks.channels;

import java.util.Optional;

/** Nchan's subprotocol with the ids of messages, which resume: {@code id: ID}, further lines, an empty line, and the value. */
final class NchanProtocol implements PushProtocol {
    private static final String ID = "id: ";

    @Override
    public String pathOf(PushClient client) {
        String path = "/sub/" + client.channel();
        return client.position().isEmpty() ? path : path + "?last=" + client.position();
    }

    @Override
    public Optional<String> subprotocol() {
        return Optional.of("ws+meta.nchan");
    }

    /** The server sends nothing before the first event. */
    @Override
    public void open(PushClient client) {
        client.subscribed(!client.position().isEmpty());
    }

    @Override
    public void receive(PushClient client, String frame) {
        if (frame.startsWith(ID)) {
            client.keepPosition(frame.substring(ID.length(), frame.indexOf('\n')));
        }
        client.receiveEvent(frame);
    }
}
