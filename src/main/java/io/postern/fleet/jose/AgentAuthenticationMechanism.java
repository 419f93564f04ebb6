package io.postern.fleet.jose;

import io.postern.fleet.Agent;
import io.postern.fleet.FleetService;
import io.postern.security.Role;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.IdentityProviderManager;
import io.quarkus.security.identity.SecurityIdentity;
import io.quarkus.security.identity.request.AuthenticationRequest;
import io.quarkus.security.runtime.QuarkusPrincipal;
import io.quarkus.security.runtime.QuarkusSecurityIdentity;
import io.quarkus.vertx.http.runtime.security.ChallengeData;
import io.quarkus.vertx.http.runtime.security.HttpAuthenticationMechanism;
import io.quarkus.vertx.http.runtime.security.HttpCredentialTransport;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;
import java.util.Set;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jws.AlgorithmIdentifiers;
import org.jose4j.jwt.JwtClaims;
import org.jose4j.jwt.MalformedClaimException;
import org.jose4j.jwt.consumer.InvalidJwtException;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.lang.JoseException;

/**
 * An agent proves itself by a JWT signed with its own key, for one method and path, for a minute:
 * {@code Authorization: Bearer}. The issuer names the agent; there is no secret to steal from the
 * service.
 */
@ApplicationScoped
public class AgentAuthenticationMechanism implements HttpAuthenticationMechanism {
    /** The identity's attribute that holds the {@link Agent}. */
    public static final String AGENT = "postern.agent";

    private static final String AUDIENCE = "postern";
    private static final String PREFIX = "Bearer ";
    private static final int MAX_TOKEN = 4096;
    private static final int CLOCK_SKEW_SECONDS = 90;
    private static final int MAX_MINUTES = 3;

    private final FleetService fleet;

    AgentAuthenticationMechanism(FleetService fleet) {
        this.fleet = fleet;
    }

    @Override
    public Uni<SecurityIdentity> authenticate(
            RoutingContext context, IdentityProviderManager identities) {
        HttpServerRequest request = context.request();
        String header = request.getHeader(HttpHeaders.AUTHORIZATION);
        if (header == null || !header.regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
            return Uni.createFrom().nullItem();
        }
        // The token is kept by nothing that lives as long as the request, which may take days.
        return Uni.createFrom()
                .item(() -> check(request))
                .runSubscriptionOn(Infrastructure.getDefaultExecutor());
    }

    private SecurityIdentity check(HttpServerRequest request) {
        String token =
                request.getHeader(HttpHeaders.AUTHORIZATION).substring(PREFIX.length()).strip();
        return check(token, request.method().name(), request.path());
    }

    private SecurityIdentity check(String token, String method, String path) {
        if (token.length() > MAX_TOKEN) {
            throw new AuthenticationFailedException();
        }
        try {
            Agent agent =
                    issuer(token)
                            .flatMap(fleet::agent)
                            .orElseThrow(AuthenticationFailedException::new);
            JwtClaims claims = verify(token, agent);
            if (!method.equals(claims.getStringClaimValue("htm"))
                    || !path.equals(claims.getStringClaimValue("htu"))) {
                throw new AuthenticationFailedException();
            }
            fleet.heard(agent);
            return QuarkusSecurityIdentity.builder()
                    .setPrincipal(new QuarkusPrincipal("agent:" + agent.name()))
                    .addRole(Role.AGENT)
                    .addAttribute(AGENT, agent)
                    .build();
        } catch (InvalidJwtException | MalformedClaimException | JoseException e) {
            throw new AuthenticationFailedException(e);
        }
    }

    private static Optional<String> issuer(String token)
            throws InvalidJwtException, MalformedClaimException {
        JwtClaims unchecked =
                new JwtConsumerBuilder()
                        .setSkipAllValidators()
                        .setDisableRequireSignature()
                        .setSkipSignatureVerification()
                        .build()
                        .processToClaims(token);
        return Optional.ofNullable(unchecked.getIssuer());
    }

    private static JwtClaims verify(String token, Agent agent)
            throws InvalidJwtException, JoseException {
        return new JwtConsumerBuilder()
                .setVerificationKey(AgentKeys.read(agent.publicKey()).getPublicKey())
                .setJwsAlgorithmConstraints(
                        AlgorithmConstraints.ConstraintType.PERMIT, AlgorithmIdentifiers.EDDSA)
                .setExpectedIssuer(agent.name())
                .setExpectedAudience(AUDIENCE)
                .setRequireExpirationTime()
                .setRequireIssuedAt()
                .setMaxFutureValidityInMinutes(MAX_MINUTES)
                .setAllowedClockSkewInSeconds(CLOCK_SKEW_SECONDS)
                .build()
                .processToClaims(token);
    }

    @Override
    public Uni<ChallengeData> getChallenge(RoutingContext context) {
        return Uni.createFrom()
                .item(new ChallengeData(401, "WWW-Authenticate", "Bearer realm=\"postern\""));
    }

    @Override
    public Set<Class<? extends AuthenticationRequest>> getCredentialTypes() {
        return Set.of();
    }

    @Override
    public Uni<HttpCredentialTransport> getCredentialTransport(RoutingContext context) {
        return Uni.createFrom()
                .item(
                        new HttpCredentialTransport(
                                HttpCredentialTransport.Type.AUTHORIZATION,
                                "bearer",
                                "postern-agent"));
    }
}
