package dev.forebay.demo;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.demo.Clauses.Clause;
import dev.forebay.demo.Conversation.Done;
import dev.forebay.demo.Plan.Call;
import java.time.LocalDate;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Plans tool calls by rules. The plan is made anew from the user's message each time: what has been answered since is
 * recognised by name and arguments, so no call is made twice, and the next clauses find the results of the earlier ones.
 */
final class Planner {
    private static final int TOOLS_MAX = 512;
    private static final int CALLS_MAX = 16;
    private static final int DONE_MAX = 32;
    private static final double ENOUGH = 2;
    private static final double BY_FORM_ALONE = 3;
    private static final double BY_FORM_AND_WORD = 2;
    private static final double BY_DESCRIPTION = 1.9;

    private record Candidate(Tool tool, Match.Score score, Filled.Arguments arguments) {
        double points() {
            return score.points() + arguments.evidence();
        }
    }

    /** What one clause comes to. */
    sealed interface Step {
        record Calls(List<Call> calls, boolean follows, String why) implements Step {}

        record Waits() implements Step {}

        record Unmet() implements Step {}
    }

    private final List<Tool> tools;
    private final Match match;
    private final LocalDate today;

    Planner(List<Tool> tools, LocalDate today) {
        this.tools = tools.subList(0, Math.min(tools.size(), TOOLS_MAX));
        this.match = new Match(this.tools);
        this.today = today;
    }

    Plan plan(Conversation chat, ToolChoice choice, boolean parallel) {
        return switch (choice) {
            case ToolChoice.None _ -> new Plan(List.of(), List.of(), List.of("I must not call tools."));
            case ToolChoice.Named named -> forced(List.of(named.tool()), chat);
            case ToolChoice.Auto _ -> free(chat, parallel);
            case ToolChoice.Required _ -> {
                var plan = free(chat, parallel);
                yield plan.calls().isEmpty() ? forced(tools, chat) : plan;
            }
        };
    }

    private Plan free(Conversation chat, boolean parallel) {
        var draft = new Draft(chat.done());
        if (chat.done().size() < DONE_MAX && !tools.isEmpty()) {
            for (var clause : clauses(chat.user())) {
                if (clause.after() && draft.hasCalls()) {
                    draft.think("\"%s\" comes after that.".formatted(brief(clause.text())));
                    break;
                }
                draft.add(clause.text(), step(clause.text(), draft.earlier()));
            }
        }
        return draft.plan(parallel ? CALLS_MAX : 1);
    }

    private List<Clause> clauses(String user) {
        var verbs = new LinkedHashSet<String>();
        tools.forEach(tool -> tool.nameWords().stream().findFirst().ifPresent(verbs::add));
        return Clauses.of(user, verbs);
    }

    private Step step(String clause, Earlier earlier) {
        var said = Said.of(clause, earlier, today);
        Optional<Candidate> best = Optional.empty();
        var waiting = 0.0;
        for (var tool : tools) {
            var score = match.score(tool, said);
            if (!mayCall(tool, score)) {
                continue;
            }
            switch (Filler.fill(tool, said)) {
                case Filled.Arguments arguments -> {
                    var candidate = new Candidate(tool, score, arguments);
                    if (isEnough(candidate) && best.map(Candidate::points).orElse(0.0) < candidate.points()) {
                        best = Optional.of(candidate);
                    }
                }
                case Filled.Waits _ -> waiting = Math.max(waiting, score.named().isEmpty() ? 0 : score.points());
                case Filled.Missing _ -> {}
            }
        }
        if (waiting > best.map(Candidate::points).orElse(0.0)) {
            return new Step.Waits();
        }
        return best.map(candidate -> called(clause, candidate)).orElseGet(Step.Unmet::new);
    }

    private static Step called(String clause, Candidate candidate) {
        var name = candidate.tool().name();
        var calls = candidate.arguments().calls().stream()
                .map(arguments -> new Call(name, arguments))
                .toList();
        var words = candidate.score().reasons();
        return new Step.Calls(
                calls,
                candidate.arguments().follows(),
                "\"%s\" fits the tool %s%s."
                        .formatted(brief(clause), name, words.isEmpty() ? "" : " by " + String.join(", ", words)));
    }

    /** What changes something is only called if the clause names both the deed and its object. */
    private static boolean mayCall(Tool tool, Match.Score score) {
        return tool.changingVerbs().isEmpty() || Match.coverage(tool, score.named()) > 0.99 || score.points() > 9;
    }

    private static boolean isEnough(Candidate candidate) {
        var score = candidate.score();
        return (!score.named().isEmpty() && candidate.points() >= ENOUGH)
                || candidate.arguments().evidence() >= (score.reasons().isEmpty() ? BY_FORM_ALONE : BY_FORM_AND_WORD)
                || (score.reasons().size() >= 2 && score.points() >= BY_DESCRIPTION);
    }

    /** A call that must be made: the best fit that can be filled, else one with made-up arguments that fit its schema. */
    private Plan forced(List<Tool> from, Conversation chat) {
        var earlier = chat.done().isEmpty() ? Earlier.NONE : earlier(chat.done().getLast());
        var said = Said.of(chat.user(), earlier, today);
        var sorted = from.stream()
                .sorted(Comparator.comparingDouble(
                                (Tool tool) -> match.score(tool, said).points())
                        .reversed())
                .toList();
        var best = sorted.getFirst();
        var filled = sorted.stream()
                .flatMap(tool -> Filler.fill(tool, said) instanceof Filled.Arguments found
                        ? found.calls().stream().map(arguments -> new Call(tool.name(), arguments))
                        : Stream.empty());
        var madeUp = sorted.stream().map(tool -> new Call(tool.name(), madeUp(tool)));
        var call = Stream.concat(filled, madeUp)
                .filter(one -> find(chat.done(), one).isEmpty())
                .findFirst()
                .orElseGet(() -> new Call(best.name(), madeUp(best)));
        return new Plan(List.of(call), List.of(), List.of("A call is required, so I make the one that fits best."));
    }

    private static ObjectNode madeUp(Tool tool) {
        try {
            return new SchemaFiller(tool.schema(), SchemaFiller.Hints.NONE).fill() instanceof ObjectNode object
                    ? object
                    : JsonNodeFactory.instance.objectNode();
        } catch (SchemaFiller.Unfillable _) {
            return JsonNodeFactory.instance.objectNode();
        }
    }

    private static Earlier earlier(Done done) {
        return new Earlier(
                done.failed() ? Optional.empty() : Optional.of(done.result()), JsonNodeFactory.instance.objectNode());
    }

    static Optional<Done> find(List<Done> done, Call call) {
        return done.stream()
                .filter(one -> one.name().equals(call.name()) && Json.same(one.arguments(), call.arguments()))
                .findFirst();
    }

    static String brief(String clause) {
        return Answers.shortened(clause, 60);
    }
}
