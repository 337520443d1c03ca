"""Train the three layers of the 2016 paper by its own words, one at a time: python tools/papers_words.py

From T91 alone, x3, with tanh and without a skip, the course's way of training stays below the 32.55 dB (Set5) of Shi
et al. What they and those who trained it again did otherwise is tried here, each by itself and then together; see
`WAYS`. Writes the PSNR over 25 photographs of General100, and over Set5, to sr_helpers/tables/papers_words.json, and
goes on with the trainings that are missing when it is started again. Nothing is chosen by a test picture: every way is
told, and every training ends at its last step. Needs T91, General100 and Set5.
"""

import functools

import keras
import tensorflow as tf
from ablation import test_photographs

from sr_helpers import datasets, measured, metrics, models, patches, preparation, resize
from sr_helpers.upscale import luma_upscaler

SCALE, BATCH = 3, 16
COURSE = {
    "initializer": "glorot_uniform",
    "activation": "tanh",
    "skip": False,
    "centre": False,  # whether luma is counted from middle grey, -0.5 to 0.5, where tanh is steepest
    "loss": "mean_absolute_error",
    "rate": 1e-3,
    "last_rate": 1.0,  # the last layer's rate, as a part of the others'
    "size": 24,
    "copies": (),  # factors by which every training picture is shrunk once more
    "steps": 20_000,
    "seeds": 1,
}


def network(way, seed):
    """The three layers; with `centre`, middle grey is taken off before them and put on again behind them."""
    form = {key: way[key] for key in ("initializer", "activation", "skip")}
    model = models.espcn_paper(SCALE, seed=seed, **form)
    if not way["centre"]:
        return model
    lr = keras.Input((None, None, 1))
    return keras.Model(lr, model(lr - 0.5) + 0.5)


def pictures_of(way):
    """T91, and its shrunk copies."""
    pictures = list(preparation.prepare("T91").values())
    return pictures + [resize.bicubic(picture, factor) for factor in way["copies"] for picture in pictures]


def train(model, way, seed):
    """The plain loop, with Adam and a cosine: every weight has its own optimiser where the last layer is slower."""
    pairs = patches.make_pairs(pictures_of(way), SCALE, size=way["size"])
    schedule = functools.partial(keras.optimizers.schedules.CosineDecay, decay_steps=way["steps"])
    last = model.trainable_variables[-2:]
    parts = [(model.trainable_variables[:-2], 1.0), (last, way["last_rate"])]
    optimisers = [keras.optimizers.Adam(schedule(way["rate"] * part)) for _, part in parts]
    for optimiser, (variables, _) in zip(optimisers, parts, strict=True):
        optimiser.build(variables)
    loss = keras.losses.get(way["loss"])

    @tf.function
    def step(lr, hr):
        with tf.GradientTape() as tape:
            value = tf.reduce_mean(loss(hr, model(lr, training=True)))
        gradients = tape.gradient(value, model.trainable_variables)
        optimisers[0].apply(gradients[:-2], model.trainable_variables[:-2])
        optimisers[1].apply(gradients[-2:], last)

    batches = patches.dataset(pairs, SCALE, size=way["size"], batch_size=BATCH, seed=seed, stop=way["steps"])
    for lr, hr in batches:
        step(lr, hr)


GREY = {"centre": True, "initializer": "near_zero"}
WAYS = {  # name -> what differs from the course's way
    "as the course trains": {},
    "last layer begun near zero": {"initializer": "near_zero"},
    "last layer a tenth as fast": {"last_rate": 0.1},
    "L2": {"loss": "mean_squared_error"},
    "rate of 3e-3": {"rate": 3e-3},
    "luma counted from grey": {"centre": True},
    "patches of 17": {"size": 17},
    "T91 and four smaller copies": {"copies": (0.9, 0.8, 0.7, 0.6)},
    "100,000 steps": {"steps": 100_000},
    "ReLU": {"activation": "relu"},
    "skip": {"skip": True},
    "grey, near zero": GREY,
    "grey, near zero, rate of 3e-3": GREY | {"rate": 3e-3},
    "grey, near zero, rate of 3e-3, L2": GREY | {"rate": 3e-3, "loss": "mean_squared_error"},
    "grey, near zero, L2": GREY | {"loss": "mean_squared_error"},
}


def measure(way, seed, test, set5):
    """PSNR in dB over two sets after one training."""
    model = network(way, seed)
    train(model, way, seed)
    upscaler = luma_upscaler(model)
    return [round(metrics.evaluate(upscaler, pictures, SCALE)["psnr"], 3) for pictures in (test, set5)]


if __name__ == "__main__":
    test, set5 = test_photographs(), datasets.load("Set5")
    results = measured.table("papers_words", {"command": "python tools/papers_words.py", "psnr": {}})
    for name, changes in WAYS.items():
        way = COURSE | changes
        done = results["psnr"].setdefault(name, {"General100": [], "Set5": []})
        for seed in range(way["seeds"]):
            run = functools.partial(measure, way, seed, test, set5)
            measured.fill("papers_words", results, [*done.values()], seed, run)
