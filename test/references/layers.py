#!/usr/bin/env python3
"""Values and gradients of layers, computed with PyTorch in float64, for src/nn/*.test.ts.

Run:  python test/references/layers.py > test/references/layers.json && npx biome format --write test/references
"""
import torch
import torch.nn.functional as F

from writing import document, drawn, numbers, rounded

CASES = []


def case(name, layer, options, x, variables, compute, after=None, training=True, x_flows=True):
    """compute(x, variables) is y; gradients are those of the sum of y weighed by "upstream"."""
    x = x.clone().requires_grad_(x_flows)
    held = {key: value.clone().requires_grad_(key not in ("mean", "variance", "singular")) for key, value in variables.items()}
    y = compute(x, held)
    upstream = drawn(y.shape, seed=99)
    (y * upstream).sum().backward()
    slopes = {key: value.grad for key, value in held.items() if value.grad is not None}
    if x_flows:
        slopes["x"] = x.grad
    CASES.append({
        "name": name, "layer": layer, "options": options, "training": training,
        "x": numbers(x), "variables": {key: numbers(value) for key, value in held.items()},
        "y": numbers(y), "upstream": numbers(upstream),
        "gradients": {key: numbers(value) for key, value in slopes.items()},
        "after": {key: numbers(value) for key, value in (after or (lambda: {}))().items()},
    })


# Dense: Keras's kernel [features, units] is the transpose of PyTorch's.
case("dense", "dense", {"units": 4}, drawn([3, 5]), {"kernel": drawn([5, 4], 1), "bias": drawn([4], 2)},
     lambda x, v: F.linear(x, v["kernel"].T, v["bias"]))
case("dense without bias, with an activation", "dense", {"units": 2, "useBias": False, "activation": "tanh"},
     drawn([4, 3]), {"kernel": drawn([3, 2], 1)}, lambda x, v: torch.tanh(F.linear(x, v["kernel"].T)))


def same(length, kernel, stride, dilation=1):
    """TensorFlow's padding "SAME": the odd zero at the end."""
    total = max((-(-length // stride) - 1) * stride + dilation * (kernel - 1) + 1 - length, 0)
    return total // 2, total - total // 2


def conv(name, options, shape, filters):
    kernel, stride, dilation = options["kernelSize"], options.get("strides", 1), options.get("dilationRate", 1)
    padding = options.get("padding", "valid")

    def compute(x, v):
        if padding == "same":
            top, bottom = same(shape[2], kernel, stride, dilation)
            left, right = same(shape[3], kernel, stride, dilation)
            x = F.pad(x, (left, right, top, bottom))
        zeros = padding if isinstance(padding, int) else 0
        return F.conv2d(x, v["kernel"], v.get("bias"), stride=stride, padding=zeros, dilation=dilation)

    variables = {"kernel": drawn([filters, shape[1], kernel, kernel], 1)}
    if options.get("useBias", True):
        variables["bias"] = drawn([filters], 2)
    case(name, "conv2d", {**options, "filters": filters}, drawn(shape), variables, compute)


conv("conv2d valid", {"kernelSize": 3}, [2, 2, 5, 4], 3)
conv("conv2d valid, stride that leaves rows over", {"kernelSize": 2, "strides": 3}, [2, 1, 7, 6], 2)
conv("conv2d padding 1, stride 2, kernel 4", {"kernelSize": 4, "strides": 2, "padding": 1}, [3, 2, 6, 8], 2)
conv("conv2d same, odd kernel", {"kernelSize": 3, "padding": "same"}, [2, 1, 4, 5], 2)
conv("conv2d same, even kernel", {"kernelSize": 4, "padding": "same"}, [2, 1, 5, 4], 2)
conv("conv2d same, stride 2, odd and even lengths", {"kernelSize": 3, "strides": 2, "padding": "same"}, [2, 2, 5, 6], 2)
conv("conv2d same, kernel smaller than stride", {"kernelSize": 1, "strides": 2, "padding": "same"}, [1, 2, 4, 5], 2)
conv("conv2d dilated", {"kernelSize": 3, "dilationRate": 2}, [2, 2, 7, 6], 2)
conv("conv2d dilated, same, without bias",
     {"kernelSize": 3, "dilationRate": 2, "padding": "same", "useBias": False}, [2, 2, 5, 6], 2)
conv("conv2d dilated, padding 2, stride 2",
     {"kernelSize": 2, "dilationRate": 3, "padding": 2, "strides": 2}, [2, 1, 5, 6], 2)


def transposed(name, options, shape, filters):
    kernel, stride = options["kernelSize"], options.get("strides", 1)
    padding = options.get("padding", "valid")

    def compute(x, v):
        if padding == "same":  # Keras: as long as the input times the stride, cut as the convolution back pads
            y = F.pad(F.conv_transpose2d(x, v["kernel"], stride=stride), (0, stride, 0, stride))
            top, left = same(shape[2] * stride, kernel, stride)[0], same(shape[3] * stride, kernel, stride)[0]
            return y[:, :, top:top + shape[2] * stride, left:left + shape[3] * stride] + v["bias"].reshape(-1, 1, 1)
        zeros = padding if isinstance(padding, int) else 0
        return F.conv_transpose2d(x, v["kernel"], v.get("bias"), stride=stride, padding=zeros,
                                  output_padding=options.get("outputPadding", 0))

    variables = {"kernel": drawn([shape[1], filters, kernel, kernel], 1)}
    if options.get("useBias", True):
        variables["bias"] = drawn([filters], 2)
    case(name, "conv2dTranspose", {**options, "filters": filters}, drawn(shape), variables, compute)


transposed("conv2dTranspose valid", {"kernelSize": 3}, [2, 2, 3, 4], 2)
transposed("conv2dTranspose padding 1, stride 2, kernel 4",
           {"kernelSize": 4, "strides": 2, "padding": 1}, [3, 2, 3, 4], 2)
transposed("conv2dTranspose with output padding",
           {"kernelSize": 3, "strides": 2, "padding": 1, "outputPadding": 1}, [2, 2, 3, 2], 2)
transposed("conv2dTranspose valid, stride 3, output padding 2, without bias",
           {"kernelSize": 2, "strides": 3, "outputPadding": 2, "useBias": False}, [2, 1, 2, 3], 2)
transposed("conv2dTranspose same, stride 2", {"kernelSize": 3, "strides": 2, "padding": "same"}, [2, 2, 3, 2], 2)
transposed("conv2dTranspose same, stride 1, even kernel", {"kernelSize": 2, "padding": "same"}, [2, 1, 3, 4], 2)
transposed("conv2dTranspose same, kernel smaller than stride",
           {"kernelSize": 1, "strides": 2, "padding": "same"}, [2, 1, 3, 2], 2)


def batch_norm(name, shape, options=None, training=True):
    options = options or {}
    channels, epsilon, momentum = shape[1], options.get("epsilon", 1e-5), options.get("momentum", 0.9)
    mean, variance = drawn([channels], 5), drawn([channels], 6).abs() + 0.5
    after = {"mean": mean.clone(), "variance": variance.clone()}
    variables = {}
    if options.get("scale", True):
        variables["gamma"] = drawn([channels], 3) + 1
    if options.get("center", True):
        variables["beta"] = drawn([channels], 4)
    variables |= {"mean": mean, "variance": variance}
    case(name, "batchNormalisation", options, drawn(shape) * 2 + 1, variables,
         lambda x, v: F.batch_norm(x, after["mean"], after["variance"], v.get("gamma"), v.get("beta"),
                                   training=training, momentum=1 - momentum, eps=epsilon),
         after=lambda: after, training=training)


batch_norm("batch normalisation of images", [3, 2, 2, 3])
batch_norm("batch normalisation of vectors", [4, 3])
batch_norm("batch normalisation with its own momentum and epsilon", [4, 2], {"momentum": 0.6, "epsilon": 0.1})
batch_norm("batch normalisation without a factor", [3, 2, 2, 1], {"scale": False})
batch_norm("batch normalisation without a shift", [3, 2, 1, 2], {"center": False})
batch_norm("batch normalisation in inference", [2, 2, 2, 2], training=False)
batch_norm("batch normalisation in inference, bare", [3, 2], {"scale": False, "center": False}, training=False)


def layer_norm(name, shape, options=None):
    options = options or {}
    variables = {}
    if options.get("scale", True):
        variables["gamma"] = drawn(shape[1:], 3) + 1
    if options.get("center", True):
        variables["beta"] = drawn(shape[1:], 4)
    case(name, "layerNormalisation", options, drawn(shape) * 3 - 1, variables,
         lambda x, v: F.layer_norm(x, shape[1:], v.get("gamma"), v.get("beta"), eps=options.get("epsilon", 1e-5)))


layer_norm("layer normalisation of vectors", [3, 5])
layer_norm("layer normalisation of images", [2, 2, 3, 2])
layer_norm("layer normalisation, bare, large epsilon", [3, 4], {"scale": False, "center": False, "epsilon": 0.5})


def instance_norm(name, shape, options=None):
    options = options or {}
    variables = {}
    if options.get("scale", True):
        variables["gamma"] = drawn(shape[1:2], 3) + 1
    if options.get("center", True):
        variables["beta"] = drawn(shape[1:2], 4)
    case(name, "instanceNormalisation", options, drawn(shape) * 3 - 1, variables,
         lambda x, v: F.instance_norm(x, weight=v.get("gamma"), bias=v.get("beta"), eps=options.get("epsilon", 1e-5)))


instance_norm("instance normalisation", [2, 3, 3, 2])
instance_norm("instance normalisation, bare, large epsilon", [2, 2, 2, 3],
              {"scale": False, "center": False, "epsilon": 0.5})

case("embedding", "embedding", {"inputDimension": 5, "outputDimension": 3}, torch.tensor([4, 0, 4, 2, 4, 0]),
     {"embeddings": drawn([5, 3], 1)}, lambda x, v: F.embedding(x, v["embeddings"]), x_flows=False)
case("upSampling2d", "upSampling2d", {}, drawn([2, 2, 2, 3]), {}, lambda x, v: F.interpolate(x, scale_factor=2))
case("upSampling2d by 3", "upSampling2d", {"size": 3}, drawn([1, 2, 3, 2]), {},
     lambda x, v: F.interpolate(x, scale_factor=3))

POINTS = torch.tensor([-90, -20, -3, -1.25, -0.5, -0.015625, 0.015625, 0.5, 1.25, 3, 20, 90], dtype=torch.float64)
for name, function in {
    "linear": lambda x: x, "relu": F.relu, "leakyRelu": lambda x: F.leaky_relu(x, 0.2), "elu": F.elu, "selu": F.selu,
    "gelu": F.gelu, "silu": F.silu, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "softplus": F.softplus,
    "softmax": lambda x: F.softmax(x, -1),
}.items():
    case(f"activation {name}", "activation", {"name": name}, POINTS.reshape(2, 6), {},
         lambda x, v, function=function: function(x))



def spectral(name, layer, options, x, kernel, module, training=True):
    """PyTorch's own spectral normalisation of a module whose matrix has our kernel's first axis for its rows."""
    module = module.double()
    transposed = layer == "dense"  # [out, in] there, [in, out] here
    u = F.normalize(drawn([kernel.shape[0]], 7), dim=0)

    def compute(x, v):
        # The weight that is normalised has to be the tensor whose gradient is wanted.
        del module.weight_orig
        module.weight_orig = v["kernel"].T if transposed else v["kernel"]
        module.weight_u.copy_(u)
        if training:
            module.train()
        else:
            module.weight_v.copy_(F.normalize(v["kernel"].detach().reshape(len(u), -1).T @ u, dim=0))
            module.eval()
        return module(x)

    torch.nn.utils.spectral_norm(module, dim=1 if transposed else 0)
    case(name, f"spectrally normalised {layer}", options, x, {"kernel": kernel, "singular": u}, compute,
         after=lambda: {"singular": module.weight_u} if training else {}, training=training)


for training in (True, False):
    where = "" if training else " in inference"
    spectral(f"spectral norm of dense{where}", "dense", {"units": 3, "useBias": False}, drawn([4, 5]),
             drawn([5, 3], 1), torch.nn.Linear(5, 3, bias=False), training)
    spectral(f"spectral norm of conv2d{where}", "conv2d", {"filters": 4, "kernelSize": 2, "useBias": False},
             drawn([2, 3, 3, 3]), drawn([4, 3, 2, 2], 1), torch.nn.Conv2d(3, 4, 2, bias=False), training)

SINGULAR = [
    {"kernel": numbers(kernel), "largest": rounded(torch.linalg.svdvals(kernel.reshape(len(kernel), -1))[0].item())}
    for kernel in (drawn([6, 4], 1), drawn([5, 3, 2, 2], 2), drawn([4, 1], 3))
]

document("layers.py", {"cases": CASES, "singular": SINGULAR})
