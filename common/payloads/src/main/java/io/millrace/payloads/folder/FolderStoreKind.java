package io.millrace.payloads.folder;

import io.millrace.config.OptionSet;
import io.millrace.payloads.NamedObjects;
import io.millrace.payloads.PayloadStore;
import io.millrace.payloads.StoredObjects;
import io.millrace.payloads.store.StoreFactory;
import io.millrace.payloads.store.StoreKind;
import java.nio.file.Path;
import java.util.concurrent.Executor;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.config.AbstractConfig;
import org.apache.kafka.common.config.ConfigException;

/** Folders of a file system. */
public final class FolderStoreKind implements StoreKind {
    private static final Pattern LOCATION = Pattern.compile("file:(/[^\\x00-\\x20\\x7f-\\uffff]*)");

    @Override
    public String scheme() {
        return FolderStore.SCHEME;
    }

    @Override
    public String syntax() {
        return "file:/FOLDER";
    }

    @Override
    public String purpose() {
        return "for development, or a file system that all workers share";
    }

    @Override
    public OptionSet options() {
        return OptionSet.of();
    }

    @Override
    public void checkLocation(String option, String location) {
        parse(option, location);
    }

    private static Path parse(String option, String location) {
        Matcher matcher = LOCATION.matcher(location);
        if (!matcher.matches()) {
            throw new ConfigException(option, location, "Expected file:/FOLDER, an absolute path of ASCII");
        }
        return Path.of(matcher.group(1));
    }

    @Override
    public StoreFactory configure(AbstractConfig config, Executor executor) {
        return new StoreFactory() {
            @Override
            public PayloadStore open(String option, String location) {
                return new FolderStore(parse(option, location), executor);
            }

            @Override
            public StoredObjects openObjects(String option, String location) {
                return new FolderObjects(parse(option, location));
            }

            @Override
            public NamedObjects openNamed(String option, String location) {
                return new FolderNamedObjects(parse(option, location), executor);
            }
        };
    }
}
