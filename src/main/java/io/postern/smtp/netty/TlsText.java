package io.postern.smtp.netty;

import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** What a transcript says about TLS. */
final class TlsText {
    private static final int MOST = 200;

    private TlsText() {}

    /** Protocol, cipher and the certificate, of which nothing was verified. */
    static String of(SSLSession session) {
        return session.getProtocol()
                + " "
                + session.getCipherSuite()
                + ", certificate (not verified): "
                + cut(certificate(session));
    }

    private static String certificate(SSLSession session) {
        try {
            Certificate first = session.getPeerCertificates()[0];
            return first instanceof X509Certificate x509
                    ? x509.getSubjectX500Principal().getName()
                            + ", issued by "
                            + x509.getIssuerX500Principal().getName()
                    : first.getType();
        } catch (SSLPeerUnverifiedException e) {
            return "none";
        }
    }

    /** Why there is none. */
    static String reason(Throwable cause) {
        return cut(
                cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
    }

    /** The server wrote part of it. */
    private static String cut(String text) {
        StringBuilder clean = new StringBuilder();
        text.codePoints()
                .limit(MOST)
                .forEach(c -> clean.appendCodePoint(Character.isISOControl(c) ? '?' : c));
        return clean.toString();
    }
}
