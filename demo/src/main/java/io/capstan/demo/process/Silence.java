package io.capstan.demo.process;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/** Why nothing that a node could have said came from where one was asked, and what to do: for people, who see no class of Java's. */
public final class Silence {
    private static final String CURE = "Start a node (capstan node --help), or say where one is (--node)";
    private static final String ANOTHER =
            "what listens there is no node's HTTP door: capstan node prints where that is";

    private Silence() {}

    /** In words that follow "did not answer: ". */
    public static String why(IOException silent) {
        if (silent instanceof ConnectException) {
            return (isUnresolved(silent) ? "no host of that name is known here. " : "nothing listens there. ") + CURE;
        }
        if (silent instanceof JsonProcessingException || silent instanceof ProtocolException) {
            return ANOTHER;
        }
        if (silent instanceof HttpConnectTimeoutException) {
            return "no connection in time. Is that the node's host, is nothing in between, and is it HTTP, or HTTPS, there, too?";
        }
        if (silent instanceof HttpTimeoutException) {
            return "nothing came in time. Something is there: a node that is paused or overloaded, or no node's HTTP door";
        }
        String said = silent.getMessage() == null ? silent.toString() : silent.getMessage();
        if (silent instanceof SSLHandshakeException) {
            return "its certificate is not believed (" + said
                    + "). CAPSTAN_AUTHORITY names the file of the authority that signs it";
        }
        if (silent instanceof SSLException) {
            return "no TLS is spoken there. Where the node says that its door is at http://, ask for that";
        }
        return said.contains("received no bytes")
                ? "it hung up without a word. Where the node says that its door is at https://, ask for that"
                : said;
    }

    private static boolean isUnresolved(Throwable silent) {
        for (Throwable each = silent; each != null; each = each.getCause()) {
            if (each instanceof UnresolvedAddressException) {
                return true;
            }
        }
        return false;
    }
}
