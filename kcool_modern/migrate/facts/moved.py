"""Names of Keras 2.2.4 that stock Keras 3 has under another name, with the same meaning and arguments."""

__all__ = ["GONE", "NAMES"]

_RENAMED = {
    "keras.losses": {"mse": "mean_squared_error", "MSE": "mean_squared_error", "mae": "mean_absolute_error",
                     "MAE": "mean_absolute_error", "mape": "mean_absolute_percentage_error",
                     "MAPE": "mean_absolute_percentage_error", "msle": "mean_squared_logarithmic_error",
                     "MSLE": "mean_squared_logarithmic_error", "kld": "kl_divergence", "KLD": "kl_divergence",
                     "kullback_leibler_divergence": "kl_divergence", "logcosh": "log_cosh"},
    "keras.optimizers": {"sgd": "SGD", "rmsprop": "RMSprop", "adagrad": "Adagrad", "adadelta": "Adadelta",
                         "adam": "Adam", "adamax": "Adamax", "nadam": "Nadam"},
    "keras.initializers": {"normal": "RandomNormal", "uniform": "RandomUniform", "zero": "Zeros", "one": "Ones"},
    "keras.constraints": {"maxnorm": "max_norm", "nonneg": "non_neg", "unitnorm": "unit_norm"},
    "keras.layers": {"Convolution2DTranspose": "Conv2DTranspose", "Deconv2D": "Conv2DTranspose",
                     "Deconvolution2D": "Conv2DTranspose", "Deconv3D": "Conv3DTranspose",
                     "Deconvolution3D": "Conv3DTranspose", "SeparableConvolution2D": "SeparableConv2D",
                     "SeparableConvolution1D": "SeparableConv1D"},
}
#: Old canonical name -> new path.
NAMES = {"%s.%s" % (module, old): "%s.%s" % (module, new)
         for module, pairs in _RENAMED.items() for old, new in pairs.items()}
NAMES.update({"keras.metrics" + old[len("keras.losses"):]: new for old, new in NAMES.items()
              if old.startswith("keras.losses.")})
NAMES.update({
    "keras.objectives": "keras.losses",
    "keras.applications.mobilenetv2": "keras.applications.mobilenet_v2",
    "keras.applications.mobilenetv2.MobileNetV2": "keras.applications.mobilenet_v2.MobileNetV2",
    "keras.applications.mobilenetv2.preprocess_input": "keras.applications.mobilenet_v2.preprocess_input",
    "keras.applications.mobilenetv2.decode_predictions": "keras.applications.mobilenet_v2.decode_predictions",
    "keras.layers.recurrent": "keras.layers", "keras.layers.core": "keras.layers", "keras.layers.merge": "keras.layers",
    "keras.layers.convolutional": "keras.layers", "keras.layers.pooling": "keras.layers",
    "keras.layers.embeddings": "keras.layers", "keras.layers.normalization": "keras.layers",
    "keras.layers.advanced_activations": "keras.layers", "keras.layers.wrappers": "keras.layers",
    "keras.layers.noise": "keras.layers", "keras.layers.local": "keras.layers",
    "keras.layers.convolutional_recurrent": "keras.layers", "keras.engine": "keras.layers",
    "keras.engine.topology": "keras.layers", "keras.engine.base_layer": "keras.layers",
    "keras.utils.np_utils": "keras.utils", "keras.utils.data_utils": "keras.utils",
    "keras.utils.generic_utils": "keras.utils", "keras.utils.vis_utils": "keras.utils",
    "keras.utils.io_utils": "keras.utils", "keras.utils.layer_utils": "keras.utils",
    "keras.preprocessing.image.load_img": "keras.utils.load_img",
    "keras.preprocessing.image.save_img": "keras.utils.save_img",
    "keras.preprocessing.image.img_to_array": "keras.utils.img_to_array",
    "keras.preprocessing.image.array_to_img": "keras.utils.array_to_img",
    # They live on beside Keras 3, under TensorFlow's name for it.
    "keras.preprocessing.text": "tensorflow.keras.preprocessing.text",
    "keras.layers.InputSpec": "keras.layers.InputSpec",
    "keras.models.Input": "keras.layers.Input",
})
for _name in ("Tokenizer", "one_hot", "hashing_trick", "text_to_word_sequence", "tokenizer_from_json"):
    NAMES["keras.preprocessing.text." + _name] = "tensorflow.keras.preprocessing.text." + _name
for _name in ("ImageDataGenerator", "Iterator", "DirectoryIterator", "NumpyArrayIterator", "random_rotation",
              "random_shift", "random_shear", "random_zoom", "random_brightness", "random_channel_shift",
              "apply_affine_transform", "apply_brightness_shift", "apply_channel_shift"):
    NAMES["keras.preprocessing.image." + _name] = "tensorflow.keras.preprocessing.image." + _name
for _name in ("TimeseriesGenerator", "make_sampling_table", "skipgrams"):
    NAMES["keras.preprocessing.sequence." + _name] = "tensorflow.keras.preprocessing.sequence." + _name

#: What has no successor of the same meaning: canonical name -> what to do instead.
GONE = {
    "keras.layers.LocallyConnected1D": "write it with keras.ops, or keep compat.keras's",
    "keras.layers.LocallyConnected2D": "write it with keras.ops, or keep compat.keras's",
    "keras.layers.ThresholdedReLU": "a Lambda layer: x * (x > theta)",
    "keras.layers.Highway": "write it as a layer of three lines",
    "keras.layers.MaxoutDense": "Dense(units * n), Reshape((n, units)) and a Lambda with ops.max",
    "keras.layers.Recurrent": "derive a cell from keras.layers.Layer and hand it to keras.layers.RNN",
    "keras.layers.AtrousConvolution1D": "Conv1D(dilation_rate=...)",
    "keras.layers.AtrousConvolution2D": "Conv2D(dilation_rate=...)",
    "keras.layers.AtrousConv1D": "Conv1D(dilation_rate=...)",
    "keras.layers.AtrousConv2D": "Conv2D(dilation_rate=...)",
    "keras.losses.cosine_proximity": "keras.losses.cosine_similarity is its negative; mind the sign",
    "keras.losses.cosine": "keras.losses.cosine_similarity is its negative; mind the sign",
    "keras.utils.HDF5Matrix": "h5py's dataset itself in a keras.utils.PyDataset",
    "keras.utils.GeneratorEnqueuer": "keras.utils.PyDataset(workers=...)",
    "keras.utils.OrderedEnqueuer": "keras.utils.PyDataset(workers=...)",
    "keras.utils.multi_gpu_model": "compat.multi_gpu_model, or keras.distribution.DataParallel, or a "
                                   "tf.distribute.MirroredStrategy around the construction of the model",
    "keras.optimizers.TFOptimizer": "the optimizer of keras.optimizers of the same name",
    "keras.models.model_from_yaml": "keras.models.model_from_json",
    "keras.wrappers.scikit_learn": "keras.wrappers.SKLearnClassifier (a model function and its arguments are handed "
                                   "over in another way), or the package scikeras",
    "keras.callbacks.BaseLogger": "nothing: Keras 3 averages by itself",
    "keras.callbacks.ProgbarLogger": "keras.callbacks.ProgbarLogger",
}
