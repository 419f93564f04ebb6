package io.postern.security.password;

import io.postern.security.Account;
import io.postern.security.Accounts;
import io.quarkus.elytron.security.common.BcryptUtil;
import io.quarkus.narayana.jta.QuarkusTransaction;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.AuthenticationRequestContext;
import io.quarkus.security.identity.IdentityProvider;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.UsernamePasswordAuthenticationRequest;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/**
 * Accepts the name and password of an enabled account. Unknown names cost the same time as wrong
 * passwords. What was right a moment ago is accepted from memory, on the event loop; everything
 * else is looked up and checked on a worker thread.
 */
@ApplicationScoped
public class PasswordIdentityProvider
        implements IdentityProvider<UsernamePasswordAuthenticationRequest> {
    private static final int MAX_LENGTH = 256;
    private final String noAccountHash = BcryptUtil.bcryptHash("nobody has this password", 10);
    private final Accounts accounts;
    private final KnownSignIns known;

    PasswordIdentityProvider(Accounts accounts, KnownSignIns known) {
        this.accounts = accounts;
        this.known = known;
    }

    @Override
    public Class<UsernamePasswordAuthenticationRequest> getRequestType() {
        return UsernamePasswordAuthenticationRequest.class;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(
            UsernamePasswordAuthenticationRequest request, AuthenticationRequestContext context) {
        String name = request.getUsername();
        char[] password = request.getPassword().getPassword();
        if (name.length() > MAX_LENGTH || password.length > MAX_LENGTH) {
            return Uni.createFrom().failure(new AuthenticationFailedException());
        }
        KnownSignIns.Proof proof = known.proof(name, password);
        SecurityIdentity fresh = known.fresh(proof);
        return fresh != null
                ? Uni.createFrom().item(fresh)
                : context.runBlocking(() -> look(name, password, proof));
    }

    private SecurityIdentity look(String name, char[] password, KnownSignIns.Proof proof) {
        KnownSignIns.SignIn last = known.last(proof);
        if (last == null) {
            return check(name, password, proof, null);
        }
        // One look for all who wait for the same one.
        synchronized (last) {
            SecurityIdentity fresh = known.fresh(proof);
            return fresh != null ? fresh : check(name, password, proof, last.account());
        }
    }

    /**
     * @param proven the account as it was when the same password was right; null = never
     */
    private SecurityIdentity check(
            String name, char[] password, KnownSignIns.Proof proof, Account proven) {
        long readIn = known.generation();
        Optional<Account> account =
                QuarkusTransaction.requiringNew()
                        .call(() -> accounts.find(name))
                        .filter(Account::enabled);
        String hash = account.map(Account::passwordHash).orElse(noAccountHash);
        boolean matches =
                account.isPresent() && proven != null && proven.passwordHash().equals(hash)
                        || BcryptUtil.matches(new String(password), hash);
        if (account.isEmpty() || !matches) {
            known.forget(proof);
            throw new AuthenticationFailedException();
        }
        SecurityIdentity identity = AccountIdentity.of(account.get());
        known.keep(proof, account.get(), identity, readIn);
        return identity;
    }
}
