"""A file is replaced as a whole or not at all, and only if it still is what was read."""
import os
import tempfile

__all__ = ["NotWritten", "replace"]


class NotWritten(Exception):
    """A file was left as it is.

    Args:
        why: one sentence.
        do: what to do about it.
    """

    def __init__(self, why, do):
        super().__init__(why)
        self.why, self.do = why, do


def replace(path, before, after):
    """Puts new bytes in the place of old ones.

    The new file is complete on the disk before it takes the old one's name, so that a process that is killed leaves
    the old file or the new one. Of a link the file is replaced that it leads to. The mode stays.

    Args:
        path: the file.
        before: the bytes that were read.
        after: the new bytes.

    Raises:
        NotWritten: it is read-only, its folder is, or somebody has changed it meanwhile.
    """
    path = os.path.realpath(path)
    if not os.access(path, os.W_OK) or not os.stat(path).st_mode & 0o222:  # root could, and should not
        raise NotWritten("the file is read-only", "chmod u+w %s" % path)
    try:
        handle, beside = tempfile.mkstemp(prefix=".%s." % os.path.basename(path), suffix=".kcool",
                                          dir=os.path.dirname(path))
    except OSError as error:
        raise NotWritten("the folder cannot be written to: %s" % error.strerror,
                         "chmod u+w %s" % os.path.dirname(path)) from None
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        status = os.stat(path)
        os.chmod(beside, status.st_mode & 0o7777)
        _keep_owner(beside, status)
        with open(path, "rb") as file:
            if file.read() != before:
                raise NotWritten("the file was changed while it was read", "run kcool migrate again")
        os.replace(beside, path)
    except OSError as error:
        _remove(beside)
        raise NotWritten("it could not be written: %s" % (error.strerror or error), "look at the disk") from None
    except BaseException:
        _remove(beside)
        raise


def _keep_owner(path, status):
    if hasattr(os, "chown") and (os.stat(path).st_uid, os.stat(path).st_gid) != (status.st_uid, status.st_gid):
        try:
            os.chown(path, status.st_uid, status.st_gid)
        except OSError:
            pass  # only root may give files away


def _remove(path):
    try:
        os.unlink(path)
    except OSError:
        pass
