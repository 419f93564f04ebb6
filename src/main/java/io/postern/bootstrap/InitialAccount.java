package io.postern.bootstrap;

import io.postern.security.AccountService;
import io.postern.security.Actor;
import io.postern.security.Role;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import io.smallrye.config.WithName;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.jboss.logging.Logger;

/** Makes the first administrator, once, where there is no account at all. */
@ApplicationScoped
public class InitialAccount {
    private static final Logger LOG = Logger.getLogger(InitialAccount.class);
    private static final String NAME = "admin";

    /** Settings of the first start. */
    @ConfigMapping(prefix = "postern")
    public interface Settings {
        /** The service's data directory. */
        @WithName("data-directory")
        Optional<String> dataDirectory();

        /** File with the first administrator's password. */
        @WithName("admin-password-file")
        Optional<String> adminPasswordFile();

        /** Whether secrets may be made by the service: only with the database of its own. */
        @WithName("signing-key-may-be-made")
        @WithDefault("false")
        boolean secretsMayBeMade();
    }

    private final Settings settings;
    private final AccountService accounts;

    InitialAccount(Settings settings, AccountService accounts) {
        this.settings = settings;
        this.accounts = accounts;
    }

    void make(@Observes StartupEvent started) {
        if (!accounts.isEmpty()) {
            return;
        }
        try {
            accounts.create(
                    Actor.SERVICE,
                    NAME,
                    password(),
                    Set.of(Role.ADMIN, Role.OPERATOR, Role.READER));
        } catch (IOException e) {
            throw new StartRefusedException(
                    "the first administrator's password: " + e.getMessage(), e);
        }
    }

    private String password() throws IOException {
        Optional<String> file = settings.adminPasswordFile();
        if (file.isPresent()) {
            return Files.readString(Path.of(file.get()), StandardCharsets.UTF_8).strip();
        }
        if (!settings.secretsMayBeMade() || settings.dataDirectory().isEmpty()) {
            throw new StartRefusedException(
                    "there is no account yet: set POSTERN_ADMIN_PASSWORD_FILE to a file with the first administrator's password");
        }
        Path made = Path.of(settings.dataDirectory().get(), "initial-admin-password");
        String password = PrivateFiles.readOrCreate(made, () -> PrivateFiles.randomSecret(18));
        LOG.infof("First start: sign in as 'admin' with the password in %s", made);
        return password;
    }
}
