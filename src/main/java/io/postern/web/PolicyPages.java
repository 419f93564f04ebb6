package io.postern.web;

import io.postern.policy.Address;
import io.postern.policy.Explanation;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEntry;
import io.postern.policy.PolicyEvaluator;
import io.postern.policy.Revision;
import io.postern.policy.Revisions;
import io.postern.policy.Server;
import io.postern.policy.Submission;
import io.postern.policy.Tier;
import io.postern.policy.yaml.PolicyDocument;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import io.postern.security.Role;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The policy: asked, and read. */
@Path("/ui/policy")
@Produces(MediaType.TEXT_HTML)
@Blocking
public class PolicyPages {
    private static final int LIST_LIMIT = 100;
    private static final int SHOWN_TRIALS = 30;
    private static final int MAX_INPUT = 256;

    /** What is asked, as typed; null = not asked. */
    public record Question(
            String address, String account, String computer, String server, String port) {
        boolean isAsked() {
            return address != null && !address.isBlank();
        }
    }

    /**
     * The answer.
     *
     * @param sentence for people
     * @param trials the first of the explanation
     * @param hidden how many entries are not shown
     */
    public record Answer(
            Badge badge,
            String sentence,
            Explanation explanation,
            List<Explanation.EntryTrial> trials,
            int hidden) {}

    /** A revision to read. */
    public record Shown(Revision revision, String yaml, List<String> servers, boolean head) {}

    @CheckedTemplate
    static class Templates {
        private Templates() {}

        static native TemplateInstance policy(
                Question question,
                Answer answer,
                Notice notice,
                Shown shown,
                List<Revision> revisions);

        static native TemplateInstance revision(Shown shown);
    }

    private final Revisions revisions;
    private final Clock clock;

    PolicyPages(Revisions revisions, Clock clock) {
        this.revisions = revisions;
        this.clock = clock;
    }

    /** A question is an address, so that an answer can be sent to a colleague. */
    @GET
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(hidden = true)
    public TemplateInstance policy(
            @QueryParam("address") String address,
            @QueryParam("account") String account,
            @QueryParam("computer") String computer,
            @QueryParam("server") String server,
            @QueryParam("port") String port) {
        Question question = new Question(address, account, computer, server, port);
        Revision head = revisions.head();
        Answer answer = null;
        Notice notice = null;
        if (question.isAsked()) {
            try {
                answer = answer(question, revisions.policy(head.number()));
            } catch (IllegalArgumentException e) {
                notice = new Notice("bad", "This cannot be asked", e.getMessage(), List.of());
            }
        }
        return Templates.policy(
                question,
                answer,
                notice,
                shown(head, head.number()),
                revisions.before(Long.MAX_VALUE, LIST_LIMIT));
    }

    @GET
    @Path("revisions/{number}")
    @RolesAllowed({Role.READER, Role.AUTHOR, Role.APPROVER, Role.OPERATOR, Role.ADMIN})
    @Operation(hidden = true)
    public TemplateInstance revision(@PathParam("number") long number) {
        Revision revision =
                revisions
                        .find(number)
                        .orElseThrow(
                                () ->
                                        new DomainException(
                                                ErrorCode.NOT_FOUND,
                                                "There is no revision " + number));
        return Templates.revision(shown(revision, revisions.head().number()));
    }

    private Shown shown(Revision revision, long head) {
        List<PolicyEntry> entries = revisions.entries(revision.number());
        return new Shown(
                revision,
                entries.isEmpty() ? "" : PolicyDocument.ofEntries(entries).toYaml(),
                revisions.policy(revision.number()).servers().stream().map(Server::name).toList(),
                revision.number() == head);
    }

    private Answer answer(Question question, Policy policy) {
        Explanation explanation =
                new PolicyEvaluator(policy)
                        .explain(
                                new Submission(
                                        Address.parse(bounded(question.address().strip())),
                                        identity(question.account()),
                                        identity(question.computer()),
                                        question.server() == null
                                                ? ""
                                                : bounded(question.server().strip()),
                                        port(question.port()),
                                        clock.instant().truncatedTo(ChronoUnit.SECONDS)));
        List<Explanation.EntryTrial> trials = explanation.trials();
        int shown = Math.min(SHOWN_TRIALS, trials.size());
        Tier tier = explanation.decision().tier();
        return new Answer(
                tier == Tier.NONE ? Badge.bad("None") : Badge.good(Words.sentence(tier.name())),
                sentence(tier),
                explanation,
                trials.subList(0, shown),
                trials.size() - shown);
    }

    private static String sentence(Tier tier) {
        return switch (tier) {
            case NONE -> "No, nothing is accepted.";
            case INTERNAL -> "Yes, to recipients in the accepted domains only.";
            case RELAY -> "Yes, to any recipient.";
            case TRUSTED -> "Yes, to any recipient, and as if authenticated: anti-spam is skipped.";
        };
    }

    private static int port(String typed) {
        if (typed == null || typed.isBlank()) {
            return 25;
        }
        try {
            return Integer.parseInt(typed.strip());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("a port is a number from 1 to 65535", e);
        }
    }

    private static String identity(String typed) {
        return typed == null || typed.isBlank() ? null : bounded(typed.strip());
    }

    private static String bounded(String typed) {
        if (typed.length() > MAX_INPUT) {
            throw new IllegalArgumentException(
                    "a name or address has at most " + MAX_INPUT + " characters");
        }
        return typed;
    }
}
