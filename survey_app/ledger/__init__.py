"""Append, seal, publish, verify: nothing acknowledged is lost, doubled or silently changed.

A submission becomes three rows without a common key: a receipt (which makes a retry harmless
and proves *counted*), a response, and perhaps a comment. A seal closes a batch of a survey:
it fixes the rows in a Merkle tree in the order of their random ids, adds their tally to the
survey's running tally, and signs a head chained to the one before. Results are read from the
newest seal only, so nobody sees the effect of a single answer.
"""
