import { type Directory, dag } from "@dagger.io/dagger";
import { describe, expect, test } from "vitest";
import { checkKind } from "#pipelines/commands/check-kind.ts";
import { session } from "../../../session.ts";

type Files = Readonly<Record<string, string>>;

const terraform = 'terraform {\n  required_version = ">= 1.6"\n}\n';
const main = `${terraform}
module "name" {
  source = "../modules/name"
  name   = "shop"
}

resource "terraform_data" "shop" {
  input = module.name.full
}
`;
const files: Files = {
  "setup.py": "",
  "infra/prod/main.tf": main,
  "infra/modules/name/main.tf": `${terraform}
variable "name" {
  type = string
}

output "full" {
  value = jsondecode(file("\${path.module}/../../prefix.json"))
}

output "name" {
  value = var.name
}
`,
  "infra/prefix.json": '"a"',
};

function repository(changes: Files): Directory {
  return Object.entries({ ...files, ...changes }).reduce(
    (folder, [name, text]) => folder.withNewFile(name, text),
    dag.directory(),
  );
}

/** Every check but that of links: name, outcome, and what it says. */
function lines(changes: Files = {}, secrets: Readonly<Record<string, string>> = {}): Promise<string[]> {
  // The session reads them, and so they have to be there before it.
  Object.assign(process.env, secrets);
  return session(async () => {
    const named = Object.keys(secrets).map((name) => dag.secret(`env://${name}`));
    const { checks } = await checkKind("infrastructure", { source: repository(changes), secrets: named });
    return checks
      .filter(({ name }) => name !== "source")
      .map(({ name, outcome, reasons, note }) =>
        [name, outcome, ...reasons.map(({ code, text }) => `${code ?? ""} ${text}`), note].join(" "),
      );
  });
}

const hasLine = (found: readonly string[], pattern: RegExp) =>
  expect(
    found.filter((line) => pattern.test(line)),
    found.join("\n"),
  ).toHaveLength(1);

const bucket = 'resource "aws_s3_bucket" "b" {\n  bucket = "x"\n}\n';

test("configurations that hold pass; a module is validated by what calls it", async () => {
  expect(await lines()).toEqual([
    "infra/tofu-fmt/infra/modules/name passed no finding",
    "infra/tflint/infra/modules/name passed no finding",
    "infra/tofu-fmt/infra/prod passed no finding",
    "infra/tflint/infra/prod passed no finding",
    "infra/tofu-validate/infra/prod passed no finding",
    expect.stringMatching(/^infra\/checkov passed \d+ resources? checked$/),
  ]);
});

describe("what fails", () => {
  test("a file that is not formatted", async () => {
    const found = await lines({
      "infra/prod/more.tf": 'locals {\n a = 1\n}\noutput "a" {\n  value = local.a\n}\n',
    });
    hasLine(
      found,
      /^infra\/tofu-fmt\/infra\/prod failed {2}tofu fmt: 1 unformatted file: infra\/prod\/more\.tf/,
    );
  });

  test("a configuration that is not valid, by itself or by what it calls a module with", async () => {
    const found = await lines({ "infra/prod/more.tf": 'output "a" {\n  value = var.gone\n}\n' });
    hasLine(
      found,
      /^infra\/tofu-validate\/infra\/prod failed {2}tofu: 1 lint finding: .* infra\/prod\/more\.tf:2/,
    );
    const called = await lines({ "infra/modules/name/more.tf": 'variable "needed" {\n  type = string\n}\n' });
    hasLine(called, /^infra\/tofu-validate\/infra\/prod failed .*Missing required argument/);
  });

  test("what tflint finds, and nothing that the repository's settings switch off", async () => {
    const unused = { "infra/prod/more.tf": 'variable "unused" {\n  type = string\n  default = ""\n}\n' };
    hasLine(
      await lines(unused),
      /^infra\/tflint\/infra\/prod failed {2}tflint: 1 lint finding: terraform_unused_decl/,
    );
    const off = 'rule "terraform_unused_declarations" {\n  enabled = false\n}\n';
    hasLine(await lines({ ...unused, ".tflint.hcl": off }), /^infra\/tflint\/infra\/prod passed/);
  });

  test("what Checkov finds; with soft-fail it is a warning", async () => {
    const found = await lines({ "infra/prod/s3.tf": bucket });
    hasLine(
      found,
      /^infra\/checkov failed {2}checkov: \d+ misconfigurations: HIGH CKV\w+ infra\/prod\/s3\.tf:1/,
    );
    const soft = await lines({ "infra/prod/s3.tf": bucket, ".checkov.yaml": "soft-fail: true\n" });
    hasLine(
      soft,
      /^infra\/checkov passed .*findings below the gate, findings may be filtered: \.checkov\.yaml$/,
    );
  });
});

describe("what cannot be carried out", () => {
  test("a file that cannot be parsed", async () => {
    const found = await lines({ "infra/prod/more.tf": "resource {\n" });
    hasLine(found, /^infra\/tofu-fmt\/infra\/prod errored TOOL_FAILED .*Unclosed/s);
    hasLine(found, /^infra\/tflint\/infra\/prod errored TOOL_FAILED .*Unclosed/s);
    hasLine(found, /^infra\/tofu-validate\/infra\/prod failed .*Unclosed/s);
    hasLine(found, /^infra\/checkov errored REPORT_MALFORMED .*could not parse/s);
  });

  test("a module and a plugin that cannot be had", async () => {
    const module = 'module "gone" {\n  source = "https://example.invalid/m.zip"\n}\n';
    hasLine(
      await lines({ "infra/prod/more.tf": module }),
      /^infra\/tofu-validate\/infra\/prod errored TOOL_FAILED .*tofu init/s,
    );
    const plugin =
      'plugin "aws" {\n  enabled = true\n  version = "0.30.0"\n  source = "example.invalid/a/tflint-ruleset-aws"\n}\n';
    const found = await lines({ ".tflint.hcl": plugin });
    expect(found.filter((line) => /^infra\/tflint\/\S+ errored PLUGIN_UNAVAILABLE/.test(line))).toHaveLength(
      2,
    );
  });

  test("images that cannot be had", async () => {
    const found = await lines({
      "slipway.yaml":
        'tools: {tofu: "127.0.0.1:1/none:1", tflint: "127.0.0.1:1/none:2", uv: "127.0.0.1:1/none:3"}\n',
    });
    expect(found.filter((line) => / errored IMAGE_UNAVAILABLE/.test(line))).toHaveLength(6);
  });
});

describe("a plan", () => {
  const planned = (found: readonly string[]) => found.filter((line) => line.startsWith("infra/tofu-plan/"));

  test("is made where slipway.yaml asks for it, and says what would change", async () => {
    const found = await lines({ "slipway.yaml": "infrastructure: {plan: true}\n" });
    expect(planned(found)).toEqual(["infra/tofu-plan/infra/prod passed 1 to add: terraform_data.shop"]);
  });

  test("is made where credentials are handed over, which no report shows", async () => {
    const text = `${main}\nvariable "word" {\n  type = string\n}\n\noutput "word" {\n  value = var.word\n}\n`;
    const value = "correct horse battery";
    const found = await lines({ "infra/prod/main.tf": text }, { TF_VAR_word: value });
    expect(planned(found)).toEqual([
      "infra/tofu-plan/infra/prod passed 1 to add: terraform_data.shop; 1 output changed: word",
    ]);
    const report = await session(async () => {
      const secrets = [dag.secret("env://TF_VAR_word")];
      const { checkInfrastructure } = await import("#pipelines/checks/infrastructure/infrastructure.ts");
      const { openWorkspace } = await import("#pipelines/workspace/workspace.ts");
      const source = repository({ "infra/prod/main.tf": text });
      const checks = (
        await Promise.all(checkInfrastructure(await openWorkspace({ source, secrets })))
      ).flat();
      return checks
        .find(({ check }) => check.name.startsWith("infra/tofu-plan"))
        ?.reports.file("tofu-plan.txt")
        .contents();
    });
    expect(report).toContain("terraform_data.shop will be created");
    expect(report).not.toContain(value);
  });

  test("is not made by secrets of other names, or where slipway.yaml says no", async () => {
    expect(planned(await lines({}, { API_TOKEN: "a secret" }))).toEqual([]);
    const off = { "slipway.yaml": "infrastructure: {plan: false}\n" };
    expect(planned(await lines(off, { AWS_PROFILE: "a secret" }))).toEqual([]);
  });

  test("that breaks down is an error, and so is a backend that does not answer", async () => {
    const text = `${main}\nvariable "needed" {\n  type = string\n}\n\noutput "n" {\n  value = var.needed\n}\n`;
    const asked = { "slipway.yaml": "infrastructure: {plan: true}\n" };
    const found = await lines({ ...asked, "infra/prod/main.tf": text });
    hasLine(found, /^infra\/tofu-plan\/infra\/prod errored TOOL_FAILED .*No value for required variable/s);
    const backend = 'terraform {\n  backend "http" {\n    address = "http://127.0.0.1:1/state"\n  }\n}\n';
    hasLine(
      await lines({ ...asked, "infra/prod/b.tf": backend }),
      /^infra\/tofu-plan\/infra\/prod errored TOOL_FAILED/s,
    );
  });
});

test("folders can be left out, and all of it", async () => {
  const found = await lines({ "slipway.yaml": "infrastructure: {skip: [infra/modules]}\n" });
  expect(found.map((line) => line.split(" ", 1)[0])).toEqual([
    "infra/tofu-fmt/infra/prod",
    "infra/tflint/infra/prod",
    "infra/tofu-validate/infra/prod",
    "infra/checkov",
  ]);
  expect(await lines({ "slipway.yaml": "infrastructure: false\n" })).toEqual([
    expect.stringMatching(/^infra skipped/),
  ]);
});
