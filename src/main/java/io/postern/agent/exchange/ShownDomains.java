package io.postern.agent.exchange;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.postern.enforcement.AcceptedDomain;
import io.postern.enforcement.ExchangeText;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Reads the accepted domains that a script showed. A list that cannot be understood to its last
 * entry is as good as none: the entry left out could be the one that opens everything.
 */
final class ShownDomains {
    /** More are not reported, see the contract. */
    private static final int MAX_DOMAINS = 5_000;

    private static final int MAX_TEXT = 256;
    private static final Pattern DOMAIN = Pattern.compile("\\*|(\\*\\.)?[^\\s*@]+");
    private static final ObjectMapper JSON =
            new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Shown(List<Entry> acceptedDomains) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Entry(String name, String domainName, String domainType, boolean isDefault) {}

    private ShownDomains() {}

    /**
     * The domains; null = they are not known, since there is none (no organisation is without), too
     * many, or one that means nothing to us.
     *
     * @throws IOException if it is no JSON
     */
    static List<AcceptedDomain> parse(String text) throws IOException {
        Shown shown;
        try {
            shown = JSON.readValue(text, Shown.class);
        } catch (JsonProcessingException e) {
            throw new IOException("the accepted domains are no JSON: " + e.getOriginalMessage(), e);
        }
        if (shown == null
                || shown.acceptedDomains() == null
                || shown.acceptedDomains().isEmpty()
                || shown.acceptedDomains().size() > MAX_DOMAINS) {
            return null;
        }
        List<AcceptedDomain> domains = new ArrayList<>();
        for (Entry entry : shown.acceptedDomains()) {
            if (!isWhole(entry)) {
                return null;
            }
            try {
                domains.add(
                        new AcceptedDomain(
                                entry.name(),
                                entry.domainName(),
                                ExchangeText.one(
                                        "domain type",
                                        AcceptedDomain.Type.class,
                                        AcceptedDomain.Type::word,
                                        entry.domainType()),
                                entry.isDefault()));
            } catch (IllegalArgumentException e) {
                return null;
            }
        }
        return List.copyOf(domains);
    }

    private static boolean isWhole(Entry entry) {
        return entry != null
                && entry.name() != null
                && !entry.name().isBlank()
                && entry.name().length() <= MAX_TEXT
                && entry.domainName() != null
                && entry.domainName().length() <= MAX_TEXT
                && DOMAIN.matcher(entry.domainName()).matches();
    }
}
