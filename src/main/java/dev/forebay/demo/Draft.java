package dev.forebay.demo;

import dev.forebay.demo.Conversation.Done;
import dev.forebay.demo.Plan.Call;
import dev.forebay.demo.Planner.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A plan while the clauses of a message are gone through, in order. */
final class Draft {
    private final List<Done> done;
    private final List<Call> calls = new ArrayList<>();
    private final List<String> unmet = new ArrayList<>();
    private final List<String> thoughts = new ArrayList<>();
    private Earlier earlier = Earlier.NONE;

    Draft(List<Done> done) {
        this.done = done;
    }

    boolean hasCalls() {
        return !calls.isEmpty();
    }

    /** What the clause before the next one came to. */
    Earlier earlier() {
        return earlier;
    }

    void think(String thought) {
        thoughts.add(thought);
    }

    void add(String clause, Step step) {
        switch (step) {
            case Step.Calls chosen -> {
                think(chosen.why());
                if (!(chosen.follows() && hasCalls())) {
                    call(chosen.calls());
                }
            }
            case Step.Waits _ -> {
                think("\"%s\" needs a result that is not there yet.".formatted(Planner.brief(clause)));
                if (!hasCalls()) {
                    unmet.add(clause);
                }
            }
            case Step.Unmet _ -> {
                if (!Words.stems(clause).isEmpty()) {
                    unmet.add(clause);
                }
            }
        }
    }

    Plan plan(int callsMax) {
        return new Plan(calls.stream().limit(callsMax).toList(), unmet, thoughts);
    }

    /** What has been answered is not called again. */
    private void call(List<Call> chosen) {
        var results = new ArrayList<String>();
        for (var call : chosen) {
            var answered = Planner.find(done, call);
            answered.filter(one -> !one.failed()).ifPresent(one -> results.add(one.result()));
            if (answered.isEmpty() && !calls.contains(call)) {
                calls.add(call);
            }
        }
        var result = results.isEmpty() ? Optional.<String>empty() : Optional.of(String.join("\n", results));
        earlier = new Earlier(result, chosen.getFirst().arguments());
    }
}
