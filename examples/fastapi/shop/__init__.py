"""A prepaid shop: customers pay in advance, and the shop takes from their balance."""

import sqlite3
import sys

if sqlite3.sqlite_version_info < (3, 51, 3):
    # before anybody imports it: the write-ahead log of older libraries is not sound
    import pysqlite3.dbapi2

    sys.modules["sqlite3"], sys.modules["sqlite3.dbapi2"] = pysqlite3, pysqlite3.dbapi2
