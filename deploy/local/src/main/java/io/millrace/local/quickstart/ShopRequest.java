package io.millrace.local.quickstart;

import io.millrace.client.context.ContextKeys;
import io.millrace.client.context.ContextScope;
import io.millrace.client.context.RequestContext;
import java.util.HexFormat;
import java.util.Random;

/**
 * The request that causes a write, in the service that handles it.
 *
 * @param traceparent as W3C Trace Context defines it
 */
public record ShopRequest(String requestId, String userId, String traceparent) {
    /** A new request of one of a few users. */
    public static ShopRequest next(Random random) {
        byte[] bytes = new byte[32];
        random.nextBytes(bytes);
        HexFormat hex = HexFormat.of();
        return new ShopRequest(
                "req-" + hex.formatHex(bytes, 24, 32),
                "user-" + (1 + random.nextInt(40)),
                "00-" + hex.formatHex(bytes, 0, 16) + "-" + hex.formatHex(bytes, 16, 24) + "-01");
    }

    /** Opens the request's context, as a filter of the service's HTTP server does. */
    ContextScope openContext() {
        return RequestContext.builder()
                .requestId(requestId)
                .userId(userId)
                .put(ContextKeys.TRACEPARENT, traceparent)
                .build()
                .open();
    }
}
