package dev.forebay.openai;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import dev.forebay.upstream.Body;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The client's body with few edits: the model's name, {@code stream_options}, and {@code x_forebay} and an empty {@code
 * mcp_servers}, which are for us alone. All other bytes are the client's own.
 */
final class RelayBody implements Body {
    private static final String WITH_USAGE = "\"stream_options\":{\"include_usage\":true}";

    private record Edit(int from, int to, String text) {}

    private final Buffer original;
    private final RequestScan scan;

    RelayBody(Buffer original, RequestScan scan) {
        this.original = original;
        this.scan = scan;
    }

    @Override
    public Buffer forReplica(String model, boolean streamUsage) {
        var edits = new ArrayList<Edit>(4);
        if (!model.equals(scan.model())) {
            var member = scan.modelMember();
            edits.add(new Edit(member.valueFrom(), member.valueTo(), quoted(model)));
        }
        if (scan.stream()) {
            usage(streamUsage, edits);
        }
        if (scan.forebay() != null) {
            edits.add(without(scan.forebay()));
        }
        if (scan.mcpServers() != null) {
            edits.add(without(scan.mcpServers()));
        }
        return edits.isEmpty() ? original : apply(edits);
    }

    @Override
    public int bytes() {
        return original.length();
    }

    private void usage(boolean streamUsage, List<Edit> edits) {
        var options = scan.streamOptions();
        if (!streamUsage) {
            if (options != null) {
                edits.add(without(options));
            }
        } else if (options == null) {
            var member = scan.modelMember();
            edits.add(new Edit(member.from(), member.from(), WITH_USAGE + ","));
        } else if (original.getByte(options.valueFrom()) != '{') {
            edits.add(new Edit(options.from(), options.valueTo(), WITH_USAGE));
        } else if (!scan.usageAskedFor()) {
            edits.add(inside(options, scan.includeUsage()));
        }
    }

    private Edit inside(RequestScan.Member options, RequestScan.@Nullable Member includeUsage) {
        if (includeUsage != null) {
            return new Edit(includeUsage.valueFrom(), includeUsage.valueTo(), "true");
        }
        var at = options.valueFrom() + 1;
        return new Edit(at, at, "\"include_usage\":true" + (scan.streamOptionsEmpty() ? "" : ","));
    }

    /** Takes a member out together with the comma before it or, if it is the first, the one behind it. */
    private Edit without(RequestScan.Member member) {
        var from = member.from() - 1;
        while (isBlank(original.getByte(from))) {
            from--;
        }
        return original.getByte(from) == ','
                ? new Edit(from, member.valueTo(), "")
                : new Edit(member.from(), pastComma(member.valueTo()), "");
    }

    private int pastComma(int at) {
        var to = at;
        while (isBlank(original.getByte(to))) {
            to++;
        }
        return original.getByte(to) == ',' ? to + 1 : at;
    }

    private Buffer apply(List<Edit> edits) {
        edits.sort(Comparator.comparingInt(Edit::from));
        var edited = Buffer.buffer(original.length() + 64);
        var at = 0;
        for (var edit : edits) {
            // Of two members taken out side by side the first may have taken the comma that the second counts on.
            var sharesComma = edit.from() < at;
            if (!sharesComma) {
                edited.appendBuffer(original, at, edit.from() - at);
            }
            edited.appendString(edit.text());
            at = sharesComma ? pastComma(edit.to()) : edit.to();
        }
        return edited.appendBuffer(original, at, original.length() - at);
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\n' || b == '\r' || b == '\t';
    }

    private static String quoted(String text) {
        return "\"" + new String(JsonStringEncoder.getInstance().quoteAsUTF8(text), StandardCharsets.UTF_8) + "\"";
    }
}
