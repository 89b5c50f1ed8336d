package dev.forebay.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.chat.ModelFailure;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What all runs together keep of answers and results. Here they may keep a MiB, which is half a million characters. */
class RunMemoryTest {
    private static final String MUCH = "x".repeat(300_000);
    private static final String TOO_MUCH = MUCH + MUCH;

    private static ScriptedModel.Step answer(String kind) {
        return switch (kind) {
            case "text" -> Reply.says(TOO_MUCH);
            case "reasoning" -> Reply.says("").thinking(TOO_MUCH);
            case "arguments" -> Reply.calls("add", "{\"a\":\"" + TOO_MUCH + "\"}");
            default -> throw new AssertionError(kind);
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "reasoning", "arguments"})
    void anAnswerThatIsTooMuchEndsItsRunAndIsForgotten(String kind) {
        var agents = Agents.of(answer(kind), Reply.says("fine"));
        var failure = assertThrows(ModelFailure.Overloaded.class, () -> agents.ask("{}"));
        assertEquals("run_memory", failure.code());
        assertTrue(failure.getMessage().contains("runs.memory_bytes_max"), failure::getMessage);
        assertEquals("overloaded", agents.runEnds.getLast().error());
        assertEquals(0, agents.memory.heldBytes());
        assertEquals("fine", agents.ask("{}").text());
        assertEquals(0, agents.memory.heldBytes());
    }

    @Test
    void answersAndResultsOfAllRoundsCount() {
        var tools = new ScriptedTools().with("calc", "read", (_, _) -> ScriptedTools.text("r".repeat(20_000)));
        var settings = new AgentSettings(Agents.servers("calc"), Budgets.DEFAULT, Trace.OFF, false, 16);
        var memory = new CompletableFuture<RunMemory>();
        var held = new CompletableFuture<Long>();
        var agents = Agents.of(tools, settings, Reply.calls("read", "{}").saying(MUCH), (request, call, sink) -> {
            held.complete(memory.join().heldBytes());
            return Reply.says("ok").play(request, call, sink);
        });
        memory.complete(agents.memory);
        assertEquals(MUCH + "\n\nok", agents.ask("{}").text());
        assertEquals(2L * (MUCH.length() + "{}".length() + 20_000), held.join());
        assertEquals(0, agents.memory.heldBytes());
    }

    @Test
    void runsShareIt() throws Exception {
        var begun = new CountDownLatch(1);
        var goOn = new CountDownLatch(1);
        var agents = Agents.of(
                (request, call, sink) -> {
                    var completion = Reply.says(MUCH).play(request, call, sink);
                    begun.countDown();
                    goOn.await();
                    return completion;
                },
                Reply.says(MUCH),
                Reply.says(MUCH));
        var first = new CompletableFuture<String>();
        Thread.ofVirtual().start(() -> first.complete(agents.ask("{}").text()));
        begun.await();

        var second = assertThrows(ModelFailure.Overloaded.class, () -> agents.ask("{}"));
        assertEquals("run_memory", second.code());

        goOn.countDown();
        assertEquals(MUCH, first.get(20, TimeUnit.SECONDS));
        assertEquals(MUCH, agents.ask("{}").text());
        assertEquals(0, agents.memory.heldBytes());
    }
}
