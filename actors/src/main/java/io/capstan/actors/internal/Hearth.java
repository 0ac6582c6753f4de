package io.capstan.actors.internal;

import io.capstan.actors.NodeId;
import io.capstan.actors.internal.link.ClusterId;
import io.capstan.actors.internal.link.Contact;
import io.capstan.actors.internal.link.Home;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the mesh asks and tells: the node's memory and its membership. */
record Hearth(Identity identity, PeerBook peers, Membership membership) implements Home {
    private static final Logger log = LoggerFactory.getLogger(Hearth.class);

    @Override
    public @Nullable ClusterId cluster() {
        return identity.cluster();
    }

    @Override
    public void adopt(ClusterId cluster) {
        log.info("this node belongs to cluster {} from now on", cluster);
        identity.adopt(cluster);
    }

    @Override
    public void found() {
        adopt(ClusterId.random());
        membership.form();
    }

    @Override
    public String artery() {
        return membership.address();
    }

    @Override
    public boolean member() {
        return membership.member();
    }

    @Override
    public void learned(Contact contact) {
        peers.learned(contact);
    }

    @Override
    public boolean forgot(NodeId id) {
        return peers.forgot(id);
    }

    @Override
    public CompletionStage<Void> forget(NodeId id) {
        peers.artery(id.name()).ifPresent(membership::gone);
        return peers.forget(id);
    }

    @Override
    public void greeted(Neighbour neighbour) {
        String former = peers.greeted(neighbour.id(), neighbour.artery());
        if (former != null) {
            membership.gone(former);
        }
    }

    /** See {@link Membership#onApart}. */
    void onApart(Consumer<String> then) {
        membership.onApart(then);
    }

    @Override
    public void review(List<Neighbour> linked) {
        membership.review(peers.names(), linked, System.nanoTime());
    }
}
