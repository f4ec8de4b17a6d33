"""What answers look like, as models: for the documentation, and for tests that hold the answers against it."""
