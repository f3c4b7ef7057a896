"""Sending documents: over the Peppol network, by e-mail, on paper; and what became of each one.

`validation` checks a document by the public rules, `access_point` is the port to the network, `services`
chooses the channel, carries and falls back.
"""
