"""Batches, their chain of custody and credentials, and whether a batch qualifies for the preferential zone."""
