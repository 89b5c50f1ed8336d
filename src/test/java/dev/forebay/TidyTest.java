package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Keeps the source tree in order. {@link TidyRulesTest} shows that each rule finds what it is for. */
class TidyTest {
    /** Longer than 300 lines, each for a reason; the number is how long it may be. */
    private static final Map<String, Integer> LONG_FILES = Map.of();

    /** Alive although no other file of the program names them, each with what does. */
    private static final Map<String, String> NAMED_ELSEWHERE =
            Map.of("dev.forebay.telemetry.LogConfigurator", "logback, through META-INF/services");

    private static final List<Set<String>> ALIKE = List.of(
            // Each tells another listener of the same call; one record for all would tie the listeners together.
            Set.of("ToolEnd", "RunEnd", "ToolEnded", "Operation", "RequestEnd"),
            // A whole call, and a fragment of one that may lack any of it.
            Set.of("ToolCall", "ToolCallDelta"),
            // The labels of a metric are what can be counted of an event.
            Set.of("ToolLabels", "ToolEnd"),
            Set.of("Labels", "Operation"),
            // The map that desktop clients share, and our own file: two formats that change apart.
            Set.of("Entry", "McpServerFile"));

    private static Tree tree;
    private static Declarations declarations;

    @BeforeAll
    static void readTheTree() throws IOException {
        tree = Tree.read(Path.of("."));
        declarations = new Declarations(Path.of("."));
    }

    @Test
    void textPromisesWhatIsThere() {
        assertNone(tree.emptyPromises());
    }

    @Test
    void noFileKnowsThisMachine() {
        assertNone(tree.pathsOfOneMachine());
    }

    @Test
    void noFileNamesAPackageRegistry() {
        assertNone(tree.registries());
    }

    @Test
    void everyTestRuns() {
        assertNone(tree.testsThatMayNotRun());
    }

    @Test
    void filesAreShort() {
        assertNone(tree.longFiles(LONG_FILES));
    }

    @Test
    void everyPackageSaysWhatItIsForAndIsNullMarked() {
        assertNone(tree.packagesWithoutInfo());
    }

    @Test
    void everyFileIsUsed() {
        assertNone(declarations.deadFiles(NAMED_ELSEWHERE));
    }

    @Test
    void noTwoRecordsHoldTheSame() {
        assertNone(declarations.twins(ALIKE));
    }

    @Test
    void javadocSaysMoreThanTheDeclaration() {
        assertNone(declarations.echoes());
    }

    private static void assertNone(List<String> wrong) {
        assertTrue(wrong.isEmpty(), () -> "\n" + String.join("\n", wrong) + "\n");
    }
}
