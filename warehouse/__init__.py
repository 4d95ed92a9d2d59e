"""DuckDB and SQL: the work file, its tables, its ledger, the published file."""
