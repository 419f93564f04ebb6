package io.postern.change.api;

import io.postern.policy.InvalidPolicyException;
import io.postern.problem.DomainException;
import io.postern.problem.ErrorCode;
import io.postern.problem.ProblemMapper;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/**
 * Every fault of a policy at once, each with its pointer, and its place where the text has lines.
 */
class InvalidPolicyMapper {
    private final ProblemMapper problems = new ProblemMapper();

    @ServerExceptionMapper
    public Response invalid(InvalidPolicyException e) {
        return problems.domain(
                new DomainException(
                        ErrorCode.INVALID_POLICY,
                        e.errors().size() + " fault(s) in the policy",
                        e.errors().stream()
                                .map(
                                        error ->
                                                new DomainException.Fault(
                                                        error.pointer(),
                                                        error.line() > 0
                                                                ? error.line()
                                                                        + ":"
                                                                        + error.column()
                                                                        + ": "
                                                                        + error.message()
                                                                : error.message()))
                                .toList()));
    }
}
