"""Paper questionnaires: printed in numbered batches, typed in twice, accepted into the ledger.

A number on a sheet helps two typists speak of the same sheet and is worth nothing else. Two
accounts type every sheet without seeing each other's work; a third settles where they differ,
by looking at the sheet. Every printed sheet is accounted for. Then the batch enters the ledger
in one transaction and in random order, and what was typed is deleted.
"""
