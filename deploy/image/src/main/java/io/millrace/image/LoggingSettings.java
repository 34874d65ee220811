package io.millrace.image;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The worker's logging, for Log4j 2: everything to standard output, {@code CONNECT_LOG4J_ROOT_LOGLEVEL} for all
 * loggers and {@code CONNECT_LOG4J_LOGGERS}, {@code name=LEVEL,...}, for single ones.
 */
final class LoggingSettings {
    private static final String ROOT = "CONNECT_LOG4J_ROOT_LOGLEVEL";
    private static final String LOGGERS = "CONNECT_LOG4J_LOGGERS";
    private static final List<String> LEVELS =
            List.of("OFF", "FATAL", "ERROR", "WARN", "INFO", "DEBUG", "TRACE", "ALL");

    private LoggingSettings() {}

    /**
     * The settings, in the order in which they are to be read.
     *
     * @throws SettingsException if a level is not one of Log4j's, which Log4j would replace with its default
     */
    static Map<String, String> of(Map<String, String> environment) throws SettingsException {
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put("status", "error");
        settings.put("appender.out.type", "Console");
        settings.put("appender.out.name", "out");
        settings.put("appender.out.layout.type", "PatternLayout");
        settings.put(
                "appender.out.layout.pattern", "[%d{ISO8601}{UTC}Z] %-5p %X{connector.context}%m (%c)%n%throwable");
        settings.put("rootLogger.level", parseLevel(ROOT, environment.getOrDefault(ROOT, "INFO")));
        settings.put("rootLogger.appenderRef.out.ref", "out");
        List<String> loggers = new ArrayList<>();
        for (String logger : environment.getOrDefault(LOGGERS, "").split(",", -1)) {
            if (!logger.isBlank()) {
                loggers.add(logger);
            }
        }
        for (int i = 0; i < loggers.size(); i++) {
            String logger = loggers.get(i);
            int equals = logger.indexOf('=');
            if (equals < 1) {
                throw new SettingsException(
                        LOGGERS + " has \"" + logger + "\" in it; each logger is given as name=LEVEL.");
            }
            settings.put("logger." + i + ".name", logger.substring(0, equals).strip());
            settings.put("logger." + i + ".level", parseLevel(LOGGERS, logger.substring(equals + 1)));
        }
        return settings;
    }

    private static String parseLevel(String variable, String value) throws SettingsException {
        String level = value.strip().toUpperCase(Locale.ROOT);
        if (!LEVELS.contains(level)) {
            throw new SettingsException(
                    variable + " has the level \"" + value + "\"; levels are " + String.join(", ", LEVELS) + ".");
        }
        return level;
    }
}
