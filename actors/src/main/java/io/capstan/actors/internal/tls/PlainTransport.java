package io.capstan.actors.internal.tls;

import com.typesafe.config.Config;
import io.capstan.actors.StartFailure;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** What leaves this machine is encrypted, or somebody has said that it need not be. */
public final class PlainTransport {
    /** The key that says so. */
    public static final String KEY = "capstan.actors.allow-plain-transport";

    private static final String ARTERY = "pekko.remote.artery";

    private PlainTransport() {}

    /**
     * Refuses a node whose links or whose remoting would listen for others in the clear.
     *
     * @throws StartFailure in one line, which says what to set
     */
    public static void requireOnlyAtHome(Config config) {
        // Read whatever the hosts are: what cannot be is to be told of before it matters.
        config.getBoolean(KEY);
        if (!config.getBoolean(TlsSettings.PATH + ".enabled")) {
            requireAtHome(
                    config,
                    "links (capstan.actors.link.hostname, bind-hostname)",
                    listening(config, "capstan.actors.link.bind-hostname", "capstan.actors.link.hostname"));
        }
        if (!config.getString(ARTERY + ".transport").equals("tls-tcp")) {
            requireAtHome(
                    config,
                    "Pekko's remoting (" + ARTERY + ".transport = " + config.getString(ARTERY + ".transport") + ")",
                    listening(config, ARTERY + ".bind.hostname", ARTERY + ".canonical.hostname"));
        }
    }

    /**
     * Refuses one door.
     *
     * @param what listens there, as the refusal is to begin
     * @throws StartFailure in one line, which says what to set
     */
    public static void requireAtHome(Config config, String what, String host) {
        if (!atHome(host) && !config.getBoolean(KEY)) {
            throw new StartFailure(
                    StartFailure.Kind.BAD_SETTING,
                    what + " would listen in the clear on " + host + ", which others can reach: set "
                            + TlsSettings.PATH
                            + " (capstan certs makes certificates), or, in a network that nobody else can"
                            + " read or write, " + KEY + " = on");
        }
    }

    /** Whether only this machine reaches {@code host}. A host that nobody knows is none to listen on, which is said later. */
    public static boolean atHome(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            // Pekko's own words for an address of this machine: <getHostAddress>, <getHostName>.
            return !host.startsWith("<");
        }
    }

    private static String listening(Config config, String bind, String told) {
        String host = config.getString(bind);
        return host.isEmpty() ? config.getString(told) : host;
    }
}
