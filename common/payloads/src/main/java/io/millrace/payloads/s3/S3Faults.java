package io.millrace.payloads.s3;

import io.millrace.payloads.MissingPayloadException;
import io.millrace.payloads.PayloadException;
import io.millrace.payloads.UnavailableStoreException;
import java.util.Set;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.NonRetryableException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Translates failures of the SDK. */
final class S3Faults {
    static final int NOT_FOUND = 404;
    static final int PRECONDITION_FAILED = 412;
    static final int NOT_IMPLEMENTED = 501;

    /** Transient errors, although by their status the request is wrong. */
    private static final Set<String> PASSING = Set.of(
            // Something else came than was sent.
            "BadDigest",
            "ConditionalRequestConflict",
            "ExpiredToken",
            "ExpiredTokenException",
            "IncompleteBody",
            "InvalidToken",
            "NoSuchUpload",
            "OperationAborted",
            "RequestTimeout",
            "RequestTimeTooSkewed",
            "SlowDown",
            "Throttling",
            "ThrottlingException",
            "TokenRefreshRequired");

    private S3Faults() {}

    /** The status of the server's answer; 0 where there was none. */
    static int status(Throwable failure) {
        return failure instanceof AwsServiceException refused ? refused.statusCode() : 0;
    }

    /**
     * The exception that a store fails with. Its message has the server's error code, and not the server's message.
     *
     * @param what was tried, and where
     */
    static PayloadException translate(String what, Throwable failure) {
        // What a download refused comes wrapped.
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PayloadException known) {
                return known;
            }
        }
        if (failure instanceof AwsServiceException refused) {
            return translateRefusal(what + ": " + describe(refused), refused);
        }
        if (failure instanceof SdkClientException client && !(failure instanceof NonRetryableException)) {
            return new UnavailableStoreException(what + ": " + client.getMessage(), client);
        }
        return new PayloadException(what + ": " + failure, failure);
    }

    private static PayloadException translateRefusal(String message, AwsServiceException refused) {
        int status = refused.statusCode();
        String code = code(refused);
        if (status == NOT_FOUND && (code.equals("NoSuchKey") || code.isEmpty())) {
            return new MissingPayloadException(message, refused);
        }
        return isTransient(refused, status, code)
                ? new UnavailableStoreException(message, refused)
                : new PayloadException(message, refused);
    }

    private static boolean isTransient(AwsServiceException refused, int status, String code) {
        return PASSING.contains(code)
                // Credentials may be mended, or put right in the bucket's policy, while we wait.
                || status == 401
                || status == 403
                || status == 408
                || status == 429
                || (status >= 500 && status != NOT_IMPLEMENTED)
                // Others than S3 gave no credentials for the request.
                || !(refused instanceof S3Exception);
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
