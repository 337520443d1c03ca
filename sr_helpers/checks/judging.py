"""Putting answers beside those of the reference and of the slips, on all inputs of an exercise."""

import contextlib
import io

import numpy as np

from sr_helpers.checks import calling, changes, comparing, words

SECONDS = 2  # of work, for the search for one change that makes a wrong answer right


class Judge:
    """One declaration's cases with what is wanted for each, and all questions that can be asked of answers to them."""

    def __init__(self, declared):
        self.declared = declared
        self.wanted = calling.outcomes(declared.reference, declared.cases, declared.play)
        self.values = [self.seen(k, outcome) for k, outcome in enumerate(self.wanted)]
        found = [value for value, outcome in zip(self.values, self.wanted, strict=True) if outcome.error is None]
        self.allowed = declared.tolerance or comparing.tolerance(found)

    def seen(self, k, outcome):
        """What of an answer is compared; an answer that cannot be looked at is itself."""
        if self.declared.seen is None or outcome.error is not None:
            return outcome.value
        arguments, options = self.declared.cases[k].make()
        try:
            return self.declared.seen(outcome.value, *arguments, **options)
        except Exception:
            return outcome.value

    def right(self, k, outcome):
        wanted = self.wanted[k]
        if wanted.error is not None:
            return isinstance(outcome.error, type(wanted.error))
        fits = outcome.error is None and comparing.misfit(outcome.value, wanted.value) is None
        return fits and comparing.same(self.seen(k, outcome), self.values[k], self.allowed)

    def wrong(self, found):
        """The numbers of the cases that are answered wrongly, the smallest input first."""
        sizes = [_size(each.make()) for each in self.declared.cases]
        return sorted((k for k, outcome in enumerate(found) if not self.right(k, outcome)), key=lambda k: sizes[k])

    def agree(self, found, others, strictly=False):
        """Whether two functions do the same on every case; crashes are alike when their words are."""
        return all(
            self._agree(k, one, other, strictly) for k, (one, other) in enumerate(zip(found, others, strict=True))
        )

    def _agree(self, k, one, other, strictly):
        if one.error is None and other.error is None:
            return comparing.same(self.seen(k, one), self.seen(k, other), self.allowed)
        if self.wanted[k].error is not None and not strictly:
            wanted = type(self.wanted[k].error)
            if isinstance(one.error, wanted) and isinstance(other.error, wanted):
                return True
        return type(one.error) is type(other.error) and str(one.error) == str(other.error)

    def slip(self, found):
        """The sentence of the slip that explains every answer."""
        for slip, sentence in self.declared.slips:
            if self.agree(found, calling.outcomes(slip, self.declared.cases, self.declared.play)):
                return self.told(sentence, self.wrong(found)[0], found)
        return None

    def told(self, sentence, k, found):
        if isinstance(sentence, str):
            return sentence
        arguments, options = self.declared.cases[k].make()
        return sentence(self.seen(k, found[k]), self.values[k], *arguments, **options)

    def holds(self, condition, k, *values):
        arguments, options = self.declared.cases[k].make()
        try:
            with calling.quietly():
                return bool(condition(*values, *arguments, **options))
        except Exception:
            return False

    def unmet(self, found):
        """The sentence of a demand that some answer does not meet."""
        for condition, sentence in self.declared.demands:
            for k, outcome in enumerate(found):
                if outcome.error is None and not self.holds(condition, k, outcome.value):
                    return self.told(sentence, k, found)
        return None

    def unnamed(self, found, wrong, function):
        """What to say when no slip fits: what is wrong with the answers and, where it can be told, in which line."""
        suspect = self.suspect(function, wrong)
        return " ".join(filter(None, [self._unnamed(found, wrong, function), suspect]))

    def suspect(self, function, wrong):
        """The sentence that names the place where one small change makes every answer right, if there is one."""
        plain = calling.plain_function(function)
        if plain is None or plain is not function:
            return None

        def search():
            for change in changes.changed(plain, changes.repairs):
                with contextlib.suppress(Exception):  # a changed function may return anything
                    if all(self._answers(change.function, k) for k in (wrong[0], *range(len(self.wanted)))):
                        return change

        with contextlib.suppress(calling.TooSlow), contextlib.redirect_stdout(io.StringIO()):
            change = calling.within(SECONDS, plain, search)
            return change and words.suspect(change)

    def _answers(self, function, k):
        return self.right(k, calling.outcomes(function, [self.declared.cases[k]], self.declared.play)[0])

    def _unnamed(self, found, wrong, function):
        """Of a crash, a demand, the kind, a condition, or of the smallest input."""
        first = wrong[0]
        if found[first].error is not None and self.wanted[first].error is None:
            why = self._of_the_case(wrong)
            return " ".join(filter(None, [self._crash(found[first].error, function, first), why and _sentence(why)]))
        right, why = len(found) - len(wrong), self._of_the_case(wrong)
        wrong = [k for k in wrong if found[k].error is None or self.wanted[k].error is not None]
        demand = self.unmet(found) or why
        if demand:
            return demand
        if self.wanted[first].error is not None:
            error = found[first].error
            got = f"a {type(error).__name__}" if error else words.kind(found[first].value)
            return f"{self.call(first)}: wanted a {type(self.wanted[first].error).__name__}, got {got}."
        return (
            self._misfit(found, wrong, shapes=False)
            or self._relation(found)
            or self._symptom(found, wrong)
            or self._misfit(found, wrong, shapes=True)
            or self._difference(found, first, right)
        )

    def call(self, k):
        return words.call(self.declared.name, *self.declared.cases[k].make())

    def _misfit(self, found, wrong, shapes):
        sentences = ((k, comparing.misfit(found[k].value, self.wanted[k].value, shapes)) for k in wrong)
        return next((f"{self.call(k)}: {sentence}" for k, sentence in sentences if sentence), None)

    def _difference(self, found, first, right):
        rest = f" (Right on {right} of the {len(found)} inputs tried.)" if right else ""
        difference = words.difference(self.seen(first, found[first]), self.values[first], self.allowed)
        return f"{self.call(first)}: {difference}.{rest}"

    def _symptom(self, found, wrong):
        for condition, sentence in self.declared.symptoms:
            asked = [k for k in wrong if self.wanted[k].error is None]
            if asked and all(self.holds(condition, k, self.seen(k, found[k]), self.values[k]) for k in asked):
                return self.told(sentence, asked[0], found)
        return None

    def _of_the_case(self, wrong):
        whys = [self.declared.cases[k].why for k in wrong]
        return max(whys, key=whys.count) if all(whys) else None

    def _crash(self, error, function, k):
        frames, trace = [], error.__traceback__
        while trace:
            frames.append((trace.tb_frame, trace.tb_lineno))
            trace = trace.tb_next
        line = calling.own_line(function, frames)
        if line is None and isinstance(error, TypeError):
            return f"it cannot be called as {self.call(k)}: {words.crash(error, None)}"
        return words.crash(error, line)

    def _relation(self, found):
        raised = [k for k, (one, other) in enumerate(zip(found, self.wanted, strict=True)) if one.error or other.error]
        if any(found[k].error is None or self.wanted[k].error is None for k in raised):
            return None
        pairs = [(self.seen(k, outcome), self.values[k]) for k, outcome in enumerate(found) if k not in raised]
        if not all(comparing.as_numbers(a) is not None and comparing.as_numbers(w) is not None for a, w in pairs):
            return None
        with calling.quietly():
            return words.relation(pairs, lambda a, w: comparing.same(a, w, self.allowed))


def _sentence(text):
    return text[0].upper() + text[1:]


def _size(call):
    arguments, options = call
    return sum(
        np.size(part) if isinstance(part, np.ndarray) else _size((part, {})) if isinstance(part, list | tuple) else 1
        for part in [*arguments, *options.values()]
    )
