"""What every page shares: how the application is put together, layout, errors, headers.

Decisions: citizens' pages set no cookie and need no script; styles and scripts come from
this server only and carry a nonce, so style attributes are never used in markup; anything
unknown, and anything that is somebody else's, is the same 404.
"""
