import { readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { unpackedPackage } from "../engine/debian.ts";
import { boundDaemon, type Daemon } from "./daemon.ts";

/**
 * Starts Redis, as Debian packages it, on 127.0.0.1 without persistence. Nothing is installed on the machine.
 * https://redis.io/docs/latest/operate/oss_and_stack/management/config/
 *
 * @param folder its working directory.
 */
export async function startRedis(folder: string, port: number): Promise<Daemon> {
  const root = await unpackedPackage("redis-tools", "unpacked");
  // In Debian too, `redis-server` is a link to this program, which does what the name that it is called by says.
  const program = join(folder, "redis-server");
  await symlink(join(root, "usr", "bin", "redis-check-rdb"), program);
  const libraries = join(root, "usr", "lib");
  const paths = (await readdir(libraries)).map((triplet) => join(libraries, triplet)).join(":");
  const options = ["--port", `${port}`, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
  return boundDaemon(program, options, folder, { LD_LIBRARY_PATH: paths });
}
