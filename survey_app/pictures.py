"""The pictures that pages show: those of `analysis.pictures`, the same in a notebook."""

from analysis.pictures import Mark, index_picture, trend_picture, unsur_picture

__all__ = ["Mark", "index_picture", "trend_picture", "unsur_picture"]
