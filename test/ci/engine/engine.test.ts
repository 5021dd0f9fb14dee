import { describe, expect, test, vi } from "vitest";
import { chooseEngine, type Surroundings } from "../../../ci/engine/engine.ts";

const bare: Surroundings = {
  env: {},
  rootOnLinux: true,
  find: async () => null,
  answers: async () => false,
};

const withDagger: Surroundings = { ...bare, find: async (program) => `/bin/${program}` };

describe("the choice of an engine", () => {
  test.each(["DAGGER_SESSION_PORT", "_EXPERIMENTAL_DAGGER_RUNNER_HOST"])(
    "takes the one that %s points at, before any other",
    async (name) => {
      const answers = vi.fn(async () => true);
      const choice = await chooseEngine({ ...withDagger, env: { [name]: "1" }, answers });
      expect(choice.kind).toBe("given");
      expect(choice.why).toContain(name);
      expect(answers).not.toHaveBeenCalled();
    },
  );

  test("takes dagger on PATH with the first container runtime that answers", async () => {
    const choice = await chooseEngine({ ...withDagger, answers: async (runtime) => runtime === "podman" });
    expect(choice.kind).toBe("runtime");
    expect(choice.why).toContain("podman");
  });

  test("takes packages where a runtime is installed and does not answer", async () => {
    expect((await chooseEngine(withDagger)).kind).toBe("packages");
  });

  test("takes packages where a runtime answers and dagger is missing", async () => {
    const choice = await chooseEngine({ ...bare, answers: async () => true });
    expect(choice.kind).toBe("packages");
    expect(choice.why).toContain("dagger");
  });

  test("names what to install where there is nothing", async () => {
    const nothing = chooseEngine({ ...bare, rootOnLinux: false });
    await expect(nothing).rejects.toThrow(/^ENGINE_NOT_AVAILABLE: .*Install Dagger.*Docker/s);
  });
});
