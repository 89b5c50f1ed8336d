package dev.forebay.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.chat.Event;
import dev.forebay.chat.Event.ToolCallDelta;
import dev.forebay.chat.Sink;
import dev.forebay.chat.ToolCall;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Hears one round: words go on to the client as they come, and so do calls of the client's own tools, numbered from 0
 * and under ids that are unique everywhere, since engines give the same ones again and again. Calls of our tools are
 * held back.
 */
final class RoundSink implements Sink {
    private final Transcript transcript;
    private final RunMemory.Share memory;
    private final ToolNames names;
    private final Supplier<String> ids;
    private final boolean firstCallOnly;
    private final boolean withTools;
    private final TreeMap<Integer, Piece> pieces = new TreeMap<>();
    private int shown;

    /** What has come of one call. */
    private static final class Piece {
        private final StringBuilder held = new StringBuilder();
        private @Nullable ObjectNode extras;
        private @Nullable String name;
        private @Nullable String shownId;
        private int shownIndex;
    }

    /**
     * @param firstCallOnly true if the client forbade parallel calls, which engines do not keep
     * @param withTools false if no tool was offered, so that a call is a mistake of the engine
     */
    RoundSink(
            Transcript transcript,
            RunMemory.Share memory,
            ToolNames names,
            Supplier<String> ids,
            boolean firstCallOnly,
            boolean withTools) {
        this.transcript = transcript;
        this.memory = memory;
        this.names = names;
        this.ids = ids;
        this.firstCallOnly = firstCallOnly;
        this.withTools = withTools;
    }

    @Override
    public void emit(Event event) throws InterruptedException {
        hold(event);
        switch (event) {
            case Event.Text text -> transcript.text(text);
            case Event.Reasoning reasoning -> transcript.reasoning(reasoning);
            case ToolCallDelta delta -> delta(delta);
            case Event.Other other -> transcript.pass(other);
            case Event.RoundStarted _, Event.RoundEnded _ -> {}
            case Event.ToolStarted started -> transcript.pass(started);
            case Event.ToolProgress progress -> transcript.pass(progress);
            case Event.ToolEnded ended -> transcript.pass(ended);
        }
    }

    /** The model keeps what it emits: for its completion, which stays in the run's history. */
    private void hold(Event event) {
        switch (event) {
            case Event.Text text -> hold(text.text(), text.choice());
            case Event.Reasoning reasoning -> hold(reasoning.text(), null);
            case ToolCallDelta delta -> hold(delta.arguments(), delta.extras());
            case Event.Other other -> hold("", other.delta());
            case Event.RoundStarted _,
                    Event.RoundEnded _,
                    Event.ToolStarted _,
                    Event.ToolProgress _,
                    Event.ToolEnded _ -> {}
        }
    }

    private void hold(String text, @Nullable ObjectNode others) {
        memory.hold(text);
        if (others != null && !others.isEmpty()) {
            memory.hold(others.toString());
        }
    }

    @Override
    public void flush() throws InterruptedException {
        transcript.flush();
    }

    private void delta(ToolCallDelta delta) throws InterruptedException {
        var isFirst = pieces.isEmpty() || pieces.firstKey() == delta.index();
        var piece = pieces.computeIfAbsent(delta.index(), _ -> new Piece());
        if (piece.shownId != null) {
            if (!delta.arguments().isEmpty() || delta.extras() != null) {
                transcript.pass(new ToolCallDelta(piece.shownIndex, null, null, delta.arguments(), delta.extras()));
            }
            return;
        }
        if (piece.name == null) {
            piece.name = delta.name();
            piece.held.append(delta.arguments());
            piece.extras = delta.extras();
            if (piece.name != null && withTools && names.isClients(piece.name) && (isFirst || !firstCallOnly)) {
                show(piece, piece.name, piece.held.toString(), piece.extras);
            }
        }
    }

    private void show(Piece piece, String name, String arguments, @Nullable ObjectNode extras)
            throws InterruptedException {
        piece.shownId = ids.get();
        piece.shownIndex = shown++;
        transcript.pass(new ToolCallDelta(piece.shownIndex, piece.shownId, name, arguments, extras));
    }

    /** The round's calls, sorted out; those of the client that it was not shown yet are shown now. */
    List<Asked> asked(List<ToolCall> calls) throws InterruptedException {
        if (!withTools) {
            return List.of();
        }
        var seen = new HashSet<String>();
        var byOrder = new ArrayList<>(pieces.values());
        var asked = new ArrayList<Asked>();
        for (var i = 0; i < calls.size() && (i == 0 || !firstCallOnly); i++) {
            var call = calls.get(i);
            var id = !call.id().isBlank() && seen.add(call.id()) ? call.id() : ids.get();
            var named = call.withId(id);
            var ours = names.ours(call.name());
            if (ours.isPresent()) {
                asked.add(new Asked.Ours(named, ours.get()));
            } else if (names.isClients(call.name())) {
                var piece =
                        i < byOrder.size() && call.name().equals(byOrder.get(i).name) ? byOrder.get(i) : new Piece();
                if (piece.shownId == null) {
                    show(piece, call.name(), call.arguments(), call.extras());
                }
                asked.add(new Asked.Clients(named, call.withId(String.valueOf(piece.shownId))));
            } else {
                asked.add(new Asked.Unknown(named));
            }
        }
        return asked;
    }
}
