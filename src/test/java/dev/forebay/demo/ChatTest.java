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

/** Chat completions without tools. */
class ChatTest {
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
    void saysWhatItIsWhenGreetedAndWhenItUnderstandsNothing() throws Exception {
        for (var message : List.of("hello", "Who are you?", "Tell me a joke")) {
            var answer = client.chat(user(message, ""));
            var text = answer.at("/choices/0/message/content").asText();
            assertTrue(text.contains("rule-based demo") && text.contains("base_url"), text);
            assertEquals("stop", answer.at("/choices/0/finish_reason").asText());
        }
    }

    @Test
    void aWholeAnswerHasTheShapeThatClientsExpect() throws Exception {
        var answer = client.chat(user("say one two three", ""));
        assertEquals("one two three", answer.at("/choices/0/message/content").asText());
        assertEquals("chat.completion", answer.path("object").asText());
        assertEquals("my-model", answer.path("model").asText());
        assertEquals(1_795_564_800, answer.path("created").asLong());
        assertTrue(answer.path("id").asText().startsWith("chatcmpl-"));
        assertTrue(answer.path("system_fingerprint").asText().contains("demo"));
        assertEquals(3, answer.at("/usage/completion_tokens").asInt());
        assertEquals(8, answer.at("/usage/prompt_tokens").asInt());
        assertEquals(11, answer.at("/usage/total_tokens").asInt());
        assertTrue(answer.at("/usage/prompt_tokens_details/cached_tokens").isInt());
        assertEquals(
                0,
                answer.at("/usage/completion_tokens_details/reasoning_tokens").asInt(-1));
    }

    @Test
    void aStreamGivesTheSameTextTokenByToken() throws Exception {
        var chunks = client.stream(CHAT, user("count to 30", ",\"stream\":true"));
        assertEquals("assistant", chunks.getFirst().at("/choices/0/delta/role").asText());
        assertEquals("stop", chunks.getLast().at("/choices/0/finish_reason").asText());
        assertEquals(32, chunks.size());
        assertTrue(joined(chunks, "content").endsWith("28 29 30"));
        assertFalse(chunks.getFirst().has("usage"));
        assertEquals(
                1,
                chunks.stream()
                        .map(chunk -> chunk.path("id").asText())
                        .distinct()
                        .count());
    }

    @Test
    void usageComesLastInAStreamThatAskedForIt() throws Exception {
        var chunks =
                client.stream(CHAT, user("say hi", ",\"stream\":true,\"stream_options\":{\"include_usage\":true}"));
        assertEquals(0, chunks.getLast().path("choices").size());
        assertEquals(1, chunks.getLast().at("/usage/completion_tokens").asInt());
        assertTrue(chunks.getFirst().path("usage").isNull());
        assertTrue(chunks.stream().allMatch(chunk -> chunk.path("choices").isArray()));
    }

    @Test
    void stopEndsTheTextBeforeIt() throws Exception {
        assertEquals(
                "1 2 ",
                client.chat(user("count to 9", ",\"stop\":[\"zzz\",\"3\"]"))
                        .at("/choices/0/message/content")
                        .asText());
    }

    @Test
    void severalChoicesTakeTurnsBeginningWithTheFirst() throws Exception {
        var chunks = client.stream(CHAT, user("say a b", ",\"n\":2,\"stream\":true"));
        assertEquals(
                List.of(0, 1, 0, 1, 0, 1, 0, 1),
                chunks.stream()
                        .map(chunk -> chunk.at("/choices/0/index").asInt())
                        .toList());
        assertEquals(2, client.chat(user("say a b", ",\"n\":2")).path("choices").size());
    }

    @Test
    void answersInTheFormAskedFor() throws Exception {
        var json = client.chat(user("say hi", ",\"response_format\":{\"type\":\"json_object\"}"));
        assertEquals(
                "{\"answer\":\"hi\"}", json.at("/choices/0/message/content").asText());
        var schema = client.chat(
                user(
                        "A trip to Lisbon",
                        ",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"t\",\"strict\":true,\"schema\":{\"type\":\"object\",\"required\":[\"city\",\"days\"],\"properties\":{\"city\":{\"type\":\"string\"},\"days\":{\"type\":\"integer\",\"minimum\":2}}}}}"));
        assertEquals(
                "{\"city\":\"Lisbon\",\"days\":2}",
                schema.at("/choices/0/message/content").asText());
    }

    private static String joined(List<JsonNode> chunks, String member) {
        return String.join(
                "",
                chunks.stream()
                        .map(chunk -> chunk.at("/choices/0/delta/" + member).asText(""))
                        .toList());
    }
}
