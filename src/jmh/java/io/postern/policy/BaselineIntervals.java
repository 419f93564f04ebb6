package io.postern.policy;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/** The stretches of the address space in which the same rules are candidates, in order. */
record BaselineIntervals(List<Address> starts, List<Integer> lists) {
    static BaselineIntervals of(BaselineRules rules, AddressFamily family) {
        TreeMap<BigInteger, List<BaselineRules.Rule>> begins = new TreeMap<>();
        TreeMap<BigInteger, List<BaselineRules.Rule>> ends = new TreeMap<>();
        for (BaselineRules.Rule rule : rules.byAddress()) {
            for (AddressRange range : rule.from().effective().ranges(family)) {
                begins.computeIfAbsent(range.low().value(), any -> new ArrayList<>()).add(rule);
                ends.computeIfAbsent(
                                range.high().value().add(BigInteger.ONE), any -> new ArrayList<>())
                        .add(rule);
            }
        }
        TreeSet<BigInteger> stops = new TreeSet<>(begins.keySet());
        stops.addAll(ends.keySet());
        stops.add(BigInteger.ZERO);
        TreeSet<BaselineRules.Rule> active = BaselineRules.strongestFirst();
        BaselineIntervals intervals = new BaselineIntervals(new ArrayList<>(), new ArrayList<>());
        for (BigInteger stop : stops) {
            if (stop.bitLength() > family.bits()) {
                break;
            }
            active.removeAll(ends.getOrDefault(stop, List.of()));
            active.addAll(begins.getOrDefault(stop, List.of()));
            intervals.starts.add(Address.of(family, stop));
            intervals.lists.add(rules.list(active));
        }
        return intervals;
    }
}
