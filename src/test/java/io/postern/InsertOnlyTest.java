package io.postern;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** What must never change is refused by the database itself. */
@QuarkusTest
class InsertOnlyTest {
    @Inject DataSource database;

    @Test
    void historyCannotBeChangedDeletedOrTruncated() throws SQLException {
        TestUsers.ensure("historian", "reader");
        for (String table :
                List.of(
                        "revision",
                        "policy_entry",
                        "policy_entry_retirement",
                        "approval",
                        "audit_event")) {
            refused("truncate table " + table + " cascade");
        }
        for (String statement :
                List.of(
                        "update revision set note = 'other'",
                        "delete from revision",
                        "update audit_event set actor = 'nobody'",
                        "delete from audit_event where seq = 1")) {
            refused(statement);
        }
    }

    private void refused(String sql) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement()) {
            SQLException e = assertThrows(SQLException.class, () -> statement.execute(sql), sql);
            assertTrue(e.getMessage().contains("insert-only"), sql + ": " + e.getMessage());
        }
    }
}
