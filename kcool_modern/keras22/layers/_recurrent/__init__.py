"""The parts of ``keras.layers.recurrent``."""
