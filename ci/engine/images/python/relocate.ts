import { copyFile, cp, mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Copies Debian's Python out of /usr to where CPython's own build puts it, /usr/local, and takes back
 * what Debian changed about it: packages go into site-packages, `--prefix` means what it says,
 * ensurepip works, nothing is externally managed.
 *
 * Fails with PYTHON_NOT_RELOCATED if a file does not look as expected.
 *
 * @param root a root filesystem that holds Debian's packages of that Python, `-dev` and `-venv` too.
 * @param minor the version, such as `3.11`.
 */
export async function relocatePython(root: string, minor: string): Promise<void> {
  const [usr, local] = [join(root, "usr"), join(root, "usr/local")];
  const lib = join(local, "lib", `python${minor}`);
  await cp(join(usr, "lib", `python${minor}`), lib, {
    recursive: true,
    preserveTimestamps: true,
    verbatimSymlinks: true,
  });
  for (const file of await readdir(lib)) {
    const debian = ["EXTERNALLY-MANAGED", "sitecustomize.py", "_distutils_system_mod.py"].includes(file);
    if (debian || file.startsWith("config-")) await rm(join(lib, file), { recursive: true });
  }
  await restoreLayout(lib, minor);
  await copyPrograms(usr, local, minor);
  await copyHeaders(usr, local, minor);
}

/**
 * Debian's Python asks in site and sysconfig whether it runs in a virtual environment, and only there
 * uses site-packages. The module site is frozen into the program: hence a question of the same length
 * that is always answered with yes.
 */
const [outsideVenv, insideVenv] = ['hasattr(sys, "real_prefix")', 'hasattr(sys, "base_prefix")'];

async function restoreLayout(lib: string, minor: string): Promise<void> {
  for (const file of ["site.py", minor < "3.12" ? "sysconfig.py" : "sysconfig/__init__.py"]) {
    await edit(join(lib, file), [[outsideVenv, insideVenv]]);
  }
  await edit(join(lib, "ensurepip/__init__.py"), [
    [/^ {4}_ensurepip_is_disabled_in_debian_for_system\(\)\n/m, ""],
  ]);
  const distutils = join(lib, "distutils/command/install.py");
  if (minor < "3.12") await edit(distutils, [[/"unix_local"|'unix_local'/g, '"unix_prefix"']]);
  const data = (await readdir(lib, { withFileTypes: true })).filter(
    (f) => f.isFile() && f.name.startsWith("_sysconfigdata"),
  );
  for (const { name } of data) {
    await edit(join(lib, name), [
      [/(?<=['"= ])\/usr(?=\/lib\/python|\/include|\/bin['"]|\/bin\/python|['" ])/g, "/usr/local"],
      [/\/usr\/lib\/[a-z0-9_]+-linux-gnu(?=['"])/g, "/usr/local/lib"],
      [/'\/usr\/share\/python-wheels\/'/, `'/usr/local/lib/python${minor}/ensurepip/_bundled/'`],
    ]);
  }
}

async function copyPrograms(usr: string, local: string, minor: string): Promise<void> {
  const bin = join(local, "bin");
  await mkdir(bin, { recursive: true });
  await copyFile(join(usr, `bin/python${minor}`), join(bin, `python${minor}`));
  await thaw(join(bin, `python${minor}`));
  await copyFile(join(usr, `bin/pydoc${minor}`), join(bin, `pydoc${minor}`));
  await edit(join(bin, `pydoc${minor}`), [[/^#!.*/, `#!/usr/local/bin/python${minor}`]]);
  const config = (await readdir(join(usr, "bin"))).find((file) =>
    file.endsWith(`-linux-gnu-python${minor}-config`),
  );
  await copyFile(join(usr, "bin", config ?? ""), join(bin, `python${minor}-config`));
  await edit(join(bin, `python${minor}-config`), [
    [/^(prefix|exec_prefix)="\/usr"/m, '$1="/usr/local"'],
    [/\/usr\/lib\/[a-z0-9_]+-linux-gnu/, "/usr/local/lib"],
  ]);
  for (const name of ["python", "pydoc"]) {
    await symlink(`${name}${minor}`, join(bin, `${name}3`));
    await symlink(`${name}3`, join(bin, name));
  }
  await symlink(`python${minor}-config`, join(bin, "python3-config"));
  await symlink("python3-config", join(bin, "python-config"));
}

async function copyHeaders(usr: string, local: string, minor: string): Promise<void> {
  const [headers, library] = [`include/python${minor}`, `libpython${minor}.so.1.0`];
  const [machine] = (await readdir(join(usr, "lib"))).filter((name) => name.endsWith("-linux-gnu"));
  await cp(join(usr, headers), join(local, headers), { recursive: true });
  // Debian's own pyconfig.h only includes the one of the machine's kind.
  await copyFile(
    join(usr, "include", machine ?? "", `python${minor}/pyconfig.h`),
    join(local, headers, "pyconfig.h"),
  );
  await copyFile(join(usr, "lib", machine ?? "", library), join(local, "lib", library));
  await thaw(join(local, "lib", library));
  await symlink(library, join(local, "lib", `libpython${minor}.so`));
}

/** Changes the question in the frozen module, as `restoreLayout` does in the file of the same name. */
async function thaw(program: string): Promise<void> {
  const bytes = await readFile(program);
  const at = bytes.indexOf("real_prefix");
  if (at < 0 || bytes.indexOf("real_prefix", at + 1) >= 0) throw notAsExpected(program, "single real_prefix");
  bytes.write("base", at);
  await writeFile(program, bytes);
}

async function edit(file: string, changes: readonly (readonly [RegExp | string, string])[]): Promise<void> {
  let text = await readFile(file, "utf8");
  for (const [old, replacement] of changes) {
    const changed = text.replace(old, replacement);
    if (changed === text) throw notAsExpected(file, old);
    text = changed;
  }
  await writeFile(file, text);
}

function notAsExpected(file: string, wanted: RegExp | string): Error {
  return new Error(
    `PYTHON_NOT_RELOCATED: ${file} has no ${wanted}. Debian changed its Python: adapt ci/engine/images/python/relocate.ts.`,
  );
}
