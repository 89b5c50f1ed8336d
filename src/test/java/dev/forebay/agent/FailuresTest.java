package dev.forebay.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.agent.Tools.ToolFailure;
import dev.forebay.agent.Tools.ToolFailure.Kind;
import dev.forebay.chat.Event;
import dev.forebay.chat.ModelFailure;
import dev.forebay.chat.RetryAdvice;
import dev.forebay.chat.Sink;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Tools that fail, models that fail after tools have run, clients that go. */
class FailuresTest {
    @Test
    void tellsTheModelWhatHappenedAndWhatToDoNext() {
        assertTrue(told(Kind.PROTOCOL).contains("error: it broke. Correct the call"));
        assertTrue(told(Kind.TIMEOUT).contains("may have had its effect"));
        assertTrue(told(Kind.UNAVAILABLE).contains("It was not called"));
        assertTrue(told(Kind.LOST).contains("Whether it had its effect is not known"));
        assertTrue(told(Kind.TOO_LARGE).contains("Ask for less"));
    }

    @Test
    void callsTheKindOfFailureByAWordOfAClosedSet() {
        for (var kind : Kind.values()) {
            var agents = failing(kind, Reply.says("ok"));
            agents.ask("{}");
            assertEquals(
                    kind.name().toLowerCase(Locale.ROOT),
                    agents.toolEnds.getFirst().error());
        }
    }

    @Test
    void goesOnAfterAnErrorOfTheToolsOwn() {
        var tools = new ScriptedTools()
                .with(
                        "notes",
                        "write",
                        (_, _) ->
                                new Tools.Result(List.of(new Tools.Content.Text("disk full")), Optional.empty(), true));
        var agents = agents(tools, Reply.calls("write", "{}"), Reply.says("sorry"));
        var ran = agents.ask("{}");
        assertEquals("disk full", agents.lastMessage(2).path("content").asText());
        assertEquals(
                "tool_error", ran.trace().path("tools").path(0).path("error").asText());
        assertEquals("disk full", ran.all(Event.ToolEnded.class).getFirst().error());
    }

    @Test
    void survivesAToolboxThatThrowsWhatItShouldNot() {
        var tools = new ScriptedTools().with("notes", "write", (_, _) -> {
            throw new IllegalStateException("bug");
        });
        var agents = agents(tools, Reply.calls("write", "{}"), Reply.says("sorry"));
        assertEquals("sorry", agents.ask("{}").text());
        assertFalse(agents.lastMessage(2).path("content").asText().contains("bug"));
    }

    @Test
    void neverCallsAToolWithArgumentsThatItsSchemaRefuses() {
        var agents = Agents.of(Reply.calls("add", "{\"a\":\"x\",\"b\":1}"), Reply.says("sorry"));
        agents.ask("{}");
        assertEquals(List.of(), agents.tools.called);
        assertEquals(
                "error: at /a: expected integer, got \"x\". The tool was not called; correct the arguments and call it again.",
                agents.lastMessage(2).path("content").asText());
        assertEquals("invalid_arguments", agents.toolEnds.getFirst().error());
    }

    @Test
    void turnsWhatClientsSendAgainIntoWhatTheyDoNotOnceAToolHadEffects() {
        for (var failure : List.of(
                new ModelFailure.Broken("cut", null),
                new ModelFailure.TimedOut("slow"),
                new ModelFailure.NoCapacity("none", Duration.ofSeconds(1)),
                new ModelFailure.Overloaded("full", Duration.ofSeconds(1)),
                new ModelFailure.ShuttingDown(),
                new ModelFailure.Refused(500, "{}", RetryAdvice.NONE),
                new ModelFailure.Refused(429, "{}", RetryAdvice.NONE),
                // Which LangChain for JavaScript sends again.
                new ModelFailure.Refused(422, "{}", RetryAdvice.NONE),
                // Which the client gets as a 502.
                new ModelFailure.Refused(401, "{}", RetryAdvice.NONE),
                // Which OpenAI's libraries send again, whatever the status is.
                new ModelFailure.Refused(400, "{}", new RetryAdvice(Optional.empty(), Optional.of(true))))) {
            var agents = Agents.of(Reply.calls("write", "{}"), failing(failure));
            var after = assertThrows(ModelFailure.AfterEffects.class, () -> agents.ask("{}"));
            assertEquals(failure, after.getCause());
            assertTrue(String.valueOf(after.getMessage()).contains("notes.write"));
            assertEquals("after_effects", agents.runEnds.getFirst().error());
        }
    }

    @Test
    void turnsABugIntoWhatClientsDoNotSendAgainToo() {
        var agents = Agents.of(Reply.calls("write", "{}"), (_, _, _) -> {
            throw new IllegalStateException("bug");
        });
        assertThrows(ModelFailure.AfterEffects.class, () -> agents.ask("{}"));
    }

    @Test
    void leavesFailuresAsTheyAreBeforeAnyEffect() {
        var broken = new ModelFailure.Broken("cut", null);
        assertEquals(
                broken,
                assertThrows(
                        ModelFailure.Broken.class,
                        () -> Agents.of(failing(broken)).ask("{}")));
        var readOnly = Agents.of(Reply.calls("add", "{\"a\":1,\"b\":1}"), failing(broken));
        assertEquals(broken, assertThrows(ModelFailure.Broken.class, () -> readOnly.ask("{}")));
        var notReached = failing(Kind.UNAVAILABLE, failing(broken));
        assertEquals(broken, assertThrows(ModelFailure.Broken.class, () -> notReached.ask("{}")));
    }

    @Test
    void countsALostCallAsAnEffect() {
        var agents = failing(Kind.LOST, failing(new ModelFailure.Broken("cut", null)));
        assertThrows(ModelFailure.AfterEffects.class, () -> agents.ask("{}"));
    }

    @Test
    void leavesARefusalThatClientsDoNotSendAgainAsItIs() {
        var refused = new ModelFailure.Refused(400, "{\"error\":{}}", RetryAdvice.NONE);
        var agents = Agents.of(Reply.calls("write", "{}"), failing(refused));
        assertEquals(refused, assertThrows(ModelFailure.Refused.class, () -> agents.ask("{}")));
    }

    @Test
    void cancelsTheToolsOfAClientThatHasGone() throws Exception {
        var started = new CountDownLatch(2);
        var cancelled = new CountDownLatch(2);
        var threads = new CopyOnWriteArrayList<Thread>();
        var tools = new ScriptedTools().with("calc", "slow", (_, _) -> {
            threads.add(Thread.currentThread());
            started.countDown();
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                cancelled.countDown();
                throw e;
            }
            return ScriptedTools.text("never");
        });
        var agents = agents(tools, Reply.calls("slow", "{}").andCalls("slow", "{\"n\":2}"));
        var ended = new CompletableFuture<Throwable>();
        var run = Thread.ofVirtual().start(() -> {
            try {
                agents.run("{}", Agents.ANN, Sink.IGNORE);
            } catch (InterruptedException | RuntimeException e) {
                ended.complete(e);
            }
        });
        assertTrue(started.await(20, TimeUnit.SECONDS));
        run.interrupt();
        assertInstanceOf(InterruptedException.class, ended.get(20, TimeUnit.SECONDS));
        assertTrue(cancelled.await(20, TimeUnit.SECONDS));
        for (var thread : threads) {
            assertTrue(thread.join(Duration.ofSeconds(20)));
        }
        assertEquals(
                List.of("cancelled", "cancelled"),
                agents.toolEnds.stream().map(RunObserver.ToolEnd::error).toList());
        assertEquals("client_gone", agents.runEnds.getFirst().error());
        assertEquals("error", agents.runEnds.getFirst().stopReason());
    }

    @Test
    void cancelsTheToolsIfTheClientCanNoLongerBeTold() {
        var cancelled = new CountDownLatch(1);
        var tools = new ScriptedTools().with("calc", "slow", (_, progress) -> {
            progress.report(1, null, null);
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                cancelled.countDown();
                throw e;
            }
            return ScriptedTools.text("never");
        });
        var agents = agents(tools, Reply.calls("slow", "{}"));
        assertThrows(
                InterruptedException.class,
                () -> agents.run("{}", Agents.ANN, event -> {
                    if (event instanceof Event.ToolProgress) {
                        throw new InterruptedException("gone");
                    }
                }));
        assertEquals(0, cancelled.getCount());
    }

    @Test
    void passesAnInterruptionOfTheModelOn() {
        var agents = Agents.of((_, _, _) -> {
            throw new InterruptedException();
        });
        assertThrows(InterruptedException.class, () -> agents.run("{}", Agents.ANN, Sink.IGNORE));
        assertEquals("client_gone", agents.runEnds.getFirst().error());
    }

    @Test
    void tellsOfProgressAndOfEachToolsBeginningAndEnd() {
        var tools = new ScriptedTools().with("calc", "slow", (_, progress) -> {
            progress.report(0.5, 1.0, "half");
            return ScriptedTools.text("ok");
        });
        var ran = agents(tools, Reply.calls("slow", "{}"), Reply.says("ok")).ask("{}");
        assertEquals(
                new Event.ToolStarted(1, "up_0", "calc", "slow", "{}"),
                ran.all(Event.ToolStarted.class).getFirst());
        assertEquals(
                new Event.ToolProgress("up_0", 0.5, 1.0, "half"),
                ran.all(Event.ToolProgress.class).getFirst());
        assertEquals(2, ran.all(Event.ToolEnded.class).getFirst().resultBytes());
    }

    @Test
    void emitsEveryEventOnTheRunsOwnThread() throws Exception {
        var other = new AtomicReference<Thread>();
        var tools = new ScriptedTools().with("calc", "slow", (_, progress) -> {
            progress.report(1, null, null);
            return ScriptedTools.text("ok");
        });
        var run = Thread.currentThread();
        agents(tools, Reply.calls("slow", "{}"), Reply.says("ok")).run("{}", Agents.ANN, _ -> {
            if (!Thread.currentThread().equals(run)) {
                other.set(Thread.currentThread());
            }
        });
        assertEquals(null, other.get());
    }

    @Test
    void tellsTheObserverOnceOfEveryRunWhateverBecomesOfIt() {
        var refused = Agents.of(Reply.says("hi"));
        refused.refusedParam("{'n':3}");
        assertEquals(1, refused.runEnds.size());
        assertEquals("bad_request", refused.runEnds.getFirst().error());
        var well = Agents.of(Reply.calls("add", "{\"a\":1,\"b\":1}"), Reply.says("2"));
        well.ask("{}");
        assertEquals(1, well.runEnds.size());
        var end = well.runEnds.getFirst();
        assertEquals(2, end.rounds());
        assertEquals(1, end.toolCalls());
        assertEquals("stop", end.stopReason());
        assertEquals(null, end.error());
        assertEquals(24, end.usage().total());
        assertNotNull(end.took());
    }

    private static String told(Kind kind) {
        var agents = failing(kind, Reply.says("ok"));
        agents.ask("{}");
        return agents.lastMessage(2).path("content").asText();
    }

    private static Agents failing(Kind kind, ScriptedModel.Step then) {
        var tools = new ScriptedTools().with("notes", "write", (_, _) -> {
            throw new ToolFailure(kind, "it broke", null);
        });
        return agents(tools, Reply.calls("write", "{}"), then);
    }

    private static ScriptedModel.Step failing(RuntimeException failure) {
        return (_, _, _) -> {
            throw failure;
        };
    }

    private static Agents agents(ScriptedTools tools, ScriptedModel.Step... steps) {
        return Agents.of(tools, Agents.settings(Budgets.DEFAULT, Trace.METADATA), steps);
    }
}
