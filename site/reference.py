"""The API of `sr_helpers` from its docstrings, and the house: which module stands on which. Nothing is imported."""

import ast
import html
from pathlib import Path

import prose

PACKAGE = Path(__file__).resolve().parent.parent / "sr_helpers"


def build(site, render):
    """Write api.html and house.html."""
    modules = {
        path.stem: ast.parse(path.read_text(encoding="utf-8"))
        for path in sorted(PACKAGE.glob("*.py"))
        if path.stem != "__init__"
    }
    below = {name: stands_on(tree) & set(modules) - {name} for name, tree in modules.items()}
    floors = {}
    for name in modules:
        floors.setdefault(floor_of(name, below), []).append(name)
    house = [
        [box(name, modules[name], below[name]) for name in floors[level]] for level in sorted(floors, reverse=True)
    ]
    introduction = prose.docstring(ast.get_docstring(ast.parse((PACKAGE / "__init__.py").read_text(encoding="utf-8"))))
    order = [name for level in sorted(floors) for name in floors[level]]
    reference = [
        {"name": name, "html": prose.docstring(ast.get_docstring(modules[name])), "members": members(modules[name])}
        for name in order
    ]
    (site / "house.html").write_text(render("house.html", floors=house, introduction=introduction), encoding="utf-8")
    (site / "api.html").write_text(render("api.html", modules=reference, introduction=introduction), encoding="utf-8")


def stands_on(tree):
    """The package's modules that a module imports, anywhere in it."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "sr_helpers":
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("sr_helpers."):
            found.add(node.module.split(".")[1])
    return found


def floor_of(name, below, above=()):
    """0 for the ground floor; otherwise one more than the highest module that this one stands on."""
    if name in above:
        raise ValueError(
            f"the modules {', '.join([*above, name])} import each other in a circle: there is no house to draw"
        )
    return max((1 + floor_of(other, below, (*above, name)) for other in below[name]), default=0)


def box(name, tree, below):
    summary = (ast.get_docstring(tree) or "").splitlines()[0]
    return {"name": name, "summary": prose.inline(summary), "below": sorted(below)}


def members(tree):
    """The public functions, classes and their methods of a module: name, signature, docstring."""
    for node in tree.body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_"):
            yield {"name": node.name, "signature": signature(node), "html": prose.docstring(ast.get_docstring(node))}


def signature(node):
    if isinstance(node, ast.FunctionDef):
        return html.escape(f"{node.name}({ast.unparse(node.args)})", quote=False)
    start = next((each for each in node.body if isinstance(each, ast.FunctionDef) and each.name == "__init__"), None)
    arguments = ast.unparse(start.args).removeprefix("self").removeprefix(", ") if start else ""
    return html.escape(f"class {node.name}({arguments})", quote=False)
