"""What may be said to the package in a shell: the commands, their options, and the help they print."""

import argparse
from pathlib import Path

from sr_helpers import __version__, datasets, resize
from sr_helpers.settings import LOSSES, PRECISIONS, SCHEDULES, Settings

EPILOG = """\
exit status: 0 done, 1 partly done (what is missing is told), 2 refused (one sentence says why),
130 interrupted by Ctrl-C, 143 terminated; a training that was stopped goes on with --resume"""


class _Help(argparse.RawDescriptionHelpFormatter):
    """Tells the defaults that say something."""

    def _get_help_string(self, action):
        silent = action.default in (None, False, [], argparse.SUPPRESS)
        return action.help if silent else f"{action.help} (default: %(default)s)"


def parser() -> argparse.ArgumentParser:
    """The argument parser of all commands; what it parses names its command."""
    top = argparse.ArgumentParser(
        prog="sr-helpers", description="Super-resolution from a shell.", epilog=EPILOG, formatter_class=_Help
    )
    top.add_argument("--version", action="version", version=f"sr-helpers {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND", dest="command")

    def command(name, what):
        return commands.add_parser(name, help=what, description=what, epilog=EPILOG, formatter_class=_Help)

    _fetch(command("fetch", "Fetch public sets: verified, and whole or not at all."))
    _check_data(command("check-data", "Verify the sets on this disk against the catalogue, by bytes or by pixels."))
    _train(command("train", "Train a network and keep the run in a folder."))
    _evaluate(command("evaluate", "Measure a model on test sets."))
    _upscale(command("upscale", "Upscale a photograph, every photograph of a folder, or a film."))
    _grade(command("grade", "Run learners' notebooks and list what their checks say. It runs the learners' code."))
    return top


def _grade(sub):
    sub.add_argument("folder", type=Path, metavar="FOLDER", help="a folder for each learner, with their notebooks")
    sub.add_argument("--csv", type=Path, metavar="FILE", help="write the table as CSV too")
    sub.add_argument("--minutes", type=float, default=10, help="how long one notebook may take")
    sub.add_argument("--overwrite", action="store_true", help="replace FILE")


def _fetch(sub):
    sub.add_argument("set", nargs="+", metavar="SET", help=f"one of {', '.join(datasets.catalogue())}")
    sub.add_argument("--jobs", type=int, default=4, help="files fetched at once")


def _check_data(sub):
    sub.add_argument("set", nargs="*", metavar="SET", help="which sets; all on this disk when left out")


def _train(sub):
    option = sub.add_argument
    _scale(sub)
    _pictures(sub, "the bundled starter photographs when nothing is named")
    length = sub.add_mutually_exclusive_group(required=True)
    length.add_argument("--steps", type=int, help="length of the training")
    length.add_argument("--minutes", type=float, help="length in minutes on this machine")
    option("--out", required=True, type=Path, metavar="RUN", help="folder that keeps the run")
    option("--resume", action="store_true", help="go on with the run in --out")
    option("--start", metavar="MODEL", help="fine-tune: begin with pretrained, a run folder or a .weights.h5 file")
    option("--architecture", choices=("espcn", "espcn_deep", "espcn_paper"), default="espcn",
           help="seven layers, ten thin ones, the paper's three")  # fmt: skip
    option("--activation", choices=("relu", "tanh"), help="between the layers; the architecture's own unless given")
    option("--skip", action=argparse.BooleanOptionalAction, help="add LR to the output, or not; likewise")
    option("--channels", type=int, choices=(1, 3), default=1, help="1: luma, 3: RGB")
    option("--loss", choices=LOSSES, default=Settings.loss, help="what is made small")
    option("--schedule", choices=SCHEDULES, default=Settings.schedule, help="how the learning rate falls")
    option("--learning-rate", type=float, default=Settings.learning_rate, help="Adam's learning rate at its highest")
    option("--warm-up", type=int, default=0, metavar="STEPS", help="steps in which the rate rises to --learning-rate")
    option("--average", type=float, default=Settings.average, help="momentum of the averaged weights, 0 for none")
    option("--width", type=int, default=Settings.width, help="of the products that kernels learn with, 0 for none")
    option("--precision", choices=PRECISIONS, default=Settings.precision, help="what convolutions compute in")
    option("--batch-size", type=int, default=Settings.batch_size, help="patches in a batch")
    option("--patch-size", type=int, default=Settings.patch_size, help="side of a patch in LR pixels")
    option("--shrink-jpegs", type=float, default=1, metavar="FACTOR", help="learn from JPEG files shrunk by this: 0.6")
    option("--spread", action="store_true", help="share every batch out among all GPUs of this machine")
    option(
        "--hosts", metavar="ADDRESSES", help="several machines, first:1234,second:1234 (JAX; the same command on each)"
    )
    option("--rank", type=int, default=0, help="which of --hosts this machine is, counted from 0")
    option("--seed", type=int, default=0, help="of weights, batches and the validation split")


def _evaluate(sub):
    _scale(sub)
    _model(sub, ", or bicubic")
    _pictures(sub, "the bundled test photographs when nothing is named")
    sub.add_argument("--convention", choices=resize.CONVENTIONS, default="classic", help="the protocol's variant")
    sub.add_argument("--quality", type=int, help="of the files of --degradation jpeg, 1 to 95; 60 unless given")
    sub.add_argument("--json", action="store_true", help="print one JSON object and nothing else")


def _upscale(sub):
    _scale(sub)
    _model(sub)
    sub.add_argument("--degradation", choices=resize.DEGRADATIONS, default="bicubic",
                     help="which pretrained network: how the picture lost its pixels; jpeg if blocky")  # fmt: skip
    sub.add_argument("source", type=Path, help="a photograph, a folder of photographs, or a film")
    sub.add_argument(
        "-o", "--output", type=Path, required=True, help="where the result goes: a picture, a folder, a film"
    )
    sub.add_argument("--overwrite", action="store_true", help="replace an existing result")
    sub.add_argument("--max-megapixels", type=float, default=100, help="refuse a larger result")


def _scale(sub):
    sub.add_argument("--scale", type=int, choices=(2, 3, 4), default=3, help="how many times larger")


def _model(sub, others=""):
    what = f"pretrained, the name of shipped weights (espcn_deep_x3), a run folder or a .weights.h5 file{others}"
    sub.add_argument("--model", default="pretrained", help=what)


def _pictures(sub, default):
    sub.add_argument("--set", action="append", default=[], metavar="NAME",
                     help=f"a set by its name, Set5 or T91 for example; may be repeated ({default})")  # fmt: skip
    sub.add_argument("--images", action="append", default=[], metavar="FOLDER",
                     help="a folder of pictures; may be repeated")  # fmt: skip
    sub.add_argument("--degradation", choices=resize.DEGRADATIONS, default="bicubic", help="how HR loses its pixels")
