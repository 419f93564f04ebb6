package io.postern.policy.persistence;

import io.postern.policy.RevisionsContract;
import io.quarkus.narayana.jta.QuarkusTransaction;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Supplier;
import javax.sql.DataSource;

/** The contract, of a store in the tests' PostgreSQL. */
abstract class DatabaseRevisionsContract extends RevisionsContract {
    @Inject DataSource database;

    @Override
    protected <T> T inTransaction(Supplier<T> work) {
        return QuarkusTransaction.requiringNew().call(work::get);
    }

    @Override
    protected long storedVersions() {
        return count("policy_entry");
    }

    @Override
    protected long storedRetirements() {
        return count("policy_entry_retirement");
    }

    private long count(String table) {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select count(*) from " + table)) {
            result.next();
            return result.getLong(1);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
