package dev.forebay.agent;

import com.networknt.schema.SchemaException;
import com.networknt.schema.regex.RegularExpression;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A {@code pattern} of a tool's schema. It comes from a server that need not be trusted, so that a match which goes back
 * and forth too often is given up instead of holding a processor.
 */
final class BoundedRegex implements RegularExpression {
    private static final int STEPS_MAX = 1_000_000;
    private final Pattern pattern;

    BoundedRegex(String regex) {
        try {
            pattern = Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new SchemaException(
                    "the pattern " + Excerpt.of(regex) + " is no regular expression: " + e.getDescription());
        }
    }

    @Override
    public boolean matches(String value) {
        return pattern.matcher(new Counted(value, new AtomicInteger())).find();
    }

    /** Text that counts how often it is looked at; parts of it count together. */
    private record Counted(CharSequence text, AtomicInteger steps) implements CharSequence {
        @Override
        public char charAt(int index) {
            if (steps.incrementAndGet() > STEPS_MAX) {
                throw new TooManySteps();
            }
            return text.charAt(index);
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return new Counted(text.subSequence(start, end), steps);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
