"""Pages of finance: statements, the queue of lines to identify, payments."""
