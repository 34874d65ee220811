package io.millrace.benchmarks.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** The resources that a running process has used. */
public final class ProcessUsage {
    private final ProcessHandle process;

    public ProcessUsage(long pid) {
        process = ProcessHandle.of(pid).orElseThrow();
    }

    /** Its time on all processors together, in seconds. */
    public double cpuSeconds() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
    }

    /** The peak of its memory in MiB; 0 if the system does not report it. */
    public long peakMebibytes() {
        return readMebibytes("VmHWM:");
    }

    /** Its present memory in MiB; 0 if the system does not report it. */
    public long residentMebibytes() {
        return readMebibytes("VmRSS:");
    }

    private long readMebibytes(String name) {
        Path status = Path.of("/proc/" + process.pid() + "/status");
        if (!Files.exists(status)) {
            return 0;
        }
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith(name))
                    .mapToLong(line -> Long.parseLong(line.substring(name.length())
                                    .replace("kB", "")
                                    .strip())
                            / 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
