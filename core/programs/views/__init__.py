"""Pages of programs, and the doors of OAuth 2."""
