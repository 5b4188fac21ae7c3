"""Files from the net and batches from workers: `get_file`, `Sequence` and the enqueuers behind `fit_generator`."""
import hashlib
import os
import shutil
import tarfile
import tempfile
import warnings
import zipfile
from abc import abstractmethod
from urllib.error import HTTPError, URLError
from urllib.request import urlretrieve

from .generic_utils import Progbar

__all__ = ["GeneratorEnqueuer", "OrderedEnqueuer", "Sequence", "SequenceEnqueuer", "get_file", "get_index", "init_pool",
           "init_pool_generator", "next_sample", "validate_file"]

_ARCHIVES = {"tar": (tarfile.is_tarfile, tarfile.open), "zip": (zipfile.is_zipfile, zipfile.ZipFile)}


def get_file(fname, origin, untar=False, md5_hash=None, file_hash=None, cache_subdir="datasets", hash_algorithm="auto",
             extract=False, archive_format="auto", cache_dir=None):
    """Downloads a file unless the cache has it, and unpacks it if asked to.

    Args:
        fname: name in the cache; an absolute path is taken as it is.
        origin: URL.
        untar: unpack ``fname.tar.gz`` and return the path without that ending. Older than `extract`.
        md5_hash: older spelling of `file_hash` with the algorithm md5.
        file_hash: expected hash, in hexadecimal. A cached file with another one is fetched again.
        cache_subdir: folder below the cache; an absolute path is taken as it is.
        hash_algorithm: ``'md5'``, ``'sha256'`` or ``'auto'`` (by the length of `file_hash`).
        extract: unpack the file beside itself, if it is an archive.
        archive_format: ``'auto'``, ``'tar'``, ``'zip'``, a list of these, or None for no unpacking.
        cache_dir: the cache; ``KERAS_HOME``, else ``~/.keras``, by default.

    Returns:
        The path of the file (with `untar`, of what was in it).
    """
    if md5_hash is not None and file_hash is None:
        file_hash, hash_algorithm = md5_hash, "md5"
    folder = _cache_folder(cache_dir, cache_subdir)
    wanted = os.path.join(folder, fname)
    path = wanted + ".tar.gz" if untar else wanted
    if not _is_cached(path, file_hash, hash_algorithm):
        _download_unless_offline(origin, path)
        if file_hash is not None and not validate_file(path, file_hash, hash_algorithm):
            warnings.warn("%s (from %s) does not have the hash %s that was expected; it is used all the same."
                          % (path, origin, file_hash), stacklevel=2)
    if untar:
        if not os.path.exists(wanted):
            _extract_archive(path, folder, archive_format="tar")
        return wanted
    if extract:
        _extract_archive(path, folder, archive_format)
    return path


def _cache_folder(cache_dir, cache_subdir):
    base = os.path.expanduser(cache_dir or os.environ.get("KERAS_HOME") or os.path.join("~", ".keras"))
    try:
        os.makedirs(base, exist_ok=True)
    except OSError:
        pass
    if not os.access(base, os.W_OK):
        base = os.path.join(tempfile.gettempdir(), ".keras")
    folder = os.path.join(base, cache_subdir)
    os.makedirs(folder, exist_ok=True)
    return folder


def _is_cached(path, file_hash, algorithm):
    if not os.path.exists(path):
        return False
    if file_hash is None or validate_file(path, file_hash, algorithm):
        return True
    print("The cached file %s has another %s hash than %s: it is incomplete or outdated and is downloaded again."
          % (path, algorithm, file_hash))
    return False


def _download_unless_offline(origin, path):
    existed = os.path.exists(path)
    try:
        _download(origin, path)
    except Exception as error:
        if not existed:
            raise
        print(error)


def _download(origin, path):
    print("Downloading data from", origin)
    bars = []

    def show(count, block, total):
        if not bars:
            bars.append(Progbar(total if total > 0 else None))
        else:
            bars[0].update(count * block if total <= 0 else min(count * block, total))

    partial = "%s.%d.part" % (path, os.getpid())
    message = "URL fetch failure on {}: {} -- {}"
    try:
        try:
            urlretrieve(origin, partial, show)
        except HTTPError as error:
            raise Exception(message.format(origin, error.code, error.msg))
        except URLError as error:
            raise Exception(message.format(origin, error.errno, error.reason))
        os.replace(partial, path)
    finally:
        if os.path.exists(partial):
            os.remove(partial)


def _extract_archive(file_path, path=".", archive_format="auto"):
    """Unpacks a file if it is an archive of one of the formats; says whether it was."""
    if not archive_format:
        return False
    formats = ["tar", "zip"] if archive_format == "auto" else archive_format
    for name in [formats] if isinstance(formats, str) else formats:
        matches, opened = _ARCHIVES[name]
        if matches(file_path):
            with opened(file_path) as archive:
                _extract_all(archive, path)
            return True
    return False


def _extract_all(archive, path):
    existed = os.path.exists(path)
    try:
        if isinstance(archive, tarfile.TarFile) and hasattr(tarfile, "data_filter"):
            archive.extractall(path, filter="data")
        else:
            archive.extractall(path)
    except (tarfile.TarError, RuntimeError, KeyboardInterrupt):
        # What is half unpacked would pass for a full cache next time; a folder of other people's files is left alone.
        if not existed:
            shutil.rmtree(path, ignore_errors=True)
        raise


def _hash_file(fpath, algorithm="sha256", chunk_size=65535):
    """Hash of a file, in hexadecimal; ``'auto'`` is sha256."""
    hasher = hashlib.sha256() if algorithm in ("sha256", "auto") else hashlib.md5()
    with open(fpath, "rb") as content:
        for chunk in iter(lambda: content.read(chunk_size), b""):
            hasher.update(chunk)
    return hasher.hexdigest()


def validate_file(fpath, file_hash, algorithm="auto", chunk_size=65535):
    """Says whether a file has a hash.

    Args:
        fpath: path.
        file_hash: the hash, in hexadecimal.
        algorithm: ``'md5'``, ``'sha256'`` or ``'auto'`` (by the length of `file_hash`).
        chunk_size: bytes to read at a time.
    """
    is_sha256 = algorithm == "sha256" or (algorithm == "auto" and len(file_hash) == 64)
    return _hash_file(fpath, "sha256" if is_sha256 else "md5", chunk_size) == str(file_hash)


class Sequence:
    """Batches that can be asked for by number, so that several workers never give one twice.

    A subclass defines `__getitem__` (one whole batch) and `__len__` (batches per epoch), and may define
    `on_epoch_end`.
    """

    @abstractmethod
    def __getitem__(self, index):
        """The batch at a position."""
        raise NotImplementedError

    @abstractmethod
    def __len__(self):
        """Number of batches per epoch."""
        raise NotImplementedError

    def on_epoch_end(self):
        """Called after each epoch."""

    def __iter__(self):
        """Goes over the batches once."""
        for index in range(len(self)):
            yield self[index]


# The enqueuers, which know no Sequence but what they are given, are kept apart only for the length of the file.
from ._enqueuers import (  # noqa: E402
    _SHARED_SEQUENCES,  # noqa: F401
    GeneratorEnqueuer,
    OrderedEnqueuer,
    SequenceEnqueuer,
    get_index,
    init_pool,
    init_pool_generator,
    next_sample,
)
