package io.millrace.local.quickstart;

import io.millrace.local.LocalPipeline;
import io.millrace.testing.servers.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The file that a shell reads so that the commands of the documents work as they are written: the addresses of Connect and
 * Kafka, the folder of the plugins, the variables of the worker's environment, and a function for MySQL's client as each user.
 * Only its owner can read it, because it contains passwords.
 *
 * @param variables the values of the exported variables, by their names
 * @param functions the commands of the functions, by their names; a function passes its arguments on
 */
public record ShellEnvironment(Map<String, String> variables, Map<String, String> functions) {
    /** The environment of a running pipeline. */
    public static ShellEnvironment of(Installation installation, LocalPipeline pipeline) {
        Map<String, String> worker = pipeline.environment();
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("CONNECT", pipeline.rest().address().toString());
        variables.put("BOOTSTRAP", pipeline.bootstrapServers());
        variables.put("PLUGINS", LocalPipeline.pluginFolder(installation).toString());
        variables.putAll(new TreeMap<>(worker));
        variables.put("SHOP_SERVICE_URL", pipeline.mysql().jdbcUrl("shop"));
        variables.put("SHOP_SERVICE_PASSWORD", pipeline.servicePassword());
        variables.put(
                "SERVICE_LOGS",
                pipeline.directory().toAbsolutePath().normalize().toString());

        // Without --comments the client removes the comments that carry the request's context.
        String client = quote(installation.mysql().resolve("bin/mysql").toString())
                + " --no-defaults --comments -h127.0.0.1 -P" + pipeline.mysql().port();
        Map<String, String> functions = new LinkedHashMap<>();
        functions.put("mysql_admin", login(pipeline.administratorPassword(), client + " -uadmin"));
        functions.put("mysql_shop", login(pipeline.servicePassword(), client + " -ushop -Dshop"));
        functions.put(
                "mysql_views",
                login(
                        worker.get("VIEWS_DATABASE_PASSWORD"),
                        client + " -u" + worker.get("VIEWS_DATABASE_USER") + " -Dviews"));
        return new ShellEnvironment(variables, functions);
    }

    private static String login(String password, String client) {
        return "MYSQL_PWD=" + quote(password) + " " + client;
    }

    /** Replaces the file. */
    public void write(Path file) {
        StringBuilder text = new StringBuilder("# The environment of a running quickstart, for bash or zsh.\n");
        variables.forEach((name, value) -> text.append("export " + name + "=" + quote(value) + "\n"));
        functions.forEach((name, command) -> text.append(name + "() {\n  " + command + " \"$@\"\n}\n"));
        try {
            Files.deleteIfExists(file);
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException("The environment for shells cannot be written to " + file, e);
        }
    }

    private static String quote(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }

    /** The names alone, because the values contain passwords. */
    @Override
    public String toString() {
        return "ShellEnvironment[" + variables.keySet() + ", " + functions.keySet() + "]";
    }
}
