package io.capstan.testkit.process;

import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Classes as they lie in memory once they are loaded, in a file that JVMs map instead of reading, checking and laying out some
 * thousands of classes each (class data sharing): a node serves after half of the processor time.
 *
 * <p>The file is made by whoever wants it: {@code java -XX:ArchiveClassesAtExit=FILE -cp JARS …}, with the {@link #jars} of
 * the same class path. A JVM that finds it made of other jars goes on without.
 */
public final class SharedClasses {
    /** The system property that names the file; without it nothing is shared. */
    public static final String FILE = "capstan.child.classes";

    private SharedClasses() {}

    /** The jars of a class path. What else there is, as folders of classes, no such file can hold. */
    public static String jars(String classPath) {
        return Arrays.stream(classPath.split(File.pathSeparator, -1))
                .filter(SharedClasses::isJar)
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static boolean isJar(String entry) {
        return entry.endsWith(".jar");
    }

    /** A JVM's flags for this class path: with what is shared, if that is our own class path and there is a file. */
    static List<String> flags(String classPath, String own, String file) {
        if (file.isEmpty() || !classPath.equals(own)) {
            return List.of("-cp", classPath);
        }
        // What is shared must be the beginning of the class path. Whatever the JVM says of it would be taken for an
        // answer.
        List<String> entries = new ArrayList<>(List.of(jars(classPath)));
        Arrays.stream(classPath.split(File.pathSeparator, -1))
                .filter(entry -> !isJar(entry))
                .forEach(entries::add);
        return List.of(
                "-XX:SharedArchiveFile=" + file,
                "-Xshare:auto",
                "-Xlog:disable",
                "-Xlog:all=error:stderr",
                "-cp",
                String.join(File.pathSeparator, entries));
    }

    /** A JVM's flags for this class path, {@code -cp} among them. */
    public static List<String> flags(String classPath) {
        return flags(classPath, System.getProperty("java.class.path"), System.getProperty(FILE, ""));
    }
}
