package dev.forebay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TidyRulesTest {
    private static final String PACKAGE = "src/main/java/p/";

    @TempDir
    Path root;

    @Test
    void findsWordsThatPromiseLess() throws IOException {
        write("docs/guide.md", "A guide.\nThis is a stub For Now.\n");
        write(PACKAGE + "A.java", "// TODO: later\n");
        write("README.md", "Forensics, a todo list and nowadays are fine.");
        assertFound(Tree.read(root).emptyPromises(), "docs/guide.md:2: \"For Now\"", PACKAGE + "A.java:1: \"TODO\"");
    }

    @Test
    void findsPathsOfOneMachine() throws IOException {
        write("config/a.yaml", "models:\n  path: /ho" + "me/jane/models\n");
        write("config/b.yaml", "path: ~/models\nfile: /etc/forebay/root/x\n");
        assertFound(Tree.read(root).pathsOfOneMachine(), "config/a.yaml:2: ");
    }

    @Test
    void findsRegistriesButNotTheNamesOfXmlSpaces() throws IOException {
        write("package-lock.json", "{\"resolved\": \"http" + "s://registry.npm" + "js.org/a\"}");
        write("pom.xml", "<project xmlns=\"http://maven.apache.org/POM/4.0.0\">");
        assertFound(Tree.read(root).registries(), "package-lock.json:1: ");
    }

    @Test
    void findsTestsThatMayNotRun() throws IOException {
        write("src/test/java/p/ATest.java", "class ATest {\n    @Disabled void a() {}\n}\n");
        write("src/test/clients/a.test.js", "it.skip('x')");
        assertFound(
                Tree.read(root).testsThatMayNotRun(),
                "src/test/clients/a.test.js:1: ",
                "src/test/java/p/ATest.java:2: ");
    }

    @Test
    void findsLongFilesAndExceptionsThatAreNotNeeded() throws IOException {
        write(PACKAGE + "Long.java", "\n".repeat(301));
        write(PACKAGE + "Allowed.java", "\n".repeat(301));
        write(PACKAGE + "Short.java", "\n".repeat(3));
        assertFound(
                Tree.read(root).longFiles(Map.of("p/Allowed.java", 310, "p/Short.java", 310)),
                PACKAGE + "Long.java:301: has 301 lines, 300 are allowed",
                PACKAGE + "Short.java:1: has 3 lines and needs no exception");
    }

    @Test
    void findsPackagesThatDoNotSayWhatTheyAreFor() throws IOException {
        write(PACKAGE + "A.java", "package p;");
        write("src/main/java/q/package-info.java", "@NullMarked\npackage q;\n");
        write("src/main/java/r/package-info.java", "/** What r is for. */\n@NullMarked\npackage r;\n");
        assertFound(
                Tree.read(root).packagesWithoutInfo(),
                PACKAGE + "package-info.java:1: is missing",
                "src/main/java/q/package-info.java:1: needs Javadoc");
    }

    @Test
    void findsFilesThatNothingUsesAndExceptionsThatAreNotNeeded() throws IOException {
        write(PACKAGE + "A.java", "package p;\n\nclass A {\n    B b = new A.Inner();\n    class Inner {}\n}\n");
        write(PACKAGE + "B.java", "package p;\n\nclass B {}\n");
        write(PACKAGE + "C.java", "package p;\n\nclass C {\n    C c;\n}\n");
        assertFound(
                new Declarations(root).deadFiles(Map.of("p.A", "x", "p.B", "y")),
                PACKAGE + "B.java:3: B is used now",
                PACKAGE + "C.java:3: nothing uses C");
    }

    @Test
    void findsTypesThatHoldTheSameUnlessTheyAreSealedSiblings() throws IOException {
        write(PACKAGE + "A.java", "package p;\n\nrecord A(int a, int b, int c, int d, int e) {}\n");
        write(PACKAGE + "B.java", "package p;\n\nrecord B(int a, int b, int c, int d) {}\n");
        write(PACKAGE + "C.java", "package p;\n\nrecord C(long a, int b, int c, int d) {}\n");
        write(
                PACKAGE + "S.java",
                "package p;\n\nsealed interface S {\n    record X(byte a, byte b, byte c, byte d) implements S {}\n"
                        + "    record Y(byte a, byte b, byte c, byte d) implements S {}\n}\n");
        var declarations = new Declarations(root);
        assertFound(declarations.twins(List.of()), PACKAGE + "B.java:3: B and A");
        assertEquals(List.of(), declarations.twins(List.of(Set.of("A", "B"))));
    }

    @Test
    void findsJavadocThatOnlyRepeatsTheDeclaration() throws IOException {
        write(PACKAGE + "Key.java", """
                package p;

                class Key {
                    /** Returns the id of this key. @return the id */
                    String id() { return ""; }

                    /** Shown once; later calls give three stars. */
                    String secret() { return ""; }
                }
                """);
        assertFound(new Declarations(root).echoes(), PACKAGE + "Key.java:5: the Javadoc only repeats");
    }

    private void write(String file, String text) throws IOException {
        var path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }

    private static void assertFound(List<String> found, String... beginnings) {
        assertEquals(beginnings.length, found.size(), () -> String.join("\n", found));
        for (var i = 0; i < beginnings.length; i++) {
            assertTrue(found.get(i).startsWith(beginnings[i]), found.get(i));
        }
    }
}
