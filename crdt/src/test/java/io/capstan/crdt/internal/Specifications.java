package io.capstan.crdt.internal;

import io.capstan.testkit.sim.Scenario;
import io.capstan.testkit.sim.Seeds;
import io.capstan.testkit.sim.SimulationFailure;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The tests without a world around them, run without JUnit: for {@link PutBackTest}, whose classes are copies. */
final class Specifications {
    private static final List<String> CLASSES = List.of(
            "core.TableTest",
            "core.ForgettingTest",
            "core.VisibilityTest",
            "core.RepairTest",
            "core.SlotRowsTest",
            "core.BaselineTest",
            "core.OperationsTest",
            "core.HoldingTest",
            "core.LedgerTest",
            "core.OnDiskTest",
            "core.CleanedResetTest",
            "internal.FoldTest",
            "internal.TrimTest",
            "internal.BegunAnewTest",
            "internal.WritesTest",
            "internal.GateTest",
            "internal.ResetTest",
            "internal.WindowTest",
            "internal.BoundedTest",
            "internal.CellsTest");

    private Specifications() {}

    /** The first that fails, or a dash. */
    static String firstFailure() throws ReflectiveOperationException {
        for (String name : CLASSES) {
            Class<?> type = Class.forName("io.capstan.crdt." + name);
            List<Method> tests = Arrays.stream(type.getDeclaredMethods())
                    .filter(method -> method.isAnnotationPresent(Test.class))
                    .sorted(Comparator.comparing(Method::getName))
                    .toList();
            for (Method test : tests) {
                Constructor<?> constructor = type.getDeclaredConstructor();
                constructor.setAccessible(true);
                test.setAccessible(true);
                try {
                    test.invoke(constructor.newInstance());
                } catch (InvocationTargetException e) {
                    return "`" + type.getSimpleName() + "." + test.getName() + "`";
                }
            }
        }
        return "–";
    }

    /** The first seed under which the scenario fails, or a dash. */
    static String firstSeed(int seedsMax, Scenario scenario) {
        for (int seed = 1; seed <= seedsMax; seed++) {
            try {
                Seeds.once(seed, scenario);
            } catch (SimulationFailure e) {
                return String.valueOf(seed);
            }
        }
        return "–";
    }
}
