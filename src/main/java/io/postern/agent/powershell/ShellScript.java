package io.postern.agent.powershell;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;

/** A PowerShell script that is part of this program. */
public interface ShellScript {
    /** Its file's name; scripts of one directory find each other by it. */
    String fileName();

    /** Its text, a resource beside its class; a program without it is broken. */
    default String text() {
        try (InputStream in = getClass().getResourceAsStream(fileName())) {
            if (in == null) {
                throw new IllegalStateException(fileName() + " is missing from the program");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(fileName() + " cannot be read", e);
        }
    }
}
