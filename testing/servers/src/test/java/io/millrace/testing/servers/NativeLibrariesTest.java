package io.millrace.testing.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibrariesTest {
    @TempDir
    private Path directory;

    @Test
    void leavesTheEnvironmentAloneWhereNothingIsMissing() throws IOException {
        NativeLibraries libraries = new NativeLibraries(directory.resolve("native"), List.of(new NoPackages(true)));

        assertThat(libraries.environmentOf(program("exit 0"))).isEmpty();
    }

    @Test
    void fetchesTheMissingLibraryAndPointsTheLoaderAtIt() throws IOException {
        Path libraries = directory.resolve("native");
        Path program = program("test -e \"$LD_LIBRARY_PATH/libaio.so.1\" && exit 0; " + loaderError("libaio.so.1"));

        Map<String, String> environment =
                new NativeLibraries(libraries, List.of(new Unpacks("libaio.so.1t64"))).environmentOf(program);

        assertThat(environment.get("LD_LIBRARY_PATH")).startsWith(libraries.toString());
        assertThat(libraries.resolve("libaio.so.1")).isSymbolicLink().hasContent("library");
    }

    @Test
    void namesTheCommandThatHelpsWhereThePackageCannotBeHad() throws IOException {
        Path program = program(loaderError("libaio.so.1"));
        NativeLibraries libraries = new NativeLibraries(directory.resolve("native"), List.of(new NoPackages(true)));

        assertThatThrownBy(() -> libraries.environmentOf(program))
                .isInstanceOf(ServerFailedException.class)
                .hasMessageContaining("libaio.so.1")
                .hasMessageContaining("install it with: sudo tool install libaio");
    }

    @Test
    void namesBothFamiliesCommandsWhereThereIsNoPackageTool() throws IOException {
        Path program = program(loaderError("libaio.so.1"));
        NativeLibraries libraries = new NativeLibraries(directory.resolve("native"), List.of(new NoPackages(false)));

        assertThatThrownBy(() -> libraries.environmentOf(program))
                .hasMessageContaining("sudo apt-get install libaio1")
                .hasMessageContaining("sudo dnf install libaio");
    }

    @Test
    void givesUpWhereTheProgramFailsForAnotherReason() throws IOException {
        Path program = program("echo 'Illegal instruction'; exit 132");
        NativeLibraries libraries = new NativeLibraries(directory.resolve("native"), List.of(new NoPackages(true)));

        assertThatThrownBy(() -> libraries.environmentOf(program)).hasMessageContaining("Illegal instruction");
    }

    private static String loaderError(String library) {
        return "echo 'mysqld: error while loading shared libraries: " + library
                + ": cannot open shared object file: No such file or directory' >&2; exit 127";
    }

    private Path program(String script) throws IOException {
        Path program = directory.resolve("program");
        Files.writeString(program, "#!/bin/sh\n" + script + "\n");
        return Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
    }

    private record NoPackages(boolean isPresent) implements PackageSource {
        @Override
        public boolean unpack(SharedLibrary library, Path target) {
            return false;
        }

        @Override
        public String installCommand(SharedLibrary library) {
            return "sudo tool install libaio";
        }
    }

    private record Unpacks(String fileName) implements PackageSource {
        @Override
        public boolean isPresent() {
            return true;
        }

        @Override
        public boolean unpack(SharedLibrary library, Path target) {
            try {
                Files.createDirectories(target.resolve("usr/lib"));
                Files.writeString(target.resolve("usr/lib").resolve(fileName), "library");
                return true;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String installCommand(SharedLibrary library) {
            return "";
        }
    }
}
