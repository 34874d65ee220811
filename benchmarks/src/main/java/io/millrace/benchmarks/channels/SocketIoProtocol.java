package io.millrace.benchmarks.channels;

/**
 * Engine.IO 4 and Socket.IO 5, over a WebSocket only. With the recovery of connections, the server's answer has a private id, and the last
 * argument of each event is its offset.
 */
final class SocketIoProtocol implements PushProtocol {
    private static final String PING = "2";
    private static final String PONG = "3";
    private static final String CONNECT = "40";
    private static final String EVENT = "42[\"event\",";
    private static final String SUBSCRIBED = "42[\"subscribed\",";

    @Override
    public String pathOf(PushClient client) {
        return "/socket.io/?EIO=4&transport=websocket";
    }

    @Override
    public void receive(PushClient client, String frame) {
        if (frame.startsWith(EVENT)) {
            keepOffset(client, frame);
            client.receiveEvent(frame);
        } else if (frame.equals(PING)) {
            client.send(PONG);
        } else if (frame.startsWith("0")) {
            client.send(CONNECT + "{\"channel\":\"" + client.channel() + "\"" + client.position() + "}");
        } else if (frame.startsWith(SUBSCRIBED)) {
            client.subscribed(frame.startsWith("true", SUBSCRIBED.length()));
        } else if (frame.startsWith(CONNECT)) {
            String privateId = PushProtocol.textBehind(frame, "\"pid\":\"");
            if (!privateId.isEmpty()) {
                client.keepPosition(",\"pid\":\"" + privateId + "\",\"offset\":\"\"");
            }
        }
    }

    private static void keepOffset(PushClient client, String frame) {
        if (frame.endsWith("\"]")) {
            String offset = frame.substring(frame.lastIndexOf('"', frame.length() - 3) + 1, frame.length() - 2);
            String privateId = PushProtocol.textBehind(client.position(), "\"pid\":\"");
            client.keepPosition(",\"pid\":\"" + privateId + "\",\"offset\":\"" + offset + "\"");
        }
    }
}
