package io.postern.agent.account;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.postern.agent.AccountContexts;
import io.postern.agent.AgentTime;
import io.postern.agent.account.AccountProbe.Request;
import io.postern.agent.account.AccountProbe.Result;
import io.postern.agent.account.AccountSettings.Prepared;
import io.postern.agent.powershell.MarkedAnswer;
import io.postern.agent.powershell.ScriptCalls;
import io.postern.agent.powershell.Shell;
import io.postern.smtp.ProbeOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/** The accounts for which an administrator prepared scheduled tasks. One probe at a time. */
public final class TaskAccounts implements AccountContexts {
    /** What one probe may take, the start of its program included. */
    private static final Duration LONGEST = Duration.ofSeconds(120);

    private final AccountSettings settings;
    private final ScriptCalls calls;
    private final AgentTime time;

    /**
     * @param shell runs {@link Script}s; one that takes longer than two minutes must not be ended
     */
    public TaskAccounts(AccountSettings settings, Shell shell, AgentTime time) {
        this.settings = settings;
        this.calls = new ScriptCalls(shell, 1);
        this.time = time;
    }

    @Override
    public List<Context> contexts() {
        return settings.contexts().stream().map(Prepared::context).toList();
    }

    @Override
    public synchronized ProbeOutcome probe(Context context, Question question) {
        Prepared prepared =
                settings.contexts().stream()
                        .filter(one -> one.context().equals(context))
                        .findFirst()
                        .orElseThrow(
                                () ->
                                        new IllegalArgumentException(
                                                "this agent cannot run as " + context));
        try {
            return run(prepared, question).outcome();
        } catch (IOException | IllegalArgumentException e) {
            return ProbeOutcome.notRun("task " + prepared.task() + ": " + e.getMessage());
        }
    }

    private Result run(Prepared prepared, Question question) throws IOException {
        Path directory = Path.of(prepared.directory());
        Path result = directory.resolve(AccountProbe.RESULT);
        if (!Files.isDirectory(directory)) {
            // Made here it would have rights that let others forge results.
            throw new IOException(directory + " is not there: an administrator prepares it");
        }
        // What lies there of an earlier probe is not the answer to this one.
        Files.deleteIfExists(result);
        Request request =
                new Request(
                        AccountProbe.VERSION,
                        UUID.randomUUID().toString(),
                        time.now().plus(LONGEST).toString(),
                        question.target(),
                        question.port(),
                        question.source(),
                        question.settings().ehloName(),
                        question.settings().mailFrom(),
                        question.settings().internalRecipient(),
                        question.settings().externalRecipient());
        AccountProbe.write(directory.resolve(AccountProbe.REQUEST), request);
        MarkedAnswer answer = calls.call(Script.RUN_TASK, call(prepared, result));
        if (answer.outcome() != MarkedAnswer.Outcome.DONE) {
            throw new IOException(answer.message());
        }
        Result found = AccountProbe.read(result, Result.class);
        if (found.version() != AccountProbe.VERSION || !request.id().equals(found.id())) {
            throw new IOException("its result answers another request");
        }
        return found;
    }

    private static ObjectNode call(Prepared prepared, Path result) {
        ObjectNode call = JsonNodeFactory.instance.objectNode();
        call.put("taskPath", prepared.taskPath());
        call.put("taskName", prepared.taskName());
        call.put("runsAs", prepared.runsAs());
        call.put("resultFile", result.toString());
        call.put("timeoutSeconds", LONGEST.toSeconds());
        return call;
    }
}
