"""A model of one's own as JSON beside its weights, and back: Keras's config, which names layers and carries no code."""

import hashlib
import inspect
import json
import warnings

import keras

ROOMS = (  # where Keras keeps the layers that only compute: none reads files, fetches or runs what a config says
    "activations", "attention", "convolutional", "core.dense", "core.einsum_dense", "core.identity", "core.input_layer",
    "merging", "normalization", "pooling", "preprocessing.rescaling", "regularization", "reshaping",
)  # fmt: skip
HARMLESS = ("initializers", "regularizers", "constraints", "activations", "dtype_policies", "ops")
VALUES = {"__tuple__", "__keras_tensor__", "__numpy__", "__tensor__", "__ellipsis__", "slice"}
MODELS = {"Functional", "Sequential"}


def of(model: keras.Model) -> dict:
    """The config of a functional or sequential model, of Keras's own layers and registered ones.

    Raises ValueError, in a sentence, for a model that could not be built from it again.
    """
    if not isinstance(model, keras.Model):
        raise ValueError(f"a model is a Keras model, got a {type(model).__name__}")
    if not model.built or not getattr(model, "inputs", None):
        advice = "give it keras.Input((None, None, 1)) first, or build it as keras.Model(inputs, outputs)"
        raise ValueError(f"the model {model.name} has no graph of layers: {advice}")
    try:
        with warnings.catch_warnings(action="ignore"):  # a lambda is refused below, in one sentence
            config = keras.saving.serialize_keras_object(model)
        config = {key: value for key, value in config.items() if key not in ("compile_config", "build_config")}
        config = json.loads(json.dumps(config))
    except (TypeError, ValueError, NotImplementedError) as error:
        raise ValueError(
            f"the model {model.name} cannot be stored as a config ({str(error).splitlines()[0]})"
        ) from None
    _refuse_code(config)
    return config


def build(config: dict) -> keras.Model:
    """The untrained model of a config. Raises ValueError for one that holds anything but layers that only compute."""
    _refuse_code(config)
    try:
        model = keras.saving.deserialize_keras_object(config, safe_mode=True)
    except Exception as error:  # a config from elsewhere can be wrong in any way
        raise ValueError(
            f"the config builds no model ({(str(error) or type(error).__name__).splitlines()[0]})"
        ) from None
    if not isinstance(model, keras.Model):
        raise ValueError("the config builds no model")
    return model


def copy(model: keras.Model) -> keras.Model:
    """The model built from its config, untrained; raises ValueError where that gives another model."""
    twin = build(of(model))
    if [w.shape for w in twin.weights] != [w.shape for w in model.weights]:
        raise ValueError(
            f"the model {model.name} cannot be built from its config again: its weights would have other shapes"
        )
    return twin


def fingerprint(config: dict) -> str:
    """A checksum, equal for equal networks, whatever Keras named their layers and however their weights start."""
    names = {}

    def collect(value):
        for item in _children(value):
            collect(item)
        if isinstance(value, dict) and isinstance(value.get("name"), str):
            names.setdefault(value["name"], f"#{len(names)}")

    def plain(value):
        if isinstance(value, dict):
            kept = {
                k: v for k, v in value.items() if not k.endswith("_initializer") and k not in ("seed", "build_config")
            }
            return {key: plain(item) for key, item in kept.items()}
        if isinstance(value, list):
            return [plain(item) for item in value]
        return names.get(value, value) if isinstance(value, str) else value

    collect(config)
    return hashlib.sha256(json.dumps(plain(config), sort_keys=True).encode()).hexdigest()[:16]


def _children(value):
    return value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()


def _refuse_code(value):
    """Walk a config; whatever it would make must be registered by this program, or one of Keras's that only compute."""
    if isinstance(value, dict) and "class_name" in value:
        name, module = str(value["class_name"]), str(value.get("module"))
        registered = value.get("config") if name == "function" else value.get("registered_name")
        if not (name in VALUES or keras.saving.get_registered_object(str(registered)) or _only_computes(name, module)):
            what = f"the function {value.get('config')}" if name == "function" else f"the layer {name}"
            advice = "use Keras's own, or register yours with keras.saving.register_keras_serializable"
            raise ValueError(f"{what} cannot be stored as data: {advice}")
    for item in _children(value):
        _refuse_code(item)


def _only_computes(name, module):
    parts = module.removeprefix("keras.src.").removeprefix("keras.").split(".")
    if not module.startswith("keras"):
        return False
    if name in MODELS and parts[0] in ("keras", "models"):
        return True
    if name == "function":
        return parts[0] in ("activations", "ops")
    if parts[0] == "keras":
        return name in ("DTypePolicy", "FloatDTypePolicy")
    if parts[0] != "layers":
        return parts[0] in HARMLESS
    layer = getattr(keras.layers, name, None)
    room = layer.__module__.removeprefix("keras.src.layers.") if inspect.isclass(layer) else ""
    return room.startswith(ROOMS)
