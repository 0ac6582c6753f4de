package io.capstan.actors.internal.link;

/** Why a node is not let in. The code is on the wire: it never changes and is never used again. */
enum RefuseCode {
    /** Never said aloud: the link is cut, and a cut network answers nothing. */
    UNREACHABLE(0),
    /** No version of the link's protocol is spoken by both. */
    VERSION(1),
    /** They belong to different clusters. */
    WRONG_CLUSTER(2),
    /** They do not share the secret. */
    WRONG_SECRET(3),
    /** Another living node has the name. */
    NAME_IN_USE(4),
    /** A newer incarnation of the name has been here. */
    OUTDATED(5),
    /** Neither belongs to a cluster yet: try somebody else, or again. */
    NO_CLUSTER(6),
    /** Both dialled at once and the other's call is kept, or a link stands already. */
    ALREADY_LINKED(7),
    /** It called itself. */
    SELF(8),
    /** Too many peers or callers. */
    FULL(9),
    /** It does not speak this protocol, or out of turn. */
    PROTOCOL(10),
    /** Somebody told the one who refuses to stay apart from the other: {@code Node.disconnect}. */
    DISCONNECTED(11),
    /** TLS came to nothing: never said, as nobody could be sure of who says it. */
    INSECURE(12),
    /** Its certificate is another node's: said, as TLS stands. */
    WRONG_CERTIFICATE(13);

    final int code;

    RefuseCode(int code) {
        this.code = code;
    }

    /** Whether the other end is told. */
    boolean said() {
        return this != UNREACHABLE && this != INSECURE;
    }

    static RefuseCode of(int code) {
        for (RefuseCode known : values()) {
            if (known.code == code) {
                return known;
            }
        }
        return PROTOCOL;
    }
}
