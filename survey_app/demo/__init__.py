"""A worked instance for newcomers: invented units, answers drawn from real margins.

No row of a real respondent is in the project. The generator keeps the margins and the
correlations of published cases and nothing else, and everything it makes is marked as demo.
"""
