"""Evaluators (TPI and TPN): indices of all units they may see, for reading and for programs."""
