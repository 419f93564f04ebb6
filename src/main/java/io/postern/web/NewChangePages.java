package io.postern.web;

import io.postern.change.ChangeService;
import io.postern.policy.InvalidPolicyException;
import io.postern.policy.PolicyEntry;
import io.postern.policy.PolicyError;
import io.postern.policy.Revisions;
import io.postern.policy.yaml.PolicyDocument;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import io.postern.security.Role;
import io.quarkus.qute.CheckedTemplate;
import io.quarkus.qute.TemplateInstance;
import io.smallrye.common.annotation.Blocking;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Writing a change request: the whole policy as text, of which the difference is proposed. */
@Path("/ui/changes/new")
@Produces(MediaType.TEXT_HTML)
@Blocking
public class NewChangePages {
    private static final int MAX_TITLE = 200;
    private static final int MAX_DESCRIPTION = 10_000;

    /**
     * What was typed, and what is wrong with it.
     *
     * @param base number of the revision that the text was made from
     * @param errors of the policy, in order of place
     */
    public record Draft(
            String title, String description, String policy, long base, List<PolicyError> errors) {}

    @CheckedTemplate
    static class Templates {
        private Templates() {}

        static native TemplateInstance newChange(Draft draft, Notice notice);
    }

    private final ChangeService service;
    private final Revisions revisions;
    private final Viewer viewer;

    NewChangePages(ChangeService service, Revisions revisions, Viewer viewer) {
        this.service = service;
        this.revisions = revisions;
        this.viewer = viewer;
    }

    @GET
    @RolesAllowed(Role.AUTHOR)
    @Operation(hidden = true)
    public TemplateInstance form() {
        long head = revisions.head().number();
        return Templates.newChange(new Draft("", "", text(head), head, List.of()), null);
    }

    private String text(long revision) {
        List<PolicyEntry> entries = revisions.entries(revision);
        return entries.isEmpty() ? "version: 1\n" : PolicyDocument.ofEntries(entries).toYaml();
    }

    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    @RolesAllowed(Role.AUTHOR)
    @Operation(hidden = true)
    public Response create(
            @FormParam("title") String title,
            @FormParam("description") String description,
            @FormParam("policy") String policy,
            @FormParam("base") long base) {
        // Browsers send lines ended by CR LF.
        Draft draft =
                new Draft(
                        text(title).strip(),
                        text(description).strip(),
                        text(policy).replace("\r\n", "\n"),
                        base,
                        List.of());
        try {
            return PageActions.goTo("/ui/changes/" + create(draft) + "?done=created");
        } catch (InvalidPolicyException e) {
            return refused(
                    422,
                    new Draft(draft.title(), draft.description(), draft.policy(), base, e.errors()),
                    new Notice(
                            "bad",
                            ErrorCode.INVALID_POLICY.title(),
                            e.errors().size() + " fault(s), listed beside the text.",
                            List.of()));
        } catch (DomainException e) {
            return refused(e.code().status(), draft, Notice.of(e));
        }
    }

    private long create(Draft draft) {
        if (draft.title().isEmpty() || draft.title().length() > MAX_TITLE) {
            throw invalid("A title has 1 to " + MAX_TITLE + " characters");
        }
        if (draft.description().length() > MAX_DESCRIPTION) {
            throw invalid("A description has at most " + MAX_DESCRIPTION + " characters");
        }
        long head = revisions.head().number();
        if (draft.base() != head) {
            throw new DomainException(
                    ErrorCode.BASE_MOVED,
                    "Your text was made from revision "
                            + draft.base()
                            + ", the newest is "
                            + head
                            + ": sent like this it would undo what changed since. Keep a copy and open this page again");
        }
        // Analysed at once, so that the draft's page has an impact to show.
        var change =
                service.createFromPolicy(
                        viewer.actor(), draft.title(), draft.description(), draft.policy());
        return service.analyse(viewer.actor(), change.id(), change.version()).id();
    }

    private static Response refused(int status, Draft draft, Notice notice) {
        return Response.status(status).entity(Templates.newChange(draft, notice)).build();
    }

    private static DomainException invalid(String message) {
        return new DomainException(ErrorCode.INVALID_FIELD, message);
    }

    private static String text(String typed) {
        return typed == null ? "" : typed;
    }
}
