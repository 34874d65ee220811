package io.millrace.testing.s3;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A request of S3's REST interface with the bucket in the path.
 *
 * @param key empty if the request is about the bucket
 * @param query decoded; the empty text if a name has no value
 * @param headers by their names in lower case
 */
public record S3Request(
        String method, String bucket, String key, Map<String, String> query, Map<String, String> headers) {
    private static final Pattern CREDENTIAL = Pattern.compile("Credential=([^/,]+)/");
    private static final Pattern DELETED = Pattern.compile("<Key>([^<]*)</Key>(\\s*<VersionId>)?");
    /** The first one of the headers about encryption, and what the others begin with. */
    static final String SSE = "x-amz-server-side-encryption";

    private static final String KMS_KEY = "x-amz-server-side-encryption-aws-kms-key-id";
    private static final String TAGGING = "x-amz-tagging";

    /** Of the head of an HTTP request, its first line and headers. */
    static S3Request parse(String head) {
        List<String> lines = head.lines().toList();
        String[] first = lines.get(0).split(" ", 3);
        String[] target = first[1].split("\\?", 2);
        String[] path = target[0].substring(1).split("/", 2);
        Map<String, String> query = new HashMap<>();
        for (String parameter : target.length < 2 || target[1].isEmpty() ? new String[0] : target[1].split("&")) {
            String[] pair = parameter.split("=", 2);
            query.put(decoded(pair[0]), pair.length < 2 ? "" : decoded(pair[1]));
        }
        String key = path.length < 2 ? "" : decoded(path[1]);
        return new S3Request(first[0], decoded(path[0]), key, query, headers(lines));
    }

    /** The headers behind the first line of a head, by their names in lower case. */
    static Map<String, String> headers(List<String> lines) {
        Map<String, String> headers = new HashMap<>();
        for (String line : lines.subList(1, lines.size())) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        return headers;
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Whose signature the request has; empty if it has none. */
    String accessKeyId() {
        Matcher credential = CREDENTIAL.matcher(headers.getOrDefault("authorization", ""));
        return credential.find() ? credential.group(1) : "";
    }

    /** The requested KMS key; null if there is none. */
    String kmsKey() {
        return "aws:kms".equals(headers.get(SSE)) ? headers.getOrDefault(KMS_KEY, "arn:aws:kms:::alias/aws/s3") : null;
    }

    boolean isToBeEncrypted() {
        return headers.containsKey(SSE);
    }

    /** Whether its body names its objects. */
    boolean isDeletionOfMany() {
        return method.equals("POST") && query.containsKey("delete");
    }

    boolean isOfObject() {
        return !key.isEmpty();
    }

    /**
     * The rights that it needs, as AWS' reference of S3's operations has them.
     *
     * @param body of a deletion of many objects; empty for all others
     * @param kmsKey with which the object is encrypted that it reads or adds parts to; null for none
     * @throws IllegalArgumentException for an unknown operation
     */
    List<AccessRequest> needs(String body, String kmsKey) {
        if (!isOfObject()) {
            return ofBucket(body);
        }
        if (query.containsKey("tagging") || query.containsKey("acl") || headers.containsKey("x-amz-copy-source")) {
            throw unknown();
        }
        return switch (method) {
            case "PUT" -> query.containsKey("uploadId") ? ofPart(kmsKey) : ofNew(false);
            case "POST" -> {
                if (query.containsKey("uploads")) {
                    yield ofNew(true);
                }
                if (!query.containsKey("uploadId")) {
                    throw unknown();
                }
                yield decrypting(object("s3:PutObject"), kmsKey);
            }
            case "GET" -> {
                if (query.containsKey("uploadId")) {
                    yield List.of(object("s3:ListMultipartUploadParts"));
                }
                yield decrypting(object("s3:GetObject"), kmsKey);
            }
            case "HEAD" -> List.of(object("s3:GetObject"));
            case "DELETE" ->
                List.of(object(query.containsKey("uploadId") ? "s3:AbortMultipartUpload" : "s3:DeleteObject"));
            default -> throw unknown();
        };
    }

    private List<AccessRequest> ofBucket(String body) {
        if (isDeletionOfMany()) {
            List<AccessRequest> needs = DELETED.matcher(body)
                    .results()
                    .map(found -> new AccessRequest(
                            found.group(2) == null ? "s3:DeleteObject" : "s3:DeleteObjectVersion",
                            arn(found.group(1)),
                            Map.of()))
                    .toList();
            if (needs.isEmpty()) {
                throw unknown();
            }
            return needs;
        }
        if (method.equals("GET") && (query.containsKey("list-type") || query.containsKey("versions"))) {
            Map<String, String> context = new HashMap<>();
            for (String name : List.of("prefix", "delimiter", "max-keys")) {
                if (query.containsKey(name)) {
                    context.put("s3:" + name, query.get(name));
                }
            }
            return List.of(new AccessRequest(
                    query.containsKey("versions") ? "s3:ListBucketVersions" : "s3:ListBucket", bucketArn(), context));
        }
        if (method.equals("GET") && query.containsKey("uploads")) {
            return List.of(new AccessRequest("s3:ListBucketMultipartUploads", bucketArn(), Map.of()));
        }
        if (method.equals("HEAD")) {
            return List.of(new AccessRequest("s3:ListBucket", bucketArn(), Map.of()));
        }
        throw unknown();
    }

    /** An object, or an upload in parts, begins. */
    private List<AccessRequest> ofNew(boolean inParts) {
        Map<String, String> context = new HashMap<>();
        for (String header : List.of(SSE, KMS_KEY)) {
            if (headers.containsKey(header)) {
                context.put("s3:" + header, headers.get(header));
            }
        }
        List<AccessRequest> needs = new ArrayList<>();
        needs.add(new AccessRequest("s3:PutObject", arn(key), context));
        if (headers.containsKey(TAGGING)) {
            needs.add(object("s3:PutObjectTagging"));
        }
        if (kmsKey() != null) {
            needs.add(kms("kms:GenerateDataKey", kmsKey()));
            if (inParts) {
                needs.add(kms("kms:Decrypt", kmsKey()));
            }
        }
        return needs;
    }

    private List<AccessRequest> ofPart(String kmsKey) {
        return kmsKey == null
                ? List.of(object("s3:PutObject"))
                : List.of(object("s3:PutObject"), kms("kms:GenerateDataKey", kmsKey), kms("kms:Decrypt", kmsKey));
    }

    /** Only clients that may list the keys learn that a key is missing. */
    AccessRequest neededToSeeThatItIsMissing() {
        return new AccessRequest("s3:ListBucket", bucketArn(), Map.of());
    }

    /** Encrypted bodies are also decrypted. */
    private static List<AccessRequest> decrypting(AccessRequest need, String kmsKey) {
        return kmsKey == null ? List.of(need) : List.of(need, kms("kms:Decrypt", kmsKey));
    }

    private AccessRequest object(String action) {
        return new AccessRequest(action, arn(key), Map.of());
    }

    private static AccessRequest kms(String action, String key) {
        return new AccessRequest(action, key, Map.of());
    }

    private String bucketArn() {
        return "arn:aws:s3:::" + bucket;
    }

    private String arn(String object) {
        return bucketArn() + "/" + object;
    }

    private IllegalArgumentException unknown() {
        return new IllegalArgumentException("An operation that is not known here: " + method + " " + query.keySet());
    }
}
