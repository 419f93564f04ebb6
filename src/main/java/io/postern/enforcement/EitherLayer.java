package io.postern.enforcement;

import java.util.List;

/** Layers that stand side by side: whoever passes one of them is through. */
public final class EitherLayer implements NetworkLayer {
    private final List<NetworkLayer> layers;

    /**
     * @param layers of the same kind, at least one
     */
    public EitherLayer(List<? extends NetworkLayer> layers) {
        if (layers.isEmpty()) {
            throw new IllegalArgumentException("no layer is no way through");
        }
        this.layers = List.copyOf(layers);
    }

    @Override
    public String kind() {
        return layers.get(0).kind();
    }

    @Override
    public List<Opening> openings(int port) {
        return layers.stream().flatMap(one -> one.openings(port).stream()).toList();
    }

    @Override
    public List<String> unknowns(int port) {
        return layers.stream().flatMap(one -> one.unknowns(port).stream()).distinct().toList();
    }
}
