package io.postern.probe;

/** Why a question is asked, the most important first. */
enum PlanStage {
    /** One submission inside a region. */
    WITNESS(5),
    /** What the change does not touch. */
    SENTINEL(6),
    /** The other addresses, names and ports of the server. */
    TARGET(7),
    /** Those who prove nothing, somebody else, or another of several. */
    IDENTITY(7),
    /** Inside a region, where another object of an enforcement point takes over. */
    PATH(7),
    /** Both sides of each end of a range. */
    BOUNDARY(8),
    /** What else the change does not touch, as long as there is room. */
    NEIGHBOUR(8);

    private final int eighths;

    PlanStage(int eighths) {
        this.eighths = eighths;
    }

    /** Up to which part of the plan it may fill it. */
    int eighths() {
        return eighths;
    }
}
