package io.millrace.testing.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Fedora's and RHEL's packages. */
final class DnfPackages implements PackageSource {
    @Override
    public boolean isPresent() {
        return CommandOutput.isOnPath("dnf") && CommandOutput.isOnPath("rpm2cpio") && CommandOutput.isOnPath("cpio");
    }

    @Override
    public boolean unpack(SharedLibrary library, Path directory) {
        Path root = directory.resolve("root");
        try {
            Files.createDirectories(root);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not be created: " + root, e);
        }
        String script = "dnf -q download --destdir .. --setopt=cachedir=" + directory.resolve("cache")
                + " --arch \"$(uname -m)\" \"$0\" && rpm2cpio ../\"$0\"-*.rpm | cpio -idm --quiet";
        return CommandOutput.of(root, Map.of("LC_ALL", "C"), "/bin/sh", "-c", script, library.rpmPackage())
                        .status()
                == 0;
    }

    @Override
    public String installCommand(SharedLibrary library) {
        return "sudo dnf install " + library.rpmPackage();
    }
}
