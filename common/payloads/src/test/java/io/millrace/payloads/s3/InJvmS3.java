package io.millrace.payloads.s3;

import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;

/** A real S3 server in this JVM, with one bucket. */
public final class InJvmS3 implements AutoCloseable {
    public static final String BUCKET = "payloads";
    public static final String KEY_ID = "millrace-key";
    public static final String SECRET = "millrace-secret-never-to-be-seen";

    private final BlobStore blobs;
    private final S3Proxy server;

    public InJvmS3(Path directory) throws Exception {
        blobs = new FilesystemNio2BlobStore(directory.toString());
        server = S3Proxy.builder()
                .blobStore(blobs)
                .endpoint(URI.create("http://127.0.0.1:0"))
                .awsAuthentication(AuthenticationType.AWS_V2_OR_V4, KEY_ID, SECRET)
                // It knows no tags.
                .ignoreUnknownHeaders(true)
                .v4MaxNonChunkedRequestSize(256L * 1024 * 1024)
                .build();
        server.start();
        blobs.createContainer(BUCKET);
    }

    public int port() {
        return server.getPort();
    }

    BlobStore blobs() {
        return blobs;
    }

    List<String> keys() {
        return blobs.list(ListObjectsV2Request.builder().bucket(BUCKET).build()).contents().stream()
                .map(object -> object.key())
                .toList();
    }

    /** Uploads in parts that nobody has ended. */
    int unfinishedUploads() {
        return blobs.listMultipartUploads(BUCKET).size();
    }

    /** Options for this server, or one before it. */
    public static Map<String, String> options(int port) {
        return new HashMap<>(Map.of(
                S3Options.ENDPOINT.name(),
                "http://127.0.0.1:" + port,
                S3Options.PATH_STYLE.name(),
                "true",
                S3Options.ACCESS_KEY_ID.name(),
                KEY_ID,
                S3Options.SECRET_ACCESS_KEY.name(),
                SECRET));
    }

    static S3Settings settings(Map<String, String> options) {
        return S3Settings.of(S3Options.ALL.read(options));
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("S3Proxy could not be stopped", e);
        }
    }
}
