"""The desk of a unit: fieldwork against target, results, posters; open, close, publish."""
