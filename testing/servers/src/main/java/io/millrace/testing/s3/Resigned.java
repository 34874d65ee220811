package io.millrace.testing.s3;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Requests without some of their headers, signed again by version 4 of AWS' signatures, as a header. */
final class Resigned {
    private static final Pattern AUTHORIZATION = Pattern.compile(
            "AWS4-HMAC-SHA256 Credential=([^/]+)/([^,]+), ?SignedHeaders=([^,]+), ?Signature=[0-9a-f]+");

    private Resigned() {}

    /**
     * The head of a request without the headers whose names begin so.
     *
     * @param secret of the access key that the head names
     */
    static String without(String prefix, String head, String secret) {
        List<String> lines = new ArrayList<>(head.lines()
                .filter(line -> !line.toLowerCase(Locale.ROOT).startsWith(prefix))
                .toList());
        Matcher authorization = AUTHORIZATION.matcher(head);
        if (!authorization.find()) {
            throw new IllegalArgumentException("A request without a signature of version 4");
        }
        String scope = authorization.group(2);
        String signedNames = Arrays.stream(authorization.group(3).split(";"))
                .filter(name -> !name.startsWith(prefix))
                .collect(Collectors.joining(";"));
        Map<String, String> headers = S3Request.headers(lines);
        String toSign = String.join(
                "\n",
                "AWS4-HMAC-SHA256",
                headers.get("x-amz-date"),
                scope,
                hash(canonical(lines.get(0).split(" "), headers, signedNames)));
        String signature = HexFormat.of().formatHex(hmac(key(secret, scope), toSign));
        lines.replaceAll(line -> line.toLowerCase(Locale.ROOT).startsWith("authorization:")
                ? "Authorization: AWS4-HMAC-SHA256 Credential=" + authorization.group(1) + "/" + scope
                        + ", SignedHeaders=" + signedNames + ", Signature=" + signature
                : line);
        return String.join("\r\n", lines) + "\r\n";
    }

    private static String canonical(String[] first, Map<String, String> headers, String signedNames) {
        String[] target = first[1].split("\\?", 2);
        String query = target.length < 2
                ? ""
                : Arrays.stream(target[1].split("&"))
                        .map(parameter -> parameter.contains("=") ? parameter : parameter + "=")
                        .sorted()
                        .collect(Collectors.joining("&"));
        String signed = Arrays.stream(signedNames.split(";"))
                .map(name -> name + ":" + headers.get(name) + "\n")
                .collect(Collectors.joining());
        return String.join("\n", first[0], target[0], query, signed, signedNames, headers.get("x-amz-content-sha256"));
    }

    /** @param scope {@code DATE/REGION/SERVICE/aws4_request} */
    private static byte[] key(String secret, String scope) {
        byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
        for (String part : scope.split("/", -1)) {
            key = hmac(key, part);
        }
        return key;
    }

    private static byte[] hmac(byte[] key, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, mac.getAlgorithm()));
            return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", e);
        }
    }

    private static String hash(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
