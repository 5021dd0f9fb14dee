import { expect, test } from "vitest";
import { checkMounts } from "#modules/image/src/ssh-mount.ts";
import { codeOf } from "../code-of.ts";

test.each<[dockerfile: string, target?: string]>([
  ["FROM a\nRUN --mount=type=ssh git clone git@git.example:a/b\n"],
  ["FROM a\nrun --network=none --mount=id=key,type=ssh,required true\n"],
  ["FROM a\nRUN --mount=type=cache,target=/c \\\n  # with the key\n  --mount=type=ssh \\\n  true\n"],
  ["FROM a AS one\nRUN --mount=type=ssh true\nFROM one AS two\n", "two"],
  ["FROM a AS One\r\nRUN --mount=type=ssh true\r\n", "one"],
])("a step that mounts an SSH agent is refused: %j %s", (dockerfile, target) => {
  expect(codeOf(() => checkMounts(dockerfile, target))).toBe("SSH_UNSUPPORTED");
});

test.each<[dockerfile: string, target?: string]>([
  ["FROM a\nRUN --mount=type=secret,id=ssh ssh -V\n"],
  ["FROM a\nRUN echo --mount=type=ssh\n"],
  ["FROM a\n# RUN --mount=type=ssh true\n"],
  ["FROM a\nRUN <<END\nRUN --mount=type=ssh true\nEND\n"],
  ["FROM a AS one\nFROM one AS two\nRUN --mount=type=ssh true\n", "one"],
])("any other is not: %j %s", (dockerfile, target) => {
  expect(codeOf(() => checkMounts(dockerfile, target))).toBe("none");
});
