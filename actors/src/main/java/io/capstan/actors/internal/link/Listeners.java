package io.capstan.actors.internal.link;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who is told what happens on the mesh. A listener that throws is logged, and still told the next time. */
final class Listeners {
    private static final Logger log = LoggerFactory.getLogger(Listeners.class);

    private final List<Consumer<MeshEvent>> listeners = new CopyOnWriteArrayList<>();

    void add(Consumer<MeshEvent> listener, Routes now) {
        now.visible().forEach(peer -> tell(listener, new MeshEvent.Visible(peer)));
        now.linked().forEach(peer -> tell(listener, new MeshEvent.Linked(peer)));
        listeners.add(listener);
    }

    void remove(Consumer<MeshEvent> listener) {
        listeners.remove(listener);
    }

    /** Nobody is told anything any more. */
    void clear() {
        listeners.clear();
    }

    void tell(MeshEvent event) {
        listeners.forEach(listener -> tell(listener, event));
    }

    private static void tell(Consumer<MeshEvent> listener, MeshEvent event) {
        try {
            listener.accept(event);
        } catch (RuntimeException | Error e) { // The next one is told all the same.
            log.error("a listener failed on {}", event, e);
        }
    }
}
