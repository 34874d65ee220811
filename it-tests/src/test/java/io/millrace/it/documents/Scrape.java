package io.millrace.it.documents;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a worker shows Prometheus at one moment. */
record Scrape(List<Sample> samples) {
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)\\})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");

    /** A value of a metric. */
    record Sample(String metric, Map<String, String> labels, double value) {}

    static Scrape of(URI address) throws IOException, InterruptedException {
        HttpResponse<String> response = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(address)
                                .timeout(Duration.ofSeconds(30))
                                .build(),
                        BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(address + " answers " + response.statusCode());
        }
        List<Sample> samples = new ArrayList<>();
        for (String line : response.body().lines().toList()) {
            Matcher sample = SAMPLE.matcher(line);
            if (!line.startsWith("#") && sample.matches()) {
                Map<String, String> labels = new HashMap<>();
                if (sample.group(2) != null) {
                    LABEL.matcher(sample.group(2))
                            .results()
                            .forEach(label -> labels.put(label.group(1), label.group(2)));
                }
                samples.add(new Sample(sample.group(1), labels, Double.parseDouble(sample.group(3))));
            }
        }
        return new Scrape(samples);
    }

    /** The samples of both. */
    Scrape and(Scrape other) {
        List<Sample> both = new ArrayList<>(samples);
        both.addAll(other.samples);
        return new Scrape(both);
    }

    Set<String> metrics() {
        Set<String> metrics = new TreeSet<>();
        samples.forEach(sample -> metrics.add(sample.metric()));
        return metrics;
    }

    /** The labels that some sample of a metric has. */
    Set<String> labels(String metric) {
        Set<String> labels = new TreeSet<>();
        samples.stream()
                .filter(sample -> sample.metric().equals(metric))
                .forEach(sample -> labels.addAll(sample.labels().keySet()));
        return labels;
    }

    /** The sum of a metric's samples with this label. */
    double sum(String metric, String label, String value) {
        return samples.stream()
                .filter(sample -> sample.metric().equals(metric)
                        && value.equals(sample.labels().get(label)))
                .mapToDouble(Sample::value)
                .sum();
    }
}
