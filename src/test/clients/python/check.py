"""TensorFlow Serving's own Python stubs, and the well-known example with requests, against a running Kaon.

Usage: check.py REST_PORT GRPC_PORT HELD_OUT_DIGITS
"""

import base64
import os
import struct
import sys

# No device is looked for, and nothing is said about it.
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import grpc
import numpy
import requests
import tensorflow
from grpc_health.v1 import health_pb2, health_pb2_grpc
from tensorflow_serving.apis import (
    get_model_metadata_pb2,
    get_model_status_pb2,
    model_service_pb2_grpc,
    predict_pb2,
    prediction_service_pb2_grpc,
    regression_pb2,
)

REST_PORT, GRPC_PORT, DIGITS = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
URL = f"http://localhost:{REST_PORT}/v1/models/"
SECONDS = 30

channel = grpc.insecure_channel(f"localhost:{GRPC_PORT}")
prediction = prediction_service_pb2_grpc.PredictionServiceStub(channel)
models = model_service_pb2_grpc.ModelServiceStub(channel)


def held_out(count):
    """The first digits of the file that models/train_mnist.py wrote: labels, and pictures of 28 x 28 floats."""
    with open(DIGITS, "rb") as file:
        data = file.read()
    (there,) = struct.unpack_from("<i", data)
    assert there >= count, there
    rows = numpy.frombuffer(data, numpy.uint8, there * 785, 4).reshape(there, 785)[:count]
    return rows[:, 0], rows[:, 1:].reshape(count, 28, 28).astype(numpy.float32)


def predict(model, **inputs):
    request = predict_pb2.PredictRequest()
    request.model_spec.name = model
    for name, value in inputs.items():
        request.inputs[name].CopyFrom(tensorflow.make_tensor_proto(value))
    return prediction.Predict(request, SECONDS)


def check_half_plus_two():
    answer = predict("half_plus_two", x=numpy.array([1, 2, 5], numpy.float32))
    assert tensorflow.make_ndarray(answer.outputs["y"]).tolist() == [2.5, 3.0, 4.5], answer
    assert answer.model_spec.version.value == 1 and answer.model_spec.signature_name == "serving_default", answer
    # One value stands for all of them.
    answer = predict("half_plus_two", x=tensorflow.constant(4.0, shape=[1000]))
    assert tensorflow.make_ndarray(answer.outputs["y"]).tolist() == [4.0] * 1000, answer
    answer = requests.post(URL + "half_plus_two:predict", json={"instances": [1.0, 2.0, 5.0]}, timeout=SECONDS)
    assert answer.json() == {"predictions": [2.5, 3.0, 4.5]}, answer.text


def check_mnist(model="mnist"):
    labels, pictures = held_out(100)
    answer = predict(model, image=pictures)
    over_grpc = tensorflow.make_ndarray(answer.outputs["probabilities"])
    assert over_grpc.shape == (100, 10), over_grpc.shape
    assert (over_grpc.argmax(axis=1) == labels).mean() >= 0.98
    for label, picture, expected in zip(labels, pictures, over_grpc):
        # The well-known example: one picture, its bytes in base64.
        image = base64.b64encode(picture.astype(numpy.float32).tobytes()).decode()
        answer = requests.post(URL + model + ":predict", json={"instances": [{"b64": image}]}, timeout=SECONDS)
        response = answer.json()
        assert numpy.argmax(response["predictions"][0]) == expected.argmax(), (label, response)
        assert numpy.allclose(response["predictions"][0], expected, atol=1e-6), (expected, response)


def check_mnist_savedmodel():
    """The same network in the other engine."""
    check_mnist("mnist_savedmodel")


def check_regress():
    request = regression_pb2.RegressionRequest()
    request.model_spec.name = "half_plus_two"
    request.input.example_list.examples.add().features.feature["x"].float_list.value.append(3)
    answer = prediction.Regress(request, SECONDS)
    assert [each.value for each in answer.result.regressions] == [3.5], answer


def check_metadata_and_status():
    request = get_model_metadata_pb2.GetModelMetadataRequest(metadata_field=["signature_def"])
    request.model_spec.name = "mnist"
    answer = prediction.GetModelMetadata(request, SECONDS)
    signatures = get_model_metadata_pb2.SignatureDefMap()
    assert answer.metadata["signature_def"].Unpack(signatures), answer
    image = signatures.signature_def["serving_default"].inputs["image"]
    assert image.dtype == tensorflow.float32.as_datatype_enum, image
    assert [dim.size for dim in image.tensor_shape.dim] == [-1, 28, 28], image

    request = get_model_status_pb2.GetModelStatusRequest()
    request.model_spec.name = "mnist"
    versions = models.GetModelStatus(request, SECONDS).model_version_status
    assert [version.version for version in versions] == [1], versions
    assert versions[0].state == get_model_status_pb2.ModelVersionStatus.AVAILABLE, versions


def check_failures():
    expect(grpc.StatusCode.NOT_FOUND, "Latest(nope)", lambda: predict("nope", x=[1.0]))
    expect(grpc.StatusCode.INVALID_ARGUMENT, "FLOAT[batch,28,28]", lambda: predict("mnist", image=[1.0, 2.0]))
    answer = requests.post(URL + "mnist:predict", json={"instances": [[1]]}, timeout=SECONDS)
    assert answer.status_code == 400 and "FLOAT[batch,28,28]" in answer.json()["error"], answer.text


def expect(code, phrase, call):
    try:
        call()
    except grpc.RpcError as failure:
        assert failure.code() == code and phrase in failure.details(), failure
    else:
        raise AssertionError(f"expected {code}")


def check_health():
    answer = health_pb2_grpc.HealthStub(channel).Check(health_pb2.HealthCheckRequest(), SECONDS)
    assert answer.status == health_pb2.HealthCheckResponse.SERVING, answer


for check in [
    check_half_plus_two,
    check_mnist,
    check_mnist_savedmodel,
    check_regress,
    check_metadata_and_status,
    check_failures,
    check_health,
]:
    check()
    print("passed:", check.__name__)
