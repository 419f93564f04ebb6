package io.postern.policy;

import com.cedarpolicy.BasicAuthorizationEngine;
import com.cedarpolicy.model.AuthorizationRequest;
import com.cedarpolicy.model.entity.Entity;
import com.cedarpolicy.model.exception.AuthException;
import com.cedarpolicy.model.exception.CacheException;
import com.cedarpolicy.model.policy.PolicySet;
import com.cedarpolicy.value.EntityTypeName;
import com.cedarpolicy.value.EntityUID;
import com.cedarpolicy.value.IpAddress;
import com.cedarpolicy.value.PrimLong;
import com.cedarpolicy.value.Value;
import com.googlecode.aviator.runtime.function.FunctionUtils;
import com.googlecode.aviator.runtime.type.AviatorBoolean;
import com.googlecode.aviator.runtime.type.AviatorObject;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.casbin.jcasbin.main.Enforcer;
import org.casbin.jcasbin.model.Model;
import org.casbin.jcasbin.util.function.CustomFunction;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The same requests to general engines. They know no tier and no key, so that only allowed or not
 * is compared, on the first requests of the list: as many as their speed permits.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class RivalBenchmark {
    private static final String MODEL =
            """
            [request_definition]
            r = ip, account, computer, server
            [policy_definition]
            p = kind, low, high, server, eft
            [policy_effect]
            e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
            [matchers]
            m = (p.server == "*" || p.server == r.server) && \
            (p.kind == "network" && ipMatch(r.ip, p.low) \
            || p.kind == "range" && isBetween(r.ip, p.low, p.high) \
            || p.kind == "groups" && isMember(r.account, p.low) && isMember(r.computer, p.high))
            """;

    /** jCasbin with attributes: networks by its ipMatch, ranges and groups by two functions. */
    @State(Scope.Thread)
    public static class Jcasbin {
        /** How many grants. */
        @Param("10000")
        public int grants;

        private BenchmarkPolicy.Request[] requests;
        private Enforcer enforcer;
        private int next;

        /** Fills the policy and refuses to run unless the answers agree. */
        @Setup
        public void setUp() {
            BenchmarkPolicy benchmark = new BenchmarkPolicy(grants, AddressFamily.IPV4);
            requests = benchmark.requests;
            Model model = new Model();
            model.loadModelFromText(MODEL);
            enforcer = new Enforcer(model);
            enforcer.enableLog(false);
            enforcer.addFunction("isBetween", new IsBetween());
            enforcer.addFunction("isMember", new IsMember(benchmark));
            for (Grant grant : ProtectedSources.withGrants(benchmark.policy)) {
                add(grant.from(), grant.to(), "allow");
            }
            for (Block block : benchmark.policy.blocks()) {
                add(block.from(), block.to(), "deny");
            }
            for (int i = 0; i < 200; i++) {
                compare(requests[i], ask(requests[i]));
            }
        }

        private void add(From from, To to, String effect) {
            String server = to.servers().isEmpty() ? "*" : to.servers().get(0);
            if (from.needsIdentity()) {
                String account = from.accounts().get(0);
                fill("groups", account, from.computers().get(0), server, effect);
                return;
            }
            for (AddressRange range : from.effective().ranges(AddressFamily.IPV4)) {
                if (range.toString().indexOf('-') < 0) {
                    // A network without a prefix is more than its ipMatch can take.
                    boolean isOne = range.low().equals(range.high());
                    fill("network", range + (isOne ? "/32" : ""), "", server, effect);
                } else {
                    String low = range.low().toString();
                    fill("range", low, range.high().toString(), server, effect);
                }
            }
        }

        /** Straight into the list: adding one by one looks each up first. */
        private void fill(String... rule) {
            enforcer.getModel().model.get("p").get("p").policy.add(List.of(rule));
        }

        private boolean ask(BenchmarkPolicy.Request request) {
            return enforcer.enforce(
                    request.address(),
                    request.accountName(),
                    request.computerName(),
                    request.serverName());
        }
    }

    /** Whether an address, as text, lies between two. */
    static final class IsBetween extends CustomFunction {
        @Override
        public AviatorObject call(
                Map<String, Object> env,
                AviatorObject address,
                AviatorObject low,
                AviatorObject high) {
            Address asked = Address.parse(FunctionUtils.getStringValue(address, env));
            boolean isBetween =
                    asked.compareTo(Address.parse(FunctionUtils.getStringValue(low, env))) >= 0
                            && asked.compareTo(
                                            Address.parse(FunctionUtils.getStringValue(high, env)))
                                    <= 0;
            return AviatorBoolean.valueOf(isBetween);
        }

        @Override
        public String getName() {
            return "isBetween";
        }
    }

    /** Whether an identity is in a group: one look into a hash set. */
    static final class IsMember extends CustomFunction {
        private final Map<String, Set<String>> groupsOf = new HashMap<>();

        IsMember(BenchmarkPolicy benchmark) {
            for (int i = 0; i < benchmark.accountGroups.length; i++) {
                groupsOf.put(BenchmarkPolicy.sid(i), names("accounts", benchmark.accountGroups[i]));
            }
            for (int i = 0; i < benchmark.computerGroups.length; i++) {
                groupsOf.put("computer" + i, names("computers", benchmark.computerGroups[i]));
            }
        }

        private static Set<String> names(String prefix, int[] groups) {
            Set<String> names = new HashSet<>();
            for (int group : groups) {
                names.add(prefix + group);
            }
            return names;
        }

        @Override
        public AviatorObject call(
                Map<String, Object> env, AviatorObject identity, AviatorObject group) {
            Set<String> groups = groupsOf.get(FunctionUtils.getStringValue(identity, env));
            return AviatorBoolean.valueOf(
                    groups.contains(FunctionUtils.getStringValue(group, env)));
        }

        @Override
        public String getName() {
            return "isMember";
        }
    }

    /** Cedar with its policies parsed once and kept in the library; entities as small as can be. */
    @State(Scope.Thread)
    public static class Cedar {
        private static final EntityTypeName ACCOUNT = type("Account");
        private static final EntityTypeName ACCOUNTS = type("Accounts");
        private static final EntityTypeName COMPUTER = type("Computer");
        private static final EntityTypeName COMPUTERS = type("Computers");
        private static final EntityTypeName SERVER = type("Server");
        private static final EntityUID SUBMIT = new EntityUID(type("Action"), "submit");

        /** How many grants. */
        @Param("10000")
        public int grants;

        private BenchmarkPolicy benchmark;
        private PolicySet policies;
        private final BasicAuthorizationEngine engine = new BasicAuthorizationEngine();
        private int next;

        private static EntityTypeName type(String name) {
            return EntityTypeName.parse(name).orElseThrow();
        }

        /** Parses and caches the policies and refuses to run unless the answers agree. */
        @Setup
        public void setUp() throws AuthException, CacheException {
            benchmark = new BenchmarkPolicy(grants, AddressFamily.IPV4);
            Set<com.cedarpolicy.model.policy.Policy> all = new HashSet<>();
            for (Grant grant : ProtectedSources.withGrants(benchmark.policy)) {
                add(all, grant.key(), "permit", grant.from(), grant.to());
            }
            for (Block block : benchmark.policy.blocks()) {
                add(all, block.key(), "forbid", block.from(), block.to());
            }
            policies = new PolicySet(all);
            policies.cache();
            for (int i = 0; i < 50; i++) {
                compare(benchmark.requests[i], ask(benchmark.requests[i]));
            }
        }

        private static void add(
                Set<com.cedarpolicy.model.policy.Policy> all,
                String key,
                String effect,
                From from,
                To to) {
            String resource =
                    to.servers().isEmpty()
                            ? "resource"
                            : "resource == Server::\"" + to.servers().get(0) + "\"";
            if (from.needsIdentity()) {
                String text =
                        effect
                                + "(principal in Accounts::\""
                                + from.accounts().get(0)
                                + "\", action, "
                                + resource
                                + ") when { context.computer in Computers::\""
                                + from.computers().get(0)
                                + "\" };";
                all.add(new com.cedarpolicy.model.policy.Policy(text, key));
                return;
            }
            int part = 0;
            for (AddressRange range : from.effective().ranges(AddressFamily.IPV4)) {
                boolean isNetwork = range.toString().indexOf('-') < 0;
                String where =
                        isNetwork
                                ? "context.address.isInRange(ip(\"" + range + "\"))"
                                : "context.number >= "
                                        + range.low().low()
                                        + " && context.number <= "
                                        + range.high().low();
                String text =
                        effect + "(principal, action, " + resource + ") when { " + where + " };";
                all.add(new com.cedarpolicy.model.policy.Policy(text, key + "." + part++));
            }
        }

        private boolean ask(BenchmarkPolicy.Request request) throws AuthException {
            EntityUID account = new EntityUID(ACCOUNT, request.accountName());
            EntityUID computer = new EntityUID(COMPUTER, request.computerName());
            EntityUID server = new EntityUID(SERVER, request.serverName());
            Set<Entity> entities = new HashSet<>();
            entities.add(
                    new Entity(
                            account,
                            groups(
                                    ACCOUNTS,
                                    "accounts",
                                    benchmark.accountGroups[request.account()])));
            entities.add(
                    new Entity(
                            computer,
                            groups(
                                    COMPUTERS,
                                    "computers",
                                    benchmark.computerGroups[request.computer()])));
            Map<String, Value> context = new HashMap<>();
            context.put("address", new IpAddress(request.address()));
            context.put("number", new PrimLong(request.parsed().low()));
            context.put("computer", computer);
            AuthorizationRequest asked = new AuthorizationRequest(account, SUBMIT, server, context);
            return engine.isAuthorized(asked, policies, entities).success.orElseThrow().isAllowed();
        }

        private static Set<EntityUID> groups(EntityTypeName type, String prefix, int[] groups) {
            Set<EntityUID> parents = new HashSet<>();
            for (int group : groups) {
                parents.add(new EntityUID(type, prefix + group));
            }
            return parents;
        }
    }

    private static void compare(BenchmarkPolicy.Request request, boolean isAllowed) {
        if (request.isAllowed() != isAllowed) {
            throw new IllegalStateException(request + ", but the rival says " + isAllowed);
        }
    }

    /** One request to jCasbin. */
    @Benchmark
    public boolean jcasbin(Jcasbin state) {
        state.next = state.next + 1 & BenchmarkPolicy.REQUESTS - 1;
        return state.ask(state.requests[state.next]);
    }

    /** One request to Cedar. */
    @Benchmark
    public boolean cedar(Cedar state) throws AuthException {
        state.next = state.next + 1 & BenchmarkPolicy.REQUESTS - 1;
        return state.ask(state.benchmark.requests[state.next]);
    }
}
