package io.postern.agent.exchange;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** The PowerShell scripts of this driver, kept beside it as resources. */
public enum Script {
    /** Dot-sourced by all others; does nothing by itself. */
    SESSION("session.ps1"),
    READ("read.ps1"),
    CREATE("create.ps1"),
    REMOVE("remove.ps1"),
    CHANGE_RANGES("change-ranges.ps1"),
    SET_ENABLED("set-enabled.ps1"),
    SET_RELAY("set-relay.ps1"),
    SET_PROPERTIES("set-properties.ps1");

    private final String fileName;

    Script(String fileName) {
        this.fileName = fileName;
    }

    /** Its file's name; scripts find each other by it. */
    public String fileName() {
        return fileName;
    }

    /** Its text. */
    public String text() {
        try (InputStream in = Script.class.getResourceAsStream(fileName)) {
            if (in == null) {
                throw new IllegalStateException(fileName + " is missing from the program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(fileName + " cannot be read", e);
        }
    }
}
