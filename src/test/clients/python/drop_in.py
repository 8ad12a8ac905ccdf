"""Starts an image as specifications for TensorFlow Serving's containers say, with nothing changed but the image, asks it
over REST and gRPC, and stops it as Kubernetes does.

Usage: drop_in.py IMAGE SPECIFICATIONS MODELS ENGINES

PODMAN is the command that runs containers. Their ports are this process's own: give it a network of its own.
"""

import json
import os
import pathlib
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
os.environ["TF_ENABLE_ONEDNN_OPTS"] = "0"

import grpc
import yaml
from tensorflow_serving.apis import predict_pb2, prediction_service_pb2_grpc

IMAGE, SPECIFICATIONS, MODELS = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3]).resolve()
HAS_TENSORFLOW = "tensorflow" in sys.argv[4]
PODMAN = shlex.split(os.environ["PODMAN"])
SECONDS = 60
UNITS = {"Mi": 2**20, "Gi": 2**30}

# What OpenShift gives a container by default, and what careful people ask for.
ARBITRARY_USER = ["--user", "1000650000:0", "--cap-drop", "ALL", "--security-opt", "no-new-privileges", "--read-only"]
NO_PLACE_TO_WRITE = ["--read-only-tmpfs=false", "--image-volume", "ignore"]


class HalfPlusTwo:
    rest = {"instances": [1.0, 2.0, 5.0]}
    input = ("x", [3], [1.0, 2.0, 5.0])

    @staticmethod
    def check(predictions, outputs):
        assert predictions == [2.5, 3.0, 4.5], predictions
        assert list(outputs["y"].float_val) == [2.5, 3.0, 4.5], outputs


class Digits:
    rest = {"instances": [[[0.0] * 28] * 28]}
    input = ("image", [1, 28, 28], [0.0] * 784)

    @staticmethod
    def check(predictions, outputs):
        (probabilities,) = predictions
        assert len(probabilities) == 10 and abs(sum(probabilities) - 1) < 1e-5, probabilities
        assert abs(sum(outputs["probabilities"].float_val) - 1) < 1e-5, outputs


def specification(path):
    """The container of the first document that has one."""
    for document in yaml.safe_load_all((SPECIFICATIONS / path).read_text()):
        spec = document["spec"].get("template", document).get("spec", {})
        if "containers" in spec:
            (container,) = spec["containers"]
            return container
    raise AssertionError(f"no container in {path}")


def as_podman(container, name, volume):
    """Options, and what follows the image's name. A field that is not known here is not passed over."""
    container = dict(container)
    for without_effect in "name", "image", "ports":
        container.pop(without_effect, None)
    options = []
    if "command" in container:
        options += ["--entrypoint", json.dumps(container.pop("command"))]
    arguments = [each.replace("{{.Name}}", name) for each in container.pop("args", [])]
    for mount in container.pop("volumeMounts", [{"mountPath": "/mnt/models"}]):
        options += ["--volume", f"{volume}:{mount['mountPath']}:ro"]
    security = container.pop("securityContext", {})
    assert not security.pop("privileged", False)
    if security.pop("runAsNonRoot", False):
        assert security["runAsUser"] != 0
    if "runAsUser" in security:
        options += ["--user", str(security.pop("runAsUser"))]
    if not security.pop("allowPrivilegeEscalation", True):
        options += ["--security-opt", "no-new-privileges"]
    for capability in security.pop("capabilities", {}).pop("drop", []):
        options += ["--cap-drop", capability]
    limits = container.pop("resources", {}).get("limits", {})
    if limits:
        options += ["--cpus", limits["cpu"], "--memory", str(int(limits["memory"][:-2]) * UNITS[limits["memory"][-2:]])]
    assert not container and not security, (container, security)
    return options, arguments


def podman(*arguments):
    ran = subprocess.run([*PODMAN, *arguments], capture_output=True, text=True)
    assert ran.returncode == 0, f"{' '.join(arguments)} ends with status {ran.returncode}: {ran.stderr}"
    return ran.stdout.strip()


def until(answers, container):
    """Asks until there is an answer, for as long as the container runs."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end and podman("inspect", "--format", "{{.State.Running}}", container) == "true":
        try:
            return answers()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
    raise AssertionError("no answer came")


def over_rest(port, model, body):
    request = urllib.request.Request(f"http://127.0.0.1:{port}/v1/models/{model}:predict", json.dumps(body).encode())
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        return json.load(answer)["predictions"]


def over_grpc(port, model, name, shape, values):
    request = predict_pb2.PredictRequest()
    request.model_spec.name = model
    request.inputs[name].dtype = 1
    for size in shape:
        request.inputs[name].tensor_shape.dim.add().size = size
    request.inputs[name].float_val.extend(values)
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = prediction_service_pb2_grpc.PredictionServiceStub(channel)
        return stub.Predict(request, SECONDS, wait_for_ready=True).outputs


def serves(title, container, volume, models, ports, *more, absent=(), name="flower"):
    """Starts it, asks for each of the models, and stops it."""
    began = time.monotonic()
    options, arguments = as_podman(container, name, volume)
    running = podman("run", "-d", "--no-healthcheck", "--network", "host", *options, *more, IMAGE, *arguments)
    try:
        rest, grpc_port = ports
        for model, question in models.items():
            predictions = until(lambda: over_rest(rest, model, question.rest), running)
            question.check(predictions, over_grpc(grpc_port, model, *question.input))
        took = time.monotonic() - began
        assert '"UP"' in podman("exec", running, "kaon", "health")
        for model in absent:
            try:
                over_rest(rest, model, HalfPlusTwo.rest)
                raise AssertionError(f"{model} is served")
            except urllib.error.HTTPError as refused:
                assert refused.code == 404, refused
        podman("stop", "-t", "20", running)
        status = podman("inspect", "--format", "{{.State.ExitCode}}", running)
        assert status == "0", f"it ended with status {status}"
        print(f"passed: {title} ({took:.1f} s from the start to the last answer)", flush=True)
    except BaseException:
        print(f"failed: {title}: {' '.join([*options, *more, IMAGE, *arguments])}")
        subprocess.run([*PODMAN, "logs", running])
        raise
    finally:
        podman("rm", "-f", running)


def says(title, container, volume, words, *more):
    """Starts it where it cannot serve, reads in its log what it lacks, and stops it."""
    options, arguments = as_podman(container, "flower", volume)
    running = podman("run", "-d", "--no-healthcheck", "--network", "host", *options, *more, IMAGE, *arguments)
    try:
        end = time.monotonic() + SECONDS
        log = ""
        while words not in log and time.monotonic() < end:
            ran = subprocess.run([*PODMAN, "logs", running], capture_output=True, text=True)
            log = ran.stdout + ran.stderr
        assert words in log, log
        podman("stop", "-t", "20", running)
        assert podman("inspect", "--format", "{{.State.ExitCode}}", running) == "0"
        print(f"passed: {title}", flush=True)
    finally:
        podman("rm", "-f", running)


kserve = specification("kserve/tensorflow-serving.yaml")
classic = specification("classic/tensorflow-serving.yaml")
half, digits = MODELS / "half_plus_two", MODELS / "mnist_savedmodel"
KSERVE, CLASSIC = (8080, 9000), (8501, 8500)

serves("KServe, a version in /mnt/models", kserve, half, {"flower": HalfPlusTwo}, KSERVE)
serves("KServe, a model in /mnt/models", kserve, half / "1", {"flower": HalfPlusTwo}, KSERVE)
if HAS_TENSORFLOW:
    serves("KServe, a SavedModel's version in /mnt/models", kserve, digits, {"flower": Digits}, KSERVE)
    serves("KServe, a SavedModel in /mnt/models", kserve, digits / "1", {"flower": Digits}, KSERVE)

with tempfile.TemporaryDirectory() as volume:
    os.chmod(volume, 0o755)
    for name in "model", "resnet":
        shutil.copytree(half, f"{volume}/{name}")
    both, one = {"model": HalfPlusTwo, "resnet": HalfPlusTwo}, {"resnet": HalfPlusTwo}
    serves("a Deployment with a volume of models", classic, volume, both, CLASSIC)
    serves("the same, MODEL_NAME=resnet", classic, volume, one, CLASSIC, "-e", "MODEL_NAME=resnet", absent=["model"])
    script = classic | {"command": ["tf_serving_entrypoint.sh"]}
    serves("the same, started by the image's script", script, volume, both, CLASSIC)
    named = classic | {"args": ["--model_name=flower"]}
    serves("the same, another name for /models/model", named, volume, {"flower": HalfPlusTwo}, CLASSIC)
    line = ["--model_name=x", "--model_base_path=/models/resnet", "--port=8500", "--rest_api_port=8501"]
    program = classic | {"command": ["tensorflow_model_server"], "args": line}
    serves("the same, started by the program's name", program, volume, {"x": HalfPlusTwo}, CLASSIC)
    serves("an arbitrary user, a read-only root", classic, volume, both, CLASSIC, *ARBITRARY_USER)
    nowhere = [*ARBITRARY_USER, *NO_PLACE_TO_WRITE]
    says("the same, no place to write to", classic, volume, "it wants a folder to write to", *nowhere)
