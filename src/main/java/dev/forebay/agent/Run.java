package dev.forebay.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.agent.ToolRound.Answer;
import dev.forebay.chat.Call;
import dev.forebay.chat.ChatRequest;
import dev.forebay.chat.Completion;
import dev.forebay.chat.Event;
import dev.forebay.chat.Sink;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * One request to an agentic model, from its tools to its answer. All state of the request is here and goes with it: what
 * a run does not hold, no other run can see.
 */
final class Run {
    private final AgenticModelClass agent;
    private final Account account;
    private final AgentRequest request;
    private final Call call;
    private final Discovery tools;
    private final ToolChoice choice;
    private final History history;
    private final Allowance allowance;
    private final Transcript transcript;
    private final ContextWindow window;
    private final ObjectNode choiceMembers = JsonNodeFactory.instance.objectNode();

    private Run(
            AgenticModelClass agent,
            Account account,
            AgentRequest request,
            Call call,
            Discovery tools,
            Allowance allowance,
            Sink sink) {
        this.agent = agent;
        this.account = account;
        this.request = request;
        this.call = call;
        this.tools = tools;
        this.choice = ToolChoice.read(request.toolChoice(), tools.names());
        this.history = History.of(request.messages(), call.caller(), agent.continuations());
        this.allowance = allowance;
        this.transcript = new Transcript(sink);
        this.window = new ContextWindow(request.budgets().contextTokensMax());
    }

    /** Reads the request and finds its tools; the time that this takes counts as the run's. */
    static Run open(AgenticModelClass agent, Account account, ChatRequest json, Call call, Sink sink)
            throws InterruptedException {
        var request = AgentRequest.read(json, agent.settings());
        var allowance = new Allowance(request.budgets(), agent.clock(), call.deadline());
        var tools = Discovery.of(agent.tools(), request, call.caller());
        var run = new Run(agent, account, request, call, tools, allowance, sink);
        account.trace().unavailable(tools.unavailable());
        account.trace().resumed(run.history);
        return run;
    }

    Completion answer() throws InterruptedException {
        for (var round = 1; ; round++) {
            // The first round always runs: without it there is nothing to end with.
            var spent = round == 1
                    ? Optional.<String>empty()
                    : allowance.spent(round - 1, account.usage().total());
            if (spent.isPresent()) {
                return lastAnswer(round, spent.get());
            }
            var turn = turn(round, tools.offered(request.clientTools()), "");
            if (round == 1 && choice.isForced() && turn.asked().isEmpty()) {
                account.trace().toolChoiceUnanswered();
            }
            var end = turn.endWithoutTools(choice.isNone());
            if (end.isPresent()) {
                return complete(turn, end.get());
            }
            var answers = new ToolRound(this, round).answer(turn);
            if (!turn.clientCalls().isEmpty()) {
                park(turn, answers);
                return complete(turn, turn.withClientCalls());
            }
            remember(round, turn, answers);
        }
    }

    /** One call of the model below. */
    private Turn turn(int round, List<JsonNode> offered, String note) throws InterruptedException {
        if (window.fit(history, offered, round)) {
            account.met("context_tokens_max");
        }
        var json = request.round(history.messages(note), offered, choice.in(round));
        var bytes = window.weigh(json.json());
        var sink = new RoundSink(
                transcript, account.memory(), tools.names(), agent.ids(), !request.parallel(), !offered.isEmpty());
        var started = agent.nanos().getAsLong();
        transcript.roundStarted(round);
        var completion = agent.upstream().run(json, call.inRound(round), sink);
        var took = Duration.ofNanos(agent.nanos().getAsLong() - started);
        transcript.roundEnded(completion.message());
        window.learn(bytes, completion.usage());
        account.round(round, completion.finishReason(), completion.usage(), took);
        Choices.merge(choiceMembers, completion.choice());
        var turn = Turn.of(completion, sink.asked(completion.toolCalls()));
        transcript.pass(new Event.RoundEnded(round, completion.finishReason(), completion.usage(), took));
        return turn;
    }

    /**
     * A budget is spent: one more call without tools, so that the client gets an answer. Tools are left out and not only
     * forbidden, since some engines do not know {@code tool_choice}.
     */
    private Completion lastAnswer(int round, String budget) throws InterruptedException {
        var turn = turn(
                round,
                List.of(),
                "[No more tools can be called: " + budget
                        + " is reached. Answer now from what is known, and say what is missing.]");
        account.met(budget);
        var finish = turn.completion().finishReason();
        return complete(turn, new Turn.End(budget, finish.equals("content_filter") ? finish : "length", List.of()));
    }

    private void remember(int round, Turn turn, List<Answer> answers) {
        history.add(ToolMessages.assistant(turn.completion().message(), turn.calls()), round);
        answers.forEach(answer -> history.add(ToolMessages.result(answer.callId(), answer.text()), round));
        images(answers).ifPresent(message -> history.add(message, round));
    }

    private static Optional<ObjectNode> images(List<Answer> answers) {
        var parts = answers.stream().flatMap(answer -> answer.images().stream()).toList();
        return parts.isEmpty() ? Optional.empty() : Optional.of(ToolMessages.images(parts));
    }

    /** Keeps what the client does not see of this turn until it comes back with the results of its own tools. */
    private void park(Turn turn, List<Answer> answers) {
        var results = answers.stream().collect(Collectors.toMap(Answer::callId, Function.identity()));
        var calls = turn.asked().stream()
                .map(asked -> {
                    var id = asked.call().id();
                    var result = results.get(id);
                    return new ParkedTurn.Parked(
                            id,
                            asked instanceof Asked.Clients clients
                                    ? clients.shown().id()
                                    : null,
                            result == null ? null : ToolMessages.result(id, result.text()));
                })
                .toList();
        var before = new ArrayList<>(history.added());
        before.add(ToolMessages.assistant(turn.completion().message(), turn.calls()));
        var parked = new ParkedTurn(
                before,
                calls,
                images(answers).<List<JsonNode>>map(List::of).orElse(List.of()),
                history.earlier().plus(account.spent()));
        agent.continuations().park(call.caller(), parked.shownIds(), parked.toText());
    }

    private Completion complete(Turn turn, Turn.End end) {
        account.stopped(end.stopReason());
        var last = turn.completion();
        var extras = last.extras().deepCopy();
        if (request.trace() != Trace.OFF) {
            extras.set("x_forebay", account.toJson());
        }
        return new Completion(
                transcript.message(last.message()),
                end.calls(),
                end.finishReason(),
                account.usage(),
                choiceMembers,
                extras);
    }

    /** Tells the client what tools do, where it is to be told while it happens. */
    void tell(String activity) throws InterruptedException {
        if (request.trace() == Trace.REASONING) {
            var line = ToolSpecs.clean(activity);
            account.memory().hold(line);
            transcript.activity(line);
        }
    }

    ToolBatch batch() {
        return new ToolBatch(
                tools.toolbox(), request.budgets().parallelMax(), agent.nanos(), allowance.left(), ToolBatch.GRACE);
    }

    /** True if the request asks for less time than the model gives its tools, which then holds for every tool. */
    boolean lowersToolTimeout() {
        return request.budgets().toolTimeoutSeconds()
                < agent.settings().budgets().toolTimeoutSeconds();
    }

    boolean hasVision() {
        return agent.settings().vision();
    }

    Arguments arguments() {
        return agent.arguments();
    }

    Discovery tools() {
        return tools;
    }

    Allowance allowance() {
        return allowance;
    }

    Account account() {
        return account;
    }

    Transcript transcript() {
        return transcript;
    }
}
