package io.millrace.testing.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The user of a server that refuses to run as root: this process's own user, or {@code nobody} if that is root. The
 * commands replace the shell that runs them, so that the server has the process id of its command.
 */
final class ServerUser {
    private static final String NAME = "nobody";
    private static final List<List<String>> COMMANDS = List.of(
            List.of("setpriv", "--reuid=" + NAME, "--regid=" + NAME, "--clear-groups", "--"),
            List.of("setpriv", "--reuid=" + NAME, "--regid=nogroup", "--clear-groups", "--"),
            List.of("chroot", "--userspec=" + NAME, "/"));

    private final List<String> prefix;

    private ServerUser(List<String> prefix) {
        this.prefix = prefix;
    }

    /**
     * The user for this program.
     *
     * @throws ServerFailedException if this process is root's and no command makes {@code nobody} run the program
     */
    static ServerUser of(Path program) {
        if (!System.getProperty("user.name").equals("root")) {
            return new ServerUser(List.of());
        }
        String reason = "";
        for (List<String> prefix : COMMANDS) {
            ServerUser user = new ServerUser(prefix);
            CommandOutput output =
                    CommandOutput.of(Path.of("/"), Map.of(), user.command(List.of(program.toString(), "--version")));
            if (output.status() == 0) {
                return user;
            }
            reason = output.text().strip();
        }
        throw new ServerFailedException(program.getFileName() + " refuses to run as root, and the user " + NAME
                + " cannot run it in " + program.getParent() + " (" + reason
                + "); run this as another user, or in a directory that everybody may enter");
    }

    /** The command, run as this user. */
    String[] command(List<String> command) {
        List<String> all = new ArrayList<>(prefix);
        all.addAll(command);
        return all.toArray(String[]::new);
    }

    /** Makes this user the owner of a file or directory. */
    void own(Path path) {
        if (prefix.isEmpty()) {
            return;
        }
        try {
            UserPrincipal user =
                    path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(NAME);
            Files.setOwner(path, user);
        } catch (IOException e) {
            throw new UncheckedIOException(path + " could not be handed over to " + NAME, e);
        }
    }
}
