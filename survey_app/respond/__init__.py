"""Citizens: the form behind a QR code, the thank-you page, the receipt.

One document, no cookie, no account, no script needed. Nothing about the visit is logged, and
the address is used only as a salted key of an in-memory ceiling.
"""
