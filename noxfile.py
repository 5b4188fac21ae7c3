"""The whole matrix: one wheel, built once, installed on every pinned stack and tested there.

    nox                       everything but the slow extras
    nox -l                    what there is
    nox -s tf1.15-keras2.2.4  one stack;  arguments after -- go to pytest
    nox -s benchmarks-tf2.21-keras3.15   a slow extra
"""
import os
import shutil
import sys
from pathlib import Path

import nox

sys.path.insert(0, str(Path(__file__).parent))
from tests.stacks import COMMON_ENV, OLDER_KERAS, STACKS, folders  # noqa: E402

nox.needs_version = ">=2025.2.9"
nox.options.default_venv_backend = "uv"
nox.options.reuse_existing_virtualenvs = True
nox.options.error_on_missing_interpreters = bool(os.environ.get("CI"))

HERE = Path(__file__).parent
PYTHONS = ["3.6", "3.7", "3.8", "3.9", "3.10", "3.11", "3.12", "3.13"]
OLDEST = "3.6"  # uv and virtualenv have dropped it: sessions on it use venv and a pip that can see the old wheels
MODERN = "3.12"
PYTEST = {"3.6": "pytest==7.0.1", "3.7": "pytest==7.4.4"}
#: The tests of a stack run in as many processes as there are cores (`-- -n 0` for one), those of a file in one of them.
PARALLEL = ("-n", "auto", "--maxprocesses", "4", "--dist", "loadfile")
_wheel = None


def wheel(session):
    """The wheel of this tree, built once per run."""
    global _wheel
    if _wheel is None:
        out = Path(session.create_tmp()) / "dist"
        # setuptools packs whatever an earlier build left in build/.
        for stale in (out, HERE / "build"):
            shutil.rmtree(stale, ignore_errors=True)
        # Built by the Python that runs nox: uv would take the session's, which may be too old for setuptools.
        session.run_install(sys.executable, "-m", "uv", "build", "--quiet", "--python", sys.executable, "--wheel",
                            "--out-dir", str(out), str(HERE), external=True)
        _wheel = str(next(out.glob("*.whl")))
    return _wheel


def install(session, *pins, runner=None):
    """Installs kcool's wheel and a test runner beside the pins of a stack."""
    python = session.python
    if python == OLDEST:
        session.install("--quiet", "pip==21.3.1")
        session.install("--quiet", "--force-reinstall", "--no-deps", wheel(session))
        session.install("--quiet", PYTEST[python], "packaging", "numpy", *pins)
        return
    runner = runner or PYTEST.get(python, "pytest>=8")
    session.install("--quiet", "--reinstall-package", "kcool", wheel(session), runner, *pins)


def bridge_in(session, row):
    """Variables for a session on the bridge, whose Keras is put into a cache of its own; none for others."""
    if row.stack != "bridge":
        return {}
    cache = {"KCOOL_CACHE": str(Path(session.create_tmp()).resolve() / "cache")}
    session.run("python", "-m", "kcool", "bridge", "install", env=cache, silent=True)
    return cache


def pytest(session, arguments, env=None):
    """Runs tests on the installed wheel: from a copy of the tests, so that the checkout cannot be imported."""
    copy = Path(session.create_tmp()).resolve() / "checkout"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(HERE / "tests", copy / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HERE / "pyproject.toml", copy)
    session.chdir(copy)
    variables = dict(COMMON_ENV, KERAS_HOME=str(copy / "keras_home"), KCOOL_CHECKOUT=str(HERE), **(env or {}))
    session.run("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--durations=3", "--disable-warnings",
                *arguments, *session.posargs, env=variables)


@nox.session(python=PYTHONS[1:], download_python="never")
def facade(session):
    """The facade without any framework."""
    install(session, "numpy")
    pytest(session, ["tests/facade"])


@nox.session(python=["3.9", "3.12", "3.13"], download_python="never")
def migrate(session):
    """`kcool migrate`, without any framework."""
    session.install("--quiet", "--reinstall-package", "kcool", wheel(session) + "[migrate]", "pytest>=8",
                    "pytest-xdist", "numpy")
    pytest(session, [*PARALLEL, "tests/migrate"])


@nox.session(name="facade-3.6", python=OLDEST, venv_backend="venv")
def facade_oldest(session):
    """The facade without any framework, on the oldest Python."""
    install(session)
    pytest(session, ["tests/facade"])


def _stack_session(row):
    backend = "venv" if row.python == OLDEST else "uv"

    @nox.session(name=row.name, python=row.python, venv_backend=backend, download_python="never")
    def session_on_stack(session):
        beside = ["scipy", "pillow", "pydot", "pyyaml", "keras-applications"] if "tests/corpus" in folders(row) else []
        emulated = ["ipython", "h5py", "hypothesis"] if "tests/keras22" in folders(row) else []
        bridge = ["pip", "h5py"] if row.stack == "bridge" else []
        install(session, "pytest-xdist", *row.pins, *beside, *emulated, *bridge)
        pytest(session, [*PARALLEL, *folders(row)], dict(row.env, **bridge_in(session, row),
                                                         KCOOL_EXPECTED_STACK=row.stack, KCOOL_SESSION=row.name))

    session_on_stack.__doc__ = "%s on Python %s." % (", ".join(row.pins), row.python)
    return session_on_stack


for _row in STACKS.values():
    _stack_session(_row)


@nox.session(python="3.7", download_python="never")
def goldens(session):
    """Can the goldens be written again by the real Keras 2.2.4? (`-- --write` writes them anew.)"""
    row = STACKS["tf1.15-keras2.2.4"]
    session.install("--quiet", *row.pins)
    check = [] if "--write" in session.posargs else ["--check"]
    session.run("python", "-W", "ignore", "-m", "tests.goldens.write", *check, env=COMMON_ENV)


def _old_sources_session(name, row, module, extra, default):
    """A session that runs what Keras 2.2.4's source distribution holds, under `kcool run`."""
    @nox.session(name=name, python=row.python, download_python="never", default=default)
    def session_on_stack(session):
        # pytest 8 has dropped what the old tests say.
        install(session, *row.pins, "pip", "setuptools", "scipy", "pillow", "pandas", "pydot", "pyyaml", "requests",
                "scikit-learn", "keras-applications", *extra, runner="pytest<8")
        copy = Path(session.create_tmp()).resolve() / "checkout"
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(HERE / "tests", copy / "tests", ignore=shutil.ignore_patterns("__pycache__"))
        session.chdir(copy)
        on = ["--on", "bridge"] if row.stack == "bridge" else []
        session.run("python", "-m", module, *on, *session.posargs,
                    env=dict(COMMON_ENV, **row.env, **bridge_in(session, row), KERAS_HOME=str(copy / "keras_home")))

    return session_on_stack


_old_sources_session("conformance", STACKS["tf2.21-keras3.15"], "tests.conformance.run", (), True).__doc__ = \
    "Keras 2.2.4's own tests under `kcool run`, held to the list of those that pass on the real stack."
for _name in ("jax", "torch"):
    _old_sources_session("conformance-" + _name, STACKS[_name + "-keras3.15"], "tests.conformance.run", (), False) \
        .__doc__ = "The same tests with Keras 3 on another backend (slow)."
_old_sources_session("conformance-bridge", STACKS["tf2.21-bridge2.2.4"], "tests.conformance.run", (), False).__doc__ = \
    "The same tests by the real Keras 2.2.4 on the bridge (slow)."
_old_sources_session("examples", STACKS["tf2.21-keras3.15"], "tests.examples.run",
                     ("matplotlib", "cairocffi", "editdistance"), False).__doc__ = \
    "Keras 2.2.4's own examples under `kcool run`, on small stand-in data, with their work cut short."
_old_sources_session("examples-bridge", STACKS["tf2.21-bridge2.2.4"], "tests.examples.run",
                     ("matplotlib", "cairocffi", "editdistance"), False).__doc__ = \
    "The same examples by the real Keras 2.2.4 on the bridge (slow)."


# ---- saved models from every old stack to Keras 3 ------------------------------------------------------------------

ZOOS = HERE / ".nox" / "zoos"
_WRITERS = [row for row in (*STACKS.values(), *OLDER_KERAS) if row.stack.split("/")[0] in ("legacy", "keras2")]


def _zoo_session(row):
    @nox.session(name="zoo-" + row.name, python=row.python, venv_backend="venv" if row.python == OLDEST else "uv",
                 download_python="never", default=False)
    def session_on_stack(session):
        if row.python == OLDEST:
            session.install("--quiet", "pip==21.3.1")
        session.install("--quiet", *row.pins)
        shutil.rmtree(ZOOS / row.name, ignore_errors=True)
        writers = [("write", ZOOS / row.name), ("write_trainings", ZOOS / row.name / "trainings")]
        if row.name.startswith("tf2"):
            writers.append(("write_operations", ZOOS / row.name / "operations"))
        for module, folder in writers:
            session.run("python", "-W", "ignore", "-m", "tests.convert." + module, str(folder),
                        env=dict(COMMON_ENV, **row.env))

    session_on_stack.__doc__ = "Saves the models of tests/convert/zoo, with their answers, on %s." % ", ".join(row.pins)


_REAL = "tf1.15-keras2.2.4"


def _real_keras(session):
    """The interpreter of the session that has saved the models of the real Keras 2.2.4."""
    return str(Path(session.virtualenv.location).parent / ("zoo-" + _REAL).replace(".", "-") / "bin" / "python")


def _exchange_session(name, row):
    @nox.session(name=name, python=row.python, download_python="never", default=False,
                 requires=["zoo-" + writer.name for writer in _WRITERS])
    def session_on_stack(session):
        install(session, *row.pins, "h5py")
        session.run("python", "-W", "ignore", "-m", "tests.convert.exchange",
                    *(str(ZOOS / writer.name) for writer in _WRITERS), env=dict(COMMON_ENV, **row.env))
        if name == "exchange":
            session.run("python", "-W", "ignore", "-m", "tests.convert.exchange", "--back", _real_keras(session),
                        str(ZOOS / _REAL), env=dict(COMMON_ENV, **row.env))

    session_on_stack.__doc__ = "Converts what every old stack has saved, and compares all answers (slow)."


for _row in _WRITERS:
    _zoo_session(_row)
_exchange_session("exchange", STACKS["tf2.21-keras3.15"])
for _name in ("jax", "torch"):
    _exchange_session("exchange-" + _name, STACKS[_name + "-keras3.15"])


@nox.session(name="exchange-applications", python=MODERN, download_python="never", default=False,
             requires=["zoo-" + _REAL])
def exchange_applications(session):
    """Converts the models of keras.applications, with random weights, and compares their answers (slow)."""
    row, old, new = STACKS["tf2.21-keras3.15"], ZOOS / "applications", Path(session.create_tmp()).resolve()
    install(session, *row.pins, "h5py")
    session.run(_real_keras(session), "-W", "ignore", "-m", "tests.convert.write_applications", str(old), external=True,
                env=dict(COMMON_ENV))
    session.run("python", "-m", "kcool", "convert", str(old), "-o", str(new), "--overwrite", "--legacy-python",
                _real_keras(session), env=dict(COMMON_ENV, **row.env))


@nox.session(name="examples-migrated", python=MODERN, download_python="never", default=False)
def examples_migrated(session):
    """Keras 2.2.4's own examples, migrated, on Keras 3: through the facade, and without it (slow)."""
    row = STACKS["tf2.21-keras3.15"]
    install(session, *row.pins, "pip", "setuptools", "scipy", "pillow", "pandas", "pydot", "pyyaml", "requests",
            "libcst", "scikit-learn", "keras-applications", "matplotlib", "cairocffi", "editdistance", "tensorboard",
            "rich", "nbformat", "jinja2", "pathspec", "fissix", runner="pytest<8")
    copy = Path(session.create_tmp()).resolve() / "checkout"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(HERE / "tests", copy / "tests", ignore=shutil.ignore_patterns("__pycache__"))
    session.chdir(copy)
    for target in ("facade", "keras3"):
        session.run("python", "-m", "tests.examples.migrated", "--to", target, *session.posargs,
                    env=dict(COMMON_ENV, **row.env, KERAS_HOME=str(copy / "keras_home")))


@nox.session(python=MODERN, download_python="never")
def lint(session):
    """Style, types, generated tables, and Python 3.6 syntax where it is promised."""
    session.install("--quiet", "ruff>=0.14", "mypy>=1.18", "numpy", "packaging")
    session.run("ruff", "check", ".")
    session.run("mypy")
    session.run("python", "tools/tables.py", "--check")
    syntax = ("import pathlib, sys\nfor folder in sys.argv[1:]:\n"
              " for file in pathlib.Path(folder).rglob('*.py'): compile(file.read_bytes(), str(file), 'exec')")
    oldest = shutil.which("python3.6")
    if oldest:
        folders = ["compat", "kcool", "kcool_common", "kcool_legacy", "tests"]
        session.run(oldest, "-B", "-c", syntax, *folders, external=True)
    elif os.environ.get("CI"):
        session.error("python3.6 is needed to check the syntax of compat/ and kcool_legacy/")
    else:
        session.warn("python3.6 is not here: the 3.6 syntax of compat/ and kcool_legacy/ was NOT checked")


@nox.session(python="3.7", download_python="never")
def minimums(session):
    """The lowest versions that the wheel's metadata admits."""
    install(session, "numpy==1.14.6", "packaging==20.0")
    pytest(session, ["tests/facade"])


def _benchmark_session(row):
    backend = "venv" if row.python == OLDEST else "uv"

    @nox.session(name="benchmarks-" + row.name, python=row.python, venv_backend=backend, default=False,
                 download_python="never")
    def session_on_stack(session):
        install(session, *row.pins, *(["pip", "h5py"] if row.stack == "bridge" else []))
        copy = Path(session.create_tmp()).resolve() / "benchmarks"
        shutil.rmtree(copy, ignore_errors=True)
        for folder in ("benchmarks", "tests"):
            shutil.copytree(HERE / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
        session.chdir(copy)
        session.run("python", "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", "--disable-warnings", "benchmarks",
                    *session.posargs, env=dict(COMMON_ENV, **row.env, **bridge_in(session, row)))

    session_on_stack.__doc__ = "Ratios against peers on this stack, measured in one run (slow)."
    return session_on_stack


for _row in STACKS.values():
    _benchmark_session(_row)
