package io.postern.fleet;

import io.postern.audit.AuditTrail;
import io.postern.enforcement.server.Post;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import io.postern.security.Actor;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Lets agents in: one token, one agent, once. */
@ApplicationScoped
public class EnrolmentService {
    /** A new token. @param token shown this once */
    public record NewToken(String token, Instant expiresAt, List<String> servers) {}

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int TOKEN_BYTES = 32;

    private final Agents agents;
    private final AuditTrail audit;
    private final Clock clock;

    EnrolmentService(Agents agents, AuditTrail audit, Clock clock) {
        this.agents = agents;
        this.audit = audit;
        this.clock = clock;
    }

    /**
     * Makes a token for an agent that will serve these servers.
     *
     * @param servers names of posts; empty = it will only probe
     * @throws DomainException INVALID_FIELD if one is no name of a post, or a server is named with
     *     a gateway before it: both would keep one table on one host
     */
    @Transactional
    public NewToken makeToken(Actor actor, List<String> servers, Duration valid) {
        for (int i = 0; i < servers.size(); i++) {
            String name = servers.get(i);
            if (!Post.isName(name)) {
                throw refused(i, "a server's name, or server@gateway with one '@' and both names");
            }
            Post post = Post.parse(name);
            boolean isBoth =
                    post.isGateway()
                            && servers.stream()
                                    .anyMatch(one -> one.equalsIgnoreCase(post.server()));
            if (isBoth) {
                throw refused(i, "an agent keeps a server or a gateway before it, not both");
            }
        }
        byte[] secret = new byte[TOKEN_BYTES];
        RANDOM.nextBytes(secret);
        String token = "enrol_" + Base64.getUrlEncoder().withoutPadding().encodeToString(secret);
        Instant now = clock.instant();
        audit.record(
                actor.name(),
                "enrolment-token.made",
                "fleet",
                "enrolment",
                Map.of("servers", servers));
        agents.addToken(hash(token), servers, actor.name(), now, now.plus(valid));
        return new NewToken(token, now.plus(valid), servers);
    }

    /**
     * Enrols an agent.
     *
     * @param publicKey an Ed25519 public JWK, checked by the caller
     * @throws DomainException ENROLMENT_TOKEN_UNKNOWN, _USED or _EXPIRED, ALREADY_EXISTS,
     *     INVALID_FIELD
     */
    @Transactional
    public Agent enrol(String token, String name, String publicKey, String version) {
        EnrolmentToken found =
                agents.tokenForUpdate(hash(token))
                        .orElseThrow(
                                () ->
                                        new DomainException(
                                                ErrorCode.ENROLMENT_TOKEN_UNKNOWN,
                                                "make a new one for this agent"));
        if (found.usedAt() != null) {
            throw new DomainException(
                    ErrorCode.ENROLMENT_TOKEN_USED, "it let one agent in already; make a new one");
        }
        if (!clock.instant().isBefore(found.expiresAt())) {
            throw new DomainException(
                    ErrorCode.ENROLMENT_TOKEN_EXPIRED, "make a new one for this agent");
        }
        if (!NAME.matcher(name).matches()) {
            String message =
                    "1 to 64 of letters, digits, '.', '_', '-', starting with a letter or digit";
            throw new DomainException(
                    ErrorCode.INVALID_FIELD,
                    message,
                    List.of(new DomainException.Fault("/name", message)));
        }
        if (agents.find(name).isPresent()) {
            throw new DomainException(
                    ErrorCode.ALREADY_EXISTS, "there is an agent '" + name + "' already");
        }
        audit.record(
                "agent:" + name,
                "agent.enrolled",
                "agent",
                name,
                Map.of("servers", found.servers(), "version", version));
        Agent agent = agents.add(name, publicKey, found.servers(), version, clock.instant());
        agents.useToken(found.id(), agent.id(), clock.instant());
        return agent;
    }

    private static DomainException refused(int index, String message) {
        return new DomainException(
                ErrorCode.INVALID_FIELD,
                message,
                List.of(new DomainException.Fault("/servers/" + index, message)));
    }

    private static String hash(String token) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest(token.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
