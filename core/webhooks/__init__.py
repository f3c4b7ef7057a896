"""Webhooks.

news of the house for other people's programs: signed, in order per thing, repeated until heard.
"""
