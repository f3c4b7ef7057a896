"""Pages of open-ended contracts."""
