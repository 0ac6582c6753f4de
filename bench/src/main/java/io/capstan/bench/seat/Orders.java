package io.capstan.bench.seat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What a measured process is told on its standard input: each line is answered by one that begins with the same word. */
public final class Orders {
    /** Does what a line's words say; what is answered after the first of them. */
    public interface Obedience {
        String obey(String[] words) throws Exception;
    }

    private Orders() {}

    /** Says that the process has started, and obeys one line after the other. The process ends with its standard input. */
    public static void take(Obedience obedience) throws IOException {
        System.out.println("started");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        // Not on this thread: whoever waits for what never comes is to end with us all the same.
        ExecutorService obeying = Executors.newSingleThreadExecutor();
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] words = line.split(" ", -1);
            obeying.execute(() -> answer(words, obedience));
        }
        Runtime.getRuntime().halt(0);
    }

    private static void answer(String[] words, Obedience obedience) {
        try {
            System.out.println((words[0] + " " + obedience.obey(words)).trim());
        } catch (Exception failed) {
            failed.printStackTrace();
            Runtime.getRuntime().halt(1); // Whoever waits for the answer hears of that.
        }
    }
}
