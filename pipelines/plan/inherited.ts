/** Settings that apply to everything below them: tools look for them in the parent folders, or run there. */
export const inheritedSettings: readonly string[] = [
  "pyproject.toml",
  "ruff.toml",
  ".ruff.toml",
  "mypy.ini",
  ".mypy.ini",
  "pyrightconfig.json",
  ".isort.cfg",
  ".flake8",
  ".bandit",
  "setup.cfg",
  "tox.ini",
  "pytest.ini",
  "conftest.py",
];
