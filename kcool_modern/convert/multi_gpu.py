"""Models that `multi_gpu_model` made: the template inside is the model."""
from .parts import MODELS

__all__ = ["template_of"]


def template_of(config):
    """The entry of the template in a model of `multi_gpu_model`, or None for any other model.

    Such a model has inputs, Lambda layers that slice them (with the arguments ``i`` and ``parts``), one model that is
    called once per slice, and a Concatenate along the batch for every output; nothing else.

    Args:
        config: dict, the configuration of a functional model.
    """
    entries = config.get("layers") if isinstance(config, dict) else None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        return None
    models = [entry for entry in entries if entry.get("class_name") in MODELS]
    slices = [entry for entry in entries if entry.get("class_name") == "Lambda"]
    merges = [entry for entry in entries if entry.get("class_name") == "Concatenate"]
    inputs = [entry for entry in entries if entry.get("class_name") == "InputLayer"]
    if len(models) != 1 or not slices or len(models) + len(slices) + len(merges) + len(inputs) != len(entries):
        return None
    arguments = [(entry.get("config") or {}).get("arguments") or {} for entry in slices]
    if not all(set(one) == {"i", "parts"} for one in arguments):
        return None
    parts = {one["parts"] for one in arguments}
    calls = models[0].get("inbound_nodes")
    merged = all((entry.get("config") or {}).get("axis") == 0 for entry in merges)
    if len(parts) != 1 or not isinstance(calls, list) or len(calls) not in parts or not merged:
        return None
    return models[0]
