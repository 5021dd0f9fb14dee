import { expect, test } from "vitest";
import { lackingPackages } from "#pipelines/workspace/build-packages.ts";

test.each<[what: string, output: string, packages: readonly string[]]>([
  [
    "psycopg2",
    "Error: pg_config executable not found.\n\npg_config is required to build psycopg2 from source.",
    ["gcc", "libc6-dev", "libpq-dev"],
  ],
  [
    "mysqlclient",
    "Trying pkg-config --exists mysqlclient\nCommand 'pkg-config --exists mysqlclient' returned non-zero exit status 127.",
    ["default-libmysqlclient-dev", "gcc", "libc6-dev", "pkg-config"],
  ],
  ["a compiler", "error: command 'gcc' failed: No such file or directory", ["gcc", "libc6-dev"]],
  ["a compiler for a platform", "error: command 'x86_64-linux-gnu-gcc' failed", ["gcc", "libc6-dev"]],
  ["a compiler, in words", "Exception: you need a C compiler to build uWSGI", ["gcc", "libc6-dev"]],
  ["C++", "error: command 'g++' failed: No such file or directory", ["g++"]],
  [
    "cffi",
    "src/c/_cffi_backend.c:2:10: fatal error: ffi.h: No such file or directory",
    ["gcc", "libc6-dev", "libffi-dev"],
  ],
  [
    "lxml",
    "fatal error: libxml/xmlversion.h: No such file",
    ["gcc", "libc6-dev", "libxml2-dev", "libxslt1-dev"],
  ],
  [
    "a library to link with",
    "/usr/bin/ld: cannot find -lz: No such file",
    ["gcc", "libc6-dev", "zlib1g-dev"],
  ],
  ["Rust", "error: can't find Rust compiler\nCargo, the Rust package manager, is not installed", ["cargo"]],
  ["git", "error: Git executable not found. Ensure that Git is installed", ["git"]],
  ["a conflict", "Because a depends on b<1 and you require b, your requirements are unsatisfiable.", []],
])("the packages that a build lacks: %s", (_, output, packages) => {
  expect(lackingPackages(output)).toEqual(packages);
});
