"""What Keras 2.2.4, Keras 3 and TensorFlow 1 call things: data, and nothing imported but the standard library."""
