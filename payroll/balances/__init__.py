"""Balances that stay with somebody: pay taken back of people who may never earn here again."""
