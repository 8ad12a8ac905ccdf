"""Exports models from PyTorch as people do, with Triton's declarations beside them, and writes down PyTorch's own answers.

Usage: models.py FOLDER

Writes FOLDER/NAME/1/model.pt and config.pbtxt for each model, and FOLDER.npz with inputs and answers.
"""

import pathlib
import sys

import numpy
import torch
import torchvision

FOLDER = pathlib.Path(sys.argv[1])
SEED = 21
answers = {}


def config(name, batch, inputs, outputs):
    def tensors(kind, specs):
        return "\n".join(
            f'{kind} [ {{ name: "{tensor}" data_type: TYPE_{type} dims: [ {", ".join(map(str, dims))} ] }} ]'
            for tensor, type, dims in specs
        )

    return f"""name: "{name}"
platform: "pytorch_libtorch"
max_batch_size: {batch}
{tensors("input", inputs)}
{tensors("output", outputs)}
"""


def export(name, module, examples, batch, inputs, outputs, scripted=False):
    """The inputs and outputs are as Triton declares them: without the dimension of the batch where there is one."""
    module.eval()
    with torch.no_grad():
        script = torch.jit.script(module) if scripted else torch.jit.trace(module, tuple(examples))
        given = script(*examples)
    version = FOLDER / name / "1"
    version.mkdir(parents=True)
    script.save(str(version / "model.pt"))
    (version / "config.pbtxt").write_text(config(name, batch, inputs, outputs))
    given = list(given.values()) if isinstance(given, dict) else given if isinstance(given, tuple) else [given]
    for (tensor, _, _), value in zip(inputs, examples, strict=True):
        answers[f"{name}/in/{tensor}"] = value.numpy()
    for (tensor, _, _), value in zip(outputs, given, strict=True):
        answers[f"{name}/out/{tensor}"] = value.numpy()


class Sentiment(torch.nn.Module):
    """What models of texts take: token ids, and which of them count."""

    def __init__(self):
        super().__init__()
        self.embedding = torch.nn.Embedding(1000, 64)
        layer = torch.nn.TransformerEncoderLayer(64, 4, 128, batch_first=True)
        self.encoder = torch.nn.TransformerEncoder(layer, 2, enable_nested_tensor=False)
        self.classify = torch.nn.Linear(64, 2)

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        hidden = self.encoder(self.embedding(input_ids), src_key_padding_mask=attention_mask == 0)
        weights = attention_mask.unsqueeze(-1).to(hidden.dtype)
        return torch.softmax(self.classify((hidden * weights).sum(1) / weights.sum(1)), dim=-1)


class Collatz(torch.nn.Module):
    """A loop that no shape bounds: below one it never ends."""

    def forward(self, number: torch.Tensor) -> dict[str, torch.Tensor]:
        steps = 0
        value = int(number[0])
        while value != 1:
            value = value // 2 if value % 2 == 0 else 3 * value + 1
            steps += 1
        return {"steps": torch.tensor([steps]), "last": torch.tensor([value])}


def main():
    torch.manual_seed(SEED)
    export(
        "resnet18",
        torchvision.models.resnet18(),
        [torch.rand(2, 3, 64, 64)],
        8,
        [("input__0", "FP32", [3, 64, 64])],
        [("output__0", "FP32", [1000])],
    )
    ids = torch.randint(0, 1000, (3, 16))
    mask = (torch.arange(16) < torch.tensor([[16], [9], [1]])).long()
    export(
        "sentiment",
        Sentiment(),
        [ids, mask],
        16,
        [("input_ids", "INT64", [16]), ("attention_mask", "INT64", [16])],
        [("probabilities", "FP32", [2])],
    )
    export(
        "collatz",
        Collatz(),
        [torch.tensor([27])],
        0,
        [("number", "INT64", [1])],
        [("steps", "INT64", [1]), ("last", "INT64", [1])],
        scripted=True,
    )
    numpy.savez(FOLDER.with_suffix(".npz"), **answers)
    print(f"PyTorch {torch.__version__} exported {len(list(FOLDER.iterdir()))} models")


main()
