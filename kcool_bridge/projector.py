"""``tensorflow.contrib.tensorboard.plugins.projector``: what Keras's TensorBoard callback needs to name embeddings.

TensorFlow no longer brings TensorBoard along; only its projector knows this message, so it is described here.
"""
import os

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format

__all__ = ["EmbeddingInfo", "ProjectorConfig", "SpriteMetadata", "visualize_embeddings"]

FILE = "projector_config.pbtxt"
_TYPE = descriptor_pb2.FieldDescriptorProto

#: Messages of TensorBoard's projector_config.proto: name -> fields as (name, number, type, repeated).
_MESSAGES = {
    "SpriteMetadata": (("image_path", 1, "string", False), ("single_image_dim", 2, "uint32", True)),
    "EmbeddingInfo": (("tensor_name", 1, "string", False), ("metadata_path", 2, "string", False),
                      ("bookmarks_path", 3, "string", False), ("tensor_shape", 4, "uint32", True),
                      ("sprite", 5, "SpriteMetadata", False), ("tensor_path", 6, "string", False)),
    "ProjectorConfig": (("model_checkpoint_path", 1, "string", False), ("embeddings", 2, "EmbeddingInfo", True),
                        ("model_checkpoint_dir", 3, "string", False)),
}


def _classes():
    described = descriptor_pb2.FileDescriptorProto(name="kcool_projector.proto", package="kcool", syntax="proto3")
    for name, fields in _MESSAGES.items():
        message = described.message_type.add(name=name)
        for field, number, kind, repeated in fields:
            one = message.field.add(name=field, number=number)
            one.label = _TYPE.LABEL_REPEATED if repeated else _TYPE.LABEL_OPTIONAL
            if kind in _MESSAGES:
                one.type, one.type_name = _TYPE.TYPE_MESSAGE, ".kcool." + kind
            else:
                one.type = getattr(_TYPE, "TYPE_" + kind.upper())
    pool = descriptor_pool.DescriptorPool()
    pool.Add(described)
    return [message_factory.GetMessageClass(pool.FindMessageTypeByName("kcool." + name)) for name in _MESSAGES]


SpriteMetadata, EmbeddingInfo, ProjectorConfig = _classes()


def visualize_embeddings(summary_writer, config):
    """Writes the settings of the projector where TensorBoard looks for them.

    Args:
        summary_writer: a `tf.summary.FileWriter`, or the path of its folder.
        config: a `ProjectorConfig`.
    """
    folder = summary_writer if isinstance(summary_writer, (str, os.PathLike)) else summary_writer.get_logdir()
    with open(os.path.join(os.fspath(folder), FILE), "w", encoding="utf-8") as settings:
        settings.write(text_format.MessageToString(config))
