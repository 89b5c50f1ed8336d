package dev.forebay.openai;

import dev.forebay.chat.Completion;
import dev.forebay.chat.Sink;
import dev.forebay.http.EdgeObserver.Abort;

/** Where an agent's run writes its answer. {@link #end} is called once after the run, on the run's thread. */
interface AgentSink extends Sink {
    void end(Completion completion) throws InterruptedException;

    /**
     * The run failed.
     *
     * @param reason what that is to a stream which has begun
     */
    void fail(ErrorAnswer error, Abort reason);

    /** Nobody reads any more: wakes a run that waits to write. Called on the event loop. */
    void gone();
}
