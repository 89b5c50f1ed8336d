package dev.forebay.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value of a record component whose key is absent, in the form it would have in YAML: {@code @Default("8080")},
 * {@code @Default("32 MiB")}, {@code @Default("[]")}. A component without it is required unless it is an
 * {@code Optional}, a {@code List} or a {@code Map} (empty when absent).
 */
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Default {
    String value();
}
