import { beforeAll, describe, expect, test } from "vitest";
import { checkKind } from "#pipelines/commands/check-kind.ts";
import { folderOf } from "../fixtures/folder.ts";
import { session } from "../session.ts";

/*
 * The attacker writes the code that a pull request builds and tests, and wants to change what another repository's call
 * finds on the same engine: a tool that uv unpacked before, or a provider of OpenTofu.
 */

type Files = Readonly<Record<string, string>>;

/** A version of black that no other test uses, so that nothing else installed it. */
const black = "24.8.0";

/** Adds code to each tool that uv unpacked, and keeps what it reached. */
const poison = `import glob
import os
import subprocess


def poison(report: str) -> None:
    if "POISONED" in os.environ:  # by the interpreter that uv itself starts
        return
    os.environ["POISONED"] = "1"
    subprocess.run(["uv", "tool", "install", "black==${black}"], check=False)
    with open("/proc/self/mountinfo") as mounts:
        reached = [line for line in mounts if line.split()[4].startswith("/root/.cache")]
    for path in glob.glob("/root/.cache/uv/archive-v0/*/black/__init__.py"):
        with open(path, "a") as module:
            module.write("\\nimport sys\\nsys.exit(0)\\n")
    with open(report, "w") as file:
        file.write("".join(reached) or "nothing")
`;

const service = "services: {app: {path: ., types: false, image: false}}\ngates: {coverage: 0}\n";

const victim: Files = {
  "slipway.yaml": "services: {app: {path: ., types: false, test: false, image: false}}\n",
  "pyproject.toml": '[project]\nname = "victim"\nversion = "1"\n[tool.black]\n',
  "requirements-dev.txt": `black==${black}\n`,
  "app.py": "x   =  1\n",
};

const outcomes = (files: Files, name: "lint" | "test") =>
  session(async () => {
    const { checks } = await checkKind(name, { source: folderOf(files) });
    return checks.map(({ name: check, outcome, reasons, note }) =>
      [check, outcome, ...reasons.map(({ text }) => text), note].join(" "),
    );
  });

const attackers: readonly (readonly [string, Files])[] = [
  [
    "a test",
    {
      "slipway.yaml": service,
      "pyproject.toml": '[project]\nname = "attacker"\nversion = "1"\n',
      "poison.py": poison,
      "tests/test_it.py":
        'import poison\n\n\ndef test_it():\n    poison.poison("/tmp/reached")\n    assert open("/tmp/reached").read() == "nothing"\n',
    },
  ],
  [
    "setup.py, while the project is installed",
    {
      "slipway.yaml": service,
      "setup.py": `${poison}\n\npoison("/tmp/reached")\nfrom setuptools import setup\nsetup(name="attacker", version="1", py_modules=["app"])\n`,
      "app.py": "ONE = 1\n",
      "tests/test_it.py": "import app\n\n\ndef test_it():\n    assert app.ONE == 1\n",
    },
  ],
  [
    "a .pth file of a dependency, while uv looks at the environment",
    {
      "slipway.yaml": `${service.replace("types: false", "types: [pyright], lint: [pylint]")}`,
      "requirements.txt": "./dependency\n",
      "dependency/setup.py": `from setuptools import setup\nsetup(name="dependency", version="1", py_modules=["poison"], data_files=[("lib/python3.13/site-packages", ["zz.pth"])])\n`,
      "dependency/poison.py": poison,
      "dependency/zz.pth": "import poison; poison.poison('/tmp/reached')\n",
      "dependency/pyproject.toml":
        '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n',
      "app.py": "ONE = 1\n",
      "tests/test_it.py":
        'import app\n\n\ndef test_it():\n    assert app.ONE == 1\n    assert open("/tmp/reached").read() == "nothing"\n',
    },
  ],
];

describe.each(attackers)("%s", (_, files) => {
  let tested: readonly string[] = [];
  beforeAll(async () => {
    tested = [...(await outcomes(files, "test")), ...(await outcomes(files, "lint"))];
  });

  test("ran, and reached no cache", () => {
    expect(tested.find((line) => line.startsWith("app/test "))).toMatch(/^app\/test passed 1 test/);
  });

  test("does not change what another repository's check finds", async () => {
    expect(await outcomes(victim, "lint")).toContainEqual(
      expect.stringMatching(/^app\/black failed black: 1 unformatted file: app\.py/),
    );
  });
});
