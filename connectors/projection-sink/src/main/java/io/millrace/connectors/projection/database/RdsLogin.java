package io.millrace.connectors.projection.database;

import java.net.InetSocketAddress;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import software.amazon.awssdk.auth.credentials.DefaultCredentialsProvider;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4FamilyHttpSigner;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.http.auth.spi.signer.HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;

/**
 * A login by IAM authentication of RDS and Aurora: the password is a presigned request for the server, which the server checks. It is
 * signed locally, with the AWS credentials that are found when a connection is opened, and is valid for 15 minutes.
 */
public final class RdsLogin implements LoginSource {
    private static final Duration VALIDITY = Duration.ofMinutes(15);
    private static final Pattern HOST = Pattern.compile(".+\\.([a-z0-9-]+)\\.rds\\.amazonaws\\.com(\\.cn)?");

    private final InetSocketAddress server;
    private final String region;
    private final String user;
    private final Supplier<AwsCredentialsIdentity> credentials;
    private final Clock clock;

    /** With AWS's default chain: environment, profile, web identity, container, instance. */
    public RdsLogin(InetSocketAddress server, String region, String user) {
        this(server, region, user, RdsLogin::findCredentials, Clock.systemUTC());
    }

    RdsLogin(
            InetSocketAddress server,
            String region,
            String user,
            Supplier<AwsCredentialsIdentity> credentials,
            Clock clock) {
        this.server = server;
        this.region = region;
        this.user = user;
        this.credentials = credentials;
        this.clock = clock;
    }

    /** The region in the name of an RDS endpoint; empty if it is another name. */
    public static Optional<String> findRegion(String host) {
        Matcher matcher = HOST.matcher(host);
        return matcher.matches() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    private static AwsCredentialsIdentity findCredentials() {
        return CredentialChain.OF_WORKER.resolveCredentials();
    }

    @Override
    public DatabaseLogin read() throws StateException {
        try {
            return new DatabaseLogin(user, sign(credentials.get()));
        } catch (SdkException e) {
            throw new StateException(
                    "Cannot sign the login of " + this + " with AWS credentials: " + e.getMessage(),
                    StateException.CONNECTION_REJECTED);
        }
    }

    private String sign(AwsCredentialsIdentity identity) {
        SdkHttpRequest request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.GET)
                .protocol("https")
                .host(server.getHostString())
                .port(server.getPort())
                .encodedPath("/")
                .putRawQueryParameter("Action", "connect")
                .putRawQueryParameter("DBUser", user)
                .build();
        String signed = AwsV4HttpSigner.create()
                .sign(presigning -> presigning
                        .identity(identity)
                        .request(request)
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, "rds-db")
                        .putProperty(AwsV4HttpSigner.REGION_NAME, region)
                        .putProperty(AwsV4HttpSigner.AUTH_LOCATION, AwsV4FamilyHttpSigner.AuthLocation.QUERY_STRING)
                        .putProperty(AwsV4HttpSigner.EXPIRATION_DURATION, VALIDITY)
                        .putProperty(HttpSigner.SIGNING_CLOCK, clock))
                .request()
                .getUri()
                .toString();
        return signed.substring(signed.indexOf("//") + 2);
    }

    /** One for all tasks of a worker: it keeps credentials until they expire, because AWS limits how often they are requested. */
    private static final class CredentialChain {
        private static final DefaultCredentialsProvider OF_WORKER =
                DefaultCredentialsProvider.builder().build();
    }

    @Override
    public String toString() {
        return user + " by IAM in " + region;
    }
}
