package io.postern.policy;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * From which addresses at least one of the identities that a grant asks for is let through by the
 * blocks of a server's port.
 */
final class IdentityReach {
    /** Whoever no entry names; bit 0, then the leaves. Only "not asked" holds it. */
    private static final int REST = 0;

    private record Product(AddressSet addresses, BitSet accounts, BitSet computers) {}

    private record Piece(AddressSet addresses, List<Product> blocks) {}

    private final Principals principals;
    private final List<Product> blocks = new ArrayList<>();

    IdentityReach(Policy policy, Server server, int port) {
        principals = new Principals(policy);
        for (Block block : policy.blocks()) {
            if (block.from().needsIdentity() && AddressTiers.applies(block.to(), server, port)) {
                blocks.add(product(block.from()));
            }
        }
    }

    private Product product(From from) {
        BitSet computers = new BitSet();
        BitSet named = identities(from.computers());
        named.stream().filter(this::mayBeComputer).forEach(computers::set);
        return new Product(from.effective(), identities(from.accounts()), computers);
    }

    private BitSet identities(List<String> names) {
        BitSet found = new BitSet();
        if (names.isEmpty()) {
            found.set(REST, principals.leaves().size() + 1);
        } else {
            principals.expand(names).stream().forEach(leaf -> found.set(leaf + 1));
        }
        return found;
    }

    private boolean mayBeComputer(int identity) {
        return identity == REST || principals.leaves().get(identity - 1).mayBeComputer();
    }

    /** The addresses of a grant where it gives its tier to somebody; empty = to nobody. */
    AddressSet of(Grant grant) {
        Product asked = product(grant.from());
        if (asked.accounts().isEmpty() || asked.computers().isEmpty()) {
            return AddressSet.EMPTY;
        }
        List<Piece> pieces = new ArrayList<>();
        pieces.add(new Piece(asked.addresses(), List.of()));
        for (Product block : blocks) {
            if (block.accounts().intersects(asked.accounts())
                    && block.computers().intersects(asked.computers())) {
                pieces = cut(pieces, block);
            }
        }
        List<AddressRange> reached = new ArrayList<>();
        for (Piece piece : pieces) {
            if (!isCovered(asked, piece.blocks())) {
                reached.addAll(piece.addresses().ranges());
            }
        }
        return AddressSet.of(reached);
    }

    private static List<Piece> cut(List<Piece> pieces, Product block) {
        List<Piece> cut = new ArrayList<>();
        for (Piece piece : pieces) {
            AddressSet inside = piece.addresses().intersect(block.addresses());
            if (inside.isEmpty()) {
                cut.add(piece);
            } else {
                List<Product> more = new ArrayList<>(piece.blocks());
                more.add(block);
                cut.add(new Piece(inside, more));
                AddressSet outside = piece.addresses().subtract(inside);
                if (!outside.isEmpty()) {
                    cut.add(new Piece(outside, piece.blocks()));
                }
            }
        }
        return cut;
    }

    /** Whether the blocks together stop every pair of account and computer. */
    private static boolean isCovered(Product asked, List<Product> blocks) {
        BitSet accounts = asked.accounts();
        for (int a = accounts.nextSetBit(0); a >= 0; a = accounts.nextSetBit(a + 1)) {
            BitSet left = (BitSet) asked.computers().clone();
            for (Product block : blocks) {
                if (block.accounts().get(a)) {
                    left.andNot(block.computers());
                }
            }
            if (!left.isEmpty()) {
                return false;
            }
        }
        return true;
    }
}
