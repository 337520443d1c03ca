"""What machine is this, and how much should a notebook do on it?"""

import contextlib
import os
import platform
import tempfile
import warnings
from pathlib import Path

MODES = ("quick", "full")
DRIVE = Path("/content/drive/MyDrive")  # where Colab mounts it

stops = []  # the signals that asked the shell's command to stop


def setup():
    """Load TensorFlow quietly and print one line: versions, GPU or CPU, quick or full."""
    warnings.filterwarnings("ignore", message="IProgress not found")  # plain progress bars are meant
    with quiet():
        import keras
        import tensorflow as tf

        tf.config.list_physical_devices()

    tf.get_logger().setLevel("ERROR")  # its hints on tracing and placement are for authors of networks
    for gpu in tf.config.list_physical_devices("GPU"):
        try:
            tf.config.experimental.set_memory_growth(gpu, True)  # a second notebook may need the GPU too
        except RuntimeError:
            pass  # the GPU is in use already: the cell was run twice
    device = "GPU" if has_gpu() else f"CPU ({os.cpu_count()} cores)"
    print(
        f"Python {platform.python_version()}, TensorFlow {tf.__version__}, Keras {keras.__version__}, "
        f"{device}, {mode()} run"
    )


@contextlib.contextmanager
def quiet():
    """Swallow what TensorFlow's C++ side writes to stderr while it starts: notices that are not for learners."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    with open(os.devnull, "w", encoding="utf-8") as nowhere:
        stderr = os.dup(2)
        os.dup2(nowhere.fileno(), 2)
        try:
            yield
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)


def has_gpu():
    """Whether TensorFlow sees a GPU."""
    import tensorflow as tf

    return bool(tf.config.list_physical_devices("GPU"))


def mode():
    """Returns "quick" or "full": the variable SR_RUN decides; unset means full where there is a GPU."""
    chosen = os.environ.get("SR_RUN") or ("full" if has_gpu() else "quick")
    if chosen not in MODES:
        raise ValueError(f"SR_RUN is {chosen!r}; it must be quick or full")
    return chosen


def course_folder():
    """The clone of the course that this package runs from, or None where it was installed without one."""
    clone = Path(__file__).resolve().parent.parent
    return clone if (clone / "pyproject.toml").is_file() and (clone / "notebooks").is_dir() else None


def run_folder(name):
    """Where a notebook keeps the training called `name`: below $SR_RUNS, on a mounted Google Drive, or in `runs/`.

    That lies in the clone, or in the current folder where the package was installed without one.

    Raises PermissionError, naming SR_RUNS, when nothing can be written there and nothing is there to be read.
    """
    here = (course_folder() or Path.cwd()) / "runs"
    on_drive = DRIVE / "super-resolution-runs" if DRIVE.is_dir() else None  # outlives a Colab session
    folder = Path(os.environ.get("SR_RUNS") or on_drive or here) / name
    nearest = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if nearest != folder and not os.access(nearest, os.W_OK):
        raise PermissionError(
            f"{folder}: {nearest} cannot be written; set SR_RUNS to a folder of yours before you start"
        )
    return folder


def new_folder(name):
    """As `run_folder`, made when it is not there. Raises OSError, naming SR_RUNS, where nothing can be written."""
    folder = run_folder(name)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return folder
    except OSError as error:
        reason = error.strerror or error
        raise OSError(f"{folder}: cannot be written ({reason}): set SR_RUNS to a folder of yours first") from None


def steps(quick, full):
    """The number of steps for this run; prints what it chose, and how to choose the other."""
    chosen, other = (quick, "full") if mode() == "quick" else (full, "quick")
    print(f"{mode()} run: {chosen} steps (set SR_RUN={other} before starting for {full if other == 'full' else quick})")
    return chosen


def uploaded():
    """Ask for a photograph in Colab's file dialog; returns the path of what was uploaded.

    Raises ValueError with what to do instead, elsewhere and when the dialog is closed without a file.
    """
    try:
        from google.colab import files
    except ImportError:
        raise ValueError("uploading works in Colab only: put the path of your photograph in `path` instead") from None
    names = list(files.upload())
    if not names:
        raise ValueError("nothing was uploaded: run the cell again, or set upload = False")
    return names[0]
