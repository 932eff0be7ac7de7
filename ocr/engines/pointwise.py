"""Compute the end of the detection network where its map is still small.

It ends with two transposed convolutions of 2 × 2 points in steps of 2, a ReLU between them. Their outputs never
overlap, so each point of the map before them becomes its own 4 × 4 points of the result: two products with a matrix,
which convolutions over one point do in 16-bit floats, with ReLU and sigmoid along the way. OpenVINO computes what was
there before in 32-bit floats and goes over the full-sized map four times: an eighth of all that detection takes.
"""

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

_END: Final = ("Sigmoid", "Add", "ConvolutionBackpropData", "Relu", "Add", "ConvolutionBackpropData")
_BLOCK: Final = 2

Floats = NDArray[np.float32]


def shorten(network: Any) -> bool:
    """Replace the end of ``network``, an ``openvino.Model``, if it is of that kind; tell whether it was."""
    from openvino import opset13  # noqa: PLC0415  only the worker that reads may pay for it

    result = network.get_results()[0]
    layers = _layers(result)
    if layers is None:
        return False
    _, second_bias, second, _, first_bias, first = layers
    inner = constant_of(first.input_value(1))
    outer = constant_of(second.input_value(1))
    middle = inner.shape[1]
    source = first.input_value(0)
    # Rows of the first matrix: place in the 2 × 2 block, then channel.
    grown = inner.transpose(2, 3, 1, 0).reshape(_BLOCK**2 * middle, inner.shape[0])
    offsets = np.tile(_bias(first_bias).reshape(-1), _BLOCK**2)
    last = _as_blocks(outer[:, 0], middle)
    point = {"strides": [1, 1], "pads_begin": [0, 0], "pads_end": [0, 0], "dilations": [1, 1]}
    hidden = opset13.relu(
        opset13.add(
            opset13.convolution(source, opset13.constant(grown[:, :, None, None]), **point),
            opset13.constant(offsets[None, :, None, None]),
        )
    )
    whole = opset13.sigmoid(
        opset13.add(
            opset13.convolution(hidden, opset13.constant(last[:, :, None, None]), **point),
            opset13.constant(np.full((1, last.shape[0], 1, 1), float(_bias(second_bias).reshape(-1)[0]), np.float32)),
        )
    )
    spread = opset13.depth_to_space(whole, "blocks_first", _BLOCK**2)
    result.input(0).replace_source_output(spread.output(0))
    network.validate_nodes_and_infer_types()
    return True


def _layers(result: Any) -> list[Any] | None:
    """Return the layers from the network's end on, None where they are not those that are expected."""
    found = []
    node = result.input_value(0).get_node()
    for name in _END:
        while node.get_type_name() == "Identity":
            node = node.input_value(0).get_node()
        if node.get_type_name() != name:
            return None
        found.append(node)
        node = node.input_value(0).get_node()
    transposed = [found[2], found[5]]
    fits = all(
        layer.get_attributes()["strides"] == [_BLOCK, _BLOCK]
        and constant_of(layer.input_value(1)).shape[2:] == (_BLOCK, _BLOCK)
        for layer in transposed
    )
    return found if fits and constant_of(found[2].input_value(1)).shape[1] == 1 else None


def _as_blocks(outer: Floats, middle: int) -> Floats:
    """Return the second matrix: rows are points of a 4 × 4 block, row by row; columns as the first matrix' rows."""
    side = _BLOCK**2
    matrix = np.zeros((side, side, side, middle), np.float32)
    for down in range(side):
        for across in range(side):
            block = down // _BLOCK * _BLOCK + across // _BLOCK
            matrix[down, across, block] = outer[:, down % _BLOCK, across % _BLOCK]
    return matrix.reshape(side * side, side * middle)


def _bias(layer: Any) -> Floats:
    return constant_of(layer.input_value(1))


def constant_of(source: Any) -> Floats:
    """Return the constant that an input of a layer comes from."""
    node = source.get_node()
    while node.get_type_name() != "Constant":
        node = node.input_value(0).get_node()
    return np.asarray(node.data, np.float32)
