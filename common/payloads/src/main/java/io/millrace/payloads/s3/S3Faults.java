package io.millrace.payloads.s3;

import io.millrace.payloads.MissingPayloadException;
import io.millrace.payloads.PayloadException;
import io.millrace.payloads.UnavailableStoreException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.NonRetryableException;
import software.amazon.awssdk.core.exception.SdkClientException;

/** Translates failures of the SDK. */
final class S3Faults {
    static final int NOT_FOUND = 404;
    static final int PRECONDITION_FAILED = 412;
    static final int NOT_IMPLEMENTED = 501;

    /**
     * The final faults: the same request would get the same answer. Proxies and servers answer with other codes, or with none, for reasons of
     * their own; such an answer is retried, since it proves nothing about the object.
     */
    private static final Set<String> LASTING = Set.of(
            "AuthorizationHeaderMalformed",
            "AuthorizationQueryParametersError",
            "BucketAlreadyExists",
            "EntityTooLarge",
            "EntityTooSmall",
            "IllegalLocationConstraintException",
            "InvalidArgument",
            "InvalidBucketName",
            "InvalidBucketState",
            "InvalidDigest",
            "InvalidEncryptionAlgorithmError",
            "InvalidObjectState",
            "InvalidPart",
            "InvalidPartOrder",
            "InvalidRequest",
            "InvalidTag",
            "InvalidURI",
            "KeyTooLongError",
            "KMS.DisabledException",
            "KMS.InvalidKeyUsageException",
            "KMS.NotFoundException",
            "MalformedXML",
            "MethodNotAllowed",
            "MissingContentLength",
            "MissingRequestBodyError",
            "NoSuchBucket",
            "NoSuchVersion",
            "PermanentRedirect",
            "PreconditionFailed",
            "UnsupportedSignature",
            "XAmzContentSHA256Mismatch");

    /** How many characters of a server's message are logged. */
    private static final int LONGEST_MESSAGE = 500;

    private static final Logger LOG = LoggerFactory.getLogger(S3Faults.class);
    /** The last message that was logged: an outage repeats one again and again. */
    private static final AtomicReference<String> LOGGED = new AtomicReference<>("");

    private S3Faults() {}

    /** The status of the server's answer; 0 where there was none. */
    static int status(@Nullable Throwable failure) {
        return failure instanceof AwsServiceException refused ? refused.statusCode() : 0;
    }

    /** Whether the server accepted bucket and key pair, and only the requested object is missing or forbidden. */
    static boolean provesAccess(Throwable failure) {
        return failure instanceof AwsServiceException refused
                && Set.of("NoSuchKey", "NoSuchUpload", "AccessDenied").contains(code(refused));
    }

    /** The region that the server names as the bucket's own; empty if it names none. */
    static Optional<String> bucketRegion(Throwable failure) {
        return failure instanceof AwsServiceException refused && refused.awsErrorDetails() != null
                ? Optional.ofNullable(refused.awsErrorDetails().sdkHttpResponse())
                        .flatMap(response -> response.firstMatchingHeader("x-amz-bucket-region"))
                : Optional.empty();
    }

    /**
     * The exception that reading an object fails with: {@link MissingPayloadException} if the server knows its bucket and not
     * its key. A bare status 404 is the answer of something before the server.
     */
    static PayloadException translateRead(String what, Throwable failure) {
        PayloadException translated = translate(what, failure);
        return failure instanceof AwsServiceException refused
                        && refused.statusCode() == NOT_FOUND
                        && code(refused).equals("NoSuchKey")
                ? new MissingPayloadException(what + ": " + describe(refused), refused)
                : translated;
    }

    /**
     * The exception that a store fails with. Its message has the server's error code; the server's own message is logged.
     *
     * @param what was tried, and where
     */
    static PayloadException translate(String what, Throwable failure) {
        // The exception of a refused download is wrapped.
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PayloadException known) {
                return known;
            }
        }
        if (failure instanceof AwsServiceException refused) {
            String message = what + ": " + describe(refused);
            logServerMessage(message, refused);
            return isTransient(refused)
                    ? new UnavailableStoreException(message, refused)
                    : new PayloadException(message, refused);
        }
        if (failure instanceof SdkClientException client && !(failure instanceof NonRetryableException)) {
            return new UnavailableStoreException(what + ": " + client.getMessage(), client);
        }
        return new PayloadException(what + ": " + failure, failure);
    }

    private static boolean isTransient(AwsServiceException refused) {
        int status = refused.statusCode();
        // An error in the body of a good status was met while the answer was under way already.
        return (status < 300 || !LASTING.contains(code(refused))) && status != NOT_IMPLEMENTED;
    }

    /** Only the server can find, for example, that a bucket's Object Lock needs a checksum. */
    private static void logServerMessage(String message, AwsServiceException refused) {
        String text = refused.awsErrorDetails() == null
                ? null
                : refused.awsErrorDetails().errorMessage();
        if (text == null || text.isBlank()) {
            return;
        }
        String printable = text.replaceAll("[^\\x20-\\x7e]", " ").strip();
        String line = printable.substring(0, Math.min(printable.length(), LONGEST_MESSAGE));
        if (!line.equals(LOGGED.getAndSet(line))) {
            LOG.warn("{}. The server's message: {}", message, line);
        }
    }

    private static String code(AwsServiceException refused) {
        String code = refused.awsErrorDetails() == null
                ? null
                : refused.awsErrorDetails().errorCode();
        return code == null ? "" : code;
    }

    private static String describe(AwsServiceException refused) {
        String code = code(refused);
        String id = refused.requestId();
        String answer = "status " + refused.statusCode() + (code.isEmpty() ? "" : " " + code)
                + (id == null ? "" : " (request " + id + ")");
        return refused.statusCode() == NOT_IMPLEMENTED
                ? answer + "; for a server without tags, set " + S3Options.TOPIC_TAGS + "=false and no "
                        + S3Options.TAGS
                : answer;
    }
}
