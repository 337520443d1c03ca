"""Notebook 07: right answers written another way, random arguments, wrong answers with a piece of their sentence."""

import math

import numpy as np

from sr_helpers.checks.n07_training import DIAGNOSES, training_of


def by_keras(step, steps, start):
    from keras.optimizers.schedules import CosineDecay

    return CosineDecay(start, steps)(step)


def as_the_package(scale):
    from sr_helpers import models

    return models.espcn(scale)


def in_a_loop(scale, last=None, hidden=4, model=None, shuffle=None):
    import keras
    from keras import layers

    from sr_helpers import models

    lr = keras.Input((None, None, 1))
    x = layers.Conv2D(64, 5, padding="same", activation="relu")(lr)
    for filters in (64, 32, 32, 32)[:hidden]:
        x = layers.ReLU()(layers.Conv2D(filters, 3, padding="same")(x))
    x = layers.Conv2D(scale**2, 3, padding="same", kernel_initializer="zeros", activation=last)(x)
    x = layers.Add()([x, layers.Concatenate()([lr] * scale**2)])
    return (model or keras.Model)(lr, (shuffle or models.PixelShuffle)(scale)(x))


def enlarged_skip(scale):
    import keras
    from keras import layers

    from sr_helpers import models

    network = models.espcn(scale, skip=False)
    return keras.Model(network.input, network.output + layers.UpSampling2D(scale)(network.input))


def lambda_shuffle(scale):
    import tensorflow as tf
    from keras import layers

    return layers.Lambda(lambda x: tf.nn.depth_to_space(x, scale))


def by_keras_fit(network, draw, steps, rate):
    import keras

    network.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(rate, steps)), "mean_absolute_error")
    return [float(network.train_on_batch(*draw(step))) for step in range(steps)]


def by_tensorflow(network, draw, steps, rate):
    import keras
    import tensorflow as tf

    optimizer, losses = keras.optimizers.Adam(rate), np.empty(steps)
    for step in range(steps):
        lr, hr = draw(step)
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.abs(hr - network(lr)))
        optimizer.learning_rate.assign(rate * math.cos(math.pi * step / steps / 2) ** 2)
        gradients = tape.gradient(loss, network.trainable_weights)
        optimizer.apply_gradients(zip(gradients, network.trainable_weights, strict=True))
        losses[step] = loss
    return losses


def sum_of_errors(network, draw, steps, rate):
    return [384 * loss for loss in by_keras_fit(network, draw, steps, rate)]


def reordered(history):
    history.sort(key=lambda record: record["psnr"])
    return history[-1]["step"]


def drawn_history(rng):
    steps = range(1, int(rng.integers(2, 9)))
    return ([{"step": 10 * k, "loss": float(rng.random()), "psnr": float(rng.random())} for k in steps],)


RIGHT = {
    "cosine_rate": [
        lambda step, steps, start: start * math.cos(math.pi * step / steps / 2) ** 2,
        lambda step, steps, start: start * (1 + np.cos(3.14159 * step / steps)) / 2,
        by_keras,
    ],
    "seven_layers": [as_the_package, in_a_loop, enlarged_skip, lambda scale: in_a_loop(scale, shuffle=lambda_shuffle)],
    "fit": [by_keras_fit, by_tensorflow],
    "best_step": [
        lambda history: history[int(np.argmax([record["psnr"] for record in history]))]["step"],
        lambda history: sorted(history, key=lambda record: -record["psnr"])[0]["step"],
        lambda history: max((record["psnr"] - record.get("bicubic", 0), record["step"]) for record in history)[1],
    ],
    "diagnose": [
        lambda: dict(zip("EDCBA", ("relu", "range", "leak", "rate", "alignment"), strict=True)),
        lambda: dict(list(DIAGNOSES.items())),
    ],
}
DRAW = {
    "cosine_rate": lambda rng: (int(rng.integers(0, 50)), int(rng.integers(50, 100)), float(rng.random())),
    "seven_layers": lambda rng: (int(rng.integers(2, 5)),),
    "fit": lambda rng: training_of(int(rng.integers(1, 4)), float(rng.uniform(0.01, 0.1))),
    "best_step": drawn_history,
    "diagnose": lambda rng: (),
}
WRONG = {
    "cosine_rate": [
        (lambda step, steps, start: start * (1 + math.cos(3.14 * step / steps)) / 2, "3.14 is not exact enough"),
        (lambda step, steps, start: start * (1 + np.cos(np.pi * step ^ steps)) / 2, "raised TypeError"),
        (lambda step, steps, start: f"{start}", "wanted one number, got the text"),
        (
            lambda step, steps, start: round(start * (1 + math.cos(math.pi * step / steps)) / 2, 4),
            "rounded to 4 digits",
        ),
        (
            lambda step, steps, start: [start * (1 + math.cos(math.pi * step / steps)) / 2],
            "wanted one number, got a list",
        ),
        (lambda step, steps, start: start * cos(math.pi * step / steps), "is not defined"),  # noqa: F821
        (lambda step, steps, start: start * (1 + math.cos(math.pi * steps / step)) / 2, "ZeroDivisionError"),
    ],
    "seven_layers": [
        (lambda scale: in_a_loop(scale, hidden=3), "a layer is missing"),
        (lambda scale: in_a_loop(scale, hidden=2), "wanted 6 convolutions between input and output, got 4"),
        (lambda scale: in_a_loop(scale, last="relu"), "with relu the network could only ever make pixels lighter"),
        (lambda scale: in_a_loop(scale).output, "return a model"),
        (lambda scale: in_a_loop(3), "use models.PixelShuffle(scale)"),
    ],
    "fit": [
        (sum_of_errors, "the losses that came back are not those of its steps"),
        (lambda network, draw, steps, rate: [0.0] * steps, "wanted the batches 0, 1, 2, one a step, got none"),
        (
            lambda network, draw, steps, rate: [float(np.mean(draw(step)[0])) for step in range(steps)],
            "the weights never changed",
        ),
        (lambda network, draw, steps, rate: by_keras_fit(network, draw, steps, rate)[-1], "only the last loss"),
        (
            lambda network, draw, steps, rate: by_keras_fit(network, draw, steps, 2 * rate),
            "look at the rate of each step",
        ),
        (lambda network, draw, steps, rate: network.fit(draw), "raised"),
    ],
    "best_step": [
        (reordered, "changes its argument `history` in place"),
        (lambda history: history[2]["step"], "wanted"),
        (lambda history: f"step {max(history, key=lambda r: r['psnr'])['step']}", "wanted one number, got the text"),
        (lambda history: max(history, key=lambda r: r["PSNR"])["step"], "raised KeyError"),
        (lambda history: max(history, key=lambda r: r["psnr"])["psnr"], "the best PSNR itself"),
    ],
    "diagnose": [
        (lambda: DIAGNOSES | {"A": "leak", "C": "alignment"}, "A is not 'leak'"),
        (lambda: DIAGNOSES | {"B": "relu", "E": "rate"}, "B is not 'relu'"),
        (lambda: DIAGNOSES | {"C": "rate"}, "C is not 'rate'"),
        (lambda: DIAGNOSES | {"D": "relu", "E": "range"}, "D is not 'relu'"),
        (lambda: DIAGNOSES | {"E": "range"}, "E is not 'range'"),
        (lambda: {"A": "alignment"}, "the dict has no 'B'"),
        (lambda: {f"run {letter}": fault for letter, fault in DIAGNOSES.items()}, "the dict has no 'A'"),
        (lambda: DIAGNOSES | {"A": "shift"}, "choose from"),
        (lambda: DIAGNOSES | {"F": "rate"}, "no others"),
        (lambda: list(DIAGNOSES.values()), "wanted a dict"),
    ],
}
