"""What the page says, read from ``published.duckdb`` alone: one module a section."""
