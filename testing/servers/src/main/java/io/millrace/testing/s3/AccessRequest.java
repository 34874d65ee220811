package io.millrace.testing.s3;

import java.util.Map;

/**
 * A right that a request needs, in the terms of AWS' policies.
 *
 * @param action such as {@code s3:PutObject}
 * @param resource an ARN
 * @param context the condition keys that the request has, such as {@code s3:prefix}
 */
public record AccessRequest(String action, String resource, Map<String, String> context) {
    @Override
    public String toString() {
        return action + " " + resource;
    }
}
