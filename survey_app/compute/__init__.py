"""Indices from response files at the command line, with no server and no database."""
