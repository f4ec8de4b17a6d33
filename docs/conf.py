"""The site, built without a network: ./run sphinx-build -W -b html docs build/docs."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent / "_ext"))

from orepact.version import __version__

project = "Orepact"
author = "The Orepact authors"
version = release = __version__
html_title = f"Orepact {__version__}"
html_last_updated_fmt = None

extensions = ["myst_nb", "offline", "reference"]
exclude_patterns = ["_ext"]
source_suffix = {".md": "myst-nb"}
root_doc = "index"
language = "en"

myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]

nb_execution_mode = "force"
nb_execution_timeout = 300
nb_execution_raise_on_error = True
nb_execution_show_tb = True
nb_ipywidgets_js = {}
nb_merge_streams = True

html_theme = "pydata_sphinx_theme"
html_theme_options = {
    "navbar_end": ["theme-switcher"],
    "navbar_persistent": ["search-button"],
    "secondary_sidebar_items": ["page-toc"],
    "footer_start": [],
    "footer_center": [],
    "footer_end": [],
    "show_toc_level": 2,
    "navigation_with_keys": False,
}
html_show_sourcelink = False
html_copy_source = False
html_show_sphinx = False
