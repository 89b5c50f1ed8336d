package dev.forebay;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/** The text files of a source tree, by their path with forward slashes, and the rules that need only their text. */
record Tree(Path root, TreeMap<String, String> files) {
    private static final Set<String> NOT_OURS =
            Set.of(".git", "target", "data", "node_modules", ".forebay", ".idea", ".vscode", ".venv", "__pycache__");

    /** Words that promise less than they should. */
    private static final Pattern EMPTY_PROMISES = Pattern.compile(
            "\\b(?:TODO|FIXME|XXX|(?i:for now|in a real (?:system|implementation)|placeholder|not implemented yet"
                    + "|as requested))\\b");

    private static final Pattern ONE_MACHINE =
            Pattern.compile("(?:^|[^A-Za-z0-9_.])/(?:[w]ork|[f]arm|[r]oot|[h]ome/[a-z]+|[t]mp/w)/");

    private static final Pattern REGISTRIES = Pattern.compile(
            "https?://[a-z0-9.-]*(?:maven|npm|pypi|pythonhosted|debian|golang)[a-z0-9.-]*\\.(?:org|com|io|dev)"
                    + "(?!/(?:POM|xsd|SETTINGS|TOOLCHAINS)/)|\"resolved\": *\"http");

    private static final Pattern MAY_NOT_RUN = Pattern.compile(
            "@(?:Disabled|Enabled)[A-Za-z]*|\\bAssumptions\\b|\\bassume(?:True|That|False|ingThat)\\b|(?<![.\\w])(?:test|it|describe)\\.skip\\b");

    private static final int MAIN_LINES_MAX = 300;

    static Tree read(Path root) throws IOException {
        var files = new TreeMap<String, String>();
        var open = new ArrayList<>(List.of(root));
        while (!open.isEmpty()) {
            try (var entries = Files.list(open.removeLast())) {
                for (var entry : entries.toList()) {
                    if (Files.isSymbolicLink(entry)
                            || NOT_OURS.contains(entry.getFileName().toString())) {
                        continue;
                    }
                    if (Files.isDirectory(entry)) {
                        open.add(entry);
                    } else {
                        readText(entry, root, files);
                    }
                }
            }
        }
        return new Tree(root, files);
    }

    private static void readText(Path file, Path root, TreeMap<String, String> files) throws IOException {
        try {
            files.put(root.relativize(file).toString().replace('\\', '/'), Files.readString(file));
        } catch (CharacterCodingException _) {
            // Images and archives have no words.
            return;
        }
    }

    List<String> mainSources() {
        return files.keySet().stream()
                .filter(name -> name.startsWith("src/main/java/") && name.endsWith(".java"))
                .toList();
    }

    List<String> emptyPromises() {
        return find(
                name -> name.startsWith("src/main/")
                        || name.startsWith("docs/")
                        || name.startsWith("config/")
                        || name.equals("README.md"),
                EMPTY_PROMISES,
                "do it, or say plainly what is not there");
    }

    List<String> pathsOfOneMachine() {
        return find(
                name -> !name.endsWith("Dockerfile"),
                ONE_MACHINE,
                "is a path of one machine; use a relative path, a temporary folder or ~/");
    }

    List<String> registries() {
        return find(
                name -> true,
                REGISTRIES,
                "names a package registry; leave the host to the client's settings"
                        + " (npm install --package-lock-only --omit-lockfile-registry-resolved for a lock file)");
    }

    List<String> testsThatMayNotRun() {
        return find(
                name -> name.startsWith("src/test/")
                        && !name.endsWith("/Tree.java")
                        && !name.endsWith("/TidyRulesTest.java"),
                MAY_NOT_RUN,
                "makes a test that may never run; make it run everywhere, or fail with what is missing");
    }

    /** @param exceptions longest length allowed, by the end of the path */
    List<String> longFiles(Map<String, Integer> exceptions) {
        var wrong = new ArrayList<String>();
        for (var name : mainSources()) {
            var lines = (int) files.get(name).lines().count();
            var max = exceptions.entrySet().stream()
                    .filter(e -> name.endsWith("/" + e.getKey()))
                    .mapToInt(Map.Entry::getValue)
                    .findFirst();
            if (lines > max.orElse(MAIN_LINES_MAX)) {
                wrong.add(name + ":" + lines + ": has " + lines + " lines, " + max.orElse(MAIN_LINES_MAX)
                        + " are allowed; split it by what changes together");
            } else if (max.isPresent() && lines <= MAIN_LINES_MAX) {
                wrong.add(name + ":1: has " + lines + " lines and needs no exception any more; take it off the list");
            }
        }
        return wrong;
    }

    List<String> packagesWithoutInfo() {
        var wrong = new ArrayList<String>();
        for (var name : mainSources()) {
            var info = name.substring(0, name.lastIndexOf('/') + 1) + "package-info.java";
            if (!files.containsKey(info)) {
                wrong.add(info + ":1: is missing; it says in one sentence what the package is for, and @NullMarked");
            }
            if (!name.equals(info)) {
                continue;
            }
            var text = files.get(name);
            if (!Pattern.compile("/\\*\\*\\s.*?\\.\\s*\\*/\\s*@NullMarked\\s", Pattern.DOTALL)
                    .matcher(text)
                    .find()) {
                wrong.add(
                        name + ":1: needs Javadoc of one sentence that says what the package is for, then @NullMarked");
            }
        }
        return wrong.stream().distinct().toList();
    }

    private List<String> find(Predicate<String> where, Pattern pattern, String remedy) {
        var wrong = new ArrayList<String>();
        files.forEach((name, text) -> {
            if (!where.test(name)) {
                return;
            }
            var number = 0;
            for (var line : text.lines().toList()) {
                number++;
                var match = pattern.matcher(line);
                if (match.find()) {
                    wrong.add(name + ":" + number + ": \"" + match.group().strip() + "\" " + remedy);
                }
            }
        });
        return wrong;
    }
}
