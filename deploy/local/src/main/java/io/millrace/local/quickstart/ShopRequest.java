package io.millrace.local.quickstart;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
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

    /** The comment that a service's JDBC layer appends to its statements, in the format of sqlcommenter. */
    public String comment() {
        return "/*requestId='" + encode(requestId) + "',traceparent='" + encode(traceparent) + "',userId='"
                + encode(userId) + "'*/";
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
