/**
 * Puts another registry in place of the one in an image's name: registry.example.com/shop/orders at localhost:5000 is
 * localhost:5000/shop/orders. A name without a registry gets one.
 *
 * @param registry HOST or HOST:PORT; the name stays as it is by default.
 */
export function atRegistry(name: string, registry?: string): string {
  if (registry === undefined) return name;
  const [first = "", ...rest] = name.split("/");
  const path = isRegistry(first) && rest.length > 0 ? rest : [first, ...rest];
  return [registry, ...path].join("/");
}

/** The registry that a name is at: HOST or HOST:PORT; Docker Hub's where it names none. */
export function registryOf(name: string): string {
  const [first = "", ...rest] = name.split("/");
  return isRegistry(first) && rest.length > 0 ? first : "docker.io";
}

/** The image's name in a replica: its own last name below the replica's path. */
export function inReplica(name: string, replica: string): string {
  return `${replica}/${name.split("/").at(-1)}`;
}

/** What docker takes for a registry's name, and not for a path on Docker Hub. */
export function isRegistry(name: string): boolean {
  return /[.:]/.test(name) || name === "localhost";
}
