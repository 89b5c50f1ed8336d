package dev.forebay.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.agent.ToolBatch.Job;
import dev.forebay.agent.ToolBatch.Signal;
import dev.forebay.agent.Tools.ToolFailure.Kind;
import dev.forebay.chat.ToolCall;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ToolBatchTest {
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final List<Signal> signals = new ArrayList<>();

    @Test
    void givesUpOnACallThatDoesNotKeepToItsTimeAndInterruptsIt() throws Exception {
        run(Duration.ofMillis(100), (_, _) -> {
            threads.add(Thread.currentThread());
            new CountDownLatch(1).await();
            return ScriptedTools.text("never");
        });
        assertEquals(
                Kind.TIMEOUT,
                assertInstanceOf(Signal.Failed.class, signals.getLast()).kind());
        assertTrue(threads.getFirst().join(Duration.ofSeconds(20)));
    }

    @Test
    void doesNotStartACallWhoseTimeIsOver() throws Exception {
        run(Duration.ZERO, (_, _) -> ScriptedTools.text("never"));
        assertInstanceOf(Signal.NotStarted.class, signals.getLast());
    }

    @Test
    void hearsOfTheEndOfACallThatWasInterruptedByOthers() throws Exception {
        run(Duration.ofSeconds(20), (_, _) -> {
            throw new InterruptedException("not by us");
        });
        assertEquals(
                Kind.LOST,
                assertInstanceOf(Signal.Failed.class, signals.getLast()).kind());
    }

    @Test
    void hearsOfTheEndOfACallThatDiedOfAnError() throws Exception {
        run(Duration.ofSeconds(20), (_, _) -> {
            throw new StackOverflowError();
        });
        assertEquals(
                Kind.LOST,
                assertInstanceOf(Signal.Failed.class, signals.getLast()).kind());
    }

    private void run(Duration left, ScriptedTools.Behaviour behaviour) throws InterruptedException {
        var tools = new ScriptedTools().with("calc", "slow", behaviour);
        var source = new Tools.Source("calc", "calc", Set.of(), Map.of(), null);
        var toolbox = tools.open(List.of(source), Agents.ANN);
        var job = new Job(
                0,
                new ToolCall("id", "slow", "{}"),
                toolbox.tools().getFirst(),
                (ObjectNode) ScriptedTools.json("{}"),
                Duration.ofSeconds(60),
                Duration.ofSeconds(60));
        new ToolBatch(toolbox, 8, System::nanoTime, left, Duration.ofMillis(100)).run(List.of(job), signals::add);
    }
}
