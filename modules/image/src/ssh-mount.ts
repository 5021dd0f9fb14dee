import { codedError, shown } from "./errors.ts";
import { instructions } from "./instructions.ts";

/**
 * Refuses a Dockerfile with a step that mounts an SSH agent, because the engine passes no agent on. Otherwise the
 * step would fail without a key, or run without one. Stages after the target are not checked. Fails with
 * SSH_UNSUPPORTED.
 */
export function checkMounts(dockerfile: string, target: string = ""): void {
  let isLast = false;
  for (const line of instructions(dockerfile)) {
    const stage = /^\s*FROM\s.*?(?:\sAS\s+(\S+)\s*)?$/i.exec(line);
    if (stage !== null) {
      if (isLast) return;
      isLast = target !== "" && stage[1]?.toLowerCase() === target.toLowerCase();
    }
    const [flags = ""] = /^\s*RUN\s+(?:--\S+\s+)+/i.exec(line) ?? [];
    if (!/--mount=(?:[^\s,]*,)*"?type=ssh"?(?:[,\s]|$)/i.test(flags)) continue;
    throw codedError(
      "SSH_UNSUPPORTED",
      `the engine cannot pass an SSH agent to the step ${shown(line.trim())}`,
      'Pass the key as a build secret, as in RUN --mount=type=secret,id=KEY GIT_SSH_COMMAND="ssh -i /run/secrets/KEY" git clone.',
    );
  }
}
