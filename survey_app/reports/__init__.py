"""Reports of a survey: gathered once, told once, set twice.

`figures` gathers what may be told, `skm` and `zi` tell it in the outlines of PermenPANRB 14/2017
and SE Menteri PANRB 04/2023 as plain content, `pdf` and `docx` set that same content, so that the
two never differ. A sentence is written from the figures and says no more than they bear.
"""
