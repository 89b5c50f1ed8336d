package dev.forebay;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.forebay.agent.Tools;
import dev.forebay.chat.Call;
import dev.forebay.chat.ChatRequest;
import dev.forebay.chat.Completion;
import dev.forebay.chat.Model;
import dev.forebay.chat.ModelFailure;
import dev.forebay.chat.Sink;
import dev.forebay.http.Health;
import java.time.Duration;
import java.util.List;

/** Once the gateway stops, running turns and tools go on to their end, but no round and no tool call begins. */
final class Draining {
    private final Health health;

    Draining(Health health) {
        this.health = health;
    }

    Model guard(Model model) {
        return new Model() {
            @Override
            public Completion run(ChatRequest request, Call call, Sink sink) throws InterruptedException {
                if (isStopping()) {
                    throw new ModelFailure.ShuttingDown();
                }
                return model.run(request, call, sink);
            }
        };
    }

    Tools guard(Tools tools) {
        return (sources, caller) -> new Guarded(tools.open(sources, caller));
    }

    private boolean isStopping() {
        return health.state() == Health.State.STOPPING;
    }

    private final class Guarded implements Tools.Toolbox {
        private final Tools.Toolbox box;

        Guarded(Tools.Toolbox box) {
            this.box = box;
        }

        @Override
        public List<Tools.Tool> tools() {
            return box.tools();
        }

        @Override
        public List<Tools.Unavailable> unavailable() {
            return box.unavailable();
        }

        @Override
        public Tools.Result call(
                Tools.Tool tool, ObjectNode arguments, Duration timeout, Duration timeoutMax, Tools.Progress progress)
                throws Tools.ToolFailure, InterruptedException {
            if (isStopping()) {
                throw new Tools.ToolFailure(
                        Tools.ToolFailure.Kind.UNAVAILABLE, "the gateway is shutting down; the tool was not run", null);
            }
            return box.call(tool, arguments, timeout, timeoutMax, progress);
        }

        @Override
        public boolean isAvailable(Tools.Tool tool) {
            return box.isAvailable(tool);
        }
    }
}
