/**
 * ModuleName: a first module, made by `dagger init`.
 *
 * Change or delete the two functions below. Each can be called by the CLI (`dagger call container-echo
 * --string-arg hello stdout`) and from other modules. The first line of this comment is what
 * `dagger functions` prints about the module; the rest is its long description.
 */
import { type Container, type Directory, dag, func, object } from "@dagger.io/dagger";

@object()
export class ModuleName {
  /**
   * Returns a container that echoes the string it is given
   */
  @func()
  containerEcho(stringArg: string): Container {
    return dag.container().from("alpine:latest").withExec(["echo", stringArg]);
  }

  /**
   * Returns the lines that match a pattern in the files of a directory
   */
  @func()
  async grepDir(directoryArg: Directory, pattern: string): Promise<string> {
    return dag
      .container()
      .from("alpine:latest")
      .withMountedDirectory("/mnt", directoryArg)
      .withWorkdir("/mnt")
      .withExec(["grep", "-R", pattern, "."])
      .stdout();
  }
}
