"""Checks of notebook 07: the learning rate, the seven layers, the training loop, the best step, five broken runs."""

import functools
import math
from typing import NamedTuple

import numpy as np

from sr_helpers.checks.calling import Case
from sr_helpers.checks.engine import exercise, letters
from sr_helpers.checks.n05_espcn import COMMON, LINEAR, NO_BIAS, NO_SHUFFLE, PADDING, SIZE, is_model, not_a_model
from sr_helpers.checks.networks import computed


def _cosine_rate(step, steps, start):
    """The learning rate at `step` of `steps`: half a cosine from `start` down to 0."""
    return start * (1 + math.cos(math.pi * step / steps)) / 2


cosine_rate = exercise(
    _cosine_rate,
    cases=[
        (step, steps, start)
        for steps, start in ((4, 1.0), (100, 1e-3), (250, 0.02))
        for step in range(0, steps + 1, max(1, steps // 8))
    ],
    slips=[
        (
            lambda k, n, a: a * math.cos(math.pi * k / n),
            "the rate goes below zero half-way: a learning rate runs from start to 0, so lift the cosine to 0..2 and "
            "halve it.",
        ),
        (
            lambda k, n, a: a * math.cos(math.pi * k / n / 2),
            "that is a quarter of a wave: it starts flat but hits zero at full slope. Half a wave is flat twice.",
        ),
        (
            lambda k, n, a: a * (1 - math.sin(math.pi * k / n / 2)),
            "a quarter of a sine starts at full slope; half a cosine is flat at both ends.",
        ),
        (lambda k, n, a: a * (1 - math.cos(math.pi * k / n)) / 2, "the rate rises from 0 to start: turn it round."),
        (
            lambda k, n, a: a * (1 + math.cos(k / n)) / 2,
            "it does not reach 0 at the last step: half a turn is pi, and is pi in it?",
        ),
        (
            lambda k, n, a: (1 + math.cos(math.pi * k / n)) / 2,
            "at step 0 the rate must be `start`, not 1: did you use it?",
        ),
        (
            lambda k, n, a: a * (1 + math.cos(math.pi * (k // n))) / 2,
            "`//` throws the fraction away: the rate stands still until the last step.",
        ),
        (
            lambda k, n, a: a * (1 + math.cos(math.pi * k // n)) / 2,
            "`//` throws the fraction away: the rate falls in a few large stairs. `/` keeps it.",
        ),
        (lambda k, n, a: a * (1 - k / n), "that is a straight line; half a cosine is flat at both ends."),
        (
            lambda k, n, a: a * (1 + math.cos(math.pi * k / n)),
            "at step 0 the rate is twice `start`: the sum 1 + cos runs from 2 to 0.",
        ),
        (
            lambda k, n, a: a * (1 + math.cos(math.pi * k / n) / 2),
            "the whole sum is halved, 1 + cos, not the cosine alone: mind the brackets.",
        ),
        (
            lambda k, n, a: a * 1 + math.cos(math.pi * k / n) / 2,
            "`start` multiplies the whole sum, 1 + cos: mind the brackets.",
        ),
        (
            lambda k, n, a: a * (1 + math.cos(math.radians(math.pi * k / n))) / 2,
            "the cosine of NumPy and math takes radians already.",
        ),
        (lambda k, n, a: a * (1 + math.cos(180 * k / n)) / 2, "half a turn is pi, not 180: np.cos counts in radians."),
        (
            lambda k, n, a: a * (1 + math.cos(2 * math.pi * k / n)) / 2,
            "at the last step the rate is back at `start`: that is a whole wave, half of one is wanted.",
        ),
        (lambda k, n, a: a * (1 + math.cos(3.14 * k / n)) / 2, "3.14 is not exact enough: np.pi is there for that."),
        (
            lambda k, n, a: a * (1 + math.cos(math.pi * (k + 1) / n)) / 2,
            "the rate runs one step ahead: at step 0 it is `start`.",
        ),
        (
            lambda k, n, a: a * (1 + math.cos(math.pi * k / (n - 1))) / 2,
            "it reaches 0 a step too early: at step `steps` it is 0.",
        ),
        (
            lambda k, n, a: a * (1 + math.sin(math.pi * k / n)) / 2,
            "that is a sine: it starts half-way up. The cosine starts at 1.",
        ),
        (
            lambda k, n, a: a * (1 + math.cos(math.pi * k / n / 2)) / 2,
            "the last step has half of `start` left: half a turn is pi, a quarter turn is pi / 2.",
        ),
        (
            lambda k, n, a: max(0.0, a * math.cos(math.pi * k / n)),
            "it is 0 from half-way on: lift the cosine to 0..2 and halve it, do not cut it off.",
        ),
        (lambda k, n, a: 1e-3 * (1 + math.cos(math.pi * k / n)) / 2, "a start of 0.001 is written in: use `start`."),
        (lambda k, n, a: a, "the rate never falls: use step and steps."),
        (
            lambda k, n, a: a * math.cos(math.pi * k / n) / 2,
            "the 1 is missing: lift the cosine to 0..2 before you halve it.",
        ),
        (
            lambda k, n, a: a * math.exp(-k / n),
            "that fades exponentially and never reaches 0; half a cosine is wanted.",
        ),
    ],
)


def _seven_layers(scale):
    """Six convolutions, the skip and the shuffle, (N, h, w, 1) -> (N, h*s, w*s, 1), untrained."""
    from sr_helpers import models

    return models.espcn(scale)


@functools.lru_cache(maxsize=64)  # the check only looks at these
def _changed(
    scale, size=None, curve="relu", last=None, sizes=(5, 3, 3, 3, 3), filters=(64, 64, 32, 32, 32),
    skip="tile", shuffle=True, near=True, **options,
):  # fmt: skip
    """The seven layers with something changed."""
    import keras
    from keras import layers, ops

    from sr_helpers import models

    x = lr = keras.Input((size, size, 1))
    options = {"padding": "same", "kernel_initializer": "he_normal"} | options
    for kernel, count in zip(sizes, filters, strict=True):
        x = layers.Conv2D(count, kernel, activation=curve, **options)(x)
    start = keras.initializers.RandomNormal(stddev=0.001) if near else "glorot_uniform"
    x = layers.Conv2D(scale**2, 3, activation=last, **options | {"kernel_initializer": start})(x)
    tiled = ops.tile(lr, (1, 1, 1, scale**2))
    joins = {"tile": lambda: x + tiled, "none": lambda: x, "times": lambda: x * tiled, "minus": lambda: tiled - x}
    joins["relu"] = lambda: ops.relu(x + tiled)
    x = joins[skip]()
    return keras.Model(lr, models.PixelShuffle(scale)(x) if shuffle else x)


def _can_be_copied(network, scale):
    import keras

    return isinstance(network, keras.models.Sequential) or bool(getattr(network, "inputs", None))


def _knows_its_scale(network, scale):
    from sr_helpers import models

    return models.scale_of(network) == scale


seven_layers = exercise(
    _seven_layers,
    cases=[(2,), (3,)],
    seen=lambda network, scale: computed(network),
    tolerance=0.05,
    demands=[
        (is_model, not_a_model),
        (
            _can_be_copied,
            "`train` makes a copy of the network: build it from keras.Input to keras.Model(lr, ...), not as a class.",
        ),
        (_knows_its_scale, "`train` asks the shuffle for the scale: use models.PixelShuffle(scale)."),
    ],
    slips=[
        (
            lambda s: _changed(s, near=False),
            "right but for its start: at step 0 it should be nearest neighbour, nearly. Is the last convolution's "
            "kernel_initializer `near_zero`?",
        ),
        (
            lambda s: _changed(s, skip="none"),
            "the skip is missing: add LR itself to each of the scale*scale channels before the shuffle.",
        ),
        (lambda s: _changed(s, skip="times"), "the skip is added, not multiplied."),
        (
            lambda s: _changed(s, skip="minus"),
            "the skip is added to what the layers give; they were taken away from it.",
        ),
        (
            lambda s: _changed(s, skip="relu"),
            "there is a relu after the skip: nothing follows the sum but the shuffle.",
        ),
        (lambda s: _changed(s, last="relu"), f"{LINEAR}: with relu the network could only ever make pixels lighter."),
        (lambda s: _changed(s, last="tanh"), f"{LINEAR}, without tanh."),
        (lambda s: _changed(s, curve="tanh"), "the hidden convolutions have tanh; here they have relu."),
        (
            lambda s: _changed(s, curve=None),
            "the hidden convolutions have no activation: without one, all layers are one.",
        ),
        (lambda s: _changed(s, size=17), SIZE),
        (lambda s: _changed(s, use_bias=False), NO_BIAS),
        (lambda s: _changed(s, padding="valid", skip="none"), PADDING),
        (lambda s: _changed(s, shuffle=False), NO_SHUFFLE),
        (lambda s: _changed(s, sizes=(3, 3, 3, 3, 3)), "the first kernel is 5 x 5."),
        (
            lambda s: _changed(s, sizes=(5, 3, 3, 3), filters=(64, 64, 32, 32)),
            "a layer is missing: five convolutions before the last one, three of them to 32 channels.",
        ),
        (lambda s: _changed(s, filters=(64, 32, 32, 32, 32)), "the second convolution has 64 channels too."),
    ],
    symptoms=COMMON,
)


def _fit(network, draw, steps, rate):
    """Train `network` in place: L1, Adam, half a cosine from `rate` to 0. Returns the losses of all steps."""
    import keras
    import tensorflow as tf
    from keras import ops

    @tf.function
    def slope(lr, hr):
        with tf.GradientTape() as tape:
            loss = ops.mean(ops.abs(network(lr) - hr))
        return loss, tape.gradient(loss, network.trainable_variables)

    optimizer, losses = keras.optimizers.Adam(), []
    for step in range(steps):
        optimizer.learning_rate = _cosine_rate(step, steps, rate)
        loss, gradients = slope(*draw(step))
        optimizer.apply(gradients, network.trainable_variables)
        losses.append(float(loss))
    return losses


class Draw:
    """Batches of a small task, and which of them were asked for."""

    def __init__(self, scale=2):
        self.asked, self.scale = [], scale

    def __call__(self, step):
        self.asked.append(int(step))
        lr = np.random.default_rng(int(step)).random((2, 4, 4, 1), dtype=np.float32)
        return lr, 0.3 + 0.5 * lr.repeat(self.scale, axis=1).repeat(self.scale, axis=2) ** 2


def training_of(steps, rate):
    """A case: a network of one convolution, fresh for every call, and batches for it."""

    def make():
        import keras
        from keras import layers

        from sr_helpers import models

        lr = keras.Input((None, None, 1))
        x = layers.Conv2D(4, 3, padding="same", kernel_initializer=keras.initializers.GlorotUniform(seed=1))(lr)
        return (keras.Model(lr, models.PixelShuffle(2)(x)), Draw(), steps, rate), {}

    return Case(make)


def _train_small(function, network, draw, steps, rate):
    """What a training left behind; those of the reference and the slips are always the same, so they train once."""
    if function is _fit or isinstance(function, Loop):
        return _trained_once(function, steps, rate)
    return _trained(function, network, draw, steps, rate)


@functools.cache
def _trained_once(loop, steps, rate):
    arguments, _ = training_of(steps, rate).make()
    return _trained(loop, *arguments)


def _trained(function, network, draw, steps, rate):
    """The losses of a training, the weights, and the batches that it asked for."""
    losses = function(network, draw, steps, rate)
    if losses is None or losses is Ellipsis:
        return None
    return {"losses": losses, "weights": _in_a_row(network), "batches": ", ".join(map(str, draw.asked)) or "none"}


def _in_a_row(network):
    """All weights of a network, one after the other."""
    return np.concatenate([values.ravel() for values in network.get_weights()]).astype(float)


class Loop(NamedTuple):
    """A training loop with one thing changed."""

    rate_at: object = _cosine_rate
    batch: object = lambda step: step
    count: object = lambda steps: steps
    first: int = 0
    uphill: bool = False
    error: object = None
    late: bool = False
    optimizer: str = "Adam"
    stands: bool = False
    returns: object = lambda losses: losses

    def __call__(self, network, draw, steps, rate):
        import keras
        import tensorflow as tf
        from keras import ops

        optimizer, losses = getattr(keras.optimizers, self.optimizer)(), []
        for step in range(self.first, self.count(steps)):
            if not self.late:
                optimizer.learning_rate = self.rate_at(step, steps, rate)
            lr, hr = draw(self.batch(step))
            with tf.GradientTape() as tape:
                difference = network(lr, training=True) - hr
                loss = self.error(difference) if self.error else ops.mean(ops.abs(difference))
            gradients = tape.gradient(loss, network.trainable_variables)
            if not self.stands:
                optimizer.apply([-g if self.uphill else g for g in gradients], network.trainable_variables)
            if self.late:
                optimizer.learning_rate = self.rate_at(step, steps, rate)
            losses.append(float(loss))
        return self.returns(losses)


def _forgetful(network, draw, steps, rate):
    losses = []
    for step in range(steps):
        one_step = Loop(rate_at=lambda *_, k=step: _cosine_rate(k, steps, rate), batch=lambda _, k=step: k)
        losses += one_step(network, draw, 1, rate)
    return losses


fit = exercise(
    _fit,
    cases=[training_of(3, 0.1), training_of(2, 0.02)],
    play=_train_small,
    tolerance=2e-4,
    slips=[
        (
            Loop(rate_at=lambda step, steps, rate: rate),
            "the rate never falls: give the optimiser cosine_rate(step, steps, rate) at every step.",
        ),
        (
            Loop(rate_at=lambda step, steps, rate: 0.001),
            "the rate is Adam's own, 0.001: set optimizer.learning_rate at every step.",
        ),
        (
            Loop(rate_at=lambda step, steps, rate: _cosine_rate(step, steps, 0.001)),
            "the cosine starts at 0.001: use the argument `rate`.",
        ),
        (
            Loop(rate_at=lambda step, steps, rate: _cosine_rate(step + 1, steps, rate)),
            "the rate runs one step ahead: at step 0 it is `rate`.",
        ),
        (Loop(late=True), "the rate is set after the step that it is for: set it before `apply`."),
        (
            Loop(stands=True),
            "the weights never change: optimizer.apply(gradients, network.trainable_variables) moves them.",
        ),
        (
            Loop(uphill=True),
            "the loss goes up: the optimiser subtracts the gradients itself, so give them as they are.",
        ),
        (Loop(batch=lambda step: 0), "every step saw batch 0: ask for `draw(step)`."),
        (Loop(batch=lambda step: step + 1), "the batches are counted from 0: the first is `draw(0)`."),
        (Loop(count=lambda steps: steps - 1), "a step is missing at the end: `range(steps)` has them all."),
        (Loop(first=1), "the first step is missing: `range(steps)` begins with 0."),
        (Loop(count=lambda steps: steps + 1), "one step too many: `range(steps)` ends by itself."),
        (
            Loop(error=lambda difference: _mean_square(difference)),
            "that is the mean squared error; L1 is the mean of the absolute differences.",
        ),
        (
            _forgetful,
            "the optimiser is made anew at every step and forgets what it has seen: make it once, before the loop.",
        ),
        (Loop(optimizer="SGD"), "that is plain gradient descent (SGD): Adam is wanted."),
        (Loop(returns=lambda losses: losses[-1]), "only the last loss came back: return the list of all."),
        (
            Loop(returns=lambda losses: losses[:1]),
            "only the first loss came back: is the `return` inside the loop, or the list made anew there?",
        ),
        (Loop(returns=lambda losses: np.cumsum(losses).tolist()), "the losses were added up: append each one."),
    ],
    symptoms=[
        (
            lambda answer, wanted, *case: answer["batches"] != wanted["batches"],
            lambda answer, wanted, *case: (
                f"wanted the batches {wanted['batches']}, one a step, got {answer['batches'][:30]}."
            ),
        ),
        (
            lambda answer, wanted, *case: np.allclose(answer["weights"], wanted["weights"], atol=2e-4),
            "the network is trained rightly, but the losses that came back are not those of its steps: append "
            "float(loss) at each.",
        ),
        (
            lambda answer, wanted, network, *case: np.array_equal(answer["weights"], _in_a_row(network)),
            "the weights never changed: optimizer.apply(gradients, network.trainable_variables) moves them.",
        ),
        (
            lambda answer, wanted, *case: True,
            "the batches are right, the trained weights are not: look at the rate of each step, the loss (L1) and the "
            "optimiser (Adam).",
        ),
    ],
)


def _mean_square(difference):
    from keras import ops

    return ops.mean(ops.square(difference))


def _best_step(history):
    """The step with the highest validation PSNR."""
    return max(history, key=lambda record: record["psnr"])["step"]


def _history(*rows, every=40):
    """A history of `training.train`; `rows` are (loss, psnr)."""
    return [
        {"step": every * k, "loss": loss, "psnr": psnr, "bicubic": 26.8, "learning_rate": 1e-3 / k, "seconds": 9.5 * k}
        for k, (loss, psnr) in enumerate(rows, start=1)
    ]


best_step = exercise(
    _best_step,
    cases=[
        (_history((0.05, 27.6), (0.04, 28.1), (0.03, 27.9), every=25),),
        (_history((0.05, 27.6), (0.06, 26.1), (0.03, 28.9), (0.02, 29.4), (0.01, 29.2), (0.04, 29.1)),),
        (_history((0.05, 27.5), (0.03, 27.1), (0.02, 26.4)),),
        (_history((0.05, 9.5), (0.03, 27.1), (0.06, 101.0), (0.02, 27.2), every=500),),
    ],
    slips=[
        (
            lambda history: history[-1]["step"],
            "that is the last step: a network can pass its best, so look for the best.",
        ),
        (
            lambda history: history[0]["step"],
            "that is the first step: do you compare like with like, a PSNR with a PSNR?",
        ),
        (
            lambda history: min(history, key=lambda record: record["loss"])["step"],
            "that is where the LOSS was lowest; judge by photographs that it does not learn from, the validation PSNR.",
        ),
        (
            lambda history: max(history, key=lambda record: record["loss"])["step"],
            'that is where the loss was highest; look at "psnr".',
        ),
        (
            lambda history: min(history, key=lambda record: record["psnr"])["step"],
            "that is where the PSNR was lowest; higher is better.",
        ),
        (
            lambda history: int(np.argmax([record["psnr"] for record in history])),
            "that is the place in the list, counted from 0; return the step that stands there.",
        ),
        (
            lambda history: int(np.argmax([record["psnr"] for record in history])) + 1,
            "that is the place in the list, counted from 1; return the step that stands there.",
        ),
        (lambda history: len(history), "that is the number of validations; wanted is the step of the best one."),
        (
            lambda history: max(record["psnr"] for record in history),
            "that is the best PSNR itself; wanted is the step where it was reached.",
        ),
        (
            lambda history: max(history, key=lambda record: record["psnr"]),
            'the whole record was returned: only its "step" is wanted.',
        ),
        (
            lambda history: max(history, key=lambda record: str(record["psnr"]))["step"],
            "PSNRs were compared as texts, where 9.5 is more than 27.1: compare numbers.",
        ),
        (
            lambda history: max(history, key="psnr")["step"],
            '`key` wants a function that gives the PSNR of a record: key=lambda record: record["psnr"].',
        ),
        (
            lambda history: max(history)["step"],
            'records have no order of their own: tell max what to compare, key=lambda record: record["psnr"].',
        ),
        (
            lambda history: max(history["psnr"]),
            'history is a list of records: history[0]["psnr"] is the PSNR of the first one.',
        ),
        (lambda history: "step", 'that is the word "step": take the value that stands under it in the best record.'),
    ],
)

DIAGNOSES = {"A": "alignment", "B": "rate", "C": "leak", "D": "range", "E": "relu"}
LOOK = {
    "A": "it is alive, its picture is no staircase, but soft on every side, and its loss stays far above the healthy "
    "run's. What is learned from a truth that is never in its place?",
    "B": "its gain never moves, and on test it lies where the skip alone lies: its picture is a staircase. What is too "
    "violent for the layers to survive?",
    "C": "compare its two curves: it gains far more on validation than on test, and the gap only widens. What did "
    "validation see?",
    "D": "look at the size of its loss: hundreds of times the healthy run's. Which numbers are that large?",
    "E": "its gain never moves, and its picture is black. Which fault lets no gradient through?",
}


def _diagnose():
    """The fault behind each run: a dict, "A" to "E" -> "range", "alignment", "relu", "rate" or "leak"."""
    return dict(DIAGNOSES)


diagnose = exercise(_diagnose, cases=[()], symptoms=letters(DIAGNOSES, LOOK))
