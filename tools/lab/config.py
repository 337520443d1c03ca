"""How the course is served: jupyter lab --config=tools/lab/config.py

No news pop-up (overrides.json), the course's root as the root (links lead from notebooks to solutions), and a notebook
that was only opened and saved is the file it was, whichever Python runs it.
"""

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
sys.path.insert(0, str(ROOT / "tools"))
from notebooks import METADATA  # noqa: E402


def keep_metadata(model, path, contents_manager):
    """Before a notebook is saved: what JupyterLab writes about the kernel's version becomes what the course says."""
    if model["type"] == "notebook" and path.strip("/").startswith(("notebooks/", "solutions/")):
        model["content"]["metadata"].update({key: METADATA[key] for key in ("kernelspec", "language_info")})


config = get_config()  # noqa: F821  (the server defines it)
config.ServerApp.root_dir = str(ROOT)
config.ServerApp.allow_root = True  # as whom a learner works in many a container
config.LabApp.app_settings_dir = str(HERE)
config.FileContentsManager.pre_save_hook = keep_metadata
