package io.capstan.testkit.internal;

import io.capstan.testkit.NetworkFaults.Direction;
import java.lang.reflect.Field;
import java.util.Comparator;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.remote.RemoteActorRefProvider;
import org.apache.pekko.remote.RemoteTransport;
import org.apache.pekko.remote.artery.ArteryTransport;
import org.apache.pekko.remote.artery.SharedTestState;
import org.apache.pekko.remote.artery.TestState;
import scala.Option;
import scala.collection.immutable.TreeMap;
import scala.collection.immutable.TreeSet;
import scala.math.Ordering;

/**
 * Which addresses one system neither sends to nor hears, each direction for itself.
 *
 * <p>Artery's management command {@code SetThrottle} cannot cut one way: its inbound stage and its outbound stage ask
 * its table the same question, "is there (local, remote)?". So the table is replaced by one whose order of keys looks
 * who is asking: a set of one element that finds itself equal to every address which is cut for that stage. It is asked
 * only in systems that run with {@code test-mode = on}.
 */
public final class Blackholes {
    private static final String INBOUND_STAGE = "org.apache.pekko.remote.artery.InboundTestStage";
    private static final String OUTBOUND_STAGE = "org.apache.pekko.remote.artery.OutboundTestStage";
    private static final int FRAMES_MAX = 32;
    private static final Address ANY = new Address("pekko", "any");

    private final Set<Address> inbound = ConcurrentHashMap.newKeySet();
    private final Set<Address> outbound = ConcurrentHashMap.newKeySet();
    private final AtomicReference<TestState> state;
    private final TestState nothingCut;
    private final TestState somethingCut;

    /** Prepares to stand in for the system's own table. */
    public Blackholes(ActorSystem<?> system) {
        state = stateOf(system);
        nothingCut = Objects.requireNonNull(state.get());
        // All of Artery's addresses have one protocol, so to this order they are all the same.
        Comparator<Address> everyLocalAddress = Comparator.comparing(Address::protocol);
        Comparator<Address> remoteAddressIfCut = (a, b) -> isCut(a == ANY ? b : a) ? 0 : 1;
        scala.collection.immutable.Set<Address> remotes =
                new TreeSet<>(Ordering.comparatorToOrdering(remoteAddressIfCut)).incl(ANY);
        scala.collection.immutable.Map<Address, scala.collection.immutable.Set<Address>> table = new TreeMap<
                        Address, scala.collection.immutable.Set<Address>>(
                        Ordering.comparatorToOrdering(everyLocalAddress))
                .updated(ANY, remotes);
        somethingCut = new TestState(table, Option.empty());
    }

    @SuppressWarnings("unchecked") // Justification: declared so in SharedTestState
    private static AtomicReference<TestState> stateOf(ActorSystem<?> system) {
        RemoteTransport transport =
                ((RemoteActorRefProvider) ((ExtendedActorSystem) system.classicSystem()).provider()).transport();
        try {
            Field ofTransport = ArteryTransport.class.getDeclaredField("testState");
            ofTransport.setAccessible(true);
            Field ofState = SharedTestState.class.getDeclaredField("state");
            ofState.setAccessible(true);
            return (AtomicReference<TestState>) ofState.get(ofTransport.get(transport));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("this version of Pekko keeps Artery's test state elsewhere", e);
        }
    }

    /** Cuts. */
    public void add(Address address, Direction direction) {
        of(direction).add(address);
        state.set(somethingCut);
    }

    /** Mends. */
    public void remove(Address address, Direction direction) {
        of(direction).remove(address);
        if (inbound.isEmpty() && outbound.isEmpty()) {
            state.set(nothingCut);
        }
    }

    private Set<Address> of(Direction direction) {
        return direction == Direction.INBOUND ? inbound : outbound;
    }

    private boolean isCut(Address remote) {
        boolean in = inbound.contains(remote);
        boolean out = outbound.contains(remote);
        return in == out ? in : of(asking()).contains(remote);
    }

    private static Direction asking() {
        return StackWalker.getInstance()
                .walk(frames -> frames.limit(FRAMES_MAX)
                        .map(StackWalker.StackFrame::getClassName)
                        .filter(name -> name.startsWith(INBOUND_STAGE) || name.startsWith(OUTBOUND_STAGE))
                        .findFirst())
                .map(name -> name.startsWith(INBOUND_STAGE) ? Direction.INBOUND : Direction.OUTBOUND)
                .orElseThrow(() -> new IllegalStateException("Artery asks for its black holes from another place"));
    }
}
