package io.millrace.testing.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Debian's and Ubuntu's packages. The tool's own state stays as it is: lists and caches are kept in a directory of ours. */
final class AptPackages implements PackageSource {
    @Override
    public boolean isPresent() {
        return CommandOutput.isOnPath("apt-get") && CommandOutput.isOnPath("dpkg");
    }

    @Override
    public boolean unpack(SharedLibrary library, Path directory) {
        createDirectories(directory, "cache/archives/partial", "state", "lists/partial");
        List<String> systemLists = options(directory, false);
        List<String> ownLists = options(directory, true);
        return downloadAny(library, directory, systemLists)
                || (run(directory, ownLists, "update") && downloadAny(library, directory, ownLists));
    }

    @Override
    public String installCommand(SharedLibrary library) {
        return "sudo apt-get install " + library.debianPackages().get(0);
    }

    private static boolean downloadAny(SharedLibrary library, Path directory, List<String> options) {
        return library.debianPackages().stream()
                .anyMatch(name -> run(directory, options, "download", name) && extract(directory, name));
    }

    private static boolean extract(Path directory, String name) {
        try (Stream<Path> files = Files.list(directory)) {
            Path archive = files.filter(path -> path.getFileName().toString().startsWith(name + "_"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("apt-get left no file of " + name));
            return CommandOutput.of(
                                    directory,
                                    Map.of(),
                                    "dpkg",
                                    "-x",
                                    archive.toString(),
                                    directory.resolve("root").toString())
                            .status()
                    == 0;
        } catch (IOException e) {
            throw new UncheckedIOException("The package " + name + " could not be unpacked in " + directory, e);
        }
    }

    private static boolean run(Path directory, List<String> options, String... arguments) {
        List<String> command = new ArrayList<>(List.of("apt-get", "-q"));
        command.addAll(options);
        Collections.addAll(command, arguments);
        return CommandOutput.of(directory, Map.of("LC_ALL", "C"), command.toArray(String[]::new))
                        .status()
                == 0;
    }

    private static List<String> options(Path directory, boolean ownLists) {
        List<String> options = new ArrayList<>(List.of(
                "-oDir::Cache=" + directory.resolve("cache"),
                "-oDebug::NoLocking=1",
                // As root the tool would hand the download to a user who may not write here.
                "-oAPT::Sandbox::User=root"));
        if (ownLists) {
            options.add("-oDir::State=" + directory.resolve("state"));
            options.add("-oDir::State::lists=" + directory.resolve("lists"));
            options.add("-oDir::State::status=/var/lib/dpkg/status");
        }
        return options;
    }

    private static void createDirectories(Path directory, String... names) {
        try {
            for (String name : names) {
                Files.createDirectories(directory.resolve(name));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Could not be created: " + directory, e);
        }
    }
}
