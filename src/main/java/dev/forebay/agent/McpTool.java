package dev.forebay.agent;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * OpenAI's tool object of type {@code mcp}, as its Responses API has it; members unknown to us are passed over.
 *
 * @param server a URL, or the name of a configured server
 * @param allowed the tools to take; empty if the request does not say
 * @param readOnly true if only tools that change nothing may be taken
 * @param serverParam the parameter that named the server
 */
record McpTool(
        String server,
        String label,
        Optional<Set<String>> allowed,
        boolean readOnly,
        Map<String, String> headers,
        String serverParam) {
    private static final int LABEL_CHARS_MAX = 128;
    private static final int HEADERS_MAX = 32;
    private static final int HEADER_CHARS_MAX = 8192;
    private static final Pattern HEADER_NAME = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,128}");
    private static final Pattern HEADER_VALUE = Pattern.compile("[\\x20-\\x7e\\t\\x80-\\xff]*");

    static McpTool read(JsonNode tool, String param) {
        var approval = tool.path("require_approval");
        if (!isAbsent(approval) && !approval.asText().equals("never")) {
            throw AgentRequest.wrong(
                    param + ".require_approval: approvals are not available yet; set it to \"never\" or leave it out",
                    param + ".require_approval");
        }
        var label = text(tool, "server_label", param);
        if (label.isBlank() || label.length() > LABEL_CHARS_MAX) {
            throw AgentRequest.wrong(
                    param + ".server_label: need a label of 1 to " + LABEL_CHARS_MAX + " characters",
                    param + ".server_label");
        }
        var hasUrl = !isAbsent(tool.path("server_url"));
        if (!hasUrl && !isAbsent(tool.path("connector_id"))) {
            throw AgentRequest.wrong(
                    param + ".connector_id: connectors are not available; give server_url or the name of a"
                            + " configured server as server_label",
                    param + ".connector_id");
        }
        var server = hasUrl ? text(tool, "server_url", param).strip() : label;
        var headers = headers(tool, param);
        if (!RunServers.isUrl(server) && !headers.isEmpty()) {
            throw AgentRequest.wrong(
                    param
                            + ".headers: a configured server has its own credentials; leave headers and authorization out",
                    param + ".headers");
        }
        return new McpTool(
                server,
                label,
                allowed(tool.path("allowed_tools"), param + ".allowed_tools"),
                tool.path("allowed_tools").path("read_only").asBoolean(false),
                headers,
                param + (hasUrl ? ".server_url" : ".server_label"));
    }

    private static Optional<Set<String>> allowed(JsonNode json, String param) {
        var names = json.isObject() ? json.path("tool_names") : json;
        if (isAbsent(names)) {
            return Optional.empty();
        }
        var allowed = new HashSet<String>();
        for (var name : names) {
            if (name.isTextual()) {
                allowed.add(name.asText());
            }
        }
        if (!names.isArray() || allowed.size() < names.size()) {
            throw AgentRequest.wrong(
                    param + ": need a list of names, each once, or {\"tool_names\": [...]}, got " + Excerpt.of(json),
                    param);
        }
        return Optional.of(allowed);
    }

    private static Map<String, String> headers(JsonNode tool, String param) {
        var headers = new LinkedHashMap<String, String>();
        var json = tool.path("headers");
        if (!isAbsent(json) && (!json.isObject() || json.size() > HEADERS_MAX)) {
            throw AgentRequest.wrong(
                    param + ".headers: need an object of at most " + HEADERS_MAX + " headers", param + ".headers");
        }
        json.properties().forEach(e -> headers.put(e.getKey(), headerValue(e.getKey(), e.getValue(), param)));
        if (!isAbsent(tool.path("authorization"))) {
            var token = headerValue("authorization", tool.path("authorization"), param);
            headers.keySet().removeIf("authorization"::equalsIgnoreCase);
            // OpenAI's member is the bare token; a value with its scheme is taken as it stands.
            headers.put("authorization", token.contains(" ") ? token : "Bearer " + token);
        }
        return headers;
    }

    /** Values may be secrets: a message never shows them. */
    private static String headerValue(String name, JsonNode value, String param) {
        if (!HEADER_NAME.matcher(name).matches()
                || !value.isTextual()
                || value.asText().length() > HEADER_CHARS_MAX
                || !HEADER_VALUE.matcher(value.asText()).matches()) {
            throw AgentRequest.wrong(
                    param + ".headers: " + Excerpt.of(name) + " is no valid header of text", param + ".headers");
        }
        return value.asText();
    }

    private static String text(JsonNode tool, String member, String param) {
        var value = tool.path(member);
        if (!value.isTextual()) {
            throw AgentRequest.wrong(
                    param + "." + member + ": need text, got " + (isAbsent(value) ? "nothing" : Excerpt.of(value)),
                    param + "." + member);
        }
        return value.asText();
    }

    private static boolean isAbsent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }
}
