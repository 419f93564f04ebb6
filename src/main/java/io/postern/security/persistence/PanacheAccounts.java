package io.postern.security.persistence;

import io.postern.security.Account;
import io.postern.security.Accounts;
import io.quarkus.hibernate.orm.panache.PanacheRepository;
import io.quarkus.panache.common.Sort;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

@ApplicationScoped
class PanacheAccounts implements Accounts {
    private final Repository repository = new Repository();

    /** Kept inside: the port's names differ from Panache's. */
    private static final class Repository implements PanacheRepository<AccountEntity> {}

    @Override
    public Optional<Account> find(String name) {
        return repository
                .find("name", name.toLowerCase(Locale.ROOT))
                .firstResultOptional()
                .map(PanacheAccounts::account);
    }

    @Override
    public List<Account> all() {
        return repository.listAll(Sort.by("name")).stream().map(PanacheAccounts::account).toList();
    }

    @Override
    public long count() {
        return repository.count();
    }

    @Override
    public void setEnabled(String name, boolean enabled) {
        repository.find("name", name.toLowerCase(Locale.ROOT)).firstResult().enabled = enabled;
        repository.flush();
    }

    @Override
    public void add(Account account) {
        AccountEntity entity = new AccountEntity();
        entity.name = account.name();
        entity.passwordHash = account.passwordHash();
        entity.roles = String.join(",", new TreeSet<>(account.roles()));
        entity.enabled = account.enabled();
        entity.createdAt = account.createdAt();
        repository.persistAndFlush(entity);
    }

    private static Account account(AccountEntity entity) {
        return new Account(
                entity.name,
                entity.passwordHash,
                Set.of(entity.roles.split(",")),
                entity.enabled,
                entity.createdAt);
    }
}
