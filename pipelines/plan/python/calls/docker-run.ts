import { posix } from "node:path";
import { withoutTag } from "#pipelines/config/image-name.ts";
import { containersOf, type DeclaredContainer, type JobContainers } from "./job-containers.ts";

const valued =
  /^(?:-[pevhuwlm]|--(?:name|publish|env|volume|mount|network|net|hostname|user|workdir|label|memory|cpus|restart|platform|pull|expose|shm-size|tmpfs|link|entrypoint|env-file|add-host|log-driver|ulimit|health-\S+))$/;

/** The containers that a job starts by `docker run -d`, without those with files, and those whose values a shell knows. */
export function dockerContainers(commands: readonly { readonly words: readonly string[] }[]): JobContainers {
  const all = commands.flatMap(({ words }) => declared(words) ?? []);
  return containersOf(all, (value) => (/[$`]/.test(value) ? undefined : value));
}

/** https://docs.docker.com/reference/cli/docker/container/run/ */
function declared(all: readonly string[]): DeclaredContainer | undefined {
  const [program, run, ...words] = all[0] === "sudo" ? all.slice(1) : all;
  if (program !== "docker" || run !== "run") return undefined;
  const options: (readonly [name: string, value: string])[] = [];
  let at = 0;
  for (; words[at]?.startsWith("-") === true; at++) {
    const [word = "", joined] = /^(--[\w-]+)=(.*)$/s.exec(words[at] ?? "")?.slice(1) ?? [words[at] ?? ""];
    options.push([word, joined ?? (valued.test(word) ? (words[++at] ?? "") : "")]);
  }
  const valuesOf = (names: RegExp) => options.flatMap(([name, value]) => (names.test(name) ? [value] : []));
  const isDetached = options.some(([name]) => /^(?:-[a-z]*d[a-z]*|--detach)$/.test(name));
  const hasFiles = valuesOf(/^(?:-v|--volume)$/).some((value) => /^[./~$]/.test(value));
  const isOther = options.some(([name]) => /^--(?:mount|entrypoint|env-file)$/.test(name));
  const image = words[at];
  if (image === undefined || !isDetached || hasFiles || isOther) return undefined;
  const set = valuesOf(/^(?:-e|--env)$/).filter((each) => each.includes("="));
  return {
    hosts: [valuesOf(/^--name$/)[0] ?? posix.basename(withoutTag(image))],
    image,
    env: Object.fromEntries(set.map((each) => [each.replace(/=.*$/s, ""), each.replace(/^[^=]*=/, "")])),
    ports: valuesOf(/^(?:-p|--publish)$/),
    command: words.slice(at + 1),
  };
}
