"""Trains mnist/1/model.onnx, measures it on held-out digits and writes these for the Java tests.

    pip install -r requirements.txt
    python train_mnist.py
"""

import copy
import hashlib
import io
import struct
import time
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn
from torch.nn.utils.fusion import fuse_conv_bn_eval

import digits

SEED = 20260101
HELD_OUT = 360
EPOCHS = 120
BATCH = 48
VARIATIONS = 10
OPSET = 17  # old enough for every current server; ONNX Runtime takes it without conversion

HERE = Path(__file__).resolve().parent
MODEL = HERE / "mnist" / "1" / "model.onnx"
HELD_OUT_FILE = HERE.parent / "src" / "test" / "resources" / "io" / "kaon" / "mnist" / "held_out.bin"


class Mnist(nn.Module):
    """Pixels [batch,28,28], 0 to 255, in; out [batch,10]: logits while it trains, probabilities afterwards."""

    def __init__(self):
        super().__init__()

        def block(channels_in: int, channels_out: int) -> list[nn.Module]:
            return [nn.Conv2d(channels_in, channels_out, 3, padding=1, bias=False), nn.BatchNorm2d(channels_out)]

        self.conv1, self.norm1 = block(1, 16)
        self.conv2, self.norm2 = block(16, 32)
        self.conv3, self.norm3 = block(32, 48)
        self.pool = nn.MaxPool2d(2)
        self.dropout = nn.Dropout(0.3)
        self.dense = nn.Linear(48 * 7 * 7, 10)

    def forward(self, image: torch.Tensor) -> torch.Tensor:
        x = (image * (1 / 255)).unsqueeze(1)
        x = self.pool(torch.relu(self.norm1(self.conv1(x))))
        x = self.pool(torch.relu(self.norm2(self.conv2(x))))
        x = torch.relu(self.norm3(self.conv3(x)))
        logits = self.dense(self.dropout(x.flatten(1)))
        return logits if self.training else torch.softmax(logits, 1)


def train(cells: torch.Tensor, labels: torch.Tensor, seed: int, epochs: int) -> Mnist:
    """A network fitted to pictures drawn anew from `cells` in every epoch; equal seeds give equal networks."""
    torch.manual_seed(seed)
    random = torch.Generator().manual_seed(seed)
    network = Mnist()
    steps = epochs * -(-len(cells) // BATCH)
    optimizer = torch.optim.AdamW(network.parameters(), weight_decay=0.02)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=5e-3, total_steps=steps)
    network.train()
    for epoch in range(epochs):
        total = 0.0
        for part in torch.randperm(len(cells), generator=random).split(BATCH):
            loss = nn.functional.cross_entropy(network(digits.varied(cells[part], random)), labels[part])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            schedule.step()
            total += loss.item() * len(part)
        if (epoch + 1) % 20 == 0:
            print(f"epoch {epoch + 1}: training loss {total / len(cells):.4f}", flush=True)
    return network.eval()


def export(network: Mnist) -> bytes:
    """The network as one self-contained ONNX file, its normalisation folded into the convolutions."""
    folded = copy.deepcopy(network)
    for n in "123":
        conv, norm = getattr(folded, f"conv{n}"), getattr(folded, f"norm{n}")
        setattr(folded, f"conv{n}", fuse_conv_bn_eval(conv, norm))
        setattr(folded, f"norm{n}", nn.Identity())
    model = io.BytesIO()
    # The TorchScript exporter: its graph holds no trace of the sources.
    torch.onnx.export(
        folded, (torch.zeros(2, digits.SIDE, digits.SIDE),), model, dynamo=False, opset_version=OPSET,
        input_names=["image"], output_names=["probabilities"],
        dynamic_axes={"image": {0: "batch"}, "probabilities": {0: "batch"}})
    onnx.checker.check_model(model.getvalue(), full_check=True)
    return model.getvalue()


def check_agreement(network: Mnist, session: onnxruntime.InferenceSession, pictures: torch.Tensor) -> float:
    """The largest difference between what PyTorch and ONNX Runtime answer, over batches of several sizes."""
    largest = 0.0
    for size in (1, 7, 32, len(pictures)):
        [answer] = session.run(["probabilities"], {"image": pictures[:size].numpy()})
        expected = network(pictures[:size]).numpy()
        if answer.shape != (size, 10):
            raise AssertionError(f"expected probabilities [{size},10], got {list(answer.shape)}")
        largest = max(largest, float(np.abs(answer - expected).max()))
    if largest > 1e-5:
        raise AssertionError(f"ONNX Runtime and PyTorch differ by {largest}")
    return largest


def accuracy(answer: np.ndarray, labels: torch.Tensor) -> str:
    """How many rows of `answer` [n,10] are largest at their label."""
    right = int((answer.argmax(1) == labels.numpy()).sum())
    return f"{right} of {len(labels)} right ({100 * right / len(labels):.2f} %)"


def write_held_out(pictures: torch.Tensor, labels: torch.Tensor) -> None:
    """The number of digits as little-endian int32; then for each its label, one byte, and 784 pixels, row by row."""
    records = torch.cat([labels[:, None].to(torch.uint8), pictures.flatten(1)], 1)
    HELD_OUT_FILE.parent.mkdir(parents=True, exist_ok=True)
    HELD_OUT_FILE.write_bytes(struct.pack("<i", len(labels)) + records.numpy().tobytes())


def main() -> None:
    torch.set_num_threads(1)  # the order of sums, and with it the result, must not depend on the machine's cores
    torch.use_deterministic_algorithms(True)
    cells, labels, held_out_cells, held_out_labels = digits.split(HELD_OUT, SEED)
    print(f"{len(labels)} training digits, {len(held_out_labels)} held out, seed {SEED}, {EPOCHS} epochs")

    begin = time.perf_counter()
    network = train(cells, labels, SEED, EPOCHS)
    print(f"trained in {time.perf_counter() - begin:.0f} s on one thread")

    model = export(network)
    MODEL.parent.mkdir(parents=True, exist_ok=True)
    MODEL.write_bytes(model)
    print(f"{MODEL.name}: {len(model)} bytes, SHA-256 {hashlib.sha256(model).hexdigest()}")

    held_out = digits.canonical(held_out_cells)
    write_held_out(held_out, held_out_labels)
    session = onnxruntime.InferenceSession(MODEL, providers=["CPUExecutionProvider"])
    with torch.no_grad():
        print(f"PyTorch and ONNX Runtime differ by at most {check_agreement(network, session, held_out.float()):.1e}")

    def probabilities(pictures: torch.Tensor) -> np.ndarray:
        return session.run(["probabilities"], {"image": pictures.numpy()})[0]

    print(f"held-out digits: {accuracy(probabilities(held_out.float()), held_out_labels)}")
    random = torch.Generator().manual_seed(SEED)
    varied = digits.varied(held_out_cells.repeat(VARIATIONS, 1, 1), random)
    print(f"each varied {VARIATIONS} times: {accuracy(probabilities(varied), held_out_labels.repeat(VARIATIONS))}")

    # The same network, trained once more on the harder split; only measured, not written.
    cells, labels, held_out_cells, held_out_labels = digits.split(HELD_OUT, None)
    network = train(cells, labels, SEED, EPOCHS)
    with torch.no_grad():
        answer = network(digits.canonical(held_out_cells).float()).numpy()
    print(f"a network trained without the file's last digits, on these: {accuracy(answer, held_out_labels)}")


if __name__ == "__main__":
    main()
