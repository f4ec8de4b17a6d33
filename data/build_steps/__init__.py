"""From publishers' figures to our own tables, one module a group of tables; run by ``data/build``."""
