package io.millrace.payloads.s3;

import io.millrace.config.OptionSet;
import io.millrace.payloads.NamedObjects;
import io.millrace.payloads.PayloadStore;
import io.millrace.payloads.StoredObjects;
import io.millrace.payloads.store.StoreFactory;
import io.millrace.payloads.store.StoreKind;
import java.util.concurrent.Executor;
import org.apache.kafka.common.config.AbstractConfig;

/** Buckets of S3, or of a server with its interface. The stores of one writer or reader share a connection. */
public final class S3StoreKind implements StoreKind {
    @Override
    public String scheme() {
        return S3Location.SCHEME;
    }

    @Override
    public String syntax() {
        return S3Location.SYNTAX;
    }

    @Override
    public String purpose() {
        return "";
    }

    @Override
    public OptionSet options() {
        return S3Options.ALL;
    }

    @Override
    public OptionSet namedOptions() {
        return S3Options.NAMED;
    }

    @Override
    public void checkLocation(String option, String location) {
        S3Location.parse(option, location);
    }

    @Override
    public StoreFactory configure(AbstractConfig config, Executor executor) {
        S3Connection connection = new S3Connection(S3Settings.of(config), executor);
        return new StoreFactory() {
            @Override
            public PayloadStore open(String option, String location) {
                return new S3Store(S3Location.parse(option, location), connection);
            }

            @Override
            public StoredObjects openObjects(String option, String location) {
                return new S3Objects(S3Location.parse(option, location), connection);
            }

            @Override
            public NamedObjects openNamed(String option, String location) {
                return new S3NamedObjects(S3Location.parse(option, location), connection);
            }
        };
    }
}
