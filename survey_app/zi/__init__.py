"""Zona Integritas of a unit: scores, requirements, file, aspects and outcomes, year by year.

Figures of the unit's own surveys (`mandiri`) come from published results and are never typed.
What a person enters (`eksternal` indices, points of the worksheet) is labelled as entered by hand
and not verified, for as long as it is kept. The two are never added up silently.
"""
