package io.postern.security;

import io.postern.audit.AuditTrail;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import io.quarkus.elytron.security.common.BcryptUtil;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Event;
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
    private final Event<AccountChanged> changed;

    AccountService(
            Accounts accounts, AuditTrail audit, Clock clock, Event<AccountChanged> changed) {
        this.accounts = accounts;
        this.audit = audit;
        this.clock = clock;
        this.changed = changed;
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

    /**
     * Lets an account sign in, or not any more: at once on this replica, on others as soon as they
     * hear of it and within half a minute if they do not. Sessions end with it.
     *
     * @throws DomainException NOT_FOUND, or NOT_PERMITTED for one's own account, so that an
     *     administrator is always left
     */
    @Transactional
    public Account setEnabled(Actor actor, String name, boolean enabled) {
        Account account =
                accounts.find(name)
                        .orElseThrow(
                                () ->
                                        new DomainException(
                                                ErrorCode.NOT_FOUND,
                                                "there is no account '" + name + "'"));
        if (!enabled && account.name().equalsIgnoreCase(actor.name())) {
            throw new DomainException(
                    ErrorCode.NOT_PERMITTED, "nobody disables the account they act with");
        }
        audit.record(
                actor.name(),
                enabled ? "account.enabled" : "account.disabled",
                "account",
                account.name(),
                Map.of());
        accounts.setEnabled(account.name(), enabled);
        changed.fire(new AccountChanged(account.name()));
        return accounts.find(account.name()).orElseThrow();
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
