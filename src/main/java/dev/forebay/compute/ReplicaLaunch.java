package dev.forebay.compute;

import dev.forebay.process.Launch;
import java.io.File;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** How one replica is started: its nodepool's command and environment with everything filled in. */
record ReplicaLaunch(String replicaId, Launch launch) {
    static ReplicaLaunch of(ProcessSetting around, Nodepool nodepool, int ordinal, int port, List<String> gpus) {
        var filling = Map.of(
                "{port}", Integer.toString(port),
                "{replica}", Integer.toString(ordinal),
                "{gpu}", String.join(",", gpus),
                "{prepared}", around.weights().folder().toAbsolutePath().toString());
        List<String> command = new ArrayList<>();
        nodepool.command().forEach(word -> command.add(filled(word, filling)));
        if (command.getFirst().equals("forebay")) {
            command.removeFirst();
            command.addAll(0, around.self());
        }
        var environment = new TreeMap<String, String>();
        if (!gpus.isEmpty()) {
            environment.put("CUDA_VISIBLE_DEVICES", String.join(",", gpus));
        }
        nodepool.env().forEach((name, value) -> environment.put(name, filled(value, filling)));
        var id = Replica.id(nodepool.id(), ordinal);
        var note = new ReplicaNote(id, port, gpus, hash(around, command, environment));
        return new ReplicaLaunch(
                id,
                new Launch(
                        "nodepool " + nodepool.id(),
                        command,
                        environment,
                        around.folder(),
                        false,
                        Optional.of(new Launch.Lasting(output(around.folder(), nodepool, ordinal), note.text()))));
    }

    static Path output(Path folder, Nodepool nodepool, int ordinal) {
        return folder.resolve(URLEncoder.encode(nodepool.id(), StandardCharsets.UTF_8) + "-" + ordinal + ".log");
    }

    /** Whether an earlier gateway started the process of this note just so, and the nodepool wants it kept. */
    static boolean isOf(ReplicaNote note, ProcessSetting around, Nodepool nodepool, int ordinal) {
        return nodepool.adopt()
                && note.replicaId().equals(Replica.id(nodepool.id(), ordinal))
                && note.text()
                        .equals(of(around, nodepool, ordinal, note.port(), note.gpus())
                                .note());
    }

    String note() {
        return launch.lasting().orElseThrow().note();
    }

    private static String filled(String word, Map<String, String> filling) {
        var whole = word;
        for (var entry : filling.entrySet()) {
            whole = whole.replace(entry.getKey(), entry.getValue());
        }
        return whole;
    }

    /** A program, script or file of weights that was replaced makes another launch of the same words. */
    private static String hash(ProcessSetting around, List<String> command, Map<String, String> environment) {
        try {
            var digest = MessageDigest.getInstance("SHA-256");
            around.processes()
                    .program(command.getFirst(), around.folder())
                    .ifPresent(program -> add(digest, version(program)));
            for (var word : command) {
                add(digest, word);
                for (var part : word.split(File.pathSeparator, -1)) {
                    add(digest, version(around.folder(), part));
                }
            }
            environment.forEach((name, value) -> {
                add(digest, name);
                add(digest, value);
            });
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static void add(MessageDigest digest, String word) {
        digest.update(word.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) 0);
    }

    private static String version(Path folder, String word) {
        try {
            return version(folder.resolve(word));
        } catch (InvalidPathException _) {
            return "";
        }
    }

    private static String version(Path file) {
        try {
            return Files.isRegularFile(file) ? Files.size(file) + " " + Files.getLastModifiedTime(file) : "";
        } catch (IOException _) {
            // It went away this moment.
            return "";
        }
    }
}
