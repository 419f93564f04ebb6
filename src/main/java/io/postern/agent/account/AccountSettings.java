package io.postern.agent.account;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.agent.AccountContexts;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which accounts an administrator prepared, and how: the file of {@code --accounts}.
 *
 * @param version 1
 * @param contexts at least one, at most {@link #MAX_CONTEXTS}
 */
public record AccountSettings(int version, List<Prepared> contexts) {
    static final int VERSION = 1;
    static final int MAX_CONTEXTS = 20;
    private static final int MAX_BYTES = 64_000;
    private static final int MAX_NAME = 256;
    private static final Pattern TASK =
            Pattern.compile("\\\\(?:[^\\\\/:*?\"<>|\\p{Cntrl}]{1,64}\\\\?){1,8}");
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    /**
     * One prepared account.
     *
     * @param account as the policy knows it; null = none
     * @param computer likewise; one of the two is not null
     * @param task full path of the scheduled task, such as {@code \Postern\probe-as-system}
     * @param runsAs the account that the task must be set to, as Windows shows it, such as {@code
     *     SYSTEM}; a task of another account is not started
     * @param directory where request and result lie; its access list lets only administrators and
     *     the two accounts write
     */
    public record Prepared(
            String account, String computer, String task, String runsAs, String directory) {
        AccountContexts.Context context() {
            return new AccountContexts.Context(account, computer);
        }

        /** The folder of the task, with a backslash on both ends. */
        String taskPath() {
            return task.substring(0, task.lastIndexOf('\\') + 1);
        }

        String taskName() {
            return task.substring(task.lastIndexOf('\\') + 1);
        }
    }

    public AccountSettings {
        contexts = contexts == null ? List.of() : List.copyOf(contexts);
    }

    /**
     * Reads the file.
     *
     * @throws IOException saying what is wrong and where, for a user to read
     */
    public static AccountSettings read(Path file) throws IOException {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (IOException e) {
            throw new IOException(file + " cannot be read: " + e.getMessage(), e);
        }
        if (bytes.length > MAX_BYTES) {
            throw new IOException(file + " is longer than " + MAX_BYTES + " bytes");
        }
        try {
            AccountSettings settings = JSON.readValue(bytes, AccountSettings.class);
            if (settings == null) {
                throw new IOException(file + " is empty");
            }
            settings.check();
            return settings;
        } catch (JsonProcessingException e) {
            throw new IOException(file + ": " + e.getOriginalMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new IOException(file + ": " + e.getMessage(), e);
        }
    }

    private void check() {
        require(version == VERSION, "/version must be " + VERSION);
        require(
                !contexts.isEmpty() && contexts.size() <= MAX_CONTEXTS,
                "/contexts needs 1 to " + MAX_CONTEXTS + " entries");
        Set<AccountContexts.Context> seen = new HashSet<>();
        Set<String> directories = new HashSet<>();
        for (int i = 0; i < contexts.size(); i++) {
            Prepared one = contexts.get(i);
            String at = "/contexts/" + i;
            require(one != null, at + " is empty");
            require(
                    one.account() != null || one.computer() != null,
                    at + " names neither account nor computer");
            require(isName(one.account()) && isName(one.computer()), at + ": a name is too long");
            require(seen.add(one.context()), at + " names an account and computer again");
            require(
                    one.task() != null
                            && TASK.matcher(one.task()).matches()
                            && !one.task().endsWith("\\"),
                    at + "/task must be a task's full path, such as \\Postern\\probe-as-system");
            require(
                    one.runsAs() != null && !one.runsAs().isBlank() && isName(one.runsAs()),
                    at + "/runsAs must name the account that the task is set to");
            require(
                    one.directory() != null && Path.of(one.directory()).isAbsolute(),
                    at + "/directory must be a full path");
            require(
                    directories.add(one.directory()),
                    at + "/directory belongs to another context already");
        }
    }

    private static boolean isName(String name) {
        return name == null
                || name.length() <= MAX_NAME && name.chars().noneMatch(Character::isISOControl);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
