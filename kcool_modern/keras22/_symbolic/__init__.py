"""Graph semantics on Keras 3: operations are recorded as a graph and computed by compiled functions."""
