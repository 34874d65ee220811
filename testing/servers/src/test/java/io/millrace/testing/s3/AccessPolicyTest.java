package io.millrace.testing.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessPolicyTest {
    private static AccessPolicy policy(String... statements) throws IOException {
        return AccessPolicy.parse("{\"Version\": \"2012-10-17\", \"Statement\": ["
                + String.join(",", statements).replace('\'', '"') + "]}");
    }

    private static boolean allow(AccessPolicy policy, String action, String resource) {
        return AccessPolicy.allow(List.of(policy), new AccessRequest(action, resource, Map.of()));
    }

    @ParameterizedTest
    @CsvSource({
        "s3:GetObject, arn:aws:s3:::b/media/x, true",
        "S3:getobject, arn:aws:s3:::b/media/deep/er, true",
        "s3:GetObject, arn:aws:s3:::b/Media/x, false",
        "s3:GetObject, arn:aws:s3:::b/mediax, false",
        "s3:GetObject, arn:aws:s3:::bb/media/x, false",
        "s3:GetObjectTagging, arn:aws:s3:::b/media/x, false",
        "s3:PutObject, arn:aws:s3:::b/media/x, false",
        "kms:Decrypt, k1, true",
        "kms:Encrypt, k2, true",
        "kms:Encrypt, k12, false",
    })
    void whatIsNotAllowedIsRefused(String action, String resource, boolean allowed) throws IOException {
        AccessPolicy policy = policy(
                "{'Effect': 'Allow', 'Action': ['s3:GetObject'], 'Resource': 'arn:aws:s3:::b/media/*'}",
                "{'Effect': 'Allow', 'Action': 'kms:*', 'Resource': ['k?']}");

        assertThat(allow(policy, action, resource)).isEqualTo(allowed);
    }

    @Test
    void whatIsDeniedIsNotAllowedByAnother() throws IOException {
        AccessPolicy allows = policy("{'Effect': 'Allow', 'Action': 's3:*', 'Resource': '*'}");
        AccessPolicy denies =
                policy("{'Effect': 'Deny', 'Action': 's3:DeleteObject', 'Resource': 'arn:aws:s3:::b/kept/*'}");

        assertThat(allow(allows, "s3:DeleteObject", "arn:aws:s3:::b/kept/x")).isTrue();
        assertThat(AccessPolicy.allow(
                        List.of(denies, allows),
                        new AccessRequest("s3:DeleteObject", "arn:aws:s3:::b/kept/x", Map.of())))
                .isFalse();
        assertThat(AccessPolicy.allow(
                        List.of(denies, allows), new AccessRequest("s3:GetObject", "arn:aws:s3:::b/kept/x", Map.of())))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "StringLike, media/*, media/, true",
                "StringLike, media/*, media/a, true",
                "StringLike, media/*, me, false",
                "StringLike, media/*, '', false",
                "StringLike, media/*, none, false",
                "StringEquals, media/*, media/*, true",
                "StringEquals, media/*, media/a, false",
            })
    void aConditionIsAboutTheRequest(String operator, String value, String prefix, boolean allowed) throws IOException {
        AccessPolicy policy = policy("{'Effect': 'Allow', 'Action': 's3:ListBucket', 'Resource': 'b', 'Condition': {'"
                + operator + "': {'s3:prefix': ['other', '" + value + "']}}}");

        assertThat(AccessPolicy.allow(
                        List.of(policy),
                        new AccessRequest(
                                "s3:ListBucket", "b", prefix == null ? Map.of() : Map.of("s3:prefix", prefix))))
                .isEqualTo(allowed);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'Effect': 'Allow', 'NotAction': 's3:*', 'Resource': '*'}",
                "{'Effect': 'Allow', 'Action': 's3:*', 'Resource': '*',"
                        + " 'Condition': {'Bool': {'aws:SecureTransport': 'true'}}}",
                "{'Effect': 'allow', 'Action': 's3:*', 'Resource': '*'}",
                "{'Effect': 'Allow', 'Action': [], 'Resource': '*'}",
                "{'Effect': 'Allow', 'Action': 's3:*'}",
            })
    void whatItDoesNotKnowIsRefused(String statement) {
        assertThatThrownBy(() -> policy(statement)).isInstanceOf(IllegalArgumentException.class);
    }
}
