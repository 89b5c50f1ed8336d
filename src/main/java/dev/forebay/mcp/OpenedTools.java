package dev.forebay.mcp;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.agent.Tools.Progress;
import dev.forebay.agent.Tools.Result;
import dev.forebay.agent.Tools.Tool;
import dev.forebay.agent.Tools.ToolFailure;
import dev.forebay.agent.Tools.Toolbox;
import dev.forebay.agent.Tools.Unavailable;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The tools of one request. Servers are looked up again at each call: an idle one may have been closed meanwhile. */
final class OpenedTools implements Toolbox {
    /** Finds a server. */
    @FunctionalInterface
    interface Target {
        Server server() throws ToolFailure;
    }

    private final List<Tool> tools;
    private final List<Unavailable> unavailable;
    private final Map<String, Target> targets;

    /** @param targets by the label that the request knows the server by */
    OpenedTools(List<Tool> tools, List<Unavailable> unavailable, Map<String, Target> targets) {
        this.tools = List.copyOf(tools);
        this.unavailable = List.copyOf(unavailable);
        this.targets = Map.copyOf(targets);
    }

    @Override
    public List<Tool> tools() {
        return tools;
    }

    @Override
    public List<Unavailable> unavailable() {
        return unavailable;
    }

    @Override
    public Result call(Tool tool, ObjectNode arguments, Duration timeout, Duration timeoutMax, Progress progress)
            throws ToolFailure, InterruptedException {
        return target(tool).server().call(tool.name(), arguments, new Patience(timeout, timeoutMax), progress);
    }

    @Override
    public boolean isAvailable(Tool tool) {
        try {
            return target(tool).server().isAvailable();
        } catch (ToolFailure _) {
            return false;
        }
    }

    private Target target(Tool tool) {
        var target = targets.get(tool.server());
        if (target == null) {
            throw new IllegalArgumentException("this toolbox has no server " + tool.server());
        }
        return target;
    }
}
