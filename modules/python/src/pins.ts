/** Pinned here only. Of packages that have left Python 3.9, it gets the last version that it can run. uv and ruff are files from their own images; the others come from the package index. */
export const pins = {
  image: "python:3.13-slim",
  uv: "ghcr.io/astral-sh/uv:0.13.8",
  ruff: "ghcr.io/astral-sh/ruff:0.17.5",
  black: "26.10.1",
  isort: "9.0.2",
  flake8: "7.5.0",
  pyright: "1.1.414",
  bandit: "1.9.4",
  basedpyright: "1.40.2",
  pylint: "4.1.4",
  ty: "0.0.108",
  poetry: { name: "poetry", version: "2.5.1", beside: ["poetry-plugin-export==1.10.1"] },
  pdm: { name: "pdm[locked]", version: "2.29.3", beside: [] },
  pipenv: { name: "pipenv", version: "2026.10.3", beside: [] },
  testTools: [
    "pytest==9.2.0; python_version >= '3.10'",
    "pytest==8.4.2; python_version < '3.10'",
    "pytest-cov==7.1.0",
    "mypy==2.4.1; python_version >= '3.10'",
    "mypy==1.19.1; python_version < '3.10'",
  ],
  plugins: new Map<string, readonly string[]>([
    ["timeout", ["pytest-timeout==2.4.0"]],
    [
      "unittest",
      [
        "unittest-xml-reporting==4.0.0; python_version >= '3.10'",
        "unittest-xml-reporting==3.2.0; python_version < '3.10'",
      ],
    ],
    ["xdist", ["pytest-xdist==3.8.0"]],
    [
      "split",
      ["pytest-split==0.11.0; python_version >= '3.10'", "pytest-split==0.10.0; python_version < '3.10'"],
    ],
    [
      "rerunfailures",
      [
        "pytest-rerunfailures==16.7; python_version >= '3.10'",
        "pytest-rerunfailures==16.0.1; python_version < '3.10'",
      ],
    ],
  ]),
};
