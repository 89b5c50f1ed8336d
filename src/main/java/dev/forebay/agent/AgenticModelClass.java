package dev.forebay.agent;

import dev.forebay.chat.Call;
import dev.forebay.chat.ChatRequest;
import dev.forebay.chat.Completion;
import dev.forebay.chat.Model;
import dev.forebay.chat.ModelFailure;
import dev.forebay.chat.Sink;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A model that finds tools and calls them inside one request: it asks the model below for an answer, runs the tools that
 * the answer asks for, and asks again with their results, until there is an answer or a budget is spent. To its caller
 * it is one model with one answer; only calls of the caller's own tools come out.
 *
 * <p>One instance serves all requests to a model on an event loop, at the same time. It holds nothing of any of them:
 * what belongs to a request lives in its {@link Run}.
 */
public final class AgenticModelClass implements Model {
    private final String id;
    private final Model upstream;
    private final Tools tools;
    private final AgentSettings settings;
    private final Continuations continuations;
    private final RunMemory memory;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final Supplier<String> ids;
    private final RunObserver observer;
    private final Arguments arguments = new Arguments(new Schemas());

    /**
     * @param id the configured model's id, for metrics
     * @param upstream answers one round; requests go to it with everything that the loop does not act on
     * @param memory shared by all models on all event loops
     * @param nanos a clock for spans of time
     * @param ids ids for the calls that a client is shown: unique and not to be guessed, letters, digits, {@code _}
     */
    public AgenticModelClass(
            String id,
            Model upstream,
            Tools tools,
            AgentSettings settings,
            Continuations continuations,
            RunMemory memory,
            InstantSource clock,
            LongSupplier nanos,
            Supplier<String> ids,
            RunObserver observer) {
        this.id = id;
        this.upstream = upstream;
        this.tools = tools;
        this.settings = settings;
        this.continuations = continuations;
        this.memory = memory;
        this.clock = clock;
        this.nanos = nanos;
        this.ids = ids;
        this.observer = observer;
    }

    /**
     * {@inheritDoc}
     *
     * @throws ModelFailure.AfterEffects instead of any failure that clients answer by sending the request again, once a
     *     tool that may have side effects was called
     * @throws ModelFailure.Overloaded if all runs together would keep more than they may
     */
    @Override
    public Completion run(ChatRequest request, Call call, Sink sink) throws InterruptedException {
        var account = new Account(id, call, observer, nanos, memory.share());
        @Nullable String error = "internal";
        try {
            var completion = Run.open(this, account, request, call, sink).answer();
            error = null;
            return completion;
        } catch (InterruptedException e) {
            error = call.interruption().word();
            throw e;
        } catch (RuntimeException e) {
            var failure = account.effects().after(e);
            if (failure instanceof ModelFailure known) {
                error = known.word();
            }
            throw failure;
        } finally {
            account.ended(error);
        }
    }

    Model upstream() {
        return upstream;
    }

    Tools tools() {
        return tools;
    }

    AgentSettings settings() {
        return settings;
    }

    Continuations continuations() {
        return continuations;
    }

    InstantSource clock() {
        return clock;
    }

    LongSupplier nanos() {
        return nanos;
    }

    Supplier<String> ids() {
        return ids;
    }

    Arguments arguments() {
        return arguments;
    }
}
