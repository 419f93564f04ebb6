package io.postern.policy;

import java.util.Arrays;

/**
 * Numbers by SID: those of one domain share all but the last part, so that the text of the domain
 * is compared once and the last part is looked up as a number. Two texts of the form it takes are
 * the same SID in any case exactly if both agree. Filled once, then safe for any number of threads.
 */
final class IndexSids {
    /** More domains than that are as well looked up by whole names. */
    private static final int MOST_DOMAINS = 4;

    private static final int LONGEST_LAST_PART = 10;
    private static final long GREATEST_LAST_PART = 0xFFFF_FFFFL;
    private static final long NOT_A_PART = -1;

    private static final class Domain {
        /** From the first hyphen to the last. */
        final String text;

        // The last part above, the number below one more than it is; 0 is free.
        long[] slots = new long[16];
        int size;

        Domain(String text) {
            this.text = text;
        }

        int slot(long last) {
            int mask = slots.length - 1;
            int slot = (int) (last * 0x9E3779B97F4A7C15L >>> 40) & mask;
            while (slots[slot] != 0 && slots[slot] >>> 32 != last) {
                slot = slot + 1 & mask;
            }
            return slot;
        }

        void put(long last, int number) {
            int slot = slot(last);
            if (slots[slot] != 0) {
                return;
            }
            slots[slot] = last << 32 | number + 1;
            size++;
            if (size * 3 > slots.length * 2) {
                long[] before = slots;
                slots = new long[before.length * 2];
                for (long held : before) {
                    if (held != 0) {
                        slots[slot(held >>> 32)] = held;
                    }
                }
            }
        }
    }

    private Domain[] domains = {};

    /**
     * Keeps the number under the SID unless the SID is taken.
     *
     * @return false = the name is no SID of the form taken here, or of one domain too many
     */
    boolean put(String name, int number) {
        int domainEnd = name.lastIndexOf('-') + 1;
        if (!isStart(name) || domainEnd < 4 || !isOfDigits(name, domainEnd)) {
            return false;
        }
        long last = last(name, domainEnd);
        if (last == NOT_A_PART) {
            return false;
        }
        Domain domain = domain(name);
        if (domain == null) {
            if (domains.length == MOST_DOMAINS) {
                return false;
            }
            domain = new Domain(name.substring(1, domainEnd));
            domains = Arrays.copyOf(domains, domains.length + 1);
            domains[domains.length - 1] = domain;
        }
        domain.put(last, number);
        return true;
    }

    /** The number of the SID, or ABSENT. */
    int find(String name) {
        if (domains.length == 0 || !isStart(name)) {
            return IndexNames.ABSENT;
        }
        Domain domain = domain(name);
        if (domain == null) {
            return IndexNames.ABSENT;
        }
        long last = last(name, domain.text.length() + 1);
        if (last == NOT_A_PART) {
            return IndexNames.ABSENT;
        }
        return (int) domain.slots[domain.slot(last)] - 1;
    }

    private static boolean isStart(String name) {
        return name.length() > 4 && (name.charAt(0) | 0x20) == 's' && name.charAt(1) == '-';
    }

    /** Whether case says nothing after the first letter. */
    private static boolean isOfDigits(String name, int to) {
        for (int i = 1; i < to; i++) {
            char c = name.charAt(i);
            if (c != '-' && (c < '0' || c > '9')) {
                return false;
            }
        }
        return true;
    }

    /** The domain whose text the name has, of any last part; null = none. */
    private Domain domain(String name) {
        int hyphen = name.lastIndexOf('-');
        for (Domain domain : domains) {
            if (hyphen == domain.text.length() && name.startsWith(domain.text, 1)) {
                return domain;
            }
        }
        return null;
    }

    /** The decimal number without leading zeros that the rest of the name is, or NOT_A_PART. */
    private static long last(String name, int from) {
        int length = name.length();
        if (from == length
                || length - from > LONGEST_LAST_PART
                || name.charAt(from) == '0' && length - from > 1) {
            return NOT_A_PART;
        }
        long last = 0;
        for (int i = from; i < length; i++) {
            int digit = name.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return NOT_A_PART;
            }
            last = last * 10 + digit;
        }
        return last > GREATEST_LAST_PART ? NOT_A_PART : last;
    }
}
