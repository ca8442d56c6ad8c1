"""Is an image normalised, varied and classified as its task says?"""

import families
import jax
import jax.numpy as jnp
import numpy as np
import problems
import pytest

from tuner_engine.models import image
from tuner_engine.models.augmentation import varied
from tuner_engine.models.cnn import halved
from tuner_engine.models.dropout import by_depth, skip
from tuner_engine.models.vit import cut
from tuner_engine.specs import Augmentation, Model
from tuner_engine.training import courses, dependence
from tuner_engine.training.task import Noise, Task

KEY = jax.random.key(0)


@pytest.fixture(autouse=True)
def _device(device: None) -> None: ...


def made(model: Model = "cnn", *, augmentation: Augmentation = "none", **sizes: int) -> Task:
    settings = problems.settings(
        model=model, hidden_layers=2, hidden_width=8, augmentation=augmentation
    )
    return image.task(families.images(**sizes), settings)


@pytest.mark.parametrize("model", ["cnn", "resnet-20", "resnet-18", "vit-tiny"])
@pytest.mark.parametrize("size", [(1, 1), (3, 17), (7, 7), (70, 64)])
def test_images_of_any_size_are_classified(model: Model, size: tuple[int, int]) -> None:
    """From one pixel to more than a batch of usual ones."""
    task = made(model, height=size[0], width=size[1], examples=2)
    shapes = jax.eval_shape(task.score, jax.eval_shape(task.init, KEY), task.valid)
    assert shapes["loss"].shape == (2,)


def test_running_statistics_are_learnt_while_training_alone() -> None:
    """A step of training moves them, scoring does not."""
    task = made()
    start = jax.jit(task.init)(KEY)
    _, moved = jax.jit(task.loss)(start, task.train, KEY, Noise())
    changed = jax.tree.map(lambda a, b: bool(np.any(a != b)), start.rest, moved)
    assert all(jax.tree.leaves(changed))
    score = jax.jit(task.score)
    one = score(start, {name: values[:1] for name, values in task.valid.items()})
    every = score(start, task.valid)
    # Alone or among others, an image is scored alike.
    np.testing.assert_allclose(one["loss"][0], every["loss"][0], rtol=1e-4)


def test_flips_and_crops_happen_while_training_alone() -> None:
    """Every key has its own loss; scoring has no chance in it."""
    task = made(augmentation="flip-crop")
    start = jax.jit(task.init)(KEY)
    measure = jax.jit(task.loss)
    losses = {
        float(measure(start, task.train, jax.random.key(seed), Noise())[0]) for seed in range(3)
    }
    assert len(losses) == 3


@pytest.mark.parametrize(
    ("model", "chance"),
    [("vit-tiny", {dependence.CHANCE}), ("resnet-20", {dependence.CHANCE}), ("cnn", set())],
)
def test_branches_are_skipped_by_chance_where_there_are_any(model: Model, chance: set[str]) -> None:
    """And only where a lane asks for it: otherwise a step draws nothing."""
    task = made(model)
    for share, found in ((0.2, chance), (0.0, set())):
        form = courses.form(task, problems.settings(model=model, drop_path=share))
        assert dependence.of_loss(task, form) == found


def test_skipped_branches_are_made_up_for() -> None:
    """An example has all of a branch, scaled up, or nothing of it; the mean stays."""
    branch = jnp.ones((2000, 3, 2))
    found = np.asarray(skip(branch, 0.2, KEY))
    assert set(np.unique(found).tolist()) == {0.0, 1.25}
    assert (found == found[:, :1, :1]).all()
    assert found.mean() == pytest.approx(1.0, abs=0.05)
    assert skip(branch, 0.2, None) is skip(branch, None, KEY) is branch


def test_later_branches_are_skipped_more() -> None:
    """From nothing in the first block to the whole share in the last; a single block gets it."""
    assert by_depth(0.2, 5) == pytest.approx([0.0, 0.05, 0.1, 0.15, 0.2])
    assert by_depth(0.2, 1) == [0.2]
    assert by_depth(None, 2) == [None, None]


def test_half_of_the_images_are_flipped() -> None:
    """Each is itself or its mirror image."""
    images = jnp.asarray(np.random.default_rng(0).normal(size=(200, 3, 4, 1)))
    found = varied(images, "flip", KEY)
    same = (found == images).all(axis=(1, 2, 3))
    mirrored = (found == images[:, :, ::-1]).all(axis=(1, 2, 3))
    assert bool((same ^ mirrored).all())
    assert 60 < int(same.sum()) < 140


def test_crops_move_by_an_eighth_at_most() -> None:
    """A bright pixel in the middle stays within two of its place and reaches all of those."""
    images = jnp.zeros((400, 17, 17, 1)).at[:, 8, 8].set(1.0)
    found = np.argwhere(np.asarray(varied(images, "crop", KEY)) == 1.0)
    assert len(found) == 400
    assert {tuple(place) for place in found[:, 1:3]} == {
        (row, column) for row in range(6, 11) for column in range(6, 11)
    }


def test_halving_takes_the_largest_of_four() -> None:
    """As a pooling window does; an odd edge is left out, a single pixel stays."""
    x = np.random.default_rng(0).normal(size=(2, 5, 6, 3))
    expected = x[:, :4].reshape(2, 2, 2, 3, 2, 3).max(axis=(2, 4))
    np.testing.assert_array_equal(halved(jnp.asarray(x)), expected.astype(np.float32))
    assert halved(jnp.ones((2, 1, 4, 3))).shape == (2, 1, 2, 3)


def test_patches_hold_every_pixel_once() -> None:
    """Row by row, with zeros beyond the edge."""
    x = np.arange(2 * 3 * 4).reshape(1, 3, 4, 2) + 1
    patches = np.asarray(cut(jnp.asarray(x), 2))
    assert patches.shape == (1, 4, 8)
    np.testing.assert_array_equal(patches[0, 0], x[0, :2, :2].ravel())
    assert sorted(patches[patches > 0]) == sorted(x.ravel())
