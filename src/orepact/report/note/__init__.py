"""Two-page notes: a record of what a note says, a builder for each question, and the page that typst lays out."""
