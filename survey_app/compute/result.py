"""The result of a computation in the shape that other programs rely on: `analysis.figures`."""

from analysis.figures import Options, group_result

__all__ = ["Options", "group_result"]
