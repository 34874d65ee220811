package io.millrace.testing.servers;

import java.nio.file.Path;

/** A distribution's package tool, used without root: packages are downloaded and unpacked, never installed. */
interface PackageSource {
    /** Whether this machine has the tool. */
    boolean isPresent();

    /** Unpacks the package that holds the library under the directory; false if it cannot be had. */
    boolean unpack(SharedLibrary library, Path directory);

    /** The command that installs the library. */
    String installCommand(SharedLibrary library);
}
