package dev.forebay.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.forebay.demo.Conversation.Done;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever a message says, the plan ends, and every call fits its tool's schema. */
class PlannerRobustnessTest {
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 25);
    private static final List<Tool> TOOLS =
            List.copyOf(ToolLists.of("bundled", "everything", "filesystem", "memory").stream()
                    .collect(Collectors.toMap(Tool::name, tool -> tool, (first, _) -> first, LinkedHashMap::new))
                    .values());
    private static final String[] SNIPPETS = {
        "what time is it",
        "in Tokyo",
        "and",
        "then",
        ",",
        ";",
        ". ",
        "?",
        "save a note",
        "called x",
        ": ",
        "17.5 %",
        "of 2,349",
        "3 * (4",
        "-7",
        "list files",
        "in /tmp/a.b",
        "read it",
        "\"quoted",
        "\"",
        "'",
        "`",
        "echo",
        "the result of",
        "add 3",
        "days between",
        "2026-02-30",
        "2026-01-01",
        "31 February 2026",
        "25:99",
        "3pm",
        "900 lines",
        "with 99999999999999 steps",
        "search for",
        "*.md",
        "**",
        "Alice and Bob",
        "https://x.y/z?",
        "a@b.c",
        "Europe/Nowhere",
        "P3D",
        "minus",
        "😀",
        "\u0000",
        "type error",
        "delete",
        "note",
        "groceries",
        "\n",
        "=",
        "key=",
        "a=1",
        "not",
        "without image",
        "to",
        "from",
        "\\",
        "$1",
        "{",
        "%s"
    };

    @Test
    void plansOfRandomMessagesEndAndFitTheSchemas() {
        var registry = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);
        for (var seed = 0; seed < 120; seed++) {
            var random = new Random(seed);
            var message = new StringBuilder();
            for (var i = random.nextInt(1, 12); i > 0; i--) {
                message.append(SNIPPETS[random.nextInt(SNIPPETS.length)]).append(random.nextInt(4) == 0 ? "" : " ");
            }
            var parallel = random.nextBoolean();
            var done = new ArrayList<Done>();
            for (var calls = plan(message.toString(), done, parallel); !calls.isEmpty(); ) {
                for (var call : calls) {
                    var tool = TOOLS.stream()
                            .filter(one -> one.name().equals(call.name()))
                            .findFirst()
                            .orElseThrow();
                    assertEquals(
                            List.of(),
                            registry.getSchema(tool.schema()).validate(call.arguments()),
                            message + " -> " + call);
                    var again = done.stream()
                            .anyMatch(one -> one.name().equals(call.name())
                                    && one.arguments().equals(call.arguments()));
                    assertFalse(again, () -> "made twice: " + call);
                    done.add(new Done(call.name(), call.arguments(), random.nextBoolean() ? "7" : "Error: no"));
                }
                calls = plan(message.toString(), done, parallel);
            }
            assertFalse(Answers.of(done, List.of()).isEmpty() && !done.isEmpty());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1+",
                "(",
                "1 ",
                "a/",
                "In A ",
                "a.b",
                "a@",
                "\"",
                "'",
                ", and what ",
                "*",
                " ",
                "1 day ",
                "3 * 4, ",
                "x: ",
                "the result of ",
                "2,",
                "-",
                "please ",
                "?",
                "say it ",
                "=",
                "Tokyo ",
                "note ",
                ".,;:",
                "sqrt(",
                "http://"
            })
    void longRepetitionsArePlannedToo(String part) {
        plan(part.repeat(8_000 / part.length()), List.of(), true);
        SmallTalk.answer(new Conversation(part.repeat(8_000 / part.length()), 0, List.of()), TOOLS);
    }

    private static List<Plan.Call> plan(String message, List<Done> done, boolean parallel) {
        return new Planner(TOOLS, TODAY)
                .plan(new Conversation(message, 0, done), new ToolChoice.Auto(), parallel)
                .calls();
    }
}
