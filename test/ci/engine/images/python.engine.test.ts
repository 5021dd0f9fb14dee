import { connection, dag } from "@dagger.io/dagger";
import { describe, expect, it } from "vitest";
import { script } from "./ran.ts";

describe.each([
  ["python:3.11-slim", "3.11"],
  ["python:3.13-slim", "3.13"],
])("%s", (image, minor) => {
  const site = `lib/python${minor}/site-packages`;

  it("has python, pip and python3-config in /usr/local/bin", async () => {
    const text = await script(image, "which python python3 pip pip3 python3-config; python --version");
    const paths = ["python", "python3", "pip", "pip3", "python3-config"].map(
      (name) => `/usr/local/bin/${name}`,
    );
    expect(text.trim().split("\n")).toEqual([...paths, expect.stringContaining(`Python ${minor}.`)]);
  });

  it("runs python3 by default, with the official image's environment", async () => {
    await connection(async () => {
      const container = dag.container().from(image);
      expect(await container.defaultArgs()).toEqual(["python3"]);
      expect(await container.envVariable("LANG")).toBe("C.UTF-8");
      expect(await container.envVariable("PYTHON_VERSION")).toMatch(new RegExp(`^${minor}\\.\\d+$`));
      expect(await container.envVariable("PATH")).toMatch(/^\/usr\/local\/bin:/);
    });
  });

  it("is managed by nobody else and keeps its packages in site-packages", async () => {
    const text = await script(
      image,
      `python -c 'import site, sysconfig; print(sysconfig.get_path("purelib"), site.getsitepackages()[0])'
       ls /usr/bin/python3 /usr/local/lib/python${minor}/EXTERNALLY-MANAGED 2>/dev/null || echo none; which git || echo no git`,
    );
    expect(text).toBe(`/usr/local/${site} /usr/local/${site}\nnone\nno git\n`);
  });

  it("brings the standard library with the libraries it links to", async () => {
    const modules = "bz2 ctypes curses dbm decimal lzma readline sqlite3 ssl uuid venv zlib zoneinfo";
    await script(image, `for m in ${modules}; do python -c "import $m"; done`);
    expect(
      await script(image, `python -c 'import zoneinfo; print(zoneinfo.ZoneInfo("Europe/Berlin"))'`),
    ).toBe("Europe/Berlin\n");
  });

  it("installs packages and their programs into /usr/local, --prefix, --target and --user as told", async () => {
    const text = await script(
      image,
      `export PIP_ROOT_USER_ACTION=ignore PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_WARN_SCRIPT_LOCATION=1
       for where in "" --prefix=/prefix --target=/target --user; do pip install -q --ignore-installed $where iniconfig==2.1.0 pyflakes==3.4.0; done
       for folder in /usr/local/${site} /prefix/${site} /target /root/.local/${site}; do ls -d $folder/iniconfig; done
       for bin in /usr/local/bin /prefix/bin /target/bin /root/.local/bin; do ls $bin/pyflakes; done
       pyflakes --version | cut -d' ' -f1`,
    );
    const folders = [`/usr/local/${site}`, `/prefix/${site}`, "/target", `/root/.local/${site}`];
    const programs = ["/usr/local/bin", "/prefix/bin", "/target/bin", "/root/.local/bin"];
    expect(text.trim().split("\n")).toEqual([
      ...folders.map((folder) => `${folder}/iniconfig`),
      ...programs.map((folder) => `${folder}/pyflakes`),
      "3.4.0",
    ]);
  });

  it("makes virtual environments with a pip of their own, and restores its own by ensurepip", async () => {
    const text = await script(
      image,
      `python -m venv /venv 
       /venv/bin/pip install -q iniconfig==2.1.0
       ls -d /venv/${site}/iniconfig
       /venv/bin/python -c 'import sys; print(sys.path[-1])'
       pip uninstall -qy pip
       python -m ensurepip >/dev/null
       pip3 --version | cut -d' ' -f4`,
    );
    expect(text).toBe(`/venv/${site}/iniconfig\n/venv/${site}\n/usr/local/${site}/pip\n`);
  });

  it("can install Debian packages", async () => {
    const text = await script(
      image,
      "apt-get update -qq; apt-get install -qq -y --no-install-recommends git >/dev/null 2>&1; git --version",
    );
    expect(text).toMatch(/^git version/);
  });
});

it("python:3.11-slim compiles a C extension against its headers", async () => {
  const text = await script(
    "python:3.11-slim",
    `apt-get update -qq
     apt-get install -qq -y --no-install-recommends gcc libc6-dev >/dev/null 2>&1
     printf '#include <Python.h>\nstatic struct PyModuleDef d = {PyModuleDef_HEAD_INIT, "ext"};\nPyMODINIT_FUNC PyInit_ext(void) { return PyModule_Create(&d); }\n' >/ext.c
     gcc -shared -fPIC $(python3-config --includes) /ext.c -o /usr/local/lib/python3.11/site-packages/ext.so
     python -c 'import ext; print(ext.__name__)'`,
  );
  expect(text).toBe("ext\n");
});
