"""One calm line of progress: a terminal's own bar, in a notebook a line that changes in place and goes in the end."""

import sys

from tqdm import tqdm

FORMAT = "{desc}{unit} {n_fmt} of {total_fmt} |{bar:24}| {remaining} left"


def progress_bar(*args, unit="step", shown=True, **options):
    """A tqdm bar, or none unless `shown`.

    In a notebook it never writes to stderr, which pages show as a pink box, and its line stands still however much is
    printed or drawn meanwhile. When it is closed nothing is left of it.
    """
    if "ipykernel" in type(sys.stdout).__module__:
        options = {"file": _Line(), "leave": False, "mininterval": 0.5, "bar_format": FORMAT} | options
    return tqdm(*args, unit=unit, disable=not shown, **options)


class _Line:
    """What tqdm writes to: one output of a notebook cell, replaced whenever its text changes."""

    encoding = "utf-8"
    place, text = None, ""

    def write(self, text):
        text = text.strip()
        if text == self.text:
            return
        self.text, data = text, {"text/plain": text}
        if self.place:
            self.place.update(data, raw=True)
        else:
            from IPython.display import display

            self.place = display(data, raw=True, display_id=True)

    def flush(self):
        pass
