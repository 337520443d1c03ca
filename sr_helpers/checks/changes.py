"""Small changes of a function's source, made by a program, one at a time.

`faults` are what the tests do to every right answer, to see that its check refuses them all. `repairs` are what a check
does to a wrong answer that no slip explains: where one of them makes it right, that is the place to look at.
"""

import ast
import copy
import inspect
import itertools
import re
import textwrap
from typing import NamedTuple

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
SWAPPED = [  # beyond one for one: any of a kind may be written for any other
    ("sum", "mean", "median", "max", "min", "prod"),
    ("floor", "ceil", "round", "rint", "trunc"),
    ("log", "log2", "log10", "log1p"),
    ("sqrt", "square", "abs"),
    ("flip", "fliplr", "flipud", "rot90", "transpose"),
    ("dot", "matmul", "outer", "multiply"),
    ("uint8", "int", "int16", "int32", "int64", "float16", "float"),
    ("argsort", "argmin", "argmax"),
]
ARITHMETIC = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Pow)
COMPARISONS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Eq, ast.NotEq)
NUMBERS = (0, 1, 2, 3, 4, 10, 20, 255, 0.5, 1.5)


class Change(NamedTuple):
    """A changed function, what stood there and stands there now, and the original's line as its cell or file has it.

    `which` counts `before` among its likes in that line, from 1; it is 0 where there is but one, and EVERYWHERE where
    all of them were changed.
    """

    before: str
    which: int
    after: str
    line: int
    text: str
    function: object


EVERYWHERE = -1  # in place of the number of a piece


def faults(node, names=()):
    """The ways to spoil one node of the tree: a sign, constant, bound, axis, operator or comparison."""
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
        yield from (_dropping("keywords", k) for k in range(len(node.keywords)))


def repairs(node, names=()):
    """The ways in which one node may have been meant; `names` are the function's arguments and variables."""
    yield from faults(node)
    if isinstance(node, ast.FunctionDef):
        yield from _everywhere(node, names)
    if isinstance(node, ast.BinOp | ast.AugAssign):
        yield from (_setting("op", new()) for new in ARITHMETIC if new is not ast.Pow or _is_small(node))
    if isinstance(node, ast.Compare):
        yield from (_setting("ops", [new()]) for new in COMPARISONS)
    if isinstance(node, ast.Attribute | ast.Name):
        name = "attr" if isinstance(node, ast.Attribute) else "id"
        kinds = (kind for kind in SWAPPED if getattr(node, name) in kind)
        yield from (_setting(name, other) for kind in kinds for other in kind)
    if isinstance(node, ast.Tuple) and 2 < len(node.elts) < 6:
        yield from (_setting("elts", list(order)) for order in itertools.permutations(node.elts))
    parts = "elts" if isinstance(node, ast.Tuple) else "args" if isinstance(node, ast.Call) else None
    axes = getattr(node, parts) if parts else []
    if 0 < len(axes) < 3 and all(isinstance(part, ast.Constant) and type(part.value) is int for part in axes):
        each = itertools.product(range(5), repeat=len(axes))
        yield from (_setting(parts, [ast.Constant(axis) for axis in many]) for many in each)
    for field, child in ast.iter_fields(node):
        if isinstance(child, ast.expr):
            yield from (_setting(field, new) for new in _meant(child, names, node))
        elif isinstance(child, list):
            for k, part in enumerate(child):
                if isinstance(part, ast.expr):
                    yield from (_placing(field, k, new) for new in _meant(part, names, node))
                if isinstance(part, ast.stmt) and len(child) > 1:
                    yield _dropping(field, k)
                if isinstance(part, ast.Expr) and isinstance(part.value, ast.Call):  # made, and not kept
                    used = [name.id for name in ast.walk(part) if isinstance(name, ast.Name) and name.id in names]
                    yield from (_placing(field, k, _kept(name, part.value)) for name in used)
                if isinstance(part, ast.For | ast.While) and isinstance(part.body[-1], ast.Return):
                    yield _leaving(field, k)


def _is_small(node):
    """Whether one of the two is a number that was written in: other powers fill the memory."""
    return any(isinstance(getattr(node, side, None), ast.Constant) for side in ("left", "right", "value"))


def _meant(child, names, parent):
    """Expressions that may have been meant where `child` stands."""
    if not isinstance(getattr(child, "ctx", ast.Load()), ast.Load):
        return
    if isinstance(child, ast.Constant) and type(child.value) in (int, float):
        yield from (
            ast.Constant(value) for value in (*NUMBERS, 2 * child.value, child.value / 2, 1 / (child.value or 1))
        )
        yield from (ast.Name(name, ast.Load()) for name in names)
    if isinstance(child, ast.Call):
        yield from child.args[:1]
        if isinstance(child.func, ast.Attribute):
            yield child.func.value
    if isinstance(child, ast.BinOp):
        yield from (child.left, child.right)
    if isinstance(child, ast.IfExp):
        yield from (child.body, child.orelse)
    if isinstance(child, ast.Name) and child.id in names:
        yield from (ast.Name(name, ast.Load()) for name in names if name != child.id)
    if isinstance(child, ast.UnaryOp):
        yield child.operand
        if isinstance(child.op, ast.USub):  # -border as the end of a slice, for border = 0
            yield ast.BoolOp(ast.Or(), [child, ast.Constant(None)])
    if isinstance(child, ast.Subscript):
        yield child.value
    counted = isinstance(parent, ast.Slice | ast.Subscript) or (
        isinstance(parent, ast.Call) and getattr(parent.func, "id", None) == "range"
    )
    if counted or isinstance(parent, ast.Return | ast.Assign | ast.AugAssign):
        yield from (ast.BinOp(child, op(), ast.Constant(1)) for op in (ast.Add, ast.Sub))


def _everywhere(definition, names):
    """What stands at several places, a number that was written in or a slice's `-border`, changed at all of them."""
    met = [ast.dump(node) for node in ast.walk(definition) if isinstance(node, ast.Constant | ast.UnaryOp | ast.Name)]
    for node in ast.walk(definition):
        if isinstance(node, ast.expr) and met.count(ast.dump(node)) > 1:
            met = [other for other in met if other != ast.dump(node)]  # each of them once
            yield from (_replacing(node, new) for new in _meant(node, names, definition))


def changed(function, ways):
    """Every `Change` of a function written with `def`, by `faults` or `repairs`; nothing without its source."""
    try:
        source = textwrap.dedent(inspect.getsource(function))
        tree = ast.parse(source)
    except (OSError, TypeError, SyntaxError):
        return
    definition = tree.body[0]
    if not isinstance(definition, ast.FunctionDef) or function.__closure__:
        return
    definition.decorator_list = []
    if ast.get_docstring(definition):
        definition.body = definition.body[1:] or [ast.Pass()]
    names = list(dict.fromkeys(function.__code__.co_varnames))
    lines, above = source.split("\n"), function.__code__.co_firstlineno - 1
    held = _filled(definition)
    signature = {id(node) for node in ast.walk(definition.args)}
    for place, original in enumerate(list(ast.walk(definition))):
        for change in ways(original, names) if id(original) not in signature else ():
            mutant = copy.deepcopy(tree)
            node = list(ast.walk(mutant.body[0]))[place]
            before, at, column = change(node)
            if any(now > then for now, then in zip(_filled(mutant.body[0]), held, strict=True)):
                continue
            space = dict(function.__globals__)
            try:
                exec(compile(ast.fix_missing_locations(mutant), "<changed>", "exec"), space)
            except (SyntaxError, ValueError, TypeError):
                continue
            which = EVERYWHERE if column is None else _which(before, lines[at - 1], column)
            text = lines[at - 1].strip()
            yield Change(before, which, ast.unparse(node), above + at, text, space[definition.name])


def _which(piece, line, column):
    """The number of the `piece` that stands at, or first behind, a column of a line; 0 if there is but one."""
    bare = r"(?<![\w.])" if piece[0].isalnum() else ""
    begins = [found.start() for found in re.finditer(bare + re.escape(piece) + (r"\b" if bare else ""), line)]
    behind = [k for k, begin in enumerate(begins, start=1) if begin >= column]
    return behind[0] if len(begins) > 1 and behind else 0


def _filled(definition):
    """How often what is filled step by step (`out.append(x)`, `out += x`, `out[k] = x`) gets itself, and such as it.

    A list that holds itself, or doubles at every step, keeps NumPy busy without an end, and nothing can stop NumPy;
    a loop over a list that it fills takes all the memory.
    """
    steps = []  # (the name that is filled, what is put in or walked along)
    for node in ast.walk(definition):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            steps.append((_base(node.value.func), ast.Tuple([*node.value.args, *node.value.keywords])))
        if isinstance(node, ast.For):
            steps.append((None, node.iter))
        if isinstance(node, ast.AugAssign):
            steps.append((_base(node.target), node.value))
        if isinstance(node, ast.Assign):
            for target in node.targets:
                again = any(isinstance(name, ast.Name) and name.id == _base(target) for name in ast.walk(node.value))
                if again or isinstance(target, ast.Subscript):
                    steps.append((_base(target), node.value))
    names = {name for name, _ in steps}
    inside = [(name, node.id) for name, put in steps for node in ast.walk(put) if isinstance(node, ast.Name)]
    filled = [(name, part) for name, part in inside if part in names]
    return sum(name == part for name, part in filled), sum(name is None for name, _ in filled), len(filled)


def _base(expression):
    """The name before the points and brackets: `out` of `out.append` and of `out[k]`."""
    while isinstance(expression, ast.Attribute | ast.Subscript):
        expression = expression.value
    return expression.id if isinstance(expression, ast.Name) else None


def _told(node, part=None):
    """What is about to be changed, its line and its column."""
    part = part if part is not None and hasattr(part, "lineno") else node
    shown = node if isinstance(node, ast.keyword) else part
    text = ast.unparse(shown)
    if isinstance(shown, ast.Tuple) and any(isinstance(each, ast.Slice) for each in shown.elts):
        text = text[1:-1]  # a subscript's, where brackets cannot be written
    placed = part if hasattr(part, "lineno") else node
    return text, getattr(placed, "lineno", 1), getattr(placed, "col_offset", 0)


def _symbol(operator):
    """An operator as it is written."""
    left, right = (ast.Name(letter, ast.Load()) for letter in "ab")
    tree = (
        ast.Compare(left, [operator], [right]) if isinstance(operator, ast.cmpop) else ast.BinOp(left, operator, right)
    )
    return ast.unparse(tree)[2:-2]


def _setting(name, value):
    def change(node):
        old = getattr(node, name)
        told, line, column = _told(node, old if isinstance(old, ast.expr) and not isinstance(node, ast.Slice) else None)
        if name == "attr":
            told, line, column = f".{old}", node.value.end_lineno, node.value.end_col_offset
        operator = old[0] if isinstance(old, list) else old
        if isinstance(operator, ast.operator | ast.cmpop):
            left = node.target if isinstance(node, ast.AugAssign) else node.left
            told, line, column = _symbol(operator), left.end_lineno, left.end_col_offset
        setattr(node, name, copy.deepcopy(value))
        return told, line, column

    return change


def _replacing(old, new):
    """Every expression like `old` in the body of a function becomes `new`."""

    class Replacing(ast.NodeTransformer):
        def generic_visit(self, node):
            if isinstance(node, ast.expr) and ast.dump(node) == ast.dump(old):
                return copy.deepcopy(new)
            return super().generic_visit(node)

    def change(definition):
        definition.body = [Replacing().visit(statement) for statement in definition.body]
        told, line, _ = _told(old)
        return told, line, None

    return change


def _exchanging(one, other):
    def change(node):
        told, first, second = _told(node), getattr(node, one), getattr(node, other)
        setattr(node, one, second)
        setattr(node, other, first)
        return told

    return change


def _swapping(parts, k):
    def change(node):
        told, things = _told(node), getattr(node, parts)
        things[k], things[k + 1] = things[k + 1], things[k]
        return told

    return change


def _dropping(parts, k):
    def change(node):
        part = getattr(node, parts)[k]
        told = _told(node, part)
        getattr(node, parts).pop(k)
        return told

    return change


def _placing(parts, k, new):
    def change(node):
        told = _told(node, getattr(node, parts)[k])
        getattr(node, parts)[k] = copy.deepcopy(new)
        return told

    return change


def _kept(name, value):
    return ast.Assign([ast.Name(name, ast.Store())], value)


def _leaving(parts, k):
    """The `return` at the end of a loop's body, set behind the loop."""

    def change(node):
        loop = getattr(node, parts)[k]
        told = _told(loop, loop.body[-1])
        getattr(node, parts).insert(k + 1, loop.body.pop())
        loop.body = loop.body or [ast.Pass()]
        return told

    return change
