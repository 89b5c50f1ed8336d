package dev.forebay.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/** The faulty server as a child process. Its arguments are behaviours; {@code serve-mcp} makes it the bundled one. */
public final class FaultServer {
    private FaultServer() {}

    /** The command that starts it with the test's own Java and class path. */
    public static List<String> command(String... behaviours) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-cp",
                System.getProperty("java.class.path"),
                FaultServer.class.getName()));
        command.addAll(Arrays.asList(behaviours));
        return command;
    }

    public static void main(String[] args) throws Exception {
        if (args.length > 0 && args[0].equals("serve-mcp")) {
            FaultBundle.serve(List.of(args).subList(1, args.length));
            return;
        }
        var tools = new FaultTools(Set.of(args));
        if (tools.does("dies")) {
            System.err.println("cannot work here");
            System.exit(5);
        }
        if (tools.does("banner")) {
            System.out.println("Welcome to the server!\n\n  {not json}\n[INFO] ready");
        }
        if (tools.does("stubborn")) {
            Runtime.getRuntime().addShutdownHook(new Thread(FaultServer::stayForEver));
        }
        if (tools.does("grandchild")) {
            var grandchild = new ProcessBuilder("sleep", "300").start();
            System.err.println("grandchild " + grandchild.pid());
        }
        serve(tools);
        if (tools.does("stubborn")) {
            stayForEver();
        }
    }

    static void serve(FaultTools tools) throws Exception {
        var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
        tools.unasked = message -> line(out, message.toString());
        tools.rawOutput = text -> line(out, text);
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            var message = FaultTools.JSON.readTree(line);
            if (tools.does("deaf") && message.path("method").asText().equals("tools/call")) {
                stayForEver();
            }
            Thread.ofVirtual().start(() -> handle(tools, message, out));
        }
    }

    private static void handle(FaultTools tools, com.fasterxml.jackson.databind.JsonNode message, PrintStream out) {
        try {
            tools.handle(message, (ObjectNode answer) -> line(out, answer.toString()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static synchronized void line(PrintStream out, String line) {
        out.println(line);
        out.flush();
    }

    private static void stayForEver() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
