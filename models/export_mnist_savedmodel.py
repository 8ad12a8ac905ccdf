"""Writes mnist_savedmodel/1, the network of mnist/1/model.onnx as a SavedModel, and measures it.

    pip install -r requirements.txt
    python export_mnist_savedmodel.py
"""

import os

# No device is looked for, and nothing is said about it. Both are read when TensorFlow is imported.
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import hashlib
import shutil
import struct
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import tensorflow as tf
from onnx import numpy_helper

SIDE = 28

HERE = Path(__file__).resolve().parent
ONNX = HERE / "mnist" / "1" / "model.onnx"
MODEL = HERE / "mnist_savedmodel" / "1"
HELD_OUT_FILE = HERE.parent / "src" / "test" / "resources" / "io" / "kaon" / "mnist" / "held_out.bin"


class Mnist(tf.Module):
    """Pixels [batch,28,28], 0 to 255, in; probabilities [batch,10] out. The weights are those of the ONNX file.

    ONNX puts the channels first, TensorFlow puts them last: kernels are turned round, and the rows of the dense layer
    are put into the order in which TensorFlow flattens its input.
    """

    def __init__(self, weights: dict[str, np.ndarray]):
        super().__init__()
        self.kernels, self.biases = [], []
        for n in "123":
            kernel = weights[f"conv{n}.weight"].transpose(2, 3, 1, 0)
            self.kernels.append(tf.Variable(kernel, name=f"conv{n}_kernel"))
            self.biases.append(tf.Variable(weights[f"conv{n}.bias"], name=f"conv{n}_bias"))
        dense = weights["dense.weight"]
        channels = self.kernels[-1].shape[-1]
        side = SIDE // 4
        dense = dense.reshape(-1, channels, side, side).transpose(2, 3, 1, 0).reshape(-1, len(dense))
        self.dense_kernel = tf.Variable(dense, name="dense_kernel")
        self.dense_bias = tf.Variable(weights["dense.bias"], name="dense_bias")

    @tf.function(input_signature=[tf.TensorSpec([None, SIDE, SIDE], tf.float32, "image")])
    def serve(self, image: tf.Tensor) -> dict[str, tf.Tensor]:
        x = tf.expand_dims(image * (1 / 255), -1)
        for layer, (kernel, bias) in enumerate(zip(self.kernels, self.biases)):
            x = tf.nn.relu(tf.nn.bias_add(tf.nn.conv2d(x, kernel, 1, "SAME"), bias))
            if layer < 2:
                x = tf.nn.max_pool2d(x, 2, 2, "VALID")
        x = tf.reshape(x, [-1, self.dense_kernel.shape[0]])
        logits = tf.nn.bias_add(tf.matmul(x, self.dense_kernel), self.dense_bias)
        return {"probabilities": tf.nn.softmax(logits)}


def held_out() -> tuple[np.ndarray, np.ndarray]:
    """Labels [n] and pictures [n,28,28] as floats, from the file that train_mnist.py wrote."""
    data = HELD_OUT_FILE.read_bytes()
    (count,) = struct.unpack_from("<i", data)
    rows = np.frombuffer(data, np.uint8, offset=4).reshape(count, 1 + SIDE * SIDE)
    return rows[:, 0], rows[:, 1:].reshape(count, SIDE, SIDE).astype(np.float32)


def export(network: Mnist) -> None:
    shutil.rmtree(MODEL, ignore_errors=True)
    # Sources of every operation, a third of the file, are of use only while this script is debugged.
    options = tf.saved_model.SaveOptions(save_debug_info=False, experimental_debug_stripper=True)
    tf.saved_model.save(network, str(MODEL), signatures={"serving_default": network.serve}, options=options)
    # It holds a random number, and nothing reads it.
    (MODEL / "fingerprint.pb").unlink()
    (MODEL / "assets").rmdir()


def main() -> None:
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in onnx.load(ONNX).graph.initializer}
    export(Mnist(weights))
    files = sorted(path for path in MODEL.rglob("*") if path.is_file())
    for path in files:
        content = path.read_bytes()
        print(f"{path.relative_to(MODEL)}: {len(content)} bytes, SHA-256 {hashlib.sha256(content).hexdigest()}")
    print(f"together: {sum(path.stat().st_size for path in files)} bytes")

    serve = tf.saved_model.load(str(MODEL)).signatures["serving_default"]
    session = onnxruntime.InferenceSession(ONNX, providers=["CPUExecutionProvider"])
    labels, pictures = held_out()
    largest = 0.0
    for size in (1, 7, 32, len(pictures)):
        answer = serve(image=tf.constant(pictures[:size]))["probabilities"].numpy()
        [expected] = session.run(["probabilities"], {"image": pictures[:size]})
        if answer.shape != (size, 10) or (answer.argmax(1) != expected.argmax(1)).any():
            raise AssertionError(f"TensorFlow and ONNX Runtime disagree about one of the first {size} digits")
        largest = max(largest, float(np.abs(answer - expected).max()))
    if largest > 1e-5:
        raise AssertionError(f"TensorFlow and ONNX Runtime differ by {largest}")
    print(f"TensorFlow {tf.__version__} and ONNX Runtime {onnxruntime.__version__} differ by at most {largest:.1e}")
    right = int((answer.argmax(1) == labels).sum())
    print(f"held-out digits: {right} of {len(labels)} right ({100 * right / len(labels):.2f} %)")


if __name__ == "__main__":
    main()
