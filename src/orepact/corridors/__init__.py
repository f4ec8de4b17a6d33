"""Routes between countries: what they carry, which cut would stop them, and how much of it only allies touch."""
