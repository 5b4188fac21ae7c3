"""Saved models of Keras 2 become files of stock Keras 3, with equal answers.

`conversion.converted` reads a file, `proof.prove` compares, `output.written` writes; `job.run_job` does all three, and
`batch.outcomes` for many files.
"""
