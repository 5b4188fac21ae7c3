"""The progress bar, in Keras 2.2's format."""
import sys
import time
from collections import OrderedDict

import numpy as np

__all__ = ["Progbar", "times"]


def times(value, count):
    """A batch's number times its size, in float64: so NumPy 1 multiplied, where NumPy 2 would stay with float32."""
    return value * np.float64(count) if np.ndim(value) == 0 else value * count


class Progbar(object):
    """Shows how far a loop has come, and the averages of its numbers so far.

    Args:
        target: int, how many steps there will be; None if that is not known.
        width: int, characters of the bar.
        verbose: 0 shows nothing, 1 a bar, 2 one line at the end.
        interval: float, seconds between two showings at least.
        stateful_metrics: names of numbers that are shown as they are, not averaged.
    """

    def __init__(self, target, width=30, verbose=1, interval=0.05, stateful_metrics=None):
        self.target, self.width, self.verbose, self.interval = target, width, verbose, interval
        self.stateful_metrics = set(stateful_metrics or ())
        self._dynamic_display = bool(getattr(sys.stdout, "isatty", bool)()) or "ipykernel" in sys.modules
        self._total_width = 0
        self._seen_so_far = 0
        self._values = OrderedDict()
        self._start = time.time()
        self._last_update = 0

    def update(self, current, values=None):
        """Shows the state.

        Args:
            current: int, steps (or samples) done so far.
            values: list of ``(name, value of the last step)``.
        """
        self._take(values or [], current - self._seen_so_far)
        self._seen_so_far = current
        now = time.time()
        if self.verbose == 1:
            if now - self._last_update < self.interval and self.target is not None and current < self.target:
                return
            self._show_bar(current, now)
        elif self.verbose == 2 and self._is_complete(current):
            self._write(self._elapsed(now) + self._numbers(signed=True) + "\n")
        self._last_update = now

    def add(self, n, values=None):
        """`update` by `n` steps more."""
        self.update(self._seen_so_far + n, values)

    def _take(self, values, steps):
        for name, value in values:
            if name in self.stateful_metrics:
                self._values[name] = [value, 1]
            elif name in self._values:
                self._values[name][0] += times(value, steps)
                self._values[name][1] += steps
            else:
                self._values[name] = [times(value, steps), steps]

    def _is_complete(self, current):
        return self.target is None or current >= self.target

    def _show_bar(self, current, now):
        former = self._total_width
        self._write("\b" * former + "\r" if self._dynamic_display else "\n")
        bar = self._bar(current)
        info = self._pace(current, now) + self._numbers(signed=False)
        self._total_width = len(bar) + len(info)
        end = "\n" if self.target is not None and current >= self.target else ""
        self._write(bar + info + " " * (former - self._total_width) + end)

    def _bar(self, current):
        if self.target is None:
            return "%7d/Unknown" % current
        digits = len(str(int(self.target)))
        done = int(self.width * float(current) / self.target)
        drawn = "=" * (done - 1) + (">" if current < self.target else "=") if done > 0 else ""
        return "%*d/%d [%s%s]" % (digits, current, self.target, drawn, "." * (self.width - done))

    def _elapsed(self, now):
        return " - %.0fs" % (now - self._start)

    def _pace(self, current, now):
        unit = (now - self._start) / current if current else 0
        if self.target is not None and current < self.target:
            return " - ETA: " + _clock(unit * (self.target - current))
        if unit >= 1:
            return self._elapsed(now) + " %.0fs/step" % unit
        return self._elapsed(now) + (" %.0fms/step" % (unit * 1e3) if unit >= 1e-3 else " %.0fus/step" % (unit * 1e6))

    def _numbers(self, signed):
        shown = ""
        for name, (total, steps) in self._values.items():
            average = np.mean(total / max(1, steps))
            # The one-line form looks at the number itself, not at its size: so negative ones get an exponent.
            size = average if signed else abs(average)
            shown += " - %s:%s" % (name, (" %.4f" if size > 1e-3 else " %.4e") % average)
        return shown

    @staticmethod
    def _write(text):
        sys.stdout.write(text)
        sys.stdout.flush()


def _clock(seconds):
    if seconds > 3600:
        return "%d:%02d:%02d" % (seconds // 3600, seconds % 3600 // 60, seconds % 60)
    if seconds > 60:
        return "%d:%02d" % (seconds // 60, seconds % 60)
    return "%ds" % seconds
