"""What answers say: exact indices and honest uncertainty, from additive tallies.

The package knows no web, database, clock or network. Its modules are the interface:
`from analysis import responses, tally, index, inference`.
"""
