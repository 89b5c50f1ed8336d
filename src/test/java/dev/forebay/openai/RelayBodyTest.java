package dev.forebay.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.forebay.chat.ModelFailure.BadRequest;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RelayBodyTest {
    private final RequestScan.Scanner scanner = new RequestScan.Scanner(64, 1 << 20);

    @Test
    void leavesTheBodyAloneWhereNothingIsToBeChanged() {
        var body = Buffer.buffer("{\"model\":\"a\",\"seed\":12345678901234567890123,\"x\":[1e400,\"\\u00e9\"]}");

        var sent = new RelayBody(body, scanner.scan(body.getBytes())).forReplica("a", true);

        assertSame(body, sent);
    }

    @Test
    void replacesTheModelByTheReplicasNameForIt() {
        assertEquals(
                "{ \"messages\" : [], \"model\" : \"org/big \\\"one\\\"\" , \"n\":1.0 }",
                sent("{ \"messages\" : [], \"model\" : \"sm\\u0061ll\" , \"n\":1.0 }", "org/big \"one\"", true));
    }

    @Test
    void asksForUsageInEveryStream() {
        assertEquals(
                "{\"stream_options\":{\"include_usage\":true},\"model\":\"a\",\"stream\":true}",
                sent("{\"model\":\"a\",\"stream\":true}", "a", true));
        assertEquals(
                "{\"stream\":true,\"stream_options\":{\"include_usage\":true},\"model\":\"a\"}",
                sent("{\"stream\":true,\"stream_options\":null,\"model\":\"a\"}", "a", true));
        assertEquals(
                "{\"stream\":true,\"stream_options\":{\"include_usage\":true, \"x\":1},\"model\":\"a\"}",
                sent("{\"stream\":true,\"stream_options\":{ \"x\":1},\"model\":\"a\"}", "a", true));
        assertEquals(
                "{\"stream\":true,\"stream_options\":{\"include_usage\": true},\"model\":\"a\"}",
                sent("{\"stream\":true,\"stream_options\":{\"include_usage\": false},\"model\":\"a\"}", "a", true));
        assertEquals(
                "{\"stream\":true,\"stream_options\":{\"include_usage\":true},\"model\":\"a\"}",
                sent("{\"stream\":true,\"stream_options\":{},\"model\":\"a\"}", "a", true));
    }

    @Test
    void leavesStreamOptionsOutForEnginesThatRefuseThem() {
        assertEquals(
                "{\"model\":\"a\",\"stream\":true}",
                sent("{\"model\":\"a\",\"stream\":true , \"stream_options\": {\"include_usage\":true} }", "a", false)
                        .replaceAll("\\s", ""));
    }

    @Test
    void keepsWhatIsMeantForForebayToItself() throws Exception {
        for (var body : new String[] {
            "{\"x_forebay\":{\"trace\":\"off\"},\"model\":\"a\"}",
            "{\"model\":\"a\",\"x_forebay\":{}}",
            "{\"x_forebay\":{},\"stream_options\":null , \"stream\":true,\"model\":\"a\"}",
            "{\"model\":\"a\" , \"x_forebay\":{} , \"n\":1}",
            "{\"stream\":true,\"model\":\"a\",\"stream_options\":null,\"x_forebay\":1}"
        }) {
            var json = new ObjectMapper().readTree(sent(body, "b", false));
            assertEquals("b", json.path("model").asText(), body);
            assertEquals(false, json.has("x_forebay"), body);
        }
    }

    @Test
    void takesAListWithoutServersForNoWishAndKeepsItToItself() throws Exception {
        for (var none : new String[] {"[]", "[ ]", "null"}) {
            var body = "{\"mcp_servers\":" + none + " ,\"model\":\"a\",\"n\":1}";
            assertEquals(
                    false, scanner.scan(body.getBytes(StandardCharsets.UTF_8)).mcp(), none);
            var json = new ObjectMapper().readTree(sent(body, "b", true));
            assertEquals("{\"model\":\"b\",\"n\":1}", json.toString(), none);
        }
        for (var some : new String[] {"[\"time\"]", "[[]]", "[null]", "\"time\"", "{}", "\"\""}) {
            var body = "{\"mcp_servers\":" + some + ",\"model\":\"a\"}";
            assertEquals(
                    true, scanner.scan(body.getBytes(StandardCharsets.UTF_8)).mcp(), some);
        }
    }

    @Test
    void refusesWhatItCannotActOn() {
        assertEquals("model", problem("{}").param());
        assertEquals("model", problem("{\"model\":7}").param());
        assertEquals("stream", problem("{\"model\":\"a\",\"stream\":\"yes\"}").param());
        assertEquals(
                "stream_options",
                problem("{\"model\":\"a\",\"stream_options\":{}}").param());
        assertEquals("model", problem("{\"model\":\"a\",\"model\":\"b\"}").param());
        assertEquals("invalid_json", problem("[1]").code());
        assertEquals("invalid_json", problem("{\"model\":\"a\"} x").code());
        assertEquals("invalid_json", problem("{\"model\":\"a\"").code());
        assertEquals("invalid_json", problem("").code());
        assertEquals(
                "invalid_json",
                problem("{\"model\":\"a\",\"x\":" + "[".repeat(2000) + "]".repeat(2000) + "}")
                        .code());
    }

    private String sent(String body, String model, boolean streamUsage) {
        var buffer = Buffer.buffer(body);
        return new RelayBody(buffer, scanner.scan(buffer.getBytes()))
                .forReplica(model, streamUsage)
                .toString();
    }

    private BadRequest problem(String body) {
        return assertThrows(
                BadRequest.class, () -> scanner.scan(Buffer.buffer(body).getBytes()), body);
    }
}
