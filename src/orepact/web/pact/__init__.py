"""The pages of the pact: what was promised and what came of it, for people with different rights."""
