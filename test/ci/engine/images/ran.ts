import { type Container, connection, dag, ReturnType, type Service } from "@dagger.io/dagger";

export interface Ran {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `args` in the image of that name, by its entrypoint, as `docker run` does. A failure is a result. */
export async function ran(
  image: string,
  args: readonly string[],
  change: (container: Container) => Container = (container) => container,
): Promise<Ran> {
  let result: Ran = { exitCode: -1, stdout: "", stderr: "" };
  await connection(async () => {
    const container = change(dag.container().from(image));
    const done = container.withExec([...args], { useEntrypoint: true, expect: ReturnType.Any });
    result = { exitCode: await done.exitCode(), stdout: await done.stdout(), stderr: await done.stderr() };
  });
  return result;
}

/** Runs a script by the image's shell, without its entrypoint, and hands back what it prints. */
export async function script(image: string, text: string): Promise<string> {
  let stdout = "";
  await connection(async () => {
    stdout = await dag.container().from(image).withExec(["sh", "-ec", text]).stdout();
  });
  return stdout;
}

/** Runs `args` in another container of the same image beside the service that `serve` makes of it. */
export async function asked(
  image: string,
  serve: (container: Container) => Service,
  args: readonly string[],
  change: (container: Container) => Container = (container) => container,
): Promise<string> {
  let stdout = "";
  await connection(async () => {
    const service = serve(dag.container().from(image));
    const client = change(dag.container().from(image)).withServiceBinding("server", service);
    stdout = await client.withExec([...args]).stdout();
  });
  return stdout;
}
