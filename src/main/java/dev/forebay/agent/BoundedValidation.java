package dev.forebay.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.Error;
import com.networknt.schema.ExecutionContext;
import com.networknt.schema.OutputFormat;
import com.networknt.schema.Schema;
import java.util.List;

/**
 * One validation that is given up after so many keywords. A dozen definitions that each refer ten times to the next make
 * a small schema that takes longer than anybody lives, on a thread that no interrupt reaches.
 */
final class BoundedValidation extends ExecutionContext {
    private static final int KEYWORDS_MAX = 1_000_000;
    private int keywords;

    private BoundedValidation(Schema schema) {
        super(schema.createExecutionContext().getExecutionConfig());
    }

    /** @throws TooManySteps if it takes too long */
    static List<Error> errors(Schema schema, JsonNode value) {
        return schema.validate(new BoundedValidation(schema), value, OutputFormat.DEFAULT);
    }

    /** The validator comes by here before every keyword. */
    @Override
    public void evaluationPathAddLast(String keyword) {
        if (++keywords > KEYWORDS_MAX) {
            throw new TooManySteps();
        }
        super.evaluationPathAddLast(keyword);
    }
}
