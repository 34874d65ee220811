package io.millrace.testing.servers;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The shared libraries that MySQL's server needs and a machine may lack, {@code libaio.so.1} above all. A missing one
 * is taken out of the distribution's own package and put into a directory of ours, so the machine is not changed and
 * root is not needed.
 */
public final class NativeLibraries {
    private static final Pattern MISSING =
            Pattern.compile("error while loading shared libraries: (\\S+): cannot open shared object file");
    private static final int MOST = 5;

    private final Path directory;
    private final List<PackageSource> sources;

    NativeLibraries(Path directory, List<PackageSource> sources) {
        this.directory = directory;
        this.sources = sources;
    }

    /** Libraries for this installation, from whatever package tool the machine has. */
    public static NativeLibraries of(Installation installation) {
        return new NativeLibraries(installation.nativeLibraries(), List.of(new AptPackages(), new DnfPackages()));
    }

    /**
     * The environment in which the program finds its libraries; missing ones are fetched now.
     *
     * @throws ServerFailedException if one is missing and cannot be fetched; the message names the command to install
     *     it
     */
    public Map<String, String> environmentOf(Path program) {
        for (int fetched = 0; ; fetched++) {
            Map<String, String> environment = environment();
            CommandOutput output = CommandOutput.of(program.getParent(), environment, program.toString(), "--version");
            if (output.status() == 0) {
                return environment;
            }
            Matcher missing = MISSING.matcher(output.text());
            if (!missing.find() || fetched == MOST) {
                throw new ServerFailedException(program + " cannot run on this machine: " + output.text());
            }
            SharedLibrary library = SharedLibrary.named(missing.group(1));
            InstallationLock.holdWhile(directory.toAbsolutePath().getParent(), () -> fetch(library));
        }
    }

    private Map<String, String> environment() {
        Map<String, String> environment = new LinkedHashMap<>();
        if (Files.isDirectory(directory)) {
            String others = System.getenv("LD_LIBRARY_PATH");
            environment.put(
                    "LD_LIBRARY_PATH", others == null ? directory.toString() : directory + File.pathSeparator + others);
        }
        return environment;
    }

    /** Returns the package source that had the library. */
    private PackageSource fetch(SharedLibrary library) {
        for (PackageSource source : sources) {
            if (source.isPresent()) {
                Path work = directory.resolve("packages");
                if (source.unpack(library, work) && link(library, work)) {
                    return source;
                }
                throw new ServerFailedException("MySQL needs " + library.fileName()
                        + ", which this machine lacks and which could not be fetched; install it with: "
                        + source.installCommand(library));
            }
        }
        throw new ServerFailedException("MySQL needs " + library.fileName() + ", which this machine lacks; install the"
                + " package that holds it (Debian and Ubuntu: sudo apt-get install "
                + library.debianPackages().get(0) + "; Fedora and RHEL: sudo dnf install " + library.rpmPackage()
                + ")");
    }

    /** Makes a link with the library's own name; Ubuntu 24.04 calls the file {@code libaio.so.1t64}. */
    private boolean link(SharedLibrary library, Path unpacked) {
        try (Stream<Path> files = Files.walk(unpacked)) {
            Path file = files.filter(path -> library.isFile(path.getFileName().toString()) && Files.isRegularFile(path))
                    .sorted()
                    .findFirst()
                    .orElse(null);
            if (file == null) {
                return false;
            }
            Path link = directory.resolve(library.fileName());
            Files.deleteIfExists(link);
            Files.createSymbolicLink(link, directory.relativize(file));
            return true;
        } catch (IOException e) {
            throw new UncheckedIOException(library.fileName() + " could not be put into " + directory, e);
        }
    }
}
