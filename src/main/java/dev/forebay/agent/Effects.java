package dev.forebay.agent;

import dev.forebay.agent.Tools.Tool;
import dev.forebay.chat.ModelFailure;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The tools with side effects that a run has called. Once there is one, the request must not be sent again as it stands:
 * a failure that client libraries answer by sending again is turned into one that they do not.
 */
final class Effects {
    private static final int NAMES_MAX = 5;
    /** By no client library that we know of; 401 and 403 of a model server are not among them, as clients get a 502. */
    private static final Set<Integer> NEVER_SENT_AGAIN = Set.of(400, 402, 404, 405, 406, 407, 413);

    private final Map<String, Integer> calls = new LinkedHashMap<>();

    void mayHappen(Tool tool) {
        if (!tool.readOnly()) {
            calls.merge(name(tool), 1, Integer::sum);
        }
    }

    /** The call never reached its server. */
    void didNotHappen(Tool tool) {
        calls.computeIfPresent(name(tool), (_, count) -> count > 1 ? count - 1 : null);
    }

    RuntimeException after(RuntimeException failure) {
        if (calls.isEmpty() || (failure instanceof ModelFailure known && !isSentAgain(known))) {
            return failure;
        }
        var names = calls.keySet().stream().limit(NAMES_MAX).collect(Collectors.joining(", "));
        var why = failure instanceof ModelFailure ? failure.getMessage() : "an error inside the gateway";
        return new ModelFailure.AfterEffects(
                "the answer failed (" + why + ") after tools that may have side effects had run (" + names
                        + (calls.size() > NAMES_MAX ? ", ..." : "")
                        + "); sending the request again would run them again",
                failure);
    }

    private static boolean isSentAgain(ModelFailure failure) {
        return switch (failure) {
            case ModelFailure.BadRequest _, ModelFailure.UnknownModel _, ModelFailure.AfterEffects _ -> false;
            case ModelFailure.Refused r ->
                !NEVER_SENT_AGAIN.contains(r.status()) || r.retry().should().orElse(false);
            case ModelFailure.Overloaded _,
                    ModelFailure.NoCapacity _,
                    ModelFailure.Broken _,
                    ModelFailure.TimedOut _,
                    ModelFailure.ShuttingDown _ -> true;
        };
    }

    private static String name(Tool tool) {
        return tool.server() + "." + tool.name();
    }
}
