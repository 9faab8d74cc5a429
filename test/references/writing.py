"""How the scripts beside this one draw their inputs and write their numbers."""
import json

import numpy as np
import torch


def drawn(shape, seed=0):
    """Multiples of 1/64 from about -2 to 2: exact in float32 and short in JSON."""
    noise = torch.randn(shape, generator=torch.Generator().manual_seed(1000 * seed + len(shape)), dtype=torch.float64)
    return (noise * 48).round().clamp(-160, 160) / 64


def numbers(tensor):
    tensor = tensor.detach()
    return {"shape": list(tensor.shape), "data": [rounded(value) for value in tensor.flatten().tolist()]}


def array(values):
    """Numbers of NumPy's."""
    return numbers(torch.as_tensor(np.ascontiguousarray(values, dtype=np.float64)))


def correlated(count, dimensions, seed):
    """Rows whose dimensions depend on each other; multiples of 1/64 still."""
    rows = drawn([count, dimensions], seed).numpy()
    rows[:, 1:] += rows[:, :-1]
    return rows


def rounded(value):
    short = float(f"{value:.9g}")
    return int(short) if short == int(short) else short


def document(script, content, made_with=f"PyTorch {torch.__version__}"):
    """One line a case, so that a change shows what it changed."""
    lines = [f'  "made": "{script} with {made_with}"']
    for key, rows in content.items():
        body = ",\n".join(f"    {json.dumps(row)}" for row in rows)
        lines.append(f'  {json.dumps(key)}: [\n{body}\n  ]')
    print("{\n" + ",\n".join(lines) + "\n}")
