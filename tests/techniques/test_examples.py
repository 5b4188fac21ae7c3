"""Every script of `examples/`, as a user runs it, on the oldest and the newest stack; what it measures has to hold."""
import json
import os
import subprocess
import sys

import pytest

import compat

HOME = os.path.join(os.environ.get("KCOOL_CHECKOUT") or os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__)))), "examples")

#: script -> what must be true of the numbers on its last line.
CHECKS = {
    "accumulation_digits.py": lambda m: m["off"] < 1e-5 < 0.1 < m["way"] and m["apart"] > 0.1 and m["accuracy"] > 0.8,
    "center_loss.py": lambda m: (m["off"] < 1e-5 and m["spread_with"] < 0.8 * m["spread_without"]
                                 and m["accuracy"] > 0.9),
    "ema_digits.py": lambda m: m["averaged"] > m["last"] + 0.005 and m["worst_averaged"] > m["worst_last"] + 0.02,
    "function_attention.py": lambda m: (m["accuracy"] > 0.75 and m["without_most"] < m["without_least"] - 0.1
                                        and m["sums"] < 1e-5),
    "gan_single_loss.py": lambda m: m["covered"] == 8 and m["near"] > 0.75 and m["near_at_start"] < 0.3,
    "gradient_reversal.py": lambda m: m["told_adapted"] < m["told_plain"] - 0.2 and m["adapted"] > m["plain"] - 0.1,
    "gradients_saliency.py": lambda m: m["accuracy"] > 0.9 and m["top"] < m["random"] - 0.2 and (
        m["random"] < m["bottom"] - 0.03),
    "gradient_transforms_digits.py": lambda m: m["plain"] < 0.2 and min(m["clipped"], m["signs"]) > 0.8,
    "layerwise_finetuning.py": lambda m: m["frozen"] == 0 < 2 * m["slowed"] < m["full"] and (
        m["accuracy_slowed"] > m["accuracy_frozen"] + 0.02),
    "live_hyperparameters.py": lambda m: (m["accuracy"] > 0.8 and m["loss_off"] < 1e-4 and m["batches"] == 205
                                          and abs(m["warm"] - 0.4) < 0.01 and m["end"] < 1e-4),
    "masked_pooling.py": lambda m: m["accuracy"] > 0.7 and m["padding"] < 1e-5 and m["order"] < 1e-5,
    "parallel_two_devices.py": lambda m: (m["difference"] < 1e-4 < 0.1 < m["way"] and m["accuracy"] > 0.85
                                          and m["found"]),
    "process_safe_mixup.py": lambda m: (m["failed_batch"] == 7 and m["processes_left"] == 0
                                        and m["accuracy_mixed"] > 0.9),
    "save_and_resume.py": lambda m: (m["whole"] < 1e-5 and m["by_hand"] < 1e-5 and m["weights"] > 1e-3
                                     and m["history"] == 0 and m["accuracy"] > 0.85),
    "surgery_two_parts.py": lambda m: m["difference"] < 1e-5 and m["accuracy"] > 0.75 and m["moved"] == 0,
    "titles_seq2seq.py": lambda m: m["beam"] > 0.9 and m["beam"] >= m["greedy"] and m["unseen"] == 72,
}
SCRIPTS = sorted(name for name in os.listdir(HOME) if name.endswith(".py") and name != "common.py")


@pytest.fixture(scope="module")
def _ends_of_the_matrix():
    chosen = compat.stack()
    oldest = chosen.dialect == "legacy" and chosen.engine_version.startswith("1.12.")
    newest = chosen.family == "bridge" or chosen.name == "keras3/tensorflow" and chosen.keras.startswith("3.15.")
    if not (oldest or newest):
        pytest.skip("the examples are run on the oldest and the newest stack: they show techniques whose own tests run "
                    "on all stacks")


@pytest.mark.parametrize("script", SCRIPTS)
def test_example(script, _ends_of_the_matrix):
    assert script in CHECKS, "say in CHECKS what must be true of the numbers that %s prints" % script
    done = subprocess.run([sys.executable, script], cwd=HOME, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          universal_newlines=True)
    assert done.returncode == 0, done.stdout + done.stderr[-4000:]
    found = json.loads(done.stdout.strip().split("\n")[-1])
    assert CHECKS[script](found), done.stdout


def test_no_check_is_for_nothing():
    assert set(CHECKS) <= set(SCRIPTS)


def test_a_picture_needs_matplotlib(_ends_of_the_matrix, tmp_path):
    source = ("import sys; sys.modules['matplotlib'] = None; sys.path.insert(0, %r); import common\n"
              "common.pyplot()" % HOME)
    done = subprocess.run([sys.executable, "-c", source], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          universal_newlines=True)
    assert done.returncode == 1 and "pip install matplotlib" in done.stderr
