package dev.forebay;

import com.sun.source.doctree.DocCommentTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.VariableTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import javax.lang.model.element.Modifier;
import javax.tools.JavaFileObject;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** The rules over source that need its syntax, which the JDK's own compiler reads. */
final class Declarations {
    private static final int EQUAL_FIELDS_MAX = 3;

    /** Words that say nothing beside a name. */
    private static final Set<String> FILLERS = Set.of(
            "a an and are as at be by for from get gets given has if in into is it its of on or return returns set sets that the this to whether which with"
                    .split(" "));

    private record Data(String name, String place, Set<String> fields, Set<String> parents) {}

    private final List<CompilationUnitTree> units = new ArrayList<>();
    private final DocTrees docs;
    private final Path root;

    Declarations(Path root) throws IOException {
        this.root = root;
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            files.setLocationFromPaths(StandardLocation.SOURCE_PATH, List.of(root.resolve("src/main/java")));
            var sources = files.list(StandardLocation.SOURCE_PATH, "", Set.of(JavaFileObject.Kind.SOURCE), true);
            var task = (JavacTask) compiler.getTask(null, files, null, List.of("-proc:none"), null, sources);
            task.parse().forEach(units::add);
            units.sort(Comparator.comparing(unit -> unit.getSourceFile().getName()));
            this.docs = DocTrees.instance(task);
        }
    }

    /**
     * Files whose type no other file names.
     *
     * @param otherwiseUsed why a type is alive that no source names, by its full name
     */
    List<String> deadFiles(Map<String, String> otherwiseUsed) {
        var places = new TreeMap<String, String>();
        var used = new HashSet<String>();
        for (var unit : units) {
            for (var type : unit.getTypeDecls()) {
                if (type instanceof ClassTree named) {
                    places.put(unit.getPackageName() + "." + named.getSimpleName(), place(unit, named));
                }
            }
            used.addAll(names(unit));
        }
        var wrong = new ArrayList<String>();
        places.forEach((name, place) -> {
            var simple = name.substring(name.lastIndexOf('.') + 1);
            if (!used.contains(name) && !otherwiseUsed.containsKey(name)) {
                wrong.add(place + "nothing uses " + simple + "; delete it or wire it");
            } else if (used.contains(name) && otherwiseUsed.containsKey(name)) {
                wrong.add(place + simple + " is used now; take it off the list of types that nothing names");
            }
        });
        for (var name : new TreeSet<>(otherwiseUsed.keySet())) {
            if (!places.containsKey(name)) {
                wrong.add("src/main/java: there is no " + name + "; take it off the list of types that nothing names");
            }
        }
        return wrong;
    }

    /** What a file may mean by the words in it: types of its own package, and its imports. Its own type does not count. */
    private static Set<String> names(CompilationUnitTree unit) {
        var names = new HashSet<String>();
        unit.getImports().forEach(i -> names.add(i.getQualifiedIdentifier().toString()));
        // An import of a nested type or a static member uses the type around it.
        Set.copyOf(names).forEach(name -> names.add(name.replaceFirst("(\\.[A-Z]\\w*)\\..*", "$1")));
        new TreeScanner<Void, Void>() {
            @Override
            public Void visitIdentifier(IdentifierTree node, Void nothing) {
                names.add(unit.getPackageName() + "." + node.getName());
                return null;
            }

            @Override
            public Void visitMemberSelect(MemberSelectTree node, Void nothing) {
                names.add(node.toString());
                return super.visitMemberSelect(node, nothing);
            }
        }.scan(unit.getTypeDecls(), null);
        for (var type : unit.getTypeDecls()) {
            if (type instanceof ClassTree named) {
                names.remove(unit.getPackageName() + "." + named.getSimpleName());
            }
        }
        return names;
    }

    /**
     * Records that hold the same things under two names. Siblings under one sealed type may.
     *
     * @param alike groups of names of records that may resemble each other for a reason
     */
    List<String> twins(Collection<Set<String>> alike) {
        var records = new ArrayList<Data>();
        for (var unit : units) {
            new TreePathScanner<Void, Void>() {
                @Override
                public Void visitClass(ClassTree node, Void nothing) {
                    if (node.getKind() == Tree.Kind.RECORD) {
                        records.add(data(unit, node, getCurrentPath()));
                    }
                    return super.visitClass(node, nothing);
                }
            }.scan(unit, null);
        }
        var wrong = new ArrayList<String>();
        for (var i = 0; i < records.size(); i++) {
            for (var j = i + 1; j < records.size(); j++) {
                var one = records.get(i);
                var other = records.get(j);
                var shared = new TreeSet<>(one.fields());
                shared.retainAll(other.fields());
                var siblings = one.parents().stream().anyMatch(other.parents()::contains)
                        || alike.stream().anyMatch(group -> group.containsAll(List.of(one.name(), other.name())));
                if (shared.size() > EQUAL_FIELDS_MAX && !siblings) {
                    wrong.add(other.place() + other.name() + " and " + one.name() + " ("
                            + one.place().replaceFirst(": $", "") + ") share " + shared
                            + "; let one hold the other, or both hold a third");
                }
            }
        }
        return wrong;
    }

    /** Javadoc whose every word stands in the declaration already. */
    List<String> echoes() {
        var wrong = new ArrayList<String>();
        for (var unit : units) {
            new TreePathScanner<Void, Void>() {
                @Override
                public Void visitClass(ClassTree node, Void nothing) {
                    check(node.getSimpleName().toString());
                    return super.visitClass(node, nothing);
                }

                @Override
                public Void visitMethod(MethodTree node, Void nothing) {
                    check(node.getName() + " " + node.getReturnType() + " " + node.getParameters() + " "
                            + node.getThrows());
                    return super.visitMethod(node, nothing);
                }

                @Override
                public Void visitVariable(VariableTree node, Void nothing) {
                    check(node.getName() + " " + node.getType());
                    return super.visitVariable(node, nothing);
                }

                private void check(String signature) {
                    var comment = docs.getDocCommentTree(getCurrentPath());
                    if (comment == null) {
                        return;
                    }
                    var said = words(text(comment));
                    said.removeAll(words(signature));
                    said.removeAll(words(enclosing(getCurrentPath())));
                    if (said.isEmpty()) {
                        wrong.add(place(unit, getCurrentPath().getLeaf())
                                + "the Javadoc only repeats the declaration; say what it leaves open, or leave it out");
                    }
                }
            }.scan(unit, null);
        }
        return wrong;
    }

    private static String text(DocCommentTree comment) {
        return comment.toString().replaceAll("@(?:param|throws|return|link|code|linkplain|literal)\\b", " ");
    }

    private static String enclosing(TreePath path) {
        var names = new StringBuilder();
        for (var tree : path) {
            if (tree instanceof ClassTree type) {
                names.append(' ').append(type.getSimpleName());
            }
        }
        return names.toString();
    }

    private static Set<String> words(String text) {
        return Arrays.stream(text.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ")
                        .toLowerCase(Locale.ROOT)
                        .split("[^a-z0-9]+"))
                .filter(word -> !word.isEmpty() && !FILLERS.contains(word))
                .map(word -> word.length() > 3 && word.endsWith("s") ? word.substring(0, word.length() - 1) : word)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private Data data(CompilationUnitTree unit, ClassTree node, TreePath path) {
        var fields = node.getMembers().stream()
                .filter(VariableTree.class::isInstance)
                .map(VariableTree.class::cast)
                .filter(field -> !field.getModifiers().getFlags().contains(Modifier.STATIC))
                .map(field -> field.getType() + " " + field.getName())
                .collect(Collectors.toSet());
        var parents = node.getImplementsClause().stream().map(Tree::toString).collect(Collectors.toSet());
        if (path.getParentPath().getLeaf() instanceof ClassTree outer
                && outer.getModifiers().getFlags().contains(Modifier.SEALED)) {
            parents.add(outer.getSimpleName().toString());
        }
        return new Data(node.getSimpleName().toString(), place(unit, node), fields, parents);
    }

    private String place(CompilationUnitTree unit, Tree tree) {
        var position = docs.getSourcePositions().getStartPosition(unit, tree);
        return root.toAbsolutePath()
                        .relativize(Path.of(unit.getSourceFile().getName()).toAbsolutePath()) + ":"
                + unit.getLineMap().getLineNumber(position) + ": ";
    }
}
