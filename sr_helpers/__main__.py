# PYTHON_ARGCOMPLETE_OK
"""The package from a shell: `sr-helpers fetch | check-data | train | evaluate | upscale | grade`, each with --help.

`python -m sr_helpers` is the same. What may be said stands in `arguments`, what is done in `commands`; signals and
exit statuses are here.
"""

import contextlib
import os
import signal
import sys
import threading
import warnings

from sr_helpers import commands, not_installed, runtime
from sr_helpers.arguments import parser


def main(arguments=None):
    """Run one command; returns the exit status: 0 done, 1 partly done, 2 refused, 130 interrupted, 143 terminated."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal gets a ? for a letter it lacks, not a traceback
    options = _completed(parser()).parse_args(arguments)
    with _stoppable():
        status = _run(options)
        return 128 + runtime.stops[0] if runtime.stops else status


def _completed(spoken):
    """The parser; where a shell asks what the tab key may add, and argcomplete is installed, it gets the answer."""
    if "_ARGCOMPLETE" in os.environ:
        with contextlib.suppress(ImportError):
            import argcomplete

            argcomplete.autocomplete(spoken)
    return spoken


def _run(options):
    warnings.showwarning = lambda message, *_, **__: print(f"note: {message}", file=sys.stderr)
    command = commands.COMMANDS[options.command]
    try:
        measures_bicubic = command is commands.evaluate and options.model == "bicubic"
        if command in (commands.train, commands.evaluate, commands.upscale) and not measures_bicubic:
            with runtime.quiet():  # TensorFlow's start-up notices would bury our sentences
                import keras  # noqa: F401
        status = command(options) or 0
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # the reader has seen enough, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (ValueError, OSError, FloatingPointError) as error:
        print(f"error: {error}", file=sys.stderr)
        if isinstance(error, ConnectionAbortedError) and options.command == "train":
            sys.stderr.flush()
            os._exit(2)  # at a proper exit JAX waits a minute for the host that is gone, and then aborts with a trace
        return 2
    except ModuleNotFoundError as error:
        print(f"error: {not_installed(error.name)}", file=sys.stderr)
        return 2
    except KeyboardInterrupt as interrupt:
        print(f"interrupted: {interrupt}" if str(interrupt) else "interrupted", file=sys.stderr)
        return 130


@contextlib.contextmanager
def _stoppable():
    """Ctrl-C and SIGTERM stop alike; those that came are kept, for whoever must ask."""

    def stop(number, _):
        runtime.stops.append(number)
        raise KeyboardInterrupt

    if threading.current_thread() is not threading.main_thread():  # only the main thread may listen
        yield
        return
    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        runtime.stops.clear()


if __name__ == "__main__":
    sys.exit(main())
