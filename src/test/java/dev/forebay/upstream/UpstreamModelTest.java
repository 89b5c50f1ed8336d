package dev.forebay.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.access.Caller;
import dev.forebay.chat.Call;
import dev.forebay.chat.ChatRequest;
import dev.forebay.chat.Completion;
import dev.forebay.chat.Event;
import dev.forebay.chat.ModelFailure;
import dev.forebay.chat.RetryAdvice;
import dev.forebay.chat.Sink;
import dev.forebay.chat.ToolCall;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Model turns of the agent lane, from the engine's bytes to events and a completion. */
class UpstreamModelTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    /** A run on its own virtual thread, with what it emitted. */
    private static final class Run implements Sink {
        final List<Event> events = new CopyOnWriteArrayList<>();
        final CompletableFuture<Completion> end = new CompletableFuture<>();
        final CompletableFuture<Event> first = new CompletableFuture<>();
        final AtomicInteger flushes = new AtomicInteger();
        Thread thread;

        @Override
        public void emit(Event event) throws InterruptedException {
            events.add(event);
            first.complete(event);
        }

        @Override
        public void flush() {
            flushes.incrementAndGet();
        }

        Completion completion() {
            return FakeUpstream.await(end);
        }

        <T extends Throwable> T failure(Class<T> kind) {
            var thrown = assertThrows(ExecutionException.class, () -> end.get(20, TimeUnit.SECONDS));
            return assertInstanceOf(kind, thrown.getCause());
        }
    }

    @Test
    void emitsTextAsItComesAndPutsItTogether() {
        with(Answers.streamingHello(), turns -> {
            var run = run(turns);
            var completion = run.completion();
            assertEquals(List.of(new Event.Text("hel", null), new Event.Text("lo", null)), run.events);
            assertEquals(
                    "{\"role\":\"assistant\",\"content\":\"hello\"}",
                    completion.message().toString());
            assertEquals("stop", completion.finishReason());
            assertEquals(ExchangeTest.USAGE, completion.usage());
            assertTrue(completion.toolCalls().isEmpty());
            assertTrue(run.flushes.get() > 0);
        });
    }

    @Test
    void asksForAStreamWithUsageUnderTheReplicasName() throws Exception {
        try (var fake = FakeUpstream.answering(Answers.streamingHello());
                var turns = Turns.over(fake)) {
            var request = "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"stream\":false,"
                    + "\"stream_options\":{\"continuous\":1,\"include_usage\":false},\"x_forebay\":{},\"mcp_servers\":[],\"seed\":12345678901234567890}";
            run(turns, new UpstreamModel("m", turns.upstream, () -> "id"), request)
                    .completion();
            var sent = fake.awaitRequest();
            assertEquals(
                    JSON.readTree(
                            "{\"model\":\"theirs\",\"stream\":true,\"stream_options\":{\"continuous\":1,\"include_usage\":true},"
                                    + "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}],\"seed\":12345678901234567890}"),
                    JSON.readTree(sent.text()));
            assertEquals("req", sent.header("x-request-id"));
            assertEquals("00-trace-01", sent.header("traceparent"));
            assertEquals(3, turns.awaitEnded().turn().round());
        }
    }

    @Test
    void sendsNoStreamOptionsToEnginesThatRefuseThem() throws Exception {
        try (var fake = FakeUpstream.answering(Answers.streaming(Answers.text("hello"), Answers.finish("stop")));
                var turns = new Turns(Turns.TIMEOUTS, Turns.pool(0, false, fake), 10)) {
            run(turns, new UpstreamModel("m", turns.upstream, () -> "id"), "{\"stream_options\":{}}")
                    .completion();
            assertEquals(
                    JSON.readTree("{\"model\":\"theirs\",\"stream\":true}"),
                    JSON.readTree(fake.awaitRequest().text()));
        }
    }

    @Test
    void joinsCharactersThatTheEngineCutInTwo() {
        var script = Answers.streaming(
                Answers.chunk("{\"reasoning\":\"a\\ud83d\"}"),
                Answers.text("b\\ud83d"),
                Answers.text("\\ude00c\\ud83d"),
                call(0, "c0", "add", "\\ud83d"),
                call(0, null, null, "\\ude00\\ude00"),
                Answers.finish("tool_calls"));
        with(script, turns -> {
            var run = run(turns);
            var completion = run.completion();
            assertEquals(
                    "b\ud83d\ude00c\ufffd", completion.message().path("content").asText());
            assertEquals(List.of(new ToolCall("c0", "add", "\ud83d\ude00\ufffd")), completion.toolCalls());
            assertEquals(
                    List.of(
                            new Event.Reasoning("a", "reasoning"),
                            new Event.Text("b", null),
                            new Event.Text("\ud83d\ude00c", null),
                            new Event.ToolCallDelta(0, "c0", "add", ""),
                            new Event.ToolCallDelta(0, null, null, "\ud83d\ude00\ufffd"),
                            new Event.Reasoning("\ufffd", "reasoning"),
                            new Event.Text("\ufffd", null)),
                    run.events);
        });
    }

    @Test
    void putsTextBehindThePartsOfAList() {
        var script = Answers.streaming(
                Answers.chunk("{\"content\":[{\"type\":\"thinking\"}]}"),
                Answers.text("s"),
                Answers.text("o"),
                Answers.finish("stop"));
        with(
                script,
                turns -> assertEquals(
                        "[{\"type\":\"thinking\"},{\"type\":\"text\",\"text\":\"so\"}]",
                        run(turns).completion().message().path("content").toString()));
    }

    @Test
    void keepsReasoningUnderTheEnginesName() {
        var script = Answers.streaming(
                Answers.chunk("{\"role\":\"assistant\",\"content\":\"\",\"reasoning\":\"let \"}"),
                Answers.chunk("{\"reasoning\":\"me\",\"reasoning_content\":null}"),
                Answers.text("so"),
                Answers.finish("stop"));
        with(script, turns -> {
            var run = run(turns);
            var message = run.completion().message();
            assertEquals("let me", message.path("reasoning").asText());
            assertEquals("so", message.path("content").asText());
            assertEquals(new Event.Reasoning("let ", "reasoning"), run.events.getFirst());
        });
    }

    @Test
    void passesOnWhatItDoesNotKnow() throws Exception {
        var script = Answers.streaming(
                "{\"system_fingerprint\":\"fp\",\"choices\":[{\"index\":0,\"delta\":{\"refusal\":\"I \",\"x\":{\"a\":[1]}},\"logprobs\":{\"content\":[1]}}]}",
                "{\"system_fingerprint\":\"fp\",\"choices\":[{\"index\":0,\"delta\":{\"refusal\":\"can't\",\"x\":{\"a\":[2]}},\"logprobs\":{\"content\":[2]}}]}",
                "{\"timings\":{\"ms\":3},\"choices\":[{\"index\":0,\"delta\":{},\"finish_reason\":\"content_filter\",\"stop_reason\":null}]}");
        with(script, turns -> {
            var run = run(turns);
            var completion = run.completion();
            assertEquals(
                    JSON.readTree(
                            "{\"role\":\"assistant\",\"content\":null,\"refusal\":\"I can't\",\"x\":{\"a\":[1,2]}}"),
                    completion.message());
            assertEquals(JSON.readTree("{\"logprobs\":{\"content\":[1,2]}}"), completion.choice());
            assertEquals(JSON.readTree("{\"system_fingerprint\":\"fp\",\"timings\":{\"ms\":3}}"), completion.extras());
            assertEquals("content_filter", completion.finishReason());
            assertEquals(
                    2, run.events.stream().filter(e -> e instanceof Event.Other).count());
        });
    }

    @Test
    void givesIdAndNameOnceHoweverOftenTheEngineRepeatsThem() {
        var script = Answers.streaming(
                call(0, "c0", "add", "{\\\"a\\\":"),
                call(0, "c0", "add", "1}"),
                call(1, "c1", "mul", ""),
                call(1, "", null, "{}"),
                Answers.finish("tool_calls"));
        with(script, turns -> {
            var run = run(turns);
            assertEquals(
                    List.of(new ToolCall("c0", "add", "{\"a\":1}"), new ToolCall("c1", "mul", "{}")),
                    run.completion().toolCalls());
            assertEquals(
                    List.of(
                            new Event.ToolCallDelta(0, "c0", "add", "{\"a\":"),
                            new Event.ToolCallDelta(0, null, null, "1}"),
                            new Event.ToolCallDelta(1, "c1", "mul", ""),
                            new Event.ToolCallDelta(1, null, null, "{}")),
                    run.events);
        });
    }

    @Test
    void tellsCallsApartWithoutAnIndexAndUnderTheSame() {
        with(
                Answers.streaming(
                        call(null, "c0", "add", "{}"),
                        call(null, "c1", "mul", "{"),
                        call(null, null, null, "}"),
                        Answers.finish("stop")),
                turns -> assertEquals(
                        List.of(new ToolCall("c0", "add", "{}"), new ToolCall("c1", "mul", "{}")),
                        run(turns).completion().toolCalls()));
        with(
                Answers.streaming(
                        call(0, "c0", "add", "{}"),
                        call(0, "c1", "mul", "{"),
                        call(0, null, null, "}"),
                        Answers.finish("stop")),
                turns -> assertEquals(
                        List.of(new ToolCall("c0", "add", "{}"), new ToolCall("c1", "mul", "{}")),
                        run(turns).completion().toolCalls()));
    }

    @Test
    void makesUpAnIdWhereTheEngineHasNone() {
        with(
                Answers.streaming(
                        Answers.chunk("{\"tool_calls\":[{\"function\":{\"name\":\"add\",\"arguments\":{\"a\":1}}},"
                                + "{\"function\":{\"name\":\"add\",\"arguments\":null}}]}"),
                        Answers.finish("stop")),
                turns -> {
                    var completion = run(turns).completion();
                    assertEquals(
                            List.of(new ToolCall("id1", "add", "{\"a\":1}"), new ToolCall("id2", "add", "")),
                            completion.toolCalls());
                    assertEquals("tool_calls", completion.finishReason());
                });
    }

    @Test
    void keepsWhatACallHoldsBesideItsNameAndArguments() {
        var signed = "{\"index\":0,\"id\":\"c0\",\"type\":\"function\",\"extra_content\":{\"google\":"
                + "{\"thought_signature\":\"c2ln\"}},\"function\":{\"name\":\"add\",\"arguments\":\"{\","
                + "\"provider_specific_fields\":{\"x\":1}}}";
        var rest = "{\"index\":0,\"late\":true,\"extra_content\":{\"google\":{\"thought_signature\":\"c2ln\"}},"
                + "\"function\":{\"arguments\":\"}\"}}";
        with(
                Answers.streaming(
                        Answers.chunk("{\"tool_calls\":[" + signed + "]}"),
                        Answers.chunk("{\"tool_calls\":[" + rest + "]}"),
                        Answers.finish("tool_calls")),
                turns -> {
                    var run = run(turns);
                    var call = run.completion().toolCalls().getFirst();
                    assertEquals("{}", call.arguments());
                    assertEquals(
                            "{\"id\":\"c0\",\"type\":\"function\",\"function\":{\"name\":\"add\",\"arguments\":\"{}\","
                                    + "\"provider_specific_fields\":{\"x\":1}},"
                                    + "\"extra_content\":{\"google\":{\"thought_signature\":\"c2ln\"}},\"late\":true}",
                            call.toJson().toString());
                    var first = (Event.ToolCallDelta) run.events.getFirst();
                    assertEquals(
                            "c2ln",
                            Objects.requireNonNull(first.extras())
                                    .at("/extra_content/google/thought_signature")
                                    .asText());
                    var second = (Event.ToolCallDelta) run.events.getLast();
                    assertTrue(
                            Objects.requireNonNull(second.extras()).path("late").asBoolean());
                });
    }

    @Test
    void takesTheOldFormOfACallForACall() {
        with(
                Answers.streaming(
                        Answers.chunk("{\"function_call\":{\"name\":\"add\",\"arguments\":\"{\"}}"),
                        Answers.chunk("{\"function_call\":{\"arguments\":\"}\"}}"),
                        Answers.finish("function_call")),
                turns -> {
                    var completion = run(turns).completion();
                    assertEquals(List.of(new ToolCall("id1", "add", "{}")), completion.toolCalls());
                    assertEquals("tool_calls", completion.finishReason());
                    assertNull(completion.message().get("function_call"));
                });
    }

    @Test
    void correctsAFinishThatContradictsTheAnswer() {
        assertEquals("tool_calls", finish(call(0, "c", "add", "{}"), "[DONE]"));
        assertEquals("length", finish(call(0, "c", "add", "{"), Answers.finish("length")));
        assertEquals("stop", finish(Answers.text("a"), Answers.finish("tool_calls")));
        assertEquals("stop", finish(Answers.text("a"), "[DONE]"));
        assertEquals("weary", finish(Answers.text("a"), Answers.finish("weary")));
    }

    @Test
    void hearsTheFirstOfSeveralChoices() {
        with(
                Answers.streaming(
                        "{\"choices\":[{\"index\":1,\"delta\":{\"content\":\"no\"},\"finish_reason\":\"length\"}]}",
                        "{\"choices\":[{\"delta\":{\"content\":\"yes\"}}]}",
                        Answers.finish("stop")),
                turns -> {
                    var completion = run(turns).completion();
                    assertEquals("yes", completion.message().path("content").asText());
                    assertEquals("stop", completion.finishReason());
                });
    }

    @Test
    void aBrokenChunkIsAFailureAndResetsTheConnection() {
        var fake = FakeUpstream.answering(peer -> {
            peer.streamHead().event(Answers.text("a")).event("{\"choices\":[{\"delta\":{\"content\":\"b\"}]}");
            peer.stall();
        });
        try (fake;
                var turns = Turns.over(fake)) {
            var run = run(turns);
            run.failure(ModelFailure.Broken.class);
            assertEquals(1, run.events.size());
            fake.awaitRequest().awaitGone();
            assertEquals("upstream_broken", turns.awaitEnded().outcome().error());
        }
    }

    @Test
    void aCutStreamIsAFailureAfterItsEvents() {
        with(
                peer -> {
                    peer.streamHead().event(Answers.text("a"));
                    peer.close();
                },
                turns -> {
                    var run = run(turns);
                    run.failure(ModelFailure.Broken.class);
                    assertEquals(List.of(new Event.Text("a", null)), run.events);
                });
    }

    @Test
    void aRefusalIsThrownAsItIs() {
        with(Answers.refusal(429, "{\"error\":{}}", "retry-after: 9", "x-should-retry: false"), turns -> {
            var failure = run(turns).failure(ModelFailure.Refused.class);
            assertEquals(new RetryAdvice(Optional.of(Duration.ofSeconds(9)), Optional.of(false)), failure.retry());
        });
    }

    @Test
    void anInterruptResetsTheConnectionBeforeItIsThrown() {
        var fake = FakeUpstream.answering(peer -> {
            peer.streamHead().event(Answers.text("a"));
            peer.stall();
        });
        try (fake;
                var turns = Turns.over(fake)) {
            var run = run(turns);
            FakeUpstream.await(run.first);
            run.thread.interrupt();
            run.failure(InterruptedException.class);
            assertEquals(0, turns.inFlight());
            assertEquals("client_gone", turns.ended.peek().outcome().error());
            fake.awaitRequest().awaitGone();
        }
    }

    @Test
    void anInterruptInTheQueueLeavesIt() {
        try (var fake = FakeUpstream.answering(Answers.silence());
                var turns = new Turns(Turns.TIMEOUTS, Turns.pool(1, true, fake), 10)) {
            var holder = turns.stream();
            fake.awaitRequest();
            var run = run(turns);
            Turns.until(() -> turns.live().queued() == 1);
            run.thread.interrupt();
            run.failure(InterruptedException.class);
            assertEquals(0, turns.live().queued());
            turns.cancel(holder);
        }
    }

    @Test
    void aSinkThatThrowsEndsTheTurn() {
        var fake = FakeUpstream.answering(peer -> {
            peer.streamHead().event(Answers.text("a"));
            peer.stall();
        });
        try (fake;
                var turns = Turns.over(fake)) {
            var thrown = new CompletableFuture<Throwable>();
            Thread.ofVirtual().start(() -> {
                try {
                    new UpstreamModel("m", turns.upstream, () -> "id").run(request("{}"), call(), _ -> {
                        throw new IllegalStateException("a mistake");
                    });
                } catch (Throwable e) {
                    thrown.complete(e);
                }
            });
            assertInstanceOf(IllegalStateException.class, FakeUpstream.await(thrown));
            fake.awaitRequest().awaitGone();
            assertEquals(0, turns.inFlight());
        }
    }

    @Test
    void aSinkThatBlocksPausesTheReplica() {
        var sent = new AtomicLong();
        var words = "x".repeat(10_000);
        var count = 4_000;
        FakeUpstream.Script script = peer -> {
            peer.streamHead();
            for (var i = 0; i < count; i++) {
                peer.event(Answers.text(words));
                sent.incrementAndGet();
            }
            peer.event(Answers.finish("stop")).event("[DONE]").endChunks();
        };
        with(script, turns -> {
            var go = new CountDownLatch(1);
            var end = new CompletableFuture<Completion>();
            Thread.ofVirtual().start(() -> {
                try {
                    end.complete(new UpstreamModel("m", turns.upstream, () -> "id")
                            .run(request("{}"), call(), _ -> go.await()));
                } catch (Throwable e) {
                    end.completeExceptionally(e);
                }
            });
            long before;
            do {
                before = sent.get();
                Thread.sleep(200);
            } while (before == 0 || before != sent.get());
            assertTrue(before < count * 3 / 4, "sent " + before);
            go.countDown();
            var text = FakeUpstream.await(end).message().path("content").asText();
            assertEquals(count * words.length(), text.length());
        });
    }

    private interface Steps {
        void run(Turns turns) throws Exception;
    }

    private static void with(FakeUpstream.Script script, Steps steps) {
        try (var fake = FakeUpstream.answering(script);
                var turns = Turns.over(fake)) {
            steps.run(turns);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String finish(String event, String last) {
        try (var fake = FakeUpstream.answering(
                        last.equals("[DONE]") ? Answers.streaming(event) : Answers.streaming(event, last));
                var turns = Turns.over(fake)) {
            return run(turns).completion().finishReason();
        }
    }

    private static Run run(Turns turns) {
        var ids = new AtomicInteger();
        return run(turns, new UpstreamModel("m", turns.upstream, () -> "id" + ids.incrementAndGet()), "{}");
    }

    private static Run run(Turns turns, UpstreamModel model, String request) {
        var run = new Run();
        run.thread = Thread.ofVirtual().start(() -> {
            try {
                run.end.complete(model.run(request(request), call(), run));
            } catch (Throwable e) {
                run.end.completeExceptionally(e);
            }
        });
        return run;
    }

    private static ChatRequest request(String json) throws Exception {
        return new ChatRequest((ObjectNode) JSON.readTree(json));
    }

    private static Call call() {
        var caller = new Caller("k", "u", Set.of());
        return new Call("req", "00-trace-01", caller, Instant.now().plusSeconds(60)).inRound(3);
    }

    private static String call(Integer index, String id, String name, String arguments) {
        return Answers.chunk("{\"tool_calls\":[{" + (index == null ? "" : "\"index\":" + index + ",")
                + (id == null ? "" : "\"id\":\"" + id + "\",") + "\"type\":\"function\",\"function\":{"
                + (name == null ? "" : "\"name\":\"" + name + "\",") + "\"arguments\":\"" + arguments + "\"}}]}");
    }
}
