package io.postern.cli;

import java.io.PrintWriter;

/** {@code postern compile} for one kind of enforcement point. */
interface Compilation {
    /**
     * Compiles and prints.
     *
     * @throws BadInputException where the request cannot be met; nothing is printed then
     */
    void run(CompileRequest request, PrintWriter out);
}
