"""The picture: how the averaged weights do beside the raw ones while the model learns."""
import importlib.util
import math
import os
import sys
from collections import namedtuple

__all__ = ["Curve", "draw", "possible"]

#: ``epochs``: places on the x axis. ``raw``, ``averaged``: validation accuracy there, between 0 and 1.
#: ``momentum``: of the average.
Curve = namedtuple("Curve", "epochs raw averaged momentum")

_RAW, _AVERAGED = "#9aa5b1", "#c2410c"


def possible(path):
    """Whether a picture can be drawn at a path; if not, says on stderr what to do. To be asked before any work is done.

    Args:
        path: where the picture is to stand.
    """
    target = os.path.abspath(path)
    folder = os.path.dirname(target)
    if importlib.util.find_spec("matplotlib") is None:
        problem = "--plot draws with matplotlib, which is not installed.\n  What to do: pip install matplotlib"
    elif os.path.isdir(target):
        problem = "--plot %s: that is a folder.\n  What to do: name a file, such as %s" % (
            path, os.path.join(path, "out.png"))
    elif not os.path.isdir(folder):
        problem = "--plot %s: there is no folder %s.\n  What to do: mkdir -p %s" % (path, folder, folder)
    elif not os.access(target if os.path.exists(target) else folder, os.W_OK):
        problem = "--plot %s: it may not be written.\n  What to do: name a file in a folder of your own" % path
    elif not _known_format(target):
        problem = "--plot %s: matplotlib draws no such format.\n  What to do: name a file that ends in .png" % path
    else:
        return True
    print("kcool demo: " + problem, file=sys.stderr)
    return False


def _known_format(path):
    from matplotlib.backend_bases import FigureCanvasBase

    ending = os.path.splitext(path)[1][1:].lower()
    return not ending or ending in FigureCanvasBase.get_supported_filetypes()


def draw(path, curve, subtitle):
    """Draws the picture.

    Args:
        path: file to write; its ending names the format.
        curve: a `Curve`.
        subtitle: text below the title.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    # A figure of its own, without pyplot: no window system is needed and no global state is left behind.
    figure = Figure(figsize=(8, 4.8), dpi=150)
    FigureCanvasAgg(figure)
    axes = figure.add_axes((0.09, 0.12, 0.88, 0.74))
    _plot(axes, curve)
    figure.text(0.09, 0.945, "Averaged weights against raw weights on handwritten digits", fontsize=13, weight="bold")
    figure.text(0.09, 0.895, subtitle, fontsize=9, color="#52606d")
    figure.savefig(path)


def _plot(axes, curve):
    raw, averaged = ([100 * value for value in values] for values in (curve.raw, curve.averaged))
    axes.plot(curve.epochs, raw, color=_RAW, linewidth=1.4, marker="o", markersize=2.5, label="raw weights")
    axes.plot(curve.epochs, averaged, color=_AVERAGED, linewidth=2.2,
              label="averaged weights (momentum %g)" % curve.momentum)
    # The climb of the first quarter would take most of the room.
    floor = min(raw[len(raw) // 4:] + averaged[len(averaged) // 4:])
    axes.set_ylim(max(0, 5 * (floor // 5)), 100)
    axes.set_xlim(0, math.ceil(curve.epochs[-1]))
    axes.set_xlabel("epoch")
    axes.set_ylabel("validation accuracy, %")
    axes.grid(True, color="#e4e7eb", linewidth=0.8)
    axes.set_axisbelow(True)
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.legend(loc="lower right", frameon=False)
