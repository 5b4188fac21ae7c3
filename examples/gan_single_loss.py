"""A GAN in one model and one step: a generator learns a ring of eight Gaussians.

Quality is measured against the real distribution: how many of the eight places the samples cover, and how many samples
lie within three standard deviations of one.
"""
import numpy as np
from common import arguments, measured, pyplot

from compat import ExponentialMovingAverage, keras, single_loss_gan

given = arguments(__doc__, plot=True)
STEPS, BATCH, NOISE, SPREAD = 3000, 128, 8, 0.07
angles = 2 * np.pi * np.arange(8) / 8
PLACES = np.stack([np.cos(angles), np.sin(angles)], axis=1)


def real_samples(count):
    return PLACES[np.random.randint(8, size=count)] + SPREAD * np.random.randn(count, 2)


def network(inputs, outputs):
    return keras.models.Sequential([
        keras.layers.Dense(64, activation="relu", input_shape=(inputs,)),
        keras.layers.Dense(64, activation="relu"),
        keras.layers.Dense(outputs)])


def quality(samples):
    """The share of samples near one of the places, and the number of places with at least a quarter of their share."""
    distances = np.sqrt(np.square(samples[:, None] - PLACES[None]).sum(2))
    near = distances.min(1) < 3 * SPREAD
    counts = np.bincount(distances.argmin(1)[near], minlength=8)
    return near.mean(), (counts > len(samples) / 32).sum()


generator, discriminator = network(NOISE, 2), network(2, 1)
gan = single_loss_gan(generator, discriminator, "non_saturating", noise="normal")
gan.compile(keras.optimizers.Adam(1e-3, 0.5), keras.optimizers.Adam(5e-4, 0.5))
ema = ExponentialMovingAverage(gan, 0.995)
ema.inject()

noise = np.random.randn(2000, NOISE)
pictures = []
for step in range(STEPS + 1):
    if step % 500 == 0:
        with ema.applied():
            samples = generator.predict(noise)
        pictures.append((step, samples))
        print("step %4d: %.3f of the samples near a place, %d of 8 places covered" % ((step,) + quality(samples)))
    if step < STEPS:
        loss, d_loss, g_loss = gan.train_on_batch(real_samples(BATCH), None)
print("losses at the end: discriminator %.3f, generator %.3f" % (d_loss, g_loss))

if given.plot:
    plt = pyplot()
    shown = [pictures[i] for i in (0, 1, 2, -1)]
    figure, axes = plt.subplots(1, len(shown), figsize=(3 * len(shown), 3.2))
    truth = real_samples(500)
    for axis, (step, samples) in zip(axes, shown):
        axis.scatter(truth[:, 0], truth[:, 1], s=3, color="0.75")
        axis.scatter(samples[:500, 0], samples[:500, 1], s=3, color="tab:red")
        axis.set_title("step %d" % step)
        axis.set_xlim(-1.6, 1.6)
        axis.set_ylim(-1.6, 1.6)
        axis.set_xticks([])
        axis.set_yticks([])
    figure.tight_layout()
    figure.savefig(given.plot, dpi=100)
near, covered = quality(pictures[-1][1])
measured(near=near, covered=covered, near_at_start=quality(pictures[0][1])[0], d_loss=d_loss, g_loss=g_loss)
