"""Notices: what the house tells a person by mail about their own account, rights and money."""
