"""Free words of citizens, from the seal to the reader who may see them.

A comment has no key to the answers it came with. What still could point at its writer is when
it appears and what it says: so staff see comments late, many at a time, in an order that tells
nothing, and without personal data; reports of bribery are seen by the inspectorate alone.
The stored comment is never edited: what is published is a shortened copy beside it.
"""
