package io.postern.enforcement.exports;

import io.postern.enforcement.VisibleText;
import java.util.List;
import java.util.Map;

/** An export that is one file. */
public final class OneFile {
    private OneFile() {}

    /** Reads a text. */
    public interface Reading<T> {
        /** What the text says. */
        T of(String text) throws UnreadableException;
    }

    /**
     * What the file says.
     *
     * @param files the bytes by the name to use in messages; exactly one
     * @throws ExportException with the fault and its place
     */
    public static <T> T read(Map<String, byte[]> files, Reading<T> reading) throws ExportException {
        String name = files.keySet().iterator().next();
        if (files.size() > 1) {
            throw new ExportException(
                    List.of(VisibleText.of(name) + ":1:1: one file is read, not several"));
        }
        try {
            return reading.of(ExportText.of(files.get(name)));
        } catch (UnreadableException e) {
            throw new ExportException(
                    List.of(
                            VisibleText.of(name)
                                    + ":"
                                    + e.line
                                    + ":"
                                    + e.column
                                    + ": "
                                    + e.getMessage()));
        }
    }
}
