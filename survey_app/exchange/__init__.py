"""Data in the forms that others use: packages, SPSS, DDI, BPS metadata; and imports from them.

What goes out is made of a published result alone, the frozen figures that disclosure control has
passed, and never of answers: so no file, and no two files together, tell more than the
publication does. What comes in is reduced to answers, bands and days before it is kept.
"""
