"""Writes half_plus_two/1/model.onnx, y = 0.5x + 2, and runs it once.

    pip install -r requirements.txt
    python make_half_plus_two.py
"""

from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper

MODEL = Path(__file__).resolve().parent / "half_plus_two" / "1" / "model.onnx"


def half_plus_two() -> onnx.ModelProto:
    graph = helper.make_graph(
        name="half_plus_two",
        nodes=[
            helper.make_node("Mul", ["x", "half"], ["half_x"]),
            helper.make_node("Add", ["half_x", "two"], ["y"]),
        ],
        inputs=[helper.make_tensor_value_info("x", TensorProto.FLOAT, ["batch"])],
        outputs=[helper.make_tensor_value_info("y", TensorProto.FLOAT, ["batch"])],
        initializer=[
            helper.make_tensor("half", TensorProto.FLOAT, [], [0.5]),
            helper.make_tensor("two", TensorProto.FLOAT, [], [2.0]),
        ])
    # Old enough for every current server; ONNX Runtime takes it without conversion.
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8, producer_name="kaon")
    onnx.checker.check_model(model, full_check=True)
    return model


def main() -> None:
    MODEL.parent.mkdir(parents=True, exist_ok=True)
    MODEL.write_bytes(half_plus_two().SerializeToString(deterministic=True))

    session = onnxruntime.InferenceSession(MODEL, providers=["CPUExecutionProvider"])
    for x in ([1.0, 2.0, 5.0], [0.0], []):
        [y] = session.run(["y"], {"x": np.array(x, np.float32)})
        if y.tolist() != [0.5 * value + 2 for value in x]:
            raise AssertionError(f"expected half of {x} plus two, got {y.tolist()}")
    print(f"{MODEL.name}: {MODEL.stat().st_size} bytes, answers right for 3, 1 and 0 values")


if __name__ == "__main__":
    main()
