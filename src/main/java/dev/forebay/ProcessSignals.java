package dev.forebay;

import java.lang.reflect.Proxy;
import java.util.function.Consumer;

/**
 * Hears of SIGINT, SIGTERM and SIGHUP (read the configuration again, or: its terminal was closed). A shutdown hook can tell neither one from the other nor
 * the first from the second. The JDK's own class for it lives in {@code jdk.unsupported} and is reached by reflection, since
 * javac warns of its name.
 */
final class ProcessSignals {
    private ProcessSignals() {}

    /** @param handler gets {@code INT}, {@code TERM} or {@code HUP}, on a thread of the JVM's */
    static void handle(Consumer<String> handler) {
        try {
            var signal = Class.forName("sun.misc.Signal");
            var type = Class.forName("sun.misc.SignalHandler");
            var proxy = Proxy.newProxyInstance(
                    ProcessSignals.class.getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
                        if (!method.getName().equals("handle")) {
                            throw new UnsupportedOperationException(method.getName());
                        }
                        handler.accept((String) signal.getMethod("getName").invoke(arguments[0]));
                        return null;
                    });
            for (var name : new String[] {"INT", "TERM", "HUP"}) {
                var instance = signal.getConstructor(String.class).newInstance(name);
                signal.getMethod("handle", signal, type).invoke(null, instance, proxy);
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this JVM has no sun.misc.Signal", e);
        }
    }
}
