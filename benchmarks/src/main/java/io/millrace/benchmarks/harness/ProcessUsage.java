package io.millrace.benchmarks.harness;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** What a running process has used so far. */
public final class ProcessUsage {
    private final ProcessHandle process;

    public ProcessUsage(long pid) {
        process = ProcessHandle.of(pid).orElseThrow();
    }

    /** Its time on all processors together, in seconds. */
    public double cpuSeconds() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO).toNanos() / 1e9;
    }

    /** The most memory that it ever had at once, in MiB; 0 where the system does not say. */
    public long peakMebibytes() {
        return readMebibytes("VmHWM:");
    }

    /** The memory that it has now, in MiB; 0 where the system does not say. */
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
