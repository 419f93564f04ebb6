package io.postern.security;

import io.postern.audit.AuditTrail;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import io.quarkus.elytron.security.common.BcryptUtil;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Makes and lists accounts. */
@ApplicationScoped
public class AccountService {
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");
    private static final int MIN_PASSWORD = 12;

    /** bcrypt reads no more than this many bytes. */
    private static final int MAX_PASSWORD = 72;

    private static final int BCRYPT_COST = 10;

    private final Accounts accounts;
    private final AuditTrail audit;
    private final Clock clock;

    AccountService(Accounts accounts, AuditTrail audit, Clock clock) {
        this.accounts = accounts;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Makes an account.
     *
     * @throws DomainException INVALID_FIELD or ALREADY_EXISTS
     */
    @Transactional
    public Account create(Actor actor, String name, String password, Set<String> roles) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (!NAME.matcher(lower).matches()) {
            throw invalid(
                    "/name",
                    "a name has 1 to 64 of a-z, 0-9, '.', '_', '-' and starts with a letter or digit");
        }
        int bytes = password.getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
        if (password.length() < MIN_PASSWORD || bytes > MAX_PASSWORD) {
            throw invalid(
                    "/password", "a password has at least 12 characters and at most 72 bytes");
        }
        Set<String> unknown = new TreeSet<>(roles);
        unknown.removeAll(Role.forPeople());
        if (roles.isEmpty() || !unknown.isEmpty()) {
            throw invalid(
                    "/roles", "roles are one or more of " + String.join(", ", Role.forPeople()));
        }
        if (accounts.find(lower).isPresent()) {
            throw new DomainException(
                    ErrorCode.ALREADY_EXISTS, "there is an account '" + lower + "' already");
        }
        Account account =
                new Account(
                        lower,
                        BcryptUtil.bcryptHash(password, BCRYPT_COST),
                        roles,
                        true,
                        clock.instant());
        audit.record(
                actor.name(),
                "account.created",
                "account",
                lower,
                Map.of("roles", List.copyOf(new TreeSet<>(roles))));
        accounts.add(account);
        return account;
    }

    private static DomainException invalid(String pointer, String message) {
        return new DomainException(
                ErrorCode.INVALID_FIELD,
                message,
                List.of(new DomainException.Fault(pointer, message)));
    }

    @Transactional
    public List<Account> list() {
        return accounts.all();
    }

    /** Whether nobody could sign in. */
    @Transactional
    public boolean isEmpty() {
        return accounts.count() == 0;
    }
}
