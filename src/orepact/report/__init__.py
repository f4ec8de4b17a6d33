"""Reports: the answer as text, pictures and files. Faces only: every number comes from a result."""
