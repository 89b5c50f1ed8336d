package dev.forebay.bundled;

import java.math.BigDecimal;
import java.util.List;

/** An arithmetic expression as a tree. */
sealed interface Expression {
    record Value(BigDecimal number) implements Expression {}

    record Negated(Expression of) implements Expression {}

    record Percent(Expression of) implements Expression {}

    record Factorial(Expression of) implements Expression {}

    record Binary(Operator operator, Expression left, Expression right) implements Expression {}

    record Call(Function function, List<Expression> arguments) implements Expression {}

    enum Operator {
        ADD,
        SUBTRACT,
        MULTIPLY,
        DIVIDE,
        REMAINDER,
        POWER
    }
}
