package io.capstan.raft.core;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The specifications of one member, for {@link PutBackTest} to run in a loader of its own. */
final class Specifications {
    private static final List<Class<?>> ALL = List.of(
            QuorumTest.class,
            ConfigurationTest.class,
            VoteTest.class,
            FollowerTest.class,
            LeaderTest.class,
            ForwardedReadsTest.class,
            SnapshotTest.class,
            MemberTest.class,
            HandoverTest.class,
            MembershipTest.class,
            ApplyingTest.class,
            RestTest.class,
            RaftLogTest.class);

    private Specifications() {}

    /** The name of the first that fails, or nothing. */
    static String firstFailure() throws ReflectiveOperationException {
        for (Class<?> type : ALL) {
            List<Method> methods = Arrays.stream(type.getDeclaredMethods())
                    .filter(method -> method.isAnnotationPresent(Test.class))
                    .sorted(Comparator.comparing(Method::getName))
                    .toList();
            for (Method method : methods) {
                Constructor<?> constructor = type.getDeclaredConstructor();
                try {
                    method.invoke(constructor.newInstance());
                } catch (InvocationTargetException e) {
                    return "`" + type.getSimpleName() + "." + method.getName() + "`";
                }
            }
        }
        return "";
    }
}
