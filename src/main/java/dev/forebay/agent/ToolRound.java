package dev.forebay.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.agent.Arguments.Checked;
import dev.forebay.agent.ToolBatch.Job;
import dev.forebay.agent.ToolBatch.Signal;
import dev.forebay.agent.Tools.Result;
import dev.forebay.agent.Tools.Tool;
import dev.forebay.agent.Tools.ToolFailure;
import dev.forebay.chat.Event;
import dev.forebay.chat.ToolCall;
import dev.forebay.config.Nearest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Answers the calls of one round that are not the client's: checks them, runs what may run, and tells the model what
 * became of the rest. Every call gets exactly one answer, in the order of the calls.
 */
final class ToolRound {
    private static final String CUT_OFF = "the call was cut off by the token limit and not run; make it shorter";
    private static final int CLOSEST_MAX = 3;
    private static final int NAMES_MAX = 20;

    private final Run run;
    private final Account account;
    private final int round;
    private final Map<Integer, Answer> answers = new TreeMap<>();
    private final Map<Integer, Job> running = new TreeMap<>();

    /** What the model gets for a call. */
    record Answer(String callId, String text, List<ObjectNode> images) {}

    ToolRound(Run run, int round) {
        this.run = run;
        this.account = run.account();
        this.round = round;
    }

    List<Answer> answer(Turn turn) throws InterruptedException {
        var jobs = new ArrayList<Job>();
        for (var i = 0; i < turn.asked().size(); i++) {
            var asked = turn.asked().get(i);
            var isCutOff = turn.cutOff().filter(asked::equals).isPresent();
            switch (asked) {
                case Asked.Ours(var call, var tool)
                when isCutOff -> refuse(i, call, tool, "invalid_arguments", CUT_OFF);
                case Asked.Ours(var call, var tool) -> check(i, call, tool).ifPresent(jobs::add);
                case Asked.Unknown(var call) -> unknown(i, call);
                case Asked.Clients _ -> {}
            }
        }
        if (!jobs.isEmpty()) {
            run(jobs);
        }
        return List.copyOf(answers.values());
    }

    private Optional<Job> check(int index, ToolCall call, Tool tool) throws InterruptedException {
        switch (run.arguments().check(call.arguments(), tool.inputSchema())) {
            case Checked.Invalid(var complaint) -> {
                var next = ". The tool was not called; correct the arguments and call it again.";
                refuse(index, call, tool, "invalid_arguments", complaint + next);
                return Optional.empty();
            }
            case Checked.Valid(var arguments) -> {
                var forbidden = run.allowance().take(call.name(), identity(call, arguments));
                if (forbidden.isPresent()) {
                    account.met(forbidden.get().budget());
                    refuse(index, call, tool, "refused", forbidden.get().why() + ". The tool was not called.");
                    return Optional.empty();
                }
                return Optional.of(job(index, call, tool, arguments));
            }
        }
    }

    private Job job(int index, ToolCall call, Tool tool, ObjectNode arguments) {
        var budgets = run.allowance().budgets();
        var max = Duration.ofSeconds(budgets.toolTimeoutMaxSeconds());
        var usual = Duration.ofSeconds(budgets.toolTimeoutSeconds());
        var own = tool.timeout().orElse(usual);
        var timeout = run.lowersToolTimeout() ? least(own, usual) : own;
        return new Job(index, call, tool, arguments, least(timeout, max), max);
    }

    private static Duration least(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }

    private static String identity(ToolCall call, ObjectNode arguments) {
        return call.name() + Canonical.of(arguments);
    }

    private void run(List<Job> jobs) throws InterruptedException {
        jobs.forEach(job -> {
            running.put(job.index(), job);
            account.toolCalled();
            account.effects().mayHappen(job.tool());
        });
        try {
            run.batch().run(jobs, this::hear);
        } finally {
            for (var job : running.values()) {
                observe(job.tool(), "cancelled", 0, Duration.ZERO);
            }
        }
    }

    private void hear(Signal signal) throws InterruptedException {
        var job = signal.job();
        var transcript = run.transcript();
        switch (signal) {
            case Signal.Started _ -> {
                transcript.pass(new Event.ToolStarted(
                        round,
                        job.call().id(),
                        job.tool().server(),
                        job.tool().name(),
                        job.arguments().toString()));
                run.tell("calling " + name(job.tool()) + " " + Excerpt.of(job.arguments()));
            }
            case Signal.Progressed(var _, var progress, var total, var message) -> {
                transcript.pass(new Event.ToolProgress(job.call().id(), progress, total, message));
                if (message != null && !message.isBlank()) {
                    run.tell(name(job.tool()) + ": " + Excerpt.of(message));
                }
            }
            case Signal.Answered(var _, var result, var took) -> answered(job, result, took);
            case Signal.Failed(var _, var kind, var message, var took) -> failed(job, kind, message, took);
            case Signal.NotStarted _ -> {
                account.effects().didNotHappen(job.tool());
                account.met("seconds_max");
                end(
                        job,
                        "refused",
                        "error: the time for this request is over. The tool was not called.",
                        List.of(),
                        Duration.ZERO);
            }
        }
        transcript.flush();
    }

    private void answered(Job job, Result result, Duration took) throws InterruptedException {
        var allowance = run.allowance();
        var imageBytes = run.hasVision() ? allowance.imageBytesLeft() : 0;
        var text = ResultText.of(result, allowance.budgets().resultBytesMax(), imageBytes);
        allowance.tookImages(text.imageBytes());
        if (text.isCut()) {
            account.met("result_bytes_max");
        }
        end(job, result.isError() ? "tool_error" : null, text.text(), text.images(), took);
        account.memory().hold(2 * text.imageBytes());
    }

    private void failed(Job job, ToolFailure.Kind kind, String message, Duration took) throws InterruptedException {
        if (kind == ToolFailure.Kind.UNAVAILABLE) {
            account.effects().didNotHappen(job.tool());
        }
        var text = "error: " + ToolSpecs.clean(message) + ". " + hint(kind);
        end(job, word(kind), text, List.of(), took);
    }

    private static String word(ToolFailure.Kind kind) {
        return switch (kind) {
            case PROTOCOL -> "protocol";
            case TIMEOUT -> "timeout";
            case UNAVAILABLE -> "unavailable";
            case LOST -> "lost";
            case TOO_LARGE -> "too_large";
        };
    }

    private static String hint(ToolFailure.Kind kind) {
        return switch (kind) {
            case PROTOCOL -> "Correct the call, or go on without it.";
            case TIMEOUT -> "The call was cancelled, but it may have had its effect: check before you repeat it.";
            case UNAVAILABLE -> "It was not called; go on without it, or try again later.";
            case LOST -> "Whether it had its effect is not known: check before you repeat it.";
            case TOO_LARGE -> "Ask for less, such as a smaller range.";
        };
    }

    private void end(Job job, @Nullable String error, String text, List<ObjectNode> images, Duration took)
            throws InterruptedException {
        running.remove(job.index());
        run.allowance().ended(identity(job.call(), job.arguments()), text);
        answers.put(job.index(), new Answer(job.call().id(), text, images));
        told(job.index(), job.call(), job.tool().server(), job.tool().name(), error, text, took);
        observe(job.tool(), error, (int) Utf8.length(text), took);
        account.memory().hold(text);
    }

    private void refuse(int index, ToolCall call, Tool tool, String error, String why) throws InterruptedException {
        var text = "error: " + why;
        answers.put(index, new Answer(call.id(), text, List.of()));
        told(index, call, tool.server(), tool.name(), error, text, Duration.ZERO);
        observe(tool, error, (int) Utf8.length(text), Duration.ZERO);
        account.memory().hold(text);
    }

    private void unknown(int index, ToolCall call) throws InterruptedException {
        var name = Excerpt.of(call.name());
        var text = "error: there is no tool \"" + name + "\"" + closest(name);
        answers.put(index, new Answer(call.id(), text, List.of()));
        told(index, call, "", "", "unknown_tool", text, Duration.ZERO);
        account.toolEnded("", "", "unknown_tool", (int) Utf8.length(text), Duration.ZERO);
        account.memory().hold(text);
    }

    private String closest(String name) {
        var all = run.tools().names().all();
        var near = Nearest.to(name, all, CLOSEST_MAX);
        var shown = near.isEmpty() ? all.stream().sorted().limit(NAMES_MAX).toList() : near;
        return (near.isEmpty() ? "; there are: " : "; did you mean one of: ") + String.join(", ", shown);
    }

    private void told(
            int index, ToolCall call, String server, String tool, @Nullable String error, String text, Duration took)
            throws InterruptedException {
        var bytes = (int) Utf8.length(text);
        account.trace().tool(round, index, server, tool, error, bytes, took);
        run.transcript()
                .pass(new Event.ToolEnded(round, call.id(), server, tool, error == null ? null : text, bytes, took));
        var name = tool.isEmpty() ? Excerpt.of(call.name()) : server + "." + tool;
        run.tell(error == null ? name + " answered after " + took.toMillis() + " ms" : name + " failed: " + error);
    }

    private void observe(Tool tool, @Nullable String error, int resultBytes, Duration took) {
        account.toolEnded(run.tools().metricName(tool.server()), tool.name(), error, resultBytes, took);
    }

    private static String name(Tool tool) {
        return tool.server() + "." + tool.name();
    }
}
