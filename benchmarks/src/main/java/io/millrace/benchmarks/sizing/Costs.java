package io.millrace.benchmarks.sizing;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Properties;

/**
 * The measured costs, of {@code costs.properties} or of a file with the same names.
 *
 * @param sourceCpu seconds of a core for a million changes of four columns, from the binlog to Kafka
 * @param sourceCpuColumn what each further column adds to it
 * @param sourceRate how many changes of four columns a second one task reads, which is all that one MySQL server can send
 * @param sinkCpu seconds of a core for a million records of four columns, from Kafka to the view, of the first projection
 * @param sinkCpuProjection what each further projection adds to it
 * @param sinkCpuColumn what each further column adds to it, for each projection
 * @param viewRate how many rows of four columns a second one database takes, from all tasks together
 * @param bytes the length of an event of four columns in Kafka, in bytes, with its headers
 * @param bytesColumn what each further column adds to it
 */
record Costs(
        double sourceCpu,
        double sourceCpuColumn,
        double sourceRate,
        double sinkCpu,
        double sinkCpuProjection,
        double sinkCpuColumn,
        double viewRate,
        double bytes,
        double bytesColumn) {
    private static final int COLUMNS = 4;

    /** Those that the project has measured. */
    static Costs measured() throws IOException {
        try (InputStream in = Objects.requireNonNull(Costs.class.getResourceAsStream("/costs.properties"));
                Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
            return read(reader);
        }
    }

    /** Those of a file. */
    static Costs of(Path file) throws IOException {
        try (Reader reader = Files.newBufferedReader(file)) {
            return read(reader);
        }
    }

    private static Costs read(Reader reader) throws IOException {
        Properties values = new Properties();
        values.load(reader);
        return new Costs(
                number(values, "source.cpu"),
                number(values, "source.cpu.column"),
                number(values, "source.rate"),
                number(values, "sink.cpu"),
                number(values, "sink.cpu.projection"),
                number(values, "sink.cpu.column"),
                number(values, "view.rate"),
                number(values, "bytes"),
                number(values, "bytes.column"));
    }

    private static double number(Properties values, String name) {
        String value = values.getProperty(name);
        if (value == null) {
            throw new IllegalArgumentException("the costs have no " + name);
        }
        return Double.parseDouble(value.strip());
    }

    /** Seconds of a core for a change, from the binlog to Kafka. */
    double source(Load load) {
        return (sourceCpu + sourceCpuColumn * further(load)) / 1e6;
    }

    /** Seconds of a core for an event, from Kafka to all views. */
    double sink(Load load) {
        return (sinkCpu
                        + sinkCpuProjection * (load.projections() - 1)
                        + sinkCpuColumn * further(load) * load.projections())
                / 1e6;
    }

    /** How many changes a second one task of a source reads. Its thread is as busy with a change as {@link #source} calculates. */
    double sourceRate(Load load) {
        return sourceRate * sourceCpu / (source(load) * 1e6);
    }

    /** How many events a second the database of the views takes: a row with more columns takes longer as in the sink. */
    double viewRate(Load load) {
        return viewRate * sinkCpu / (sinkCpu + sinkCpuColumn * further(load)) / load.projections();
    }

    /** The bytes of an event in Kafka. */
    double bytes(Load load) {
        return bytes + bytesColumn * further(load);
    }

    private static int further(Load load) {
        return Math.max(0, load.columns() - COLUMNS);
    }
}
