"""``kcool migrate``: source for Keras 2.2 and TensorFlow 1 is rewritten, and what was not rewritten is said.

Who a name belongs to is told by Python's own compiler (`ast`, `symtable`); a call or an import statement that changes
is rewritten by LibCST, so that comments and layout stay. No framework is imported.
"""
