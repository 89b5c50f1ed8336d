package dev.forebay.agent;

import dev.forebay.chat.Call;
import dev.forebay.chat.ChatRequest;
import dev.forebay.chat.Completion;
import dev.forebay.chat.Model;
import dev.forebay.chat.Sink;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A model that plays its steps in order, the last one for ever, and remembers what it was sent. */
final class ScriptedModel implements Model {
    private final List<Step> steps;
    private final AtomicInteger next = new AtomicInteger();
    final List<ChatRequest> requests = new CopyOnWriteArrayList<>();
    final List<Call> calls = new CopyOnWriteArrayList<>();

    @FunctionalInterface
    interface Step {
        Completion play(ChatRequest request, Call call, Sink sink) throws InterruptedException;
    }

    ScriptedModel(Step... steps) {
        this.steps = List.of(steps);
    }

    @Override
    public Completion run(ChatRequest request, Call call, Sink sink) throws InterruptedException {
        requests.add(request.copy());
        calls.add(call);
        return steps.get(Math.min(next.getAndIncrement(), steps.size() - 1)).play(request, call, sink);
    }
}
