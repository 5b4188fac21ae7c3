"""What workers prepare ahead."""
import numpy as np


def _sequence(keras, length=3):
    class Counted(keras.utils.Sequence):
        def __init__(self):
            self.asked, self.epochs = [], 0

        def __len__(self):
            return length

        def __getitem__(self, index):
            self.asked.append(index)
            return np.full((2, 4), index, "float32"), np.ones((2, 1), "float32")

        def on_epoch_end(self):
            self.epochs += 1

    return Counted()


def test_a_sequence_is_asked_for_nothing_that_training_does_not_use(keras):
    model = keras.models.Sequential([keras.layers.Dense(1, input_shape=(4,))])
    model.compile("sgd", "mse")
    data, validation = _sequence(keras), _sequence(keras, 2)
    model.fit_generator(data, epochs=4, validation_data=validation, workers=1, verbose=0, shuffle=False)
    assert data.asked == [0, 1, 2] * 4
    assert validation.asked == [0, 1] * 4
    model.predict_generator(data, steps=1)
    assert len(data.asked) == 13


def test_an_enqueuer_goes_on_without_end_unless_told(keras):
    data = _sequence(keras)
    enqueuer = keras.utils.OrderedEnqueuer(data)
    enqueuer.start(workers=2, max_queue_size=2)
    batches = enqueuer.get()
    found = [int(next(batches)[0][0, 0]) for _ in range(8)]
    enqueuer.stop()
    assert found == [0, 1, 2, 0, 1, 2, 0, 1]
