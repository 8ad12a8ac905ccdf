"""TorchScript models in a running Kaon answer over REST and gRPC what PyTorch itself answered.

Usage: check.py REST_PORT GRPC_PORT ANSWERS.npz
"""

import os
import sys
import time

os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import grpc
import numpy
import requests
import tensorflow
from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc

REST_PORT, GRPC_PORT, ANSWERS = int(sys.argv[1]), int(sys.argv[2]), numpy.load(sys.argv[3])
URL = f"http://localhost:{REST_PORT}/v1/models/"
SECONDS = 60
# Both run the same kernels; sums of the same numbers may be made in another order.
TOLERANCE = {"rtol": 1e-4, "atol": 1e-5}

prediction = prediction_service_pb2_grpc.PredictionServiceStub(
    grpc.insecure_channel(f"localhost:{GRPC_PORT}", [("grpc.max_receive_message_length", -1)])
)


def tensors(model, kind):
    prefix = f"{model}/{kind}/"
    return {key.removeprefix(prefix): ANSWERS[key] for key in ANSWERS.files if key.startswith(prefix)}


def same(model, face, answer, expected):
    assert set(answer) == set(expected), (model, face, set(answer), set(expected))
    for name, value in expected.items():
        given = numpy.asarray(answer[name])
        assert given.shape == value.shape, (model, face, name, given.shape, value.shape)
        assert numpy.allclose(given, value, **TOLERANCE), (model, face, name, numpy.abs(given - value).max())


def over_grpc(model, inputs, seconds=SECONDS):
    request = predict_pb2.PredictRequest()
    request.model_spec.name = model
    for name, value in inputs.items():
        request.inputs[name].CopyFrom(tensorflow.make_tensor_proto(value))
    answer = prediction.Predict(request, seconds)
    return {name: tensorflow.make_ndarray(tensor) for name, tensor in answer.outputs.items()}


def over_rest(model, inputs):
    body = {"inputs": {name: value.tolist() for name, value in inputs.items()}}
    answer = requests.post(URL + model + ":predict", json=body, timeout=SECONDS)
    assert answer.status_code == 200, (model, answer.text)
    outputs = answer.json()["outputs"]
    return outputs if isinstance(outputs, dict) else {only(model): outputs}


def only(model):
    (name,) = tensors(model, "out")
    return name


def check(model):
    inputs, expected = tensors(model, "in"), tensors(model, "out")
    same(model, "gRPC", over_grpc(model, inputs), expected)
    same(model, "REST", over_rest(model, inputs), expected)
    rows = {name: value[:1] for name, value in inputs.items()}
    same(model, "gRPC, one row", over_grpc(model, rows), {name: value[:1] for name, value in expected.items()})
    status = requests.get(URL + model, timeout=SECONDS).json()
    assert status["model_version_status"][0]["state"] == "AVAILABLE", status


def check_a_loop_that_never_ends():
    """The run is ended, and the other models and this one serve on."""
    began = time.monotonic()
    try:
        over_grpc("collatz", {"number": numpy.array([0], numpy.int64)})
        raise AssertionError("a loop without an end has ended")
    except grpc.RpcError as failure:
        print(f"  after {time.monotonic() - began:.1f} s: {failure.code().name}: {failure.details()}")
    check("collatz")
    check("sentiment")


def check_refusals():
    for model, inputs, word in [
        ("sentiment", {"input_ids": numpy.zeros((1, 16), numpy.int64)}, "attention_mask"),
        ("sentiment", {n: numpy.zeros((1, 16), numpy.float32) for n in tensors("sentiment", "in")}, "INT64"),
        ("sentiment", {n: numpy.full((1, 16), 5000, numpy.int64) for n in tensors("sentiment", "in")}, "index"),
        ("resnet18", {"input__0": numpy.zeros((1, 3, 64), numpy.float32)}, "64"),
    ]:
        try:
            over_grpc(model, inputs)
            raise AssertionError(f"{model} took {inputs}")
        except grpc.RpcError as failure:
            assert failure.code() == grpc.StatusCode.INVALID_ARGUMENT, (model, failure.code(), failure.details())
            assert word in failure.details(), (word, failure.details())
            assert "\n" not in failure.details(), failure.details()


for name in sorted({key.split("/")[0] for key in ANSWERS.files}):
    check(name)
    print(f"  {name}: as PyTorch")
check_a_loop_that_never_ends()
check_refusals()
print("TorchScript models answer as PyTorch does, over REST and gRPC")
