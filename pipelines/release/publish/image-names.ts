/**
 * Replaces the registry in an image's name: registry.example.com/shop/orders at localhost:5000 becomes
 * localhost:5000/shop/orders. A name without a registry gets one.
 *
 * @param registry HOST or HOST:PORT; default: the name stays unchanged.
 */
export function atRegistry(name: string, registry?: string): string {
  if (registry === undefined) return name;
  const [first = "", ...rest] = name.split("/");
  const path = isRegistry(first) && rest.length > 0 ? rest : [first, ...rest];
  return [registry, ...path].join("/");
}

/** The registry of a name: HOST or HOST:PORT; Docker Hub's if the name has none. */
export function registryOf(name: string): string {
  const [first = "", ...rest] = name.split("/");
  return isRegistry(first) && rest.length > 0 ? first : "docker.io";
}

/** The image's name in a replica: its own last name below the replica's path. */
export function inReplica(name: string, replica: string): string {
  return `${replica}/${name.split("/").at(-1)}`;
}

/** Whether docker takes a part of a name for a registry, and not for a path on Docker Hub. */
export function isRegistry(name: string): boolean {
  return /[.:]/.test(name) || name === "localhost";
}
