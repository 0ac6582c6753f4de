package io.capstan.testkit.history;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Registers by name, with compare-and-set. A state is a value; {@link #ABSENT} before the first write. */
public final class CasRegister implements Model<Object, CasRegister.Request, Object> {
    /** The value of a register that nobody wrote. */
    public static final Object ABSENT = "absent";

    /** The answer to a write, and to a compare-and-set that took place. */
    public static final Object DONE = true;

    /** The answer to a compare-and-set that found another value. */
    public static final Object REFUSED = false;

    /** What one can ask of a register. */
    public sealed interface Request {
        String register();

        /** Answered with the value. */
        record Read(String register) implements Request {}

        record Write(String register, Object value) implements Request {}

        record CompareAndSet(String register, Object expected, Object value) implements Request {}
    }

    @Override
    public Object initial() {
        return ABSENT;
    }

    @Override
    public List<Object> step(Object value, Request request, @Nullable Object answer) {
        if (request instanceof Request.Read) {
            return answer == null || answer.equals(value) ? List.of(value) : List.of();
        } else if (request instanceof Request.Write write) {
            return List.of(write.value());
        }
        Request.CompareAndSet cas = (Request.CompareAndSet) request;
        boolean takesPlace = cas.expected().equals(value);
        if (answer != null && !Objects.equals(answer, takesPlace)) {
            return List.of();
        }
        return List.of(takesPlace ? cas.value() : value);
    }

    @Override
    public Object key(Request request) {
        return request.register();
    }
}
