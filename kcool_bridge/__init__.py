"""The bridge: the real Keras 2.2.4 on today's TensorFlow, in graph mode, in a process of its own.

    kcool bridge install
    kcool run --on bridge old_script.py

`pins`, `cache` and `fetch` bring Keras into a folder of its own; `process` makes this process a bridge; `register` and
`patches` say what is changed in which package, why, and how it is taken back.
"""
