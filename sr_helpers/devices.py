"""Train on many devices: all the GPUs of one machine, or several machines. Told in notebook 10.

Every device gets its share of each batch, the gradients are added up, and all devices hold equal weights: the result is
that of one device, sooner. TensorFlow spreads over one machine (its MirroredStrategy), JAX over one or several
(keras.distribution).
"""

import contextlib

import keras

# What JAX says when a host does not answer
GONE = ("Gloo", "NCCL", "Connection", "heartbeat", "UNAVAILABLE", "barrier")


@contextlib.contextmanager
def spread(hosts=None, rank=0):
    """Within this context, models are built and trained on all: `with spread(): network = espcn(3); train(...)`.

    `hosts` are the addresses of all machines, "first:port,second:port,...", and `rank` says which of them this is,
    0 for the first; every machine runs the same program on the same data. Call it before anything else computes.
    Yields the number of devices. Raises ValueError for several hosts without the JAX backend, or a rank that is none;
    ConnectionAbortedError when another host is gone: what was kept up to then can be resumed.
    """
    backend = keras.backend.backend()
    if hosts is not None:
        count = len(hosts.split(","))
        if backend != "jax":
            raise ValueError('several hosts need the JAX backend: pip install ".[jax]", then set KERAS_BACKEND=jax')
        if not 0 <= rank < count:
            raise ValueError(f"rank {rank} is none of the {count} hosts: they are counted from 0 to {count - 1}")
    if backend == "tensorflow":
        import tensorflow as tf

        strategy = tf.distribute.MirroredStrategy(
            tf.config.list_logical_devices("GPU") or tf.config.list_logical_devices("CPU")
        )
        with strategy.scope():
            yield strategy.num_replicas_in_sync
        return
    if hosts is not None:
        keras.distribution.initialize(hosts, count, rank)
    everywhere = keras.distribution.DataParallel(auto_shard_dataset=False)  # every process draws its own share
    try:
        with everywhere.scope():
            yield everywhere.num_model_replicas
    except Exception as error:  # of JAX's own kinds, which change their names
        if hosts is not None and any(sign in str(error) for sign in GONE):
            raise ConnectionAbortedError(
                "another host is gone: run the same command on every host again, with --resume (resume=True)"
            ) from error
        raise


def share():
    """(this process's number, how many processes there are): (0, 1) unless several hosts train together."""
    if keras.backend.backend() != "jax":
        return 0, 1
    import jax

    return jax.process_index(), jax.process_count()


def replicas():
    """How many devices share a batch here and now: 1 outside of `spread`."""
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return tf.distribute.get_strategy().num_replicas_in_sync
    everywhere = keras.distribution.distribution()
    return everywhere.num_model_replicas if everywhere else 1
