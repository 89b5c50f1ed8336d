package dev.forebay.mcp;

import dev.forebay.config.Binding;
import dev.forebay.config.ConfigException;
import dev.forebay.config.Default;
import dev.forebay.config.Node;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads Clarifai's {@code config.yaml} of an MCP server as it is: {@code model}, {@code mcp_server} and
 * {@code secrets}. What else stands in it is theirs and only noted.
 */
final class ClarifaiServer {
    private static final Logger log = LoggerFactory.getLogger(ClarifaiServer.class);

    /** Their blocks; build and compute are for their own service and have no meaning here. */
    record File(
            Model model,
            Program mcpServer,
            List<EnvSecret> secrets,
            Optional<Build> buildInfo,
            Optional<Build> inferenceComputeInfo,
            Optional<Build> compute) {}

    record Model(@Default("") String id, @Default("mcp") String modelTypeId) {
        Model {
            if (!modelTypeId.equals("mcp")) {
                throw new IllegalArgumentException("model_type_id: need mcp, got " + modelTypeId);
            }
        }
    }

    record Program(String command, List<String> args, Map<String, String> env) {}

    /** Filled from the gateway's own environment unless the value stands here. */
    record EnvSecret(@Default("") String id, String envVar, Optional<String> value) {}

    record Build() {}

    private ClarifaiServer() {}

    /** @throws ConfigException if what we need of it is missing or wrong */
    static McpServerFile read(Node.Mapping node, Function<String, @Nullable String> environment) {
        var file = Binding.bindLeniently(
                node,
                File.class,
                environment,
                problem -> log.atWarn()
                        .addKeyValue("file", problem.source())
                        .addKeyValue("line", problem.line())
                        .addKeyValue("key", problem.path())
                        .log("unknown key passed over"));
        if (!(node.members().get("mcp_server") instanceof Node.Mapping program)) {
            throw new ConfigException(node.place().problem("mcp_server: need the command that starts the server"));
        }
        var members = new LinkedHashMap<String, Node>();
        for (var key : List.of("command", "args")) {
            var value = program.members().get(key);
            if (value != null) {
                members.put(key, value);
            }
        }
        members.put("env", env(program, file.secrets(), environment));
        return Binding.bind(new Node.Mapping(program.place(), members), McpServerFile.class, environment);
    }

    private static Node env(
            Node.Mapping program, List<EnvSecret> secrets, Function<String, @Nullable String> environment) {
        var place = program.place();
        var variables = new LinkedHashMap<String, Node>();
        if (program.members().get("env") instanceof Node.Mapping(var at, var members)) {
            place = at;
            variables.putAll(members);
        }
        for (var secret : secrets) {
            var value = secret.value().orElse(environment.apply(secret.envVar()));
            if (value == null) {
                log.atWarn()
                        .addKeyValue("file", place.source())
                        .addKeyValue("variable", secret.envVar())
                        .log("a secret of an mcp server is not set in the environment");
            } else {
                // It is the value itself: what looks like a reference in it is none.
                variables.put(secret.envVar(), new Node.Scalar(place, value.replace("${", "$${"), false));
            }
        }
        return new Node.Mapping(place, variables);
    }
}
