package dev.forebay.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The other endpoints, and errors of all. */
class EndpointsTest {
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

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\0', textBlock = """
            POST | /v1/chat/completions | {"messages":                                        | 400 |
            POST | /v1/chat/completions | []                                                  | 400 |
            POST | /v1/chat/completions | {}                                                  | 400 | messages
            POST | /v1/chat/completions | {"messages":[{"role":"king","content":"x"}]}        | 400 | messages
            POST | /v1/chat/completions | {"messages":[{"role":"user"}],"n":0}                | 400 | n
            POST | /v1/chat/completions | {"messages":[{"role":"user"}],"max_tokens":"many"}  | 400 | max_tokens
            POST | /v1/chat/completions | {"messages":[{"role":"user"}],"temperature":9}      | 400 | temperature
            POST | /v1/chat/completions | {"messages":[{"role":"user"}],"stream_options":{}}  | 400 | stream_options
            POST | /v1/chat/completions | {"messages":[{"role":"user"}],"tool_choice":"required"} | 400 | tool_choice
            POST | /v1/chat/completions | {"messages":[{"role":"user"}],"response_format":{"type":"json_schema","json_schema":{"schema":{"not":{}}}}} | 400 | response_format
            POST | /v1/embeddings       | {"input":""}                                        | 400 | input
            POST | /v1/completions      | {"prompt":7}                                        | 400 | prompt
            GET  | /v1/nothing          |                                                     | 404 |
            GET  | /v1/models/gpt       |                                                     | 404 | model
            GET  | /v1/chat/completions |                                                     | 405 |
            DELETE | /v1/models         |                                                     | 405 |
            """)
    void errorsHaveTheShapeOfOpenAI(String method, String path, String body, int status, String param)
            throws Exception {
        var answer = client.send(method, path, body == null ? "" : body);
        assertEquals(status, answer.statusCode(), answer.body());
        var error = new ObjectMapper().readTree(answer.body()).path("error");
        assertFalse(error.path("message").asText().isEmpty());
        assertEquals("invalid_request_error", error.path("type").asText());
        assertEquals(param == null ? "null" : param, error.path("param").asText());
    }

    @Test
    void listsItsModelAndItsHealth() throws Exception {
        var list =
                new ObjectMapper().readTree(client.send("GET", "/v1/models", "").body());
        assertEquals("list", list.path("object").asText());
        assertEquals("demo", list.at("/data/0/id").asText());
        assertEquals(200, client.send("GET", "/v1/models/demo", "").statusCode());
        assertEquals("{\"status\":\"ok\"}", client.send("GET", "/health", "").body());
    }

    @Test
    void completesPromptsOfEveryShape() throws Exception {
        var two =
                client.post("/v1/completions", "{\"model\":\"demo\",\"prompt\":[\"say a b\",\"say c\"],\"echo\":true}");
        assertEquals("say a ba b", two.at("/choices/0/text").asText());
        assertEquals("say cc", two.at("/choices/1/text").asText());
        assertEquals("text_completion", two.path("object").asText());
        assertEquals(5, two.at("/usage/prompt_tokens").asInt());
        var tokens = client.post("/v1/completions", "{\"prompt\":[1,2,3],\"max_tokens\":2}");
        assertEquals(3, tokens.at("/usage/prompt_tokens").asInt());
        assertEquals("length", tokens.at("/choices/0/finish_reason").asText());
        var chunks = client.stream(
                "/v1/completions",
                "{\"prompt\":\"say a b c\",\"stream\":true,\"stream_options\":{\"include_usage\":true}}");
        assertEquals(
                "a b c",
                String.join(
                        "",
                        chunks.stream()
                                .map(chunk -> chunk.at("/choices/0/text").asText())
                                .toList()));
        assertEquals(3, chunks.getLast().at("/usage/completion_tokens").asInt());
    }
}
