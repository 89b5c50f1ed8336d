package dev.forebay.upstream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import dev.forebay.sse.Frame;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ModelMemberTest {
    @Test
    void putsTheNameInPlaceOfTheirs() {
        var member = ModelMember.named("a \"b\" €");
        assertEquals(
                "data: {\"model\": \"a \\\"b\\\" €\",\"x\":1}\n\n", shown(member, "{\"model\": \"theirs\",\"x\":1}"));
        assertEquals(
                "data: {\"y\":2,\"model\": \"a \\\"b\\\" €\"}\n\n", shown(member, "{\"y\":2,\"model\": \"theirs\"}"));
    }

    @Test
    void leavesEventsAloneThatHaveTheNameAlready() {
        var member = ModelMember.named("m");
        assertNull(shown(member, "{\"model\":\"m\"}"));
        assertNull(shown(member, "{\"model\":\"other\"}"));
    }

    @Test
    void isNotMisledByTextAndByNull() {
        var member = ModelMember.named("m");
        assertNull(shown(member, "{\"content\":\"\\\"model\\\":\\\"x\\\"\"}"));
        assertNull(shown(member, "{\"object\":\"model\",\"id\":\"y\"}"));
        assertNull(shown(member, "{\"model\":null,\"id\":\"y\"}"));
        assertEquals("data: {\"model\":\"m\"}\n\n", shown(member, "{\"model\":\"theirs\"}"));
        assertNull(shown(member, "{\"content\":\"the word model\"}"));
    }

    @Test
    void mindsEscapesInTheirName() {
        var member = ModelMember.named("m");
        assertEquals("data: {\"model\":\"m\",\"a\":1}\n\n", shown(member, "{\"model\":\"a\\\"b\\\\\",\"a\":1}"));
    }

    @Test
    void findsItAtTheTopOfAWholeAnswerOnly() {
        var text = "{\"x\":{\"model\":\"inner\"},\"é\":[\"model\"],\"model\":\"theirs\",\"choices\":[]}";
        var answer = Buffer.buffer(text);
        var scan = AnswerScan.of(answer.getBytes());
        assertEquals(
                text.replace("theirs", "shown"),
                ModelMember.named("shown")
                        .in(answer, scan.modelFrom(), scan.modelTo())
                        .toString());
        assertSame(answer, ModelMember.named("theirs").in(answer, scan.modelFrom(), scan.modelTo()));
        assertSame(answer, ModelMember.named("shown").in(answer, -1, -1));
    }

    private static String shown(ModelMember member, String event) {
        var changed = member.in(Frame.ofData(event.getBytes(StandardCharsets.UTF_8)));
        return changed == null ? null : changed.toString();
    }
}
