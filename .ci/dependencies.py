"""What can be said of the dependencies without a network: ranges, licences, strays.

Every declared dependency must be installed inside its range, be bounded above, be imported
by the package, and carry a licence compatible with ours; nothing undeclared is imported.
"""

import ast
import sys
import tomllib
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PACKAGES = ("instruments", "analysis", "survey_app")
# Imported by name of a module that differs from the distribution, or loaded by another library.
BY_OTHERS = {
    "psycopg": "SQLAlchemy's driver",
    "openpyxl": "pandas reads and writes XLSX with it",
    "pyarrow": "Parquet and Arrow of pandas",
    "tzdata": "time zones where the system has none",
}
REFUSED_LICENCES = ("Proprietary", "Commercial", "SSPL", "BUSL")


def main() -> int:
    """Print each fault; the exit status says whether there were any."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [Requirement(line) for line in project["dependencies"]]
    faults = [fault for requirement in wanted for fault in _faults(requirement)]
    imported = _imported_distributions()
    declared = {canonicalize_name(requirement.name) for requirement in wanted}
    faults += [f"{name}: imported but not declared" for name in sorted(imported - declared)]
    faults += [
        f"{name}: declared but not imported"
        for name in sorted(declared - imported - BY_OTHERS.keys())
    ]
    for fault in faults:
        sys.stderr.write(f"pyproject.toml: {fault}\n")
    return 1 if faults else 0


def _faults(requirement: Requirement) -> list[str]:
    version = metadata.version(requirement.name)
    licence = metadata.metadata(requirement.name)
    words = f"{licence.get('License-Expression')} {licence.get('License')}"
    found = []
    if version not in requirement.specifier:
        found.append(f"{requirement.name}: {version} is outside {requirement.specifier}")
    if not any(part.operator in {"<", "<=", "==", "~="} for part in requirement.specifier):
        found.append(f"{requirement.name}: has no upper bound")
    if any(refused in words for refused in REFUSED_LICENCES):
        found.append(f"{requirement.name}: licence {words}")
    return found


def _imported_distributions() -> set[str]:
    owners = metadata.packages_distributions()
    modules = {
        name.split(".")[0]
        for package in PACKAGES
        for path in (ROOT / package).rglob("*.py")
        for name in _imports(path)
    }
    return {
        str(canonicalize_name(owner))
        for module in modules - set(PACKAGES) - sys.stdlib_module_names
        for owner in owners.get(module, [module])
    }


def _imports(path: Path) -> list[str]:
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.append(node.module)
    return names


if __name__ == "__main__":
    raise SystemExit(main())
