import { type Container, type Directory, dag } from "@dagger.io/dagger";
import { describe, expect, test } from "vitest";
import { Tofu } from "#modules/tofu/src/index.ts";
import { session } from "../../session.ts";

const tofu = new Tofu();
type Files = Readonly<Record<string, string>>;

const example = (): Directory => dag.host().directory("test/modules/tofu/example");
const changed = (files: Files): Directory =>
  Object.entries(files).reduce((all, [name, text]) => all.withNewFile(name, text), example());

/** What a run left: its exit code and its report. */
const left = (file: string, run: () => Container | Promise<Container>) =>
  session(async () => {
    const ran = await run();
    return { exitCode: await ran.exitCode(), report: await ran.file(`/reports/${file}`).contents() };
  });

describe("format", () => {
  const format = (files: Files = {}) => left("tofu-fmt.diff", () => tofu.format(changed(files)));

  test("has nothing to say of what is formatted", async () => {
    expect(await format()).toEqual({ exitCode: 0, report: "" });
  });

  test("shows what it would change, of the folder alone", async () => {
    const { exitCode, report } = await format({
      "a.tf": "locals {\n a = 1\n}\n",
      "name/b.tf": "locals {\n b = 1\n}\n",
    });
    expect(exitCode).toBe(3);
    expect(report).toContain("a.tf\n--- old/a.tf\n+++ new/a.tf\n");
    expect(report).not.toContain("b.tf");
  });

  test("ends with 2 on what cannot be parsed", async () => {
    expect((await format({ "a.tf": "locals {\n" })).exitCode).toBe(2);
  });
});

describe("validate", () => {
  const validate = (files: Files = {}) => left("tofu-validate.json", () => tofu.validate(changed(files)));

  test("holds a configuration with its local modules", async () => {
    const { exitCode, report } = await validate();
    expect([exitCode, JSON.parse(report).valid]).toEqual([0, true]);
  });

  test("says what is wrong", async () => {
    const { exitCode, report } = await validate({ "a.tf": 'output "a" {\n  value = local.gone\n}\n' });
    expect([exitCode, JSON.parse(report).diagnostics[0].range.filename]).toEqual([1, "a.tf"]);
  });

  test("leaves it to init to say what cannot be had", async () => {
    const files = { "a.tf": 'module "a" {\n  source = "./gone"\n}\n' };
    expect((await validate(files)).exitCode).toBe(1);
    expect((await left("tofu-init.txt", () => tofu.init(changed(files)))).exitCode).toBe(1);
  });
});

describe("lint", () => {
  const lint = (files: Files = {}, config?: string) =>
    left("tflint.json", () => {
      const settings = config === undefined ? undefined : dag.directory().withNewFile("c", config).file("c");
      return tofu.lint(changed(files), ".", settings);
    });
  const unused = { "a.tf": 'variable "a" {\n  type = string\n}\n' };

  test("finds nothing where nothing is", async () => {
    expect(await lint()).toEqual({ exitCode: 0, report: '{"issues":[],"errors":[]}' });
  });

  test("finds issues, but not those that the settings switch off", async () => {
    expect((await lint(unused)).exitCode).toBe(2);
    const off = 'rule "terraform_unused_declarations" {\n  enabled = false\n}\n';
    expect((await lint(unused, off)).exitCode).toBe(0);
  });

  test("says why it broke down", async () => {
    const { exitCode, report } = await lint({ "a.tf": "locals {\n" });
    expect([exitCode, JSON.parse(report).errors.length]).toEqual([1, 1]);
  });

  test("ends the call where a plugin cannot be had, or the settings are none", async () => {
    const plugin =
      'plugin "x" {\n  enabled = true\n  version = "0.1.0"\n  source  = "example.invalid/a/tflint-ruleset-x"\n}\n';
    await expect(lint({}, plugin)).rejects.toThrow(/PLUGIN_UNAVAILABLE/);
    await expect(lint({}, "plugin {")).rejects.toThrow(/PLUGIN_UNAVAILABLE/);
  });
});

describe("plan", () => {
  const secretive = 'output "word" {\n  value     = "correct horse"\n  sensitive = true\n}\n';

  test("shows what would change, without sensitive values", async () => {
    const { exitCode, report } = await left("tofu-plan.txt", () => tofu.plan(changed({ "a.tf": secretive })));
    expect(exitCode).toBe(0);
    expect(report).toContain("terraform_data.example will be created");
    expect(report).not.toContain("correct horse");
    const events = await left("tofu-plan.jsonl", () => tofu.plan(changed({ "a.tf": secretive })));
    expect(events.report).toContain('"addr":"terraform_data.example"');
    expect(events.report).not.toContain("correct horse");
  });

  test("takes the environment that is handed in", async () => {
    const asking = { "a.tf": 'variable "a" {\n  type = string\n}\n\noutput "a" {\n  value = var.a\n}\n' };
    const plan = (value: string) =>
      left("tofu-plan.txt", () =>
        tofu.plan(changed(asking), ".", tofu.environment().withEnvVariable("TF_VAR_a", value)),
      );
    expect((await plan("handed in")).report).toContain('"handed in"');
  });

  test("that breaks down ends with 1", async () => {
    const asking = { "a.tf": 'variable "a" {\n  type = string\n}\n' };
    const ran = session(async () => (await tofu.plan(changed(asking))).exitCode());
    expect(await ran).toBe(1);
  });

  test("is made anew at each call", async () => {
    const stamp = { "a.tf": 'output "now" {\n  value = plantimestamp()\n}\n' };
    const now = async () => (await left("tofu-plan.txt", () => tofu.plan(changed(stamp)))).report;
    expect(await now()).not.toBe(await now());
  });
});

test("a path that leads out of the source is refused", async () => {
  for (const path of ["/etc", "../x"]) {
    await expect(left("x", () => tofu.validate(example(), path))).rejects.toThrow(/PATH_OUTSIDE_SOURCE/);
  }
});

test("an image without OpenTofu, or tflint, ends the call", async () => {
  const other = new Tofu("gcr.io/distroless/static-debian12", "gcr.io/distroless/static-debian12");
  await expect(left("x", () => other.validate(example()))).rejects.toThrow(/tofu/);
  await expect(left("x", () => other.lint(example()))).rejects.toThrow(/tflint/);
});
