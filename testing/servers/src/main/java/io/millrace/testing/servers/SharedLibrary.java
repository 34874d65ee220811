package io.millrace.testing.servers;

import java.util.List;

/**
 * A shared library by the name that the loader looks for, and the packages that hold it.
 *
 * @param debianPackages the names it had in Debian's and Ubuntu's releases, the older ones first
 */
record SharedLibrary(String fileName, List<String> debianPackages, String rpmPackage) {
    private static final List<SharedLibrary> KNOWN = List.of(
            new SharedLibrary("libaio.so.1", List.of("libaio1", "libaio1t64"), "libaio"),
            new SharedLibrary("libnuma.so.1", List.of("libnuma1"), "numactl-libs"),
            new SharedLibrary("libncurses.so.6", List.of("libncurses6"), "ncurses-libs"),
            new SharedLibrary("libtinfo.so.6", List.of("libtinfo6"), "ncurses-libs"));

    static SharedLibrary named(String fileName) {
        return KNOWN.stream()
                .filter(library -> library.fileName.equals(fileName))
                .findFirst()
                .orElseThrow(() -> new ServerFailedException("MySQL needs the shared library " + fileName
                        + ", which this machine lacks; install the package that holds it"));
    }

    /** Whether a file of a package is this library: {@code libaio.so.1}, {@code libaio.so.1.0.1}, {@code libaio.so.1t64}. */
    boolean isFile(String name) {
        return name.startsWith(fileName);
    }
}
