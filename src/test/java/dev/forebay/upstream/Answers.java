package dev.forebay.upstream;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What a well-behaved model server sends, and the usual ways of getting it wrong. */
public final class Answers {
    public static final String USAGE = "{\"prompt_tokens\":3,\"completion_tokens\":2,\"total_tokens\":5,"
            + "\"prompt_tokens_details\":{\"cached_tokens\":1},\"completion_tokens_details\":{\"reasoning_tokens\":1}}";

    private Answers() {}

    /** A chunk of a chat completion with this delta, its finish reason null. */
    public static String chunk(String delta) {
        return "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"theirs\",\"choices\":"
                + "[{\"index\":0,\"delta\":" + delta + ",\"finish_reason\":null}]}";
    }

    public static String text(String words) {
        return chunk("{\"content\":\"" + words + "\"}");
    }

    public static String finish(String reason) {
        return "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"theirs\",\"choices\":"
                + "[{\"index\":0,\"delta\":{},\"finish_reason\":\"" + reason + "\"}]}";
    }

    public static String usage() {
        return "{\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"theirs\",\"choices\":[],"
                + "\"usage\":" + USAGE + "}";
    }

    /** Events of an answer that says hello: two texts, the finish, the usage. */
    public static List<String> hello() {
        return List.of(text("hel"), text("lo"), finish("stop"), usage());
    }

    /** The events as a stream with {@code [DONE]}, lines ended by {@code lineEnd}. */
    public static String stream(List<String> events, String lineEnd) {
        var all = new ArrayList<>(events);
        all.add("[DONE]");
        var stream = new StringBuilder();
        all.forEach(
                event -> stream.append("data: ").append(event).append(lineEnd).append(lineEnd));
        return stream.toString();
    }

    /** A stream of these events, each a chunk, with {@code [DONE]}. */
    public static FakeUpstream.Script streaming(String... events) {
        return peer -> {
            peer.streamHead();
            for (var event : events) {
                peer.event(event);
            }
            peer.event("[DONE]").endChunks();
        };
    }

    public static FakeUpstream.Script streamingHello() {
        return streaming(hello().toArray(String[]::new));
    }

    /** A hello, as a stream or whole, as the request asks. */
    public static FakeUpstream.Script helloAsAsked(FakeUpstream.Request request) {
        return request.text().contains("\"stream\":true") ? streamingHello() : json(completion("hello"));
    }

    /** A whole chat completion with this content. */
    public static String completion(String content) {
        return "{\"id\":\"c1\",\"object\":\"chat.completion\",\"created\":1,\"model\":\"theirs\",\"choices\":[{\"index\":0,"
                + "\"message\":{\"role\":\"assistant\",\"content\":\"" + content + "\"},\"finish_reason\":\"stop\"}],"
                + "\"usage\":" + USAGE + "}";
    }

    public static FakeUpstream.Script json(String body) {
        return peer -> peer.whole(200, "application/json", body.getBytes(StandardCharsets.UTF_8));
    }

    public static FakeUpstream.Script refusal(int status, String body, String... headers) {
        return peer -> peer.whole(
                status,
                "application/json",
                body.getBytes(StandardCharsets.UTF_8),
                Arrays.copyOf(headers, headers.length));
    }

    /** Takes the request and resets the connection. */
    public static FakeUpstream.Script reset() {
        return Peer::reset;
    }

    /** Takes the request and closes the connection without an answer. */
    public static FakeUpstream.Script cut() {
        return Peer::close;
    }

    /** Takes the request and says nothing until the other side gives up. */
    public static FakeUpstream.Script silence() {
        return Peer::stall;
    }
}
