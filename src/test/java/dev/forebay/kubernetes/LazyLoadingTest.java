package dev.forebay.kubernetes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** A gateway without nodepools on Kubernetes does not pay for the client's classes. */
class LazyLoadingTest {
    @Test
    void aProviderThatWatchesNothingLoadsNothingOfTheClient() throws Exception {
        var asked = new ArrayList<String>();
        try (var loader = new Watching(asked)) {
            var type = loader.loadClass(KubernetesProvider.class.getName());
            assertNotSame(KubernetesProvider.class, type);
            LongSupplier nanos = System::nanoTime;
            var provider = type.getConstructor(InstantSource.class, LongSupplier.class)
                    .newInstance(InstantSource.system(), nanos);
            ((AutoCloseable) provider).close();
        }
        assertEquals(List.of(), asked);
    }

    /** Loads our classes anew and notes which of the client are asked for. */
    private static final class Watching extends URLClassLoader {
        private final List<String> asked;

        Watching(List<String> asked) throws Exception {
            super(new URL[] {Path.of("target/classes").toUri().toURL()}, LazyLoadingTest.class.getClassLoader());
            this.asked = asked;
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("io.fabric8.")) {
                asked.add(name);
            }
            if (name.startsWith("dev.forebay.kubernetes.")) {
                synchronized (getClassLoadingLock(name)) {
                    var loaded = findLoadedClass(name);
                    return loaded == null ? findClass(name) : loaded;
                }
            }
            return super.loadClass(name, resolve);
        }
    }
}
