"""Layers of images, volumes and rows: convolutions, pooling, resizing."""

from .listing import listing, row

MODELS, _model = listing()


@_model
def conv2d_sequential(keras):
    L = keras.layers
    return keras.models.Sequential([
        L.Conv2D(4, 3, padding="same", activation="relu", input_shape=(8, 8, 2)), L.MaxPooling2D(), L.Dropout(0.2),
        L.Conv2D(3, (2, 3), strides=(2, 1)), L.Flatten(), L.Dense(3, activation="softmax")])


@_model
def conv2d_arguments(keras):
    L = keras.layers
    return row(keras, [L.Conv2D(4, 3, dilation_rate=2, use_bias=False), L.Conv2D(3, 1, activation="hard_sigmoid"),
                       L.Conv2D(3, 2, strides=2, padding="same")], (11, 10, 2))


@_model
def conv1d(keras):
    L = keras.layers
    return row(keras, [L.Conv1D(4, 3, padding="causal", dilation_rate=2), L.Conv1D(3, 2, strides=2, padding="same"),
                       L.ZeroPadding1D((1, 2)), L.Cropping1D((1, 0)), L.UpSampling1D(2), L.MaxPooling1D(2),
                       L.AveragePooling1D(2, strides=1, padding="same")], (12, 2))


@_model
def conv3d(keras):
    L = keras.layers
    return row(keras, [L.Conv3D(3, 2, padding="same"), L.ZeroPadding3D(1), L.Cropping3D(((1, 0), (0, 1), (1, 1))),
                       L.UpSampling3D(2), L.MaxPooling3D(2), L.AveragePooling3D(2),
                       L.Conv3DTranspose(2, 2, strides=2)],
               (5, 5, 5, 2))


@_model
def transposed(keras):
    L = keras.layers
    return row(keras, [L.Conv2DTranspose(3, 3, strides=2, padding="same"),
                       L.Conv2DTranspose(2, (3, 2), strides=(1, 2)),
                       L.Conv2DTranspose(2, 3, strides=2, padding="same", output_padding=1)], (4, 5, 2))


@_model
def separable(keras):
    L = keras.layers
    return row(keras, [L.SeparableConv2D(4, 3, depth_multiplier=2, activation="relu"),
                       L.DepthwiseConv2D((2, 3), strides=1, depth_multiplier=2, padding="same"),
                       L.SeparableConv2D(3, 3, strides=2, padding="same", use_bias=False)], (9, 9, 2))


@_model
def separable_1d(keras):
    L = keras.layers
    return row(keras, [L.SeparableConv1D(4, 3, depth_multiplier=2), L.SeparableConv1D(2, 2, padding="same")], (9, 3))


@_model
def locally_connected_2d(keras):
    L = keras.layers
    return row(keras, [L.LocallyConnected2D(3, (2, 3), strides=(2, 1), activation="tanh"),
                       L.LocallyConnected2D(2, 2, use_bias=False)], (7, 6, 2))


@_model
def locally_connected_1d(keras):
    L = keras.layers
    return row(keras, [L.LocallyConnected1D(3, 2, strides=2), L.LocallyConnected1D(2, 2, use_bias=False)], (9, 2))


@_model
def upsampling_bilinear(keras):
    return row(keras, [keras.layers.UpSampling2D((2, 3), interpolation="bilinear")], (4, 5, 2))


@_model
def upsampling_bilinear_of_any_size(keras):
    L = keras.layers
    return row(keras, [L.Conv2D(2, 1), L.UpSampling2D(2, interpolation="bilinear")], (None, None, 2))


@_model
def resizing(keras):
    L = keras.layers
    return row(keras, [L.UpSampling2D((2, 3)), L.ZeroPadding2D(((1, 2), (0, 3))), L.Cropping2D(((1, 0), (2, 1))),
                       L.ZeroPadding2D(1), L.Cropping2D(1)], (4, 5, 2))


@_model
def pooling(keras):
    L = keras.layers
    x = entry = L.Input((9, 8, 2))
    ends = [L.MaxPooling2D((3, 2), padding="same")(x), L.AveragePooling2D(3, strides=2, padding="same")(x),
            L.GlobalMaxPooling2D()(x), L.GlobalAveragePooling2D()(x)]
    return keras.models.Model(entry, ends)


@_model
def global_pooling(keras):
    L = keras.layers
    row, volume = L.Input((5, 3)), L.Input((4, 3, 3, 2))
    return keras.models.Model([row, volume], [
        L.GlobalMaxPooling1D()(row), L.GlobalAveragePooling1D()(row), L.GlobalMaxPooling3D()(volume),
        L.GlobalAveragePooling3D()(volume)])


@_model
def channels_first(keras):
    L = keras.layers
    first = dict(data_format="channels_first")
    return row(keras, [L.ZeroPadding2D(1, **first), L.UpSampling2D(2, **first), L.Cropping2D(1, **first),
                       L.UpSampling2D(2, interpolation="bilinear", **first), L.BatchNormalization(axis=1),
                       L.LocallyConnected2D(2, 3, strides=2, **first), L.Flatten(**first)], (2, 3, 4))


@_model
def conv_lstm(keras):
    L = keras.layers
    return row(keras, [L.ConvLSTM2D(3, 3, padding="same", return_sequences=True),
                       L.ConvLSTM2D(2, 2, strides=2, go_backwards=True)], (4, 6, 6, 2))


@_model
def spatial_dropout(keras):
    L = keras.layers
    return row(keras, [L.SpatialDropout2D(0.2), L.TimeDistributed(L.SpatialDropout1D(0.3)), L.Conv2D(2, 2)],
               (4, 5, 2))


@_model
def residual(keras):
    L = keras.layers
    entry = L.Input((6, 6, 3))
    x = L.Conv2D(3, 3, padding="same")(entry)
    x = L.Activation("relu")(L.BatchNormalization()(x))
    x = L.add([entry, x])
    return keras.models.Model(entry, L.Dense(2)(L.GlobalAveragePooling2D()(x)))
