package io.postern.policy;

/** The kinds of entry a policy is made of; the word is the section's name in a policy file. */
public enum EntryKind {
    ACCEPTED_DOMAIN("acceptedDomains"),
    SERVER("servers"),
    PROTECTED_SOURCE("protectedSources"),
    PRINCIPAL("principals"),
    ADDRESS_SET("addressSets"),
    GRANT("grants"),
    BLOCK("blocks"),
    ASSERTION("assertions"),
    GUARDRAIL("guardrails");

    private final String section;

    EntryKind(String section) {
        this.section = section;
    }

    /** Name of the section in a policy file, and of the kind in operations. */
    public String section() {
        return section;
    }

    /**
     * The kind of a section's name.
     *
     * @throws IllegalArgumentException if it is none
     */
    public static EntryKind ofSection(String section) {
        for (EntryKind kind : values()) {
            if (kind.section.equals(section)) {
                return kind;
            }
        }
        throw new IllegalArgumentException("'" + section + "' is not a kind of entry");
    }
}
