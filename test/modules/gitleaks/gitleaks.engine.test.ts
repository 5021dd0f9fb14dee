import { type Container, type Directory, dag } from "@dagger.io/dagger";
import { expect, test } from "vitest";
import { Gitleaks } from "../../../modules/gitleaks/src/index.ts";
import { readGitleaks } from "../../../pipelines/readers/gitleaks.ts";
import { session } from "../../session.ts";

const gitleaks = new Gitleaks();
/** Made here, so that no scanner takes this file for a leak. */
const token = `ghp_${"aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6".slice(0, 36)}`;
const clean = () => dag.directory().withNewFile("a.py", "x = 1\n");
const leaking = () => clean().withNewFile("b.py", `token = "${token}"\n`);

async function searched(run: () => Container): Promise<{ exitCode: number; report: string }> {
  return session(async () => {
    const ran = await run().sync();
    return { exitCode: await ran.exitCode(), report: await ran.file("/reports/gitleaks.json").contents() };
  });
}

/** A repository whose second commit takes away what the first one leaked. */
function history(): Directory {
  const commit = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com", "commit", "--quiet"];
  return dag
    .container()
    .from("alpine/git:v2.49.1")
    .withDirectory("/work", leaking())
    .withWorkdir("/work")
    .withExec(["git", "init", "--quiet"])
    .withExec(["git", "add", "--all"])
    .withExec([...commit, "--message=one"])
    .withExec(["git", "rm", "--quiet", "b.py"])
    .withExec([...commit, "--message=two"])
    .directory("/work");
}

test("a folder without secrets is clean", async () => {
  expect(await searched(() => gitleaks.tree(clean()))).toEqual({ exitCode: 0, report: "[]\n" });
});

test("a secret is found, and the report does not hold it", async () => {
  const { exitCode, report } = await searched(() => gitleaks.tree(leaking()));
  expect(exitCode).toBe(10);
  expect(readGitleaks(report, "gitleaks.json", exitCode, { root: "/src" })).toEqual([
    expect.objectContaining({ rule: "github-pat", path: "b.py", line: 1 }),
  ]);
  expect(report).not.toContain(token);
});

test("the folder's own settings hold", async () => {
  const settings = '[extend]\nuseDefault = true\n[[allowlists]]\npaths = ["b.py"]\n';
  const { exitCode } = await searched(() => gitleaks.tree(leaking().withNewFile(".gitleaks.toml", settings)));
  expect(exitCode).toBe(0);
});

test("settings that cannot be read are a breakdown", async () => {
  const broken = () => gitleaks.tree(clean().withNewFile(".gitleaks.toml", "x = ["));
  expect(await session(() => broken().exitCode())).toBe(1);
});

test("a secret that a later commit took away is in the history still, and not in the commits after", async () => {
  const { exitCode, report } = await searched(() => gitleaks.history(history().directory(".git")));
  expect(exitCode).toBe(10);
  expect(readGitleaks(report, "gitleaks.json", exitCode, { root: "/src" })).toEqual([
    expect.objectContaining({
      rule: "github-pat",
      message: expect.stringMatching(/commit [0-9a-f]{12}, b\.py:1/),
    }),
  ]);
  expect(report).not.toContain(token);

  const later = await session(async () => {
    const repository = history();
    const ids = (
      await dag
        .container()
        .from("alpine/git:v2.49.1")
        .withDirectory("/work", repository)
        .withWorkdir("/work")
        .withExec(["git", "rev-list", "HEAD"])
        .stdout()
    )
      .trim()
      .split("\n");
    return gitleaks.history(repository.directory(".git"), dag.directory(), `${ids[1]}..${ids[0]}`).exitCode();
  });
  expect(later).toBe(0);
});

test.each(["--all", "HEAD..main", "$(touch /tmp/x)", "a..b\n--output=/x"])(
  "%j is no range of commits",
  async (commits) => {
    await expect(
      session(() => gitleaks.history(dag.directory(), dag.directory(), commits).sync()),
    ).rejects.toThrow(/ARGUMENT_INVALID: .*ID\.\.ID/);
  },
);
