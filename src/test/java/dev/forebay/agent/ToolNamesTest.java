package dev.forebay.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.forebay.agent.Tools.Tool;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ToolNamesTest {
    private static final Pattern ALLOWED = Pattern.compile("[a-zA-Z0-9_-]{1,64}");

    @Test
    void givesAToolItsOwnNameIfNoOtherHasIt() {
        assertEquals(List.of("add", "now"), names(Set.of(), tool("calc", "add"), tool("time", "now")));
    }

    @Test
    void putsTheLabelInFrontWhereTwoServersHaveTheSameName() {
        assertEquals(
                List.of("a__search", "only", "b__search"),
                names(Set.of(), tool("b", "search"), tool("a", "search"), tool("b", "only")));
    }

    @Test
    void leavesTheClientItsNames() {
        assertEquals(List.of("calc__add"), names(Set.of("add"), tool("calc", "add")));
    }

    @Test
    void replacesCharactersThatEnginesRefuse() {
        assertEquals(List.of("fs_read_file"), names(Set.of(), tool("fs", "fs.read/file")));
        assertEquals(List.of("___"), names(Set.of(), tool("fs", "日本語")));
        assertEquals(List.of("_"), names(Set.of(), tool("fs", "")));
    }

    @Test
    void shortensLongNamesByAHash() {
        var name = names(Set.of(), tool("s", "x".repeat(128))).getFirst();
        assertEquals("x".repeat(55) + "_" + ToolNames.sha256("x".repeat(128)).substring(0, 8), name);
        assertEquals(64, name.length());
    }

    @Test
    void tellsApartNamesThatBecomeTheSame() {
        var all = names(Set.of(), tool("a.b", "x"), tool("a_b", "x"), tool("a/b", "x"));
        assertEquals(3, new HashSet<>(all).size());
        assertTrue(all.contains("a_b__x"));
    }

    @Test
    void doesNotCollideWithANameThatLooksQualified() {
        var all = names(Set.of(), tool("a", "x"), tool("b", "x"), tool("c", "a__x"));
        assertEquals(3, new HashSet<>(all).size());
    }

    @Test
    void isBijectiveAllowedAndTheSameForEveryOrder() {
        var random = new Random(7);
        for (var run = 0; run < 100; run++) {
            var tools = new ArrayList<Tool>();
            for (var i = 0; i < 12; i++) {
                tools.add(tool(word(random), word(random)));
            }
            var clients = Set.of(word(random).replaceAll("[^a-zA-Z0-9_-]", "_"), "x");
            var names = ToolNames.of(tools, clients);
            Collections.shuffle(tools, random);
            var shuffled = ToolNames.of(tools, clients);
            assertEquals(
                    List.copyOf(names.ours().keySet()),
                    List.copyOf(shuffled.ours().keySet()));
            assertEquals(names.ours(), shuffled.ours());
            assertEquals(names.ours().size(), new HashSet<>(names.ours().values()).size());
            assertTrue(names.ours().keySet().stream()
                    .allMatch(n -> ALLOWED.matcher(n).matches()));
            assertTrue(names.ours().keySet().stream().noneMatch(clients::contains));
        }
    }

    @Test
    void cleansDescriptionsOfWhatPeopleCannotSee() {
        assertEquals(
                "Reads a file.\nSafe.",
                ToolSpecs.clean("Re\u200bads \u202ea\u202c \u001b[31mfile\u001b[0m.\nSa\ufefffe.\u0000\udb40\udc41"));
    }

    @Test
    void capsDescriptionsAtTwoKibibytesBetweenCharacters() {
        assertEquals(2046, Utf8.length(ToolSpecs.clean("日".repeat(2000))));
    }

    @Test
    void passesASchemaOnAsTheServerGaveIt() {
        var schema = ScriptedTools.json("{'type':'object','properties':{'a':{'description':'\u200bx'}},'$comment':1}");
        assertEquals(schema, ToolSpecs.objectSchema(schema));
    }

    @Test
    void guaranteesAnObjectsSchema() {
        var empty = ScriptedTools.json("{'type':'object','properties':{}}");
        assertEquals(empty, ToolSpecs.objectSchema(ScriptedTools.json("{}")));
        assertEquals(empty, ToolSpecs.objectSchema(ScriptedTools.json("true")));
        assertEquals(empty, ToolSpecs.objectSchema(ScriptedTools.json("{'type':'object'}")));
    }

    private static List<String> names(Set<String> clients, Tool... tools) {
        return List.copyOf(ToolNames.of(List.of(tools), clients).ours().keySet());
    }

    private static Tool tool(String server, String name) {
        return new Tool(server, name, "", ScriptedTools.json("{}"), false, false, Optional.empty());
    }

    private static String word(Random random) {
        var word = new StringBuilder();
        var length = random.nextInt(3) == 0 ? 70 : 1 + random.nextInt(2);
        for (var i = 0; i < length; i++) {
            word.append("ab._".charAt(random.nextInt(4)));
        }
        return word.toString();
    }
}
