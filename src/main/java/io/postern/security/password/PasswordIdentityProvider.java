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
 * passwords.
 */
@ApplicationScoped
public class PasswordIdentityProvider
        implements IdentityProvider<UsernamePasswordAuthenticationRequest> {
    private static final int MAX_LENGTH = 256;
    private final String noAccountHash = BcryptUtil.bcryptHash("nobody has this password", 10);
    private final Accounts accounts;

    PasswordIdentityProvider(Accounts accounts) {
        this.accounts = accounts;
    }

    @Override
    public Class<UsernamePasswordAuthenticationRequest> getRequestType() {
        return UsernamePasswordAuthenticationRequest.class;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(
            UsernamePasswordAuthenticationRequest request, AuthenticationRequestContext context) {
        return context.runBlocking(
                () ->
                        check(
                                request.getUsername(),
                                new String(request.getPassword().getPassword())));
    }

    private SecurityIdentity check(String name, String password) {
        if (name.length() > MAX_LENGTH || password.length() > MAX_LENGTH) {
            throw new AuthenticationFailedException();
        }
        Optional<Account> account =
                QuarkusTransaction.requiringNew()
                        .call(() -> accounts.find(name))
                        .filter(Account::enabled);
        boolean matches =
                BcryptUtil.matches(
                        password, account.map(Account::passwordHash).orElse(noAccountHash));
        if (account.isEmpty() || !matches) {
            throw new AuthenticationFailedException();
        }
        return AccountIdentity.of(account.get());
    }
}
