package io.millrace.benchmarks.channels;

/** Of {@code ws-server.js}: a frame when the client is subscribed, and then the values of the records. It cannot be resumed. */
final class PlainProtocol implements PushProtocol {
    @Override
    public String pathOf(PushClient client) {
        return "/?channel=" + client.channel();
    }

    @Override
    public void receive(PushClient client, String frame) {
        if (frame.startsWith("{\"subscribed\"")) {
            client.subscribed(false);
        } else {
            client.receiveEvent(frame);
        }
    }
}
