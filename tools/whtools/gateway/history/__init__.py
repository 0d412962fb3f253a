"""What was: the database of a gateway. SQLite by default, PostgreSQL by address; one schema, moved on by Alembic.

SQLAlchemy's core (no mapped classes) says the same to both. schema.py has the tables, recorder.py fills them, query.py reads
them, export.py writes files.
"""
