package dev.forebay.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * The kernel's own account of the time that another process has had, threads that have ended included. It counts in
 * nanoseconds, where {@code /proc/PID/stat} shows ticks of ten milliseconds: {@code clock_getcpuclockid(3)}.
 */
final class CpuClock {
    private static final MethodHandle ID = function("clock_getcpuclockid");
    private static final MethodHandle TIME = function("clock_gettime");
    private static final long NANOS_OF_SECOND = 1_000_000_000;

    private CpuClock() {}

    static long nanos(long pid) {
        try (var arena = Arena.ofConfined()) {
            var id = arena.allocate(ValueLayout.JAVA_INT);
            var time = arena.allocate(ValueLayout.JAVA_LONG, 2);
            if ((int) ID.invokeExact((int) pid, id) != 0
                    || (int) TIME.invokeExact(id.get(ValueLayout.JAVA_INT, 0), time) != 0) {
                throw new IllegalStateException("process " + pid + " has no clock; has it ended?");
            }
            return time.getAtIndex(ValueLayout.JAVA_LONG, 0) * NANOS_OF_SECOND
                    + time.getAtIndex(ValueLayout.JAVA_LONG, 1);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** The benchmark's JVM is started with leave to call native code. */
    @SuppressWarnings("restricted")
    private static MethodHandle function(String name) {
        var linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().find(name).orElseThrow(),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    }
}
