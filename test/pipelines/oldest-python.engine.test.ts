import { dag } from "@dagger.io/dagger";
import { expect, test } from "vitest";
import { checkKind } from "#pipelines/commands/check-kind.ts";
import { pythonVersions } from "#pipelines/config/schema.ts";
import { pythons } from "../../ci/engine/images/python.ts";
import { session } from "../session.ts";

const [oldest] = pythonVersions;

const files: Readonly<Record<string, string>> = {
  "pyproject.toml": `[project]
name = "app"
version = "1"
requires-python = ">=${oldest}"
[tool.black]
[tool.isort]
[tool.mypy]
[tool.bandit]
`,
  "setup.cfg": "[flake8]\n",
  "slipway.yaml": "services: {app: {path: ., test: {parallel: 2, retries: 1}}}\n",
  "app.py": "def double(number: int) -> int:\n    return 2 * number\n",
  "test_app.py": "from app import double\n\n\ndef test_double() -> None:\n    assert double(2) == 4\n",
};

// Only some machines have an image of it.
const places = pythons.filter(({ tags }) => tags.includes(`${oldest}-slim`));

test.each(places.map(({ madeOf }) => madeOf))(
  "the oldest supported version has tools that run on it: %s",
  async () => {
    const source = () =>
      Object.entries(files).reduce((folder, [path, text]) => folder.withNewFile(path, text), dag.directory());
    const lint = await session(() => checkKind("lint", { source: source() }));
    const tested = await session(() => checkKind("test", { source: source() }));
    const said = [...lint.checks, ...tested.checks].map(({ name, outcome, reasons }) =>
      [name, outcome, ...reasons.map(({ text }) => text)].join(" "),
    );
    expect(said.filter((line) => line.startsWith("app/"))).toEqual([
      "app/bandit passed",
      "app/black passed",
      "app/flake8 passed",
      "app/isort passed",
      "app/mypy passed",
      "app/test passed",
    ]);
  },
);
