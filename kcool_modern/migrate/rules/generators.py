"""K302."""
import ast

from ..rule import KERAS3, Rule

_OLD = {
    "fit_generator": ("generator", "steps_per_epoch", "epochs", "verbose", "callbacks", "validation_data",
                      "validation_steps", "class_weight", "max_queue_size", "workers", "use_multiprocessing", "shuffle",
                      "initial_epoch"),
    "evaluate_generator": ("generator", "steps", "max_queue_size", "workers", "use_multiprocessing", "verbose"),
    "predict_generator": ("generator", "steps", "max_queue_size", "workers", "use_multiprocessing", "verbose"),
}
_NEW = {"fit_generator": "fit", "evaluate_generator": "evaluate", "predict_generator": "predict"}
_WORKERS = ("max_queue_size", "workers", "use_multiprocessing")
_SAMPLES = ("samples_per_epoch", "nb_val_samples", "val_samples")


class Generators(Rule):
    """fit_generator, evaluate_generator and predict_generator are fit, evaluate and predict.

    Those take generators and `Sequence`s since. What says how batches are fetched (`workers` ...) has gone from the
    call; the old evaluate and predict printed nothing.
    """

    code = "K302"
    targets = (KERAS3,)
    issues = ("keras-team/keras#19225", "pythonlessons/mltu#60", "keras-team/keras#14330")
    pains = (9,)
    attributes = tuple(_OLD)
    before = "from keras.models import Sequential\nmodel = Sequential()\n" \
             "model.fit_generator(data, 10, epochs=2, workers=4)\nmodel.evaluate_generator(data, steps=3)\n"
    after = {"keras3": "from keras.models import Sequential\nmodel = Sequential()\n"
                       "model.fit(data, steps_per_epoch=10, epochs=2)\nmodel.evaluate(data, steps=3, verbose=0)\n"}

    def on_attribute(self, node, file):
        """Rewrites a call of one of the three."""
        call, old = node.parent, _OLD[node.attr]
        if not file.is_call_of_model(call, node):
            file.left(node, "%s has gone" % node.attr, "if this is a model of Keras: %s" % _NEW[node.attr])
            return
        given = [one.arg for one in call.keywords]
        if any(isinstance(one, ast.Starred) for one in call.args) or len(call.args) > len(old) or None in given or set(
                given) & set(_SAMPLES):
            file.left(call, "%s has gone" % node.attr, "%s, with every argument by its name" % _NEW[node.attr])
            return

        def steps(arguments):
            for i in range(1, len(call.args)):
                arguments.name(i, old[i])
            if "generator" in given:
                arguments.rename("generator", "x")
            for one in _WORKERS:
                if arguments.find(one) is not None:
                    arguments.remove(arguments.find(one))
            if node.attr != "fit_generator" and arguments.find("verbose") is None:
                arguments.add("verbose", "0")

        file.change(call, "%s is %s" % (node.attr, _NEW[node.attr]),
                    [file.attribute(node, _NEW[node.attr]), file.call(call, steps)])
