package io.postern.cli;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import picocli.CommandLine;

/** The version that was built. */
final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() throws IOException {
        return new String[] {"postern " + text()};
    }

    static String text() throws IOException {
        Properties built = new Properties();
        try (InputStream stream =
                Version.class.getResourceAsStream("/postern-version.properties")) {
            built.load(stream);
        }
        return built.getProperty("version");
    }
}
