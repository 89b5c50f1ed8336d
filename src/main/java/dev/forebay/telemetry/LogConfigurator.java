package dev.forebay.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;

/**
 * Sets the log up, in place of a file in XML, which would cost a start more time than all else that is done for the log.
 * {@code FOREBAY_LOG} is {@code json} or {@code text}, {@code FOREBAY_LOG_LEVEL} the level of our own loggers; each as a
 * system property or in the environment. Logback makes it, so it has to look for them itself. Whoever names a file of
 * their own by {@code logback.configurationFile} gets that instead.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class LogConfigurator extends ContextAwareBase implements Configurator {
    private final Function<String, Optional<String>> settings;

    /** Called by logback. */
    public LogConfigurator() {
        this(name -> Optional.ofNullable(System.getProperty(name, System.getenv(name))));
    }

    LogConfigurator(Function<String, Optional<String>> settings) {
        this.settings = settings;
    }

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        if (settings.apply("logback.configurationFile").isPresent()) {
            return ExecutionStatus.INVOKE_NEXT_IF_ANY;
        }
        var appender = new LogAppender();
        appender.setContext(context);
        appender.setName("stderr");
        appender.setFormat(settings.apply("FOREBAY_LOG").orElse("json"));
        appender.start();
        var root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(appender);
        // It complains of members and patterns of a tool's schema, which a server wrote and nobody here can mend; of a
        // schema that cannot be used we tell ourselves.
        context.getLogger("com.networknt.schema").setLevel(Level.OFF);
        context.getLogger("dev.forebay")
                .setLevel(Level.toLevel(settings.apply("FOREBAY_LOG_LEVEL").orElse("info"), Level.INFO));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }
}
