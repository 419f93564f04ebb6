package io.postern.change;

import io.postern.audit.AuditTrail;
import io.postern.enforcement.server.ObservedServer;
import io.postern.policy.EntryChange;
import io.postern.policy.InvalidPolicyException;
import io.postern.policy.Operation;
import io.postern.policy.Policy;
import io.postern.policy.PolicyEntry;
import io.postern.policy.Revision;
import io.postern.policy.Revisions;
import io.postern.policy.Server;
import io.postern.policy.yaml.PolicyDocument;
import io.postern.policy.yaml.PolicyEdit;
import io.postern.probe.ProbePlanConfig;
import io.postern.probe.VantageReach;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import io.postern.rollout.Fleet;
import io.postern.rollout.Rollout;
import io.postern.rollout.RolloutFinished;
import io.postern.rollout.RolloutService;
import io.postern.rollout.RolloutWish;
import io.postern.security.Actor;
import io.postern.security.Role;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The life of a change request. Every action checks role, version and state, and is recorded before
 * it counts.
 */
@ApplicationScoped
public class ChangeService {
    private static final int MAX_OPERATIONS = 10_000;

    private final ChangeRequests changes;
    private final Revisions revisions;
    private final Fleet fleet;
    private final RolloutService rollouts;
    private final AuditTrail audit;
    private final Clock clock;
    private final ProbePlanConfig planning;

    ChangeService(
            ChangeRequests changes,
            Revisions revisions,
            Fleet fleet,
            RolloutService rollouts,
            AuditTrail audit,
            Clock clock,
            ProbePlanConfig planning) {
        this.changes = changes;
        this.revisions = revisions;
        this.fleet = fleet;
        this.rollouts = rollouts;
        this.audit = audit;
        this.clock = clock;
        this.planning = planning;
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MICROS);
    }

    /**
     * Creates a draft.
     *
     * @param baseRevision null = the newest
     * @throws InvalidPolicyException if the operations do not make a valid policy
     */
    @Transactional
    public ChangeRequest create(
            Actor actor,
            String title,
            String description,
            Long baseRevision,
            List<Operation> operations) {
        require(actor, Role.AUTHOR);
        Revision base = base(baseRevision);
        List<Operation> normal = normalised(base, operations);
        ChangeRequest change = changes.add(draft(actor, title, description, base, normal));
        record(
                actor,
                "change-request.created",
                change,
                Map.of("title", title, "base", base.number()));
        return change;
    }

    /** Creates a draft that turns the newest policy into the one of a policy file. */
    @Transactional
    public ChangeRequest createFromPolicy(
            Actor actor, String title, String description, String policyText) {
        List<PolicyEntry> wanted = PolicyDocument.parse(policyText).entries();
        List<PolicyEntry> current = revisions.entries(revisions.head().number());
        return create(actor, title, description, null, difference(current, wanted));
    }

    private ChangeRequest draft(
            Actor actor,
            String title,
            String description,
            Revision base,
            List<Operation> operations) {
        Instant now = now();
        return new ChangeRequest(
                0,
                0,
                title,
                description,
                ChangeState.DRAFT,
                base.number(),
                operations,
                actor.name(),
                now,
                null,
                null,
                null,
                null,
                null,
                now);
    }

    /**
     * What {@link #createFromPolicy} would make, analysed as of now; stores nothing. Without
     * operations, the newest policy is like this already.
     *
     * @return with id 0
     * @throws InvalidPolicyException with every fault of the text
     */
    @Transactional
    public ChangeRequest previewFromPolicy(
            Actor actor, String title, String description, String policyText) {
        require(actor, Role.AUTHOR);
        List<PolicyEntry> wanted = PolicyDocument.parse(policyText).entries();
        Revision base = revisions.head();
        List<Operation> difference = difference(revisions.entries(base.number()), wanted);
        List<Operation> operations =
                difference.isEmpty() ? difference : normalised(base, difference);
        ChangeRequest draft = draft(actor, title, description, base, operations);
        return draft.analysed(analysis(draft, now()), now());
    }

    private static List<Operation> difference(List<PolicyEntry> current, List<PolicyEntry> wanted) {
        Map<String, PolicyEntry> old = new HashMap<>();
        current.forEach(entry -> old.put(entry.kind() + " " + entry.key(), entry));
        List<Operation> operations = new ArrayList<>();
        for (PolicyEntry entry : wanted) {
            PolicyEntry same = old.remove(entry.kind() + " " + entry.key());
            if (same == null || !same.json().equals(entry.json())) {
                operations.add(
                        new Operation(
                                Operation.Action.PUT, entry.kind(), entry.key(), entry.json()));
            }
        }
        current.stream()
                .filter(entry -> old.containsKey(entry.kind() + " " + entry.key()))
                .forEach(
                        entry ->
                                operations.add(
                                        new Operation(
                                                Operation.Action.REMOVE,
                                                entry.kind(),
                                                entry.key(),
                                                null)));
        return operations;
    }

    private Revision base(Long number) {
        if (number == null) {
            return revisions.head();
        }
        return revisions
                .find(number)
                .orElseThrow(() -> invalid("/baseRevision", "there is no revision " + number));
    }

    /** The operations with their entries in canonical form; refuses what makes no valid policy. */
    private List<Operation> normalised(Revision base, List<Operation> operations) {
        if (operations.isEmpty()) {
            throw invalid(
                    "/operations",
                    "at least one operation is needed: the policy is already like this");
        }
        if (operations.size() > MAX_OPERATIONS) {
            throw invalid("/operations", "at most " + MAX_OPERATIONS + " operations");
        }
        Map<String, PolicyEntry> result = new HashMap<>();
        PolicyEdit.apply(revisions.entries(base.number()), operations)
                .forEach(entry -> result.put(entry.kind() + " " + entry.key(), entry));
        return operations.stream()
                .map(
                        operation ->
                                operation.action() == Operation.Action.REMOVE
                                        ? operation
                                        : Optional.ofNullable(
                                                        result.get(
                                                                operation.kind()
                                                                        + " "
                                                                        + operation.key()))
                                                .map(
                                                        entry ->
                                                                new Operation(
                                                                        Operation.Action.PUT,
                                                                        entry.kind(),
                                                                        entry.key(),
                                                                        entry.json()))
                                                .orElse(operation))
                .toList();
    }

    /** Replaces a draft's content. Only its author may. */
    @Transactional
    public ChangeRequest edit(
            Actor actor,
            long id,
            int version,
            String title,
            String description,
            List<Operation> operations) {
        ChangeRequest change = own(actor, load(id, version), ChangeState.DRAFT);
        List<Operation> normal =
                normalised(revisions.find(change.baseRevision()).orElseThrow(), operations);
        record(actor, "change-request.edited", change, Map.of("title", title));
        return changes.save(change.edited(title, description, normal, now()));
    }

    /**
     * Computes the analysis anew. In review, it is computed for the submit instant; a changed hash
     * voids approvals.
     */
    @Transactional
    public ChangeRequest analyse(Actor actor, long id, int version) {
        require(actor, Role.AUTHOR, Role.APPROVER, Role.OPERATOR);
        ChangeRequest change = load(id, version);
        if (change.state() != ChangeState.DRAFT && change.state() != ChangeState.IN_REVIEW) {
            throw wrongState(change);
        }
        Analysis analysis =
                analysis(change, change.submittedAt() == null ? now() : change.submittedAt());
        record(actor, "change-request.analysed", change, Map.of("hash", analysis.hash()));
        return changes.save(change.analysed(analysis, now()));
    }

    private ServerObservations observations() {
        return new ServerObservations() {
            @Override
            public Optional<ObservedServer> of(String post) {
                return fleet.observed(post);
            }

            @Override
            public VantageReach reach(Server server) {
                return fleet.reach(server);
            }

            @Override
            public List<String> posts(String server) {
                return fleet.posts(server);
            }
        };
    }

    private Analysis analysis(ChangeRequest change, Instant at) {
        Revision base = revisions.find(change.baseRevision()).orElseThrow();
        List<PolicyEntry> entries =
                PolicyEdit.apply(revisions.entries(base.number()), change.operations());
        Policy after = PolicyDocument.ofEntries(entries).policy();
        // Decisions know whole seconds.
        return Analyst.analyse(
                base,
                change.operations(),
                revisions.policy(base.number()),
                after,
                observations(),
                planning.budget(),
                at.truncatedTo(ChronoUnit.SECONDS));
    }

    /**
     * Puts a draft before the approvers.
     *
     * @throws DomainException BASE_MOVED, GUARDRAIL or EMPTY_POLICY
     */
    @Transactional
    public ChangeRequest submit(Actor actor, long id, int version) {
        ChangeRequest change = own(actor, load(id, version), ChangeState.DRAFT);
        requireHead(change);
        requireGrants(change);
        Instant now = now();
        Analysis analysis = analysis(change, now);
        if (analysis.isRefused()) {
            throw refused(analysis);
        }
        record(
                actor,
                "change-request.submitted",
                change,
                Map.of("hash", analysis.hash(), "impact", analysis.verdict()));
        return changes.save(change.submitted(analysis, now));
    }

    private static DomainException refused(Analysis analysis) {
        List<DomainException.Fault> faults =
                analysis.findings().stream()
                        .filter(finding -> finding.level().equals("hard"))
                        .map(
                                finding ->
                                        new DomainException.Fault(
                                                finding.entry() == null
                                                        ? ""
                                                        : "/" + finding.entry(),
                                                finding.rule()
                                                        + ": "
                                                        + finding.message()
                                                        + " ("
                                                        + finding.remedy()
                                                        + ")"))
                        .toList();
        return new DomainException(ErrorCode.GUARDRAIL, faults.size() + " hard finding(s)", faults);
    }

    /**
     * Approves exactly the content with this hash.
     *
     * @throws DomainException OWN_APPROVAL for the author, ANALYSIS_CHANGED if the content is
     *     another by now
     */
    @Transactional
    public ChangeRequest approve(Actor actor, long id, int version, String hash, String comment) {
        require(actor, Role.APPROVER);
        ChangeRequest change = load(id, version);
        if (change.author().equalsIgnoreCase(actor.name())) {
            throw new DomainException(
                    ErrorCode.OWN_APPROVAL,
                    "somebody else must approve what " + actor.name() + " wrote");
        }
        requireState(change, ChangeState.IN_REVIEW);
        requireHead(change);
        requireSame(change, hash);
        Instant now = now();
        record(actor, "change-request.approved", change, Map.of("hash", hash, "comment", comment));
        changes.addApproval(id, new Approval(actor.name(), true, hash, comment, now));
        return changes.save(change.in(ChangeState.APPROVED, null, now));
    }

    private void requireSame(ChangeRequest change, String hash) {
        String today = analysis(change, change.submittedAt()).hash();
        if (!today.equals(hash)) {
            throw new DomainException(
                    ErrorCode.ANALYSIS_CHANGED,
                    "the content to approve is now "
                            + today
                            + ", not "
                            + hash
                            + "; analyse it again and look");
        }
    }

    /** Turns it down, with a reason. */
    @Transactional
    public ChangeRequest reject(Actor actor, long id, int version, String comment) {
        require(actor, Role.APPROVER);
        ChangeRequest change = load(id, version);
        requireState(change, ChangeState.IN_REVIEW);
        if (comment.isBlank()) {
            throw invalid("/comment", "say why it is rejected");
        }
        Instant now = now();
        record(actor, "change-request.rejected", change, Map.of("comment", comment));
        changes.addApproval(
                id, new Approval(actor.name(), false, change.analysis().hash(), comment, now));
        return changes.save(
                change.in(
                        ChangeState.REJECTED, "rejected by " + actor.name() + ": " + comment, now));
    }

    /** Withdraws it before it is applied. Its author or an operator may. */
    @Transactional
    public ChangeRequest cancel(Actor actor, long id, int version) {
        ChangeRequest change = load(id, version);
        if (!change.author().equalsIgnoreCase(actor.name())) {
            require(actor, Role.OPERATOR);
        }
        if (change.state().isFinal() || change.state() == ChangeState.ROLLING_OUT) {
            throw wrongState(change);
        }
        record(actor, "change-request.cancelled", change, Map.of());
        return changes.save(
                change.in(ChangeState.CANCELLED, "cancelled by " + actor.name(), now()));
    }

    /**
     * Makes an approved change the next revision and starts its rollout.
     *
     * @param wish how carefully it goes
     * @throws DomainException BASE_MOVED, ANALYSIS_CHANGED, EMPTY_POLICY, ROLLOUT_RUNNING;
     *     INVALID_FIELD if the plan cannot meet what is wished
     */
    @Transactional
    public ChangeRequest apply(Actor actor, long id, int version, RolloutWish wish) {
        require(actor, Role.OPERATOR);
        ChangeRequest change = load(id, version);
        requireState(change, ChangeState.APPROVED);
        requireHead(change);
        requireGrants(change);
        String approved =
                changes.approvals(id).stream()
                        .filter(Approval::approved)
                        .filter(approval -> !approval.approver().equalsIgnoreCase(change.author()))
                        .reduce((first, last) -> last)
                        .map(Approval::hash)
                        .orElseThrow(() -> wrongState(change));
        requireSame(change, approved);
        Instant now = now();
        List<PolicyEntry> base = revisions.entries(change.baseRevision());
        List<EntryChange> changed =
                EntryChange.between(base, PolicyEdit.apply(base, change.operations()));
        Revision revision;
        try {
            revision =
                    revisions.append(
                            change.baseRevision(),
                            changed,
                            change.author(),
                            change.title(),
                            id,
                            now);
        } catch (Revisions.StaleParentException e) {
            throw new DomainException(ErrorCode.BASE_MOVED, e.getMessage());
        }
        record(
                actor,
                "change-request.applied",
                change,
                Map.of("revision", revision.number(), "hash", approved));
        Rollout rollout = rollouts.start(actor, id, revision, change.baseRevision(), wish);
        return changes.save(change.applied(revision.number(), rollout.id(), now));
    }

    void finished(@Observes RolloutFinished event) {
        Rollout rollout = event.rollout();
        changes.findForUpdate(rollout.changeId())
                .ifPresent(
                        change -> {
                            ChangeState end =
                                    switch (rollout.state()) {
                                        case VERIFIED -> ChangeState.VERIFIED;
                                        case ROLLED_BACK -> ChangeState.ROLLED_BACK;
                                        case FAILED, RUNNING, PAUSED, ROLLING_BACK ->
                                                ChangeState.FAILED;
                                    };
                            changes.save(change.in(end, rollout.reason(), now()));
                            Map<String, Object> details = new HashMap<>();
                            details.put("state", end.name());
                            details.put("reason", rollout.reason());
                            record(Actor.SERVICE, "change-request.finished", change, details);
                        });
    }

    @Transactional
    public Optional<ChangeRequest> find(long id) {
        return changes.find(id);
    }

    @Transactional
    public List<ChangeRequest> before(long before, int limit, List<ChangeState> states) {
        return changes.before(before, limit, states);
    }

    @Transactional
    public List<Approval> approvals(long id) {
        return changes.approvals(id);
    }

    private ChangeRequest load(long id, int version) {
        ChangeRequest change =
                changes.findForUpdate(id)
                        .orElseThrow(
                                () ->
                                        new DomainException(
                                                ErrorCode.NOT_FOUND,
                                                "there is no change request " + id));
        if (change.version() != version) {
            throw new DomainException(
                    ErrorCode.STALE,
                    "you read version " + version + ", it is at " + change.version() + " now");
        }
        return change;
    }

    private static ChangeRequest own(Actor actor, ChangeRequest change, ChangeState state) {
        if (!change.author().equalsIgnoreCase(actor.name())) {
            throw new DomainException(
                    ErrorCode.NOT_PERMITTED, "only its author " + change.author() + " may do this");
        }
        requireState(change, state);
        return change;
    }

    private static void requireState(ChangeRequest change, ChangeState state) {
        if (change.state() != state) {
            throw wrongState(change);
        }
    }

    private void requireHead(ChangeRequest change) {
        long head = revisions.head().number();
        if (change.baseRevision() != head) {
            throw new DomainException(
                    ErrorCode.BASE_MOVED,
                    "it was written on revision "
                            + change.baseRevision()
                            + ", the newest is "
                            + head
                            + "; make a new change request on that");
        }
    }

    private void requireGrants(ChangeRequest change) {
        List<PolicyEntry> entries =
                PolicyEdit.apply(revisions.entries(change.baseRevision()), change.operations());
        if (PolicyDocument.ofEntries(entries).policy().grants().isEmpty()) {
            throw new DomainException(ErrorCode.EMPTY_POLICY, "it would leave no grant at all");
        }
    }

    private static void require(Actor actor, String... roles) {
        for (String role : roles) {
            if (actor.has(role)) {
                return;
            }
        }
        throw new DomainException(
                ErrorCode.NOT_PERMITTED, "this needs the role " + String.join(" or ", roles));
    }

    private static DomainException wrongState(ChangeRequest change) {
        return new DomainException(
                ErrorCode.WRONG_STATE, "change request " + change.id() + " is " + change.state());
    }

    private static DomainException invalid(String pointer, String message) {
        return new DomainException(
                ErrorCode.INVALID_FIELD,
                message,
                List.of(new DomainException.Fault(pointer, message)));
    }

    private void record(Actor actor, String action, ChangeRequest change, Map<String, ?> details) {
        audit.record(actor.name(), action, "change-request", String.valueOf(change.id()), details);
    }
}
