package dev.forebay.chat;

/**
 * Something that answers a chat request. {@link #run} blocks its thread, which must be a virtual one, until the answer
 * is complete; it is cancelled by interrupting that thread, and then ends with {@link InterruptedException} after the
 * connection to the engine has been reset. Implementations hold no state of a request on the instance.
 */
public interface Model {
    /**
     * @param request owned by the model from here on
     * @return the completion, whose text and calls have also been emitted to the sink
     * @throws ModelFailure if there is no complete answer; what was emitted before is void
     */
    Completion run(ChatRequest request, Call call, Sink sink) throws InterruptedException;
}
