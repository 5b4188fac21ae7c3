"""Gets the wheels of the bridge: from the package index by pip, held to their hashes, or from files."""
import importlib.util
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from kcool.errors import DownloadFailed, NotFound

from . import cache
from .pins import DEFAULT, PINS

__all__ = ["install"]


def install(version=DEFAULT, files=()):
    """Puts one Keras into the cache, unless it is there and sound.

    Args:
        version: a release in `PINS`.
        files: paths of its wheels; without them they are downloaded.

    Returns:
        A pair: the folder, and whether it was made now.

    Raises:
        WrongValue: no such release, or files that are not its wheels.
        DownloadFailed: pip could not get them.
        NotFound: a file is not there.
    """
    place = cache.folder(version)
    if place.is_dir() and cache.check(place, PINS[version]) is None:
        return place, False
    for path in files:
        if not Path(path).is_file():
            raise NotFound("There is no wheel %s." % path, do="kcool bridge install --from-file WHEEL ...")
    if files:
        return cache.unpack(version, files), True
    with tempfile.TemporaryDirectory() as scratch:
        _download(PINS[version], Path(scratch))
        return cache.unpack(version, sorted(Path(scratch).glob("*.whl"))), True


def _download(wheels, scratch):
    listed = scratch / "requirements.txt"
    listed.write_text("".join(
        "%s==%s --hash=sha256:%s\n" % (wheel.package.replace("_", "-"), wheel.version, wheel.sha256)
        for wheel in wheels), encoding="utf-8")
    command = [*_pip(), "download", "--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary", ":all:",
               "--require-hashes", "--dest", str(scratch), "-r", str(listed)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, universal_newlines=True)
    if done.returncode:
        said = [line.strip() for line in done.stdout.splitlines() if line.startswith("ERROR")]
        raise DownloadFailed(
            "The packages of the bridge could not be downloaded.",
            found=" ".join(said)[-400:] or done.stdout.strip()[-400:] or "exit status %d" % done.returncode,
            supported=", ".join(wheel.file for wheel in wheels),
            do="try again when the package index can be reached; or bring the files from another machine and say: "
               "kcool bridge install --from-file %s" % " ".join(wheel.file for wheel in wheels))


def _pip():
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip"]
    if shutil.which("uv"):  # its environments have no pip
        return [shutil.which("uv"), "tool", "run", "--quiet", "pip"]
    raise DownloadFailed("pip is needed to download the packages of the bridge.", found="neither pip nor uv",
                         do="%s -m ensurepip, then again: kcool bridge install" % sys.executable)
