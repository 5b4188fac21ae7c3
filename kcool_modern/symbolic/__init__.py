"""The techniques on models and tensors of Keras 2.2 on Keras 3 (`kcool_modern.keras22`)."""
