package io.millrace.connectors.channel.web;

/** Why the listener closes a connection: the code of a WebSocket's close frame, and the status of an HTTP response. */
enum CloseReason {
    BAD_FRAME(4400, 400),
    TOKEN(4401, 401),
    CHANNEL(4403, 403),
    ORIGIN(4403, 403),
    TOO_SLOW(4408, 408),
    TOO_LARGE(4413, 413),
    TOO_MANY(4429, 503),
    GOING_AWAY(1001, 503);

    private final int code;
    private final int status;

    CloseReason(int code, int status) {
        this.code = code;
        this.status = status;
    }

    int code() {
        return code;
    }

    int status() {
        return status;
    }
}
