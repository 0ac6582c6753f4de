package io.capstan.bench.torture;

import io.capstan.demo.UserError;
import io.capstan.testkit.FaultTarget;
import io.capstan.testkit.Faults;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Plays faults on nobody, before there are nodes: whoever names somebody whom there is not learns it at once. */
final class Rehearsal {
    private final List<String> names;

    private Rehearsal(List<String> names) {
        this.names = names;
    }

    /** @throws UserError in one line, when there is nothing to play or nobody to play it on */
    static void of(Faults faults, List<String> names) {
        if (faults.steps().isEmpty()) {
            throw new UserError("--faults names no fault: 'cut a|b,c; wait 5s', for one");
        }
        Rehearsal rehearsal = new Rehearsal(names);
        FaultTarget nobody = (FaultTarget) Proxy.newProxyInstance(
                Rehearsal.class.getClassLoader(), new Class<?>[] {FaultTarget.class}, rehearsal::play);
        try {
            faults.applyTo(nobody);
        } catch (IllegalArgumentException wrong) {
            throw new UserError("--faults: " + wrong.getMessage());
        }
    }

    private @Nullable Object play(Object nobody, Method method, Object @Nullable [] arguments) {
        switch (method.getName()) {
            case "names" -> {
                return names;
            }
            case "leader", "one" -> {
                return names.get(0);
            }
            default -> {
                for (Object argument : arguments == null ? new Object[0] : arguments) {
                    if (argument instanceof String name && !names.contains(name)) {
                        throw new IllegalArgumentException("there is no node \"" + name + "\", but " + names);
                    }
                }
                return null;
            }
        }
    }
}
