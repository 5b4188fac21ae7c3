"""The way back: models of Keras 3 become ``.h5`` files that Keras 2.2.4 reads, with equal answers.

`graph.rebuilt` makes the same model with the layers of 2.2.4, which `kcool_modern.keras22` has; that one writes the
file, and answers first; the real one is asked where there is one. `job.run_job` does it all.
"""
