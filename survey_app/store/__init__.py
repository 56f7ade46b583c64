"""What is kept, and how surely: the engine, the tables and their migrations.

SQLite in WAL mode with `synchronous=FULL` is the default and PostgreSQL is for production.
Both are asked on every connection whether a commit means "on disk"; if not, nothing starts.
"""

from survey_app.store.engine import Store, StoreUnavailableError, open_store

__all__ = ["Store", "StoreUnavailableError", "open_store"]
