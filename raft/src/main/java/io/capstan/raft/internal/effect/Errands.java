package io.capstan.raft.internal.effect;

import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.MeshEvent;
import io.capstan.raft.Effects;
import io.capstan.raft.internal.RaftSettings;
import io.capstan.raft.internal.effect.Outstanding.Monitor;
import io.capstan.raft.internal.effect.Outstanding.Send;
import io.capstan.raft.internal.effect.Places.Place;
import io.capstan.raft.internal.wire.EffectFrame;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * What a leader does about the messages and monitors of its group: again and again until an entry says that it need not. What
 * it knows beside the table (who has answered, where a process lives) is its own, and a new leader begins without it: so
 * nothing of it may be needed for more than speed. Belongs to the state machine's thread.
 */
public final class Errands {
    private record News(Outstanding effect, boolean begins) {}

    private final String group;
    private final EffectTable table;
    private final Places places;
    private final Deliveries deliveries;
    private final Watches watches;
    private final List<News> news = new ArrayList<>();
    private boolean leading;

    /**
     * Of one member.
     *
     * @param propose takes commands for the log
     */
    public Errands(String group, EffectTable table, Way way, RaftSettings.Effects settings, Consumer<byte[]> propose) {
        this.group = group;
        this.table = table;
        places = new Places(way);
        long repeat = settings.repeat().toNanos();
        deliveries = new Deliveries(
                group, table, places, propose, repeat, settings.giveUpAfter().toNanos());
        watches = new Watches(
                group, table, places, propose, repeat, settings.lostAfter().toNanos());
        table.watch(new EffectTable.Watcher() {
            @Override
            public void added(Outstanding effect) {
                hear(effect, true);
            }

            @Override
            public void removed(Outstanding effect) {
                hear(effect, false);
            }
        });
    }

    /** How long a node watches for a leader that does not ask again: many times as long as leaders take to do so. */
    public static Duration watchesKept(RaftSettings.Effects settings) {
        return settings.repeat().multipliedBy(10L * Watches.REARM);
    }

    private void hear(Outstanding effect, boolean begins) {
        if (leading) {
            news.add(new News(effect, begins));
        }
    }

    /** Whether this member leads; who begins to knows nothing. */
    public void lead(boolean leads, long now) {
        leading = leads;
        news.clear();
        places.clear();
        deliveries.clear();
        watches.clear();
        if (leads) {
            table.sends().values().forEach(send -> begin(send, now));
            table.monitors().values().forEach(monitor -> begin(monitor, now));
            proceed(now);
        }
    }

    /** Whether time must pass for it. */
    public boolean isBusy() {
        return leading && !(table.sends().isEmpty() && table.monitors().isEmpty());
    }

    /** The table may have changed. */
    public void changed(long now) {
        if (news.isEmpty()) {
            return;
        }
        // What is over first: nothing is begun that an entry of the same batch has ended.
        news.stream().filter(one -> !one.begins()).forEach(one -> end(one.effect()));
        news.stream().filter(News::begins).forEach(one -> begin(one.effect(), now));
        news.clear();
        proceed(now);
    }

    private void end(Outstanding effect) {
        if (effect instanceof Send send) {
            deliveries.end(send);
        } else if (effect instanceof Monitor monitor) {
            watches.end(monitor);
        }
    }

    private void begin(Outstanding effect, long now) {
        if (effect instanceof Send send && table.sends().containsKey(send.id())) {
            deliveries.begin(send, now);
        } else if (effect instanceof Monitor monitor && table.monitors().containsKey(monitor.id())) {
            watches.begin(monitor, now);
        }
    }

    /** Time passed. */
    public void tick(long now) {
        if (leading) {
            deliveries.tick(now);
            watches.tick(now);
            proceed(now);
        }
    }

    /** A node has answered. */
    public void answered(NodeId from, EffectFrame.Answer answer, long now) {
        if (!leading) {
            return;
        }
        Effects.Id id = answer.id().in(group);
        Send send = table.sends().get(id);
        Monitor monitor = table.monitors().get(id);
        Place place = send != null ? places.find(send.to()) : monitor != null ? places.find(monitor.process()) : null;
        if (place == null) {
            return;
        }
        place.node = from;
        if (send != null && answer instanceof EffectFrame.Arrived) {
            deliveries.arrived(send, place);
        } else if (monitor != null && answer instanceof EffectFrame.Stopped) {
            watches.stopped(monitor, now);
        }
        proceed(now);
    }

    /** A node can be reached no longer, or runs anew. */
    public void onLinks(MeshEvent event, long now) {
        if (leading) {
            places.onLinks(event, now, place -> watches.lost(place, now));
            proceed(now);
        }
    }

    private void proceed(long now) {
        deliveries.proceed(now);
        watches.report(now);
    }
}
