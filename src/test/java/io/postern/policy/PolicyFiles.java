package io.postern.policy;

import io.postern.policy.yaml.PolicyDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Random;

/**
 * Large valid policy files for measurements and tests; the same count and seed give the same text.
 * Of the grants 60% ask for networks (/16 to /32, one in six IPv6), 10% for ranges, 10% for address
 * sets, 20% for a group of accounts and a group of computers with members; some have excepts, half
 * name one of 16 servers, half expire. One block stands for every ten grants.
 */
public final class PolicyFiles {
    private static final int SERVERS = 16;
    private static final LocalDate FIRST_DAY = LocalDate.of(2027, 1, 1);

    private final Random random;
    private final int accounts;
    private final int groups;
    private final int sets;
    private final StringBuilder out = new StringBuilder();

    private PolicyFiles(int grants, long seed) {
        random = new Random(seed);
        accounts = Math.max(10, Math.min(10_000, grants / 5));
        groups = Math.max(4, Math.min(500, grants / 50));
        sets = Math.max(2, Math.min(1_000, grants / 100));
    }

    /**
     * Writes one file.
     *
     * @param arguments number of grants, file, seed (1 if left out)
     */
    public static void main(String... arguments) throws IOException {
        int grants = Integer.parseInt(arguments[0]);
        long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : 1;
        Files.writeString(Path.of(arguments[1]), yaml(grants, seed));
    }

    /** The text of a file with so many grants. */
    public static String yaml(int grants, long seed) {
        PolicyFiles file = new PolicyFiles(grants, seed);
        file.head();
        file.principals();
        file.addressSets();
        file.grants(grants);
        file.blocks(Math.max(1, grants / 10));
        return file.out.toString();
    }

    /** The policy of that text. */
    public static Policy policy(int grants, long seed) {
        return PolicyDocument.parse(yaml(grants, seed)).policy();
    }

    private void head() {
        out.append("# A generated policy.\nversion: 1\n\n");
        out.append("acceptedDomains: [contoso.example, '*.contoso.example']\n\nservers:\n");
        for (int i = 1; i <= SERVERS; i++) {
            out.append("  - name: ").append(server(i)).append('\n');
            out.append("    addresses: [172.16.0.").append(i).append("]\n");
            out.append("    ports: [25").append(i % 4 == 0 ? ", 2526" : "").append("]\n");
        }
        out.append("\nprotectedSources:\n  - name: gateways\n    kind: gateway\n");
        out.append("    addresses: [172.16.1.1-172.16.1.2]\n\n");
    }

    private static String server(int number) {
        return String.format("ex%02d", number);
    }

    private void principals() {
        out.append("principals:\n");
        for (int i = 0; i < accounts; i++) {
            out.append("  - name: svc-").append(i).append("\n    sid: S-1-5-21-1-2-3-");
            out.append(1_000 + i).append("\n    kind: ").append(i % 4 == 0 ? "gmsa" : "user");
            out.append("\n  - name: pc-").append(i).append("$\n    kind: computer\n");
        }
        for (int i = 0; i < groups; i++) {
            group("accounts-" + i, "svc-", "", i);
            group("computers-" + i, "'pc-", "$'", i);
        }
        out.append('\n');
    }

    private void group(String name, String before, String after, int number) {
        out.append("  - name: ").append(name).append("\n    kind: group\n    members: [");
        int size = 3 + random.nextInt(12);
        for (int i = 0; i < size; i++) {
            out.append(before).append(random.nextInt(accounts)).append(after).append(", ");
        }
        String nested = name.substring(0, name.indexOf('-') + 1) + number / 2;
        out.append(nested).append("]\n");
    }

    private void addressSets() {
        out.append("addressSets:\n");
        for (int i = 0; i < sets; i++) {
            out.append("  set-").append(i).append(": [");
            int size = 2 + random.nextInt(8);
            for (int j = 0; j < size; j++) {
                out.append(j == 0 ? "" : ", ").append(network());
            }
            out.append("]\n");
        }
        out.append('\n');
    }

    private void grants(int count) {
        out.append("grants:\n");
        for (int i = 0; i < count; i++) {
            out.append("  - key: grant-").append(String.format("%06d", i)).append('\n');
            out.append("    from: {").append(from(random.nextInt(10))).append("}\n");
            to();
            out.append("    tier: ").append(random.nextInt(5) == 0 ? "relay" : "internal");
            out.append("\n    owner: team-").append(random.nextInt(50));
            out.append("\n    reason: mail of application ").append(random.nextInt(10_000));
            out.append("\n    ticket: CHG-").append(1_000 + i).append('\n');
            if (random.nextInt(10) == 0) {
                out.append("    notBefore: ").append(day().minusYears(5)).append('\n');
            }
            if (random.nextInt(2) == 0) {
                out.append("    expires: ").append(day()).append('\n');
            }
        }
        out.append('\n');
    }

    private String from(int kind) {
        return switch (kind) {
            case 0, 1, 2, 3, 4, 5 -> {
                String network = network();
                boolean except = random.nextInt(5) == 0 && network.endsWith(".0.0/16");
                yield "addresses: ["
                        + network
                        + (random.nextInt(3) == 0 ? ", " + network() : "")
                        + "]"
                        + (except ? ", except: [" + network.replace("0.0/16", "7.0/24]") : "");
            }
            case 6 -> "addresses: [" + range() + "]";
            case 7 -> "addresses: ['@set-" + random.nextInt(sets) + "'], except: [10.0.0.1]";
            default -> {
                int group = random.nextInt(groups);
                yield "addresses: ["
                        + network()
                        + "], accounts: [accounts-"
                        + group
                        + "], computers: [computers-"
                        + random.nextInt(groups)
                        + "]";
            }
        };
    }

    private void to() {
        if (random.nextBoolean()) {
            out.append("    to: {servers: [").append(server(1 + random.nextInt(SERVERS)));
            out.append("], ports: [25]}\n");
        }
    }

    private String network() {
        if (random.nextInt(6) == 0) {
            int prefix = 48 + 16 * random.nextInt(2);
            return String.format(
                    "'fd00:%x:%x%s::/%d'",
                    1 + random.nextInt(0xFFFE),
                    1 + random.nextInt(0xFFFE),
                    prefix == 64 ? String.format(":%x", 1 + random.nextInt(0xFFFE)) : "",
                    prefix);
        }
        int prefix = random.nextInt(8) == 0 ? 16 : 24 + random.nextInt(9);
        int bits = 10 << 24 | random.nextInt(1 << 24);
        String quad = quad(bits & -1 << 32 - prefix);
        return prefix == 32 ? quad : quad + "/" + prefix;
    }

    private String range() {
        int low = 10 << 24 | random.nextInt(0xFF_0000);
        return quad(low) + "-" + quad(low + 1 + random.nextInt(2_000));
    }

    private static String quad(int bits) {
        return (bits >>> 24)
                + "."
                + (bits >>> 16 & 255)
                + "."
                + (bits >>> 8 & 255)
                + "."
                + (bits & 255);
    }

    private LocalDate day() {
        return FIRST_DAY.plusDays(random.nextInt(1_500));
    }

    private void blocks(int count) {
        out.append("blocks:\n");
        for (int i = 0; i < count; i++) {
            out.append("  - key: block-").append(String.format("%06d", i)).append('\n');
            out.append("    from: {addresses: [").append(network()).append("]}\n");
            out.append("    reason: INC-").append(i).append('\n');
        }
    }
}
