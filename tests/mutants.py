"""Small faults, made by a program: every function that differs from a given one in one sign, constant, bound, axis,
operator or comparison. `mutants(function)` yields (what was changed, the changed function)."""

import ast
import copy
import inspect
import textwrap

OPERATORS = {
    ast.Add: [ast.Sub], ast.Sub: [ast.Add], ast.Mult: [ast.Div, ast.Add], ast.Div: [ast.Mult, ast.FloorDiv],
    ast.FloorDiv: [ast.Div, ast.Mod], ast.Mod: [ast.FloorDiv], ast.Pow: [ast.Mult], ast.MatMult: [ast.Mult],
    ast.Lt: [ast.LtE, ast.Gt], ast.LtE: [ast.Lt, ast.GtE], ast.Gt: [ast.GtE, ast.Lt], ast.GtE: [ast.Gt, ast.LtE],
    ast.Eq: [ast.NotEq], ast.NotEq: [ast.Eq], ast.And: [ast.Or], ast.Or: [ast.And],
    ast.USub: [ast.UAdd], ast.Not: [ast.UAdd],
}  # fmt: skip
NAMES = {
    "min": "max", "max": "min", "argmin": "argmax", "argmax": "argmin", "any": "all", "all": "any",
    "sum": "mean", "mean": "sum", "floor": "ceil", "ceil": "floor", "std": "var", "sin": "cos", "cos": "sin",
    "log10": "log", "tile": "repeat", "repeat": "tile",
}  # fmt: skip


def mutants(function):
    tree = ast.parse(textwrap.dedent(inspect.getsource(function)))
    definition = tree.body[0]
    definition.decorator_list = []
    if ast.get_docstring(definition):
        definition.body = definition.body[1:]
    for place, _ in enumerate(ast.walk(definition)):
        for change in _changes(list(ast.walk(definition))[place]):
            mutant = copy.deepcopy(tree)
            node = list(ast.walk(mutant.body[0]))[place]
            before = ast.unparse(node)
            change(node)
            names = dict(function.__globals__)
            exec(compile(ast.fix_missing_locations(mutant), "<mutant>", "exec"), names)
            yield f"{before} -> {ast.unparse(node)}", names[definition.name]


def _changes(node):
    """The ways to change one node of the tree, each a function that does it."""
    if isinstance(node, ast.BinOp | ast.BoolOp | ast.UnaryOp):
        yield from (_setting("op", new()) for new in OPERATORS.get(type(node.op), []))
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Sub | ast.Div | ast.FloorDiv):
        yield _exchanging("left", "right")
    if isinstance(node, ast.Compare):
        yield from (_setting("ops", [new()]) for new in OPERATORS.get(type(node.ops[0]), []))
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        values = [not node.value] if isinstance(node.value, bool) else [node.value + 1, node.value - 1, -node.value]
        yield from (_setting("value", value) for value in values if value != node.value)
    if isinstance(node, ast.Slice):
        yield from (_setting(bound, None) for bound in ("lower", "upper", "step") if getattr(node, bound))
    if isinstance(node, ast.Attribute) and node.attr in NAMES:
        yield _setting("attr", NAMES[node.attr])
    if isinstance(node, ast.Name) and node.id in NAMES:
        yield _setting("id", NAMES[node.id])
    if isinstance(node, ast.IfExp):
        yield _exchanging("body", "orelse")
    if isinstance(node, ast.Call | ast.Tuple):
        parts = "args" if isinstance(node, ast.Call) else "elts"
        yield from (_swapping(parts, k) for k in range(len(getattr(node, parts)) - 1))
    if isinstance(node, ast.Call):
        yield from (_dropping(k) for k in range(len(node.keywords)))


def _setting(name, value):
    return lambda node: setattr(node, name, value)


def _exchanging(one, other):
    def change(node):
        first, second = getattr(node, one), getattr(node, other)
        setattr(node, one, second)
        setattr(node, other, first)

    return change


def _swapping(parts, k):
    def change(node):
        things = getattr(node, parts)
        things[k], things[k + 1] = things[k + 1], things[k]

    return change


def _dropping(k):
    return lambda node: node.keywords.pop(k)
