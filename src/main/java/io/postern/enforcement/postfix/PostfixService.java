package io.postern.enforcement.postfix;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * A service of master.cf that takes connections, or one that is handed them by another.
 *
 * @param name as in master.cf: {@code smtp}, {@code 25}, {@code 10.1.1.1:smtp}, {@code submission};
 *     a path where the type is not inet
 * @param type {@code inet}, or {@code pass} for one that postscreen hands connections to
 * @param command the program, {@code smtpd} or {@code postscreen}; any other that listens too
 * @param overrides values of its {@code -o} options by parameter
 */
public record PostfixService(
        String name, String type, String command, Map<String, String> overrides) {
    public PostfixService {
        Objects.requireNonNull(name);
        Objects.requireNonNull(type);
        Objects.requireNonNull(command);
        overrides = java.util.Collections.unmodifiableMap(new TreeMap<>(overrides));
    }
}
