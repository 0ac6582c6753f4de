package io.capstan.bench.torture.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.capstan.testkit.history.Operation;

/**
 * A request and what came of it.
 *
 * @param input missing when the request had no value
 * @param output missing when there was none
 * @param returned {@link Operation#NEVER} when nobody knows
 * @param error empty, or why it is no {@code ok}
 */
public record Op(
        int process,
        String node,
        String f,
        String key,
        JsonNode input,
        Event.Type outcome,
        JsonNode output,
        long invoked,
        long returned,
        String error) {
    static final JsonNode NONE = MissingNode.getInstance();

    public boolean is(String wanted) {
        return f.equals(wanted);
    }

    public boolean ok() {
        return outcome == Event.Type.OK;
    }

    /** Nobody knows whether it was done. */
    public boolean open() {
        return outcome == Event.Type.INFO;
    }

    /** The service refused, for this reason, of which the first word says the kind: that is an answer too. */
    public boolean refused(String why) {
        return outcome == Event.Type.FAIL && error.split(":", 2)[0].equals(why);
    }

    /** The same as a judge's operation. */
    public <I, O> Operation<I, O> answered(I request, O answer) {
        return Operation.answered(process, request, answer, invoked, returned);
    }

    public <I, O> Operation<I, O> unanswered(I request) {
        return Operation.open(process, request, invoked);
    }
}
