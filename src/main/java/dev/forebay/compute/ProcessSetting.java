package dev.forebay.compute;

import dev.forebay.process.Processes;
import io.vertx.ext.web.client.WebClient;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;

/**
 * What all replicas that are processes share.
 *
 * @param self program and arguments that the word {@code forebay} stands for
 * @param folder where they run, and where what they write is kept
 */
record ProcessSetting(
        Processes processes,
        List<String> self,
        WebClient client,
        Path folder,
        InstantSource clock,
        LongSupplier nanos,
        IntSupplier ports,
        Pace pace,
        Machine machine,
        Weights weights) {}
