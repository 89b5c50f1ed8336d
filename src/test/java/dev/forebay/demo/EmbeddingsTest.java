package dev.forebay.demo;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class EmbeddingsTest {
    private static final String PATH = "/v1/embeddings";
    private static Demo demo;

    @BeforeAll
    static void start() {
        demo = new Demo(Demo.FAST);
    }

    @AfterAll
    static void stop() {
        demo.close();
    }

    @Test
    void textsWithTheSameWordsAreNear() throws Exception {
        var answer = demo.client.post(PATH, """
                {"model":"demo","input":["a river runs through the valley","rivers run through valleys","quarterly tax report"]}""");
        var river = vector(answer, 0);
        assertTrue(cosine(river, vector(answer, 1)) > cosine(river, vector(answer, 2)) + 0.3);
        assertEquals(256, river.length);
        assertEquals(1, cosine(river, river), 1e-4);
        assertEquals(13, answer.at("/usage/prompt_tokens").asInt());
        assertEquals(13, answer.at("/usage/total_tokens").asInt());
    }

    @Test
    void vectorsAreRepeatableAndOfTheLengthAskedFor() throws Exception {
        var body = "{\"input\":\"one two three\",\"dimensions\":7}";
        var first = vector(demo.client.post(PATH, body), 0);
        assertEquals(7, first.length);
        assertArrayEquals(first, vector(demo.client.post(PATH, body), 0));
    }

    @Test
    void base64HoldsTheSameNumbers() throws Exception {
        var plain = vector(demo.client.post(PATH, "{\"input\":\"water\",\"dimensions\":16}"), 0);
        var encoded = demo.client
                .post(PATH, "{\"input\":\"water\",\"dimensions\":16,\"encoding_format\":\"base64\"}")
                .at("/data/0/embedding")
                .asText();
        var floats = new float[16];
        ByteBuffer.wrap(Base64.getDecoder().decode(encoded))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(floats);
        assertArrayEquals(plain, floats);
    }

    @Test
    void tokensAreAcceptedInPlaceOfText() throws Exception {
        var one = demo.client.post(PATH, "{\"input\":[1,2,3]}");
        assertEquals(1, one.path("data").size());
        assertEquals(3, one.at("/usage/prompt_tokens").asInt());
        var two = demo.client.post(PATH, "{\"input\":[[1,2],[1,2]]}");
        assertArrayEquals(vector(two, 0), vector(two, 1));
        assertEquals(1, two.at("/data/1/index").asInt());
    }

    @Test
    void moreInputsThanAllowedAreRefused() throws Exception {
        var inputs = "\"a\",".repeat(2_048) + "\"a\"";
        var answer = demo.client.send("POST", PATH, "{\"input\":[" + inputs + "]}");
        assertEquals(400, answer.statusCode());
    }

    private static float[] vector(JsonNode answer, int index) {
        var json = answer.at("/data/" + index + "/embedding");
        var vector = new float[json.size()];
        for (var i = 0; i < vector.length; i++) {
            vector[i] = json.get(i).floatValue();
        }
        return vector;
    }

    private static double cosine(float[] a, float[] b) {
        var sum = 0.0;
        for (var i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
