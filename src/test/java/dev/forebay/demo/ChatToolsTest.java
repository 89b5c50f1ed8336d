package dev.forebay.demo;

import static dev.forebay.demo.Demo.CHAT;
import static dev.forebay.demo.Demo.user;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Chat completions with tools. */
class ChatToolsTest {
    private static final String CLOCK_TOOL = """
            {"type":"function","function":{"name":"current_time","description":"Tells the time","parameters":{"type":"object","properties":{"timezone":{"type":"string"}},"required":["timezone"]}}}""";
    private static final String SUM_TOOL = """
            {"type":"function","function":{"name":"add","description":"Adds two numbers","parameters":{"type":"object","properties":{"a":{"type":"number"},"b":{"type":"number"}},"required":["a","b"]}}}""";
    private static Demo demo;
    private static DemoClient client;

    @BeforeAll
    static void start() {
        demo = new Demo(Demo.FAST);
        client = demo.client;
    }

    @AfterAll
    static void stop() {
        demo.close();
    }

    @Test
    void parallelCallsStreamByIndex() throws Exception {
        var chunks = client.stream(
                CHAT,
                user(
                        "What time is it in Tokyo and add 3 and 4",
                        ",\"stream\":true,\"tools\":[" + CLOCK_TOOL + "," + SUM_TOOL + "]"));
        var calls = chunks.stream()
                .flatMap(chunk -> chunk.at("/choices/0/delta/tool_calls").valueStream())
                .toList();
        var first = calls.getFirst();
        assertEquals(0, first.path("index").asInt());
        assertEquals("function", first.path("type").asText());
        assertTrue(first.path("id").asText().startsWith("call_"));
        assertEquals("current_time", first.at("/function/name").asText());
        assertEquals("", first.at("/function/arguments").asText());
        assertFalse(calls.get(1).has("id"));
        assertEquals("{\"timezone\":\"Asia/Tokyo\"}", arguments(calls, 0));
        assertEquals("{\"a\":3,\"b\":4}", arguments(calls, 1));
        assertTrue(chunks.getFirst().at("/choices/0/delta/content").isNull());
        assertEquals(
                "tool_calls", chunks.getLast().at("/choices/0/finish_reason").asText());
    }

    @Test
    void toolResultsBecomeAnAnswerThatTellsErrorsToo() throws Exception {
        var answer = client.chat("""
                {"model":"demo","tools":[%s,%s],"messages":[{"role":"user","content":"What time is it in Tokyo and add 3 and 4"},
                {"role":"assistant","content":null,"tool_calls":[
                 {"id":"x","type":"function","function":{"name":"current_time","arguments":"{\\"timezone\\":\\"Asia/Tokyo\\"}"}},
                 {"id":"y","type":"function","function":{"name":"add","arguments":"{\\"a\\":3,\\"b\\":4}"}}]},
                {"role":"tool","tool_call_id":"y","content":"Error: no more numbers"},
                {"role":"tool","tool_call_id":"x","content":[{"type":"text","text":"{\\"time\\":\\"09:00\\"}"}]}]}""".formatted(CLOCK_TOOL, SUM_TOOL));
        assertEquals(
                "current_time (timezone: Asia/Tokyo) answered: time: 09:00\nadd (a: 3, b: 4) failed: Error: no more numbers",
                answer.at("/choices/0/message/content").asText());
    }

    @Test
    void toolChoiceIsKept() throws Exception {
        var tools = ",\"tools\":[" + CLOCK_TOOL + "," + SUM_TOOL + "],\"tool_choice\":";
        var none = client.chat(user("add 3 and 4", tools + "\"none\""));
        assertTrue(none.at("/choices/0/message/content").isTextual());
        assertFalse(none.at("/choices/0/message").has("tool_calls"));
        var required = client.chat(user("hello", tools + "\"required\""));
        assertEquals("tool_calls", required.at("/choices/0/finish_reason").asText());
        var named = client.chat(user("3 and 4", tools + "{\"type\":\"function\",\"function\":{\"name\":\"add\"}}"));
        assertEquals(
                "{\"a\":3,\"b\":4}",
                named.at("/choices/0/message/tool_calls/0/function/arguments").asText());
        var allowed = client.chat(
                user(
                        "What time is it in Tokyo and add 3 and 4",
                        tools
                                + "{\"type\":\"allowed_tools\",\"allowed_tools\":{\"mode\":\"auto\",\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"add\"}}]}}"));
        assertEquals(1, allowed.at("/choices/0/message/tool_calls").size());
    }

    @Test
    void parallelToolCallsFalseGivesOneCall() throws Exception {
        var answer = client.chat(user(
                "What time is it in Tokyo and add 3 and 4",
                ",\"parallel_tool_calls\":false,\"tools\":[" + CLOCK_TOOL + "," + SUM_TOOL + "]"));
        assertEquals(1, answer.at("/choices/0/message/tool_calls").size());
    }

    @Test
    void maxTokensCutsTextAndCallsAlike() throws Exception {
        var text = client.chat(user("count to 30", ",\"max_tokens\":4"));
        assertEquals("1 2 3 4", text.at("/choices/0/message/content").asText());
        assertEquals("length", text.at("/choices/0/finish_reason").asText());
        assertEquals(4, text.at("/usage/completion_tokens").asInt());
        var call = client.chat(user("add 3 and 4", ",\"max_completion_tokens\":3,\"tools\":[" + SUM_TOOL + "]"));
        assertEquals("length", call.at("/choices/0/finish_reason").asText());
        assertEquals(
                "{\"",
                call.at("/choices/0/message/tool_calls/0/function/arguments").asText());
    }

    @Test
    void reasoningComesWhenAskedForAndIsCounted() throws Exception {
        var chunks = client.stream(
                CHAT,
                user("add 3 and 4", ",\"stream\":true,\"reasoning_effort\":\"medium\",\"tools\":[" + SUM_TOOL + "]"));
        assertTrue(joined(chunks, "reasoning_content").contains("fits the tool add"));
        var whole = client.chat(user("say hi", ",\"reasoning_effort\":\"low\""));
        assertTrue(whole.at("/choices/0/message/reasoning_content").asText().startsWith("I go by rules."));
        var usage = whole.path("usage");
        assertEquals(
                usage.path("completion_tokens").asInt() - 1,
                usage.at("/completion_tokens_details/reasoning_tokens").asInt());
        assertFalse(client.chat(user("say hi", "")).at("/choices/0/message").has("reasoning_content"));
    }

    private static String joined(List<JsonNode> chunks, String member) {
        return String.join(
                "",
                chunks.stream()
                        .map(chunk -> chunk.at("/choices/0/delta/" + member).asText(""))
                        .toList());
    }

    private static String arguments(List<JsonNode> calls, int index) {
        return String.join(
                "",
                calls.stream()
                        .filter(call -> call.path("index").asInt() == index)
                        .map(call -> call.at("/function/arguments").asText())
                        .toList());
    }
}
