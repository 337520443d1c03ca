"""Calling somebody else's function: on copies, within a time limit, and with a record of what it did."""

import contextlib
import contextvars
import ctypes
import functools
import inspect
import io
import sys
import threading
import time
import warnings
from typing import NamedTuple

import numpy as np

SECONDS = 15  # of work, for all calls of one check together
PATIENCE = 6  # how many times as long it may take where the machine is busy with other things, or the work is asleep


class Case(NamedTuple):
    """One input of an exercise; `why` is the sentence for whoever fails on no other kind of input."""

    make: object  # a function without arguments -> (arguments, options), fresh for every call
    why: str | None = None


class Outcome(NamedTuple):
    """What a function did with one case: it gave a value or it raised an error."""

    value: object = None
    error: BaseException | None = None


class TooSlow(Exception):
    """The time limit has passed; its argument is the line that was at work."""


class _Stop(BaseException):
    """Ends a function that takes too long."""


def case(*arguments, why=None, **options):
    """An input that needs more than a tuple: options by name, or a sentence of its own. See `engine`."""
    return Case(lambda: (copied(arguments), copied(options)), why)


def copied(thing):
    """A deep copy of arrays, lists and dicts; anything else (a function, a generator) is handed on as it is."""
    if isinstance(thing, np.ndarray):
        return thing.copy()
    if isinstance(thing, tuple | list | set):
        return type(thing)(map(copied, thing))
    if isinstance(thing, dict):
        return {key: copied(value) for key, value in thing.items()}
    return thing


def unchanged(thing, kept):
    """Whether `thing` is still what it was when `kept = copied(thing)` was taken."""
    if type(thing) is not type(kept):
        return False
    if isinstance(thing, np.ndarray):
        return thing.shape == kept.shape and thing.dtype == kept.dtype and thing.tobytes() == kept.tobytes()
    if isinstance(thing, tuple | list):
        return len(thing) == len(kept) and all(map(unchanged, thing, kept))
    if isinstance(thing, dict):
        return list(thing) == list(kept) and all(map(unchanged, thing.values(), kept.values()))
    return thing is kept or thing == kept if isinstance(thing, int | float | str | set) else True


class Watched:
    """A learner's function that remembers how it was called and what it did to its arguments."""

    def __init__(self, function):
        self.function, self.calls, self.silent, self.changed = function, 0, [], None

    def __call__(self, *arguments, **options):
        kept = copied(arguments), copied(options)
        self.calls += 1
        try:
            answer = self.function(*arguments, **options)
        finally:
            now, before = dict(enumerate(arguments)) | options, dict(enumerate(kept[0])) | kept[1]
            self.changed = self.changed or next(((key,) for key in now if not unchanged(now[key], before[key])), None)
        if answer is None or answer is Ellipsis:
            self.silent.append(kept)
        return answer


class Printed(io.StringIO):
    """Stands for sys.stdout while a learner's function is called dozens of times: its first lines are enough."""

    LINES, LETTERS = 8, 4000

    def write(self, text):
        if self.tell() < self.LETTERS:
            super().write(text[: self.LETTERS])
        return len(text)

    def show(self):
        """Print what the function printed, once it is over."""
        lines = self.getvalue().splitlines()
        more = ["... (shortened: a check calls your function many times)"] if len(lines) > self.LINES else []
        if lines:
            print("\n".join([*lines[: self.LINES], *more]))


def outcomes(function, cases, play=None):
    """What `function` does with each case, tried one after the other."""
    return [_outcome(function, *each.make(), play) for each in cases]


def _outcome(function, arguments, options, play):
    try:
        with quietly():
            return Outcome(play(function, *arguments, **options) if play else function(*arguments, **options))
    except _Stop:
        raise
    except BaseException as error:  # whatever it raises is the learner's, exit() included
        return Outcome(None, error)


@contextlib.contextmanager
def quietly():
    """A slip may divide by zero; nobody wants to read that."""
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def within(seconds, function, work):
    """work()'s result, or `TooSlow` with `function`'s line. In a thread, as only that works on every system."""
    results, clocks = [], []

    def run():
        if hasattr(time, "pthread_getcpuclockid"):
            clocks.append(time.pthread_getcpuclockid(threading.get_ident()))
        with contextlib.suppress(_Stop):
            results.append(work())

    thread = threading.Thread(target=contextvars.copy_context().run, args=(run,), daemon=True)
    began, before = time.monotonic(), time.process_time()

    def worked():
        """Seconds of the thread's own work, as others may be at it too; where the system cannot tell, of them all."""
        with contextlib.suppress(OSError):  # the thread has just ended
            return time.clock_gettime(clocks[0]) if clocks else time.process_time() - before
        return 0

    thread.start()
    try:
        while thread.is_alive() and worked() < seconds and time.monotonic() - began < PATIENCE * seconds:
            thread.join(0.05)
    finally:
        if thread.is_alive():
            line = own_line(function, _frames_of(thread))
            ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), ctypes.py_object(_Stop))
    if not results:
        raise TooSlow(line)
    return results[0]


def _frames_of(thread):
    """[(frame, line number)] of what a thread is doing, the innermost last."""
    frames, frame = [], sys._current_frames().get(thread.ident)
    while frame:
        frames.insert(0, (frame, frame.f_lineno))
        frame = frame.f_back
    return frames


def own_line(function, frames):
    """(number, text) of the innermost of `frames` [(frame, number)] that the learner wrote, or None.

    Of `function`'s own cell, if there is one: a given function, or another exercise's, crashes for what it is given.
    """
    plain = plain_function(function)
    written = [(frame, number) for frame, number in frames if plain and frame.f_globals is plain.__globals__]
    here = [(frame, number) for frame, number in written if frame.f_code.co_filename == plain.__code__.co_filename]
    if not written:
        return None
    frame, number = (here or written)[-1]
    with contextlib.suppress(OSError, IndexError):
        lines, _ = inspect.findsource(frame.f_code)
        return number, lines[number - 1].strip()
    return number, ""


def plain_function(function):
    """The Python function behind a partial, a method or an object that can be called; None for NumPy's own."""
    while isinstance(function, functools.partial):
        function = function.func
    if not hasattr(function, "__code__") and not inspect.ismethod(function):
        function = getattr(type(function), "__call__", None)  # noqa: B004 - the function, not whether there is one
    function = getattr(function, "__func__", function)
    return function if inspect.isfunction(function) else None
