"""Screens for dumping, oversupply and manipulation, and the case files that judge their signals fairly."""
