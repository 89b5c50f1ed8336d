package dev.forebay.openai;

import dev.forebay.chat.Completion;
import dev.forebay.chat.Sink;

/** Where an agent's run writes its answer. {@link #end} is called once after the run, on the run's thread. */
interface AgentSink extends Sink {
    void end(Completion completion) throws InterruptedException;

    /** The run failed. */
    void fail(ErrorAnswer error);

    /** Nobody reads any more: wakes a run that waits to write. Called on the event loop. */
    void gone();
}
