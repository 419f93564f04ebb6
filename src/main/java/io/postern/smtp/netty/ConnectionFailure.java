package io.postern.smtp.netty;

import io.netty.handler.codec.DecoderException;
import io.postern.smtp.ProbeDialogue;
import io.postern.smtp.ProbeDialogue.Next;
import java.io.IOException;
import java.net.BindException;
import java.net.NoRouteToHostException;
import java.nio.channels.UnsupportedAddressTypeException;

/** What a failure of the system says about a connection. */
final class ConnectionFailure {
    private ConnectionFailure() {}

    /** Tells the dialogue. */
    static Next tell(ProbeDialogue dialogue, Throwable cause, long elapsedMillis) {
        if (cause instanceof DecoderException) {
            return dialogue.onTlsFailed("broken TLS: " + TlsText.reason(cause), elapsedMillis);
        }
        String message = cause.getMessage() == null ? "" : cause.getMessage();
        // Netty wraps what the system said into a class of its own.
        if (cause instanceof BindException
                || cause.getCause() instanceof BindException
                || cause instanceof UnsupportedAddressTypeException
                || message.contains("assign requested address")
                || message.contains("not supported by protocol")) {
            return dialogue.onNotRun("the local address cannot be used", elapsedMillis);
        }
        if (!(cause instanceof IOException)) {
            return dialogue.onNotRun(
                    "the probe itself failed: " + TlsText.reason(cause), elapsedMillis);
        }
        if (message.contains("Too many open files")) {
            return dialogue.onNotRun("this machine has no more sockets", elapsedMillis);
        }
        if (cause instanceof NoRouteToHostException || message.contains("unreachable")) {
            return dialogue.onUnreachable("no route to the server", elapsedMillis);
        }
        // The system's own time for connecting can be shorter than ours.
        if (message.contains("timed out")) {
            return dialogue.onTimeout(elapsedMillis);
        }
        return dialogue.onReset(elapsedMillis);
    }
}
