import { type Directory, dag } from "@dagger.io/dagger";

/**
 * Digests names, contents and the permission to execute. It ignores everything else, which may differ between two
 * checkouts of one commit.
 */
const script = `
import hashlib, os, stat
total = hashlib.sha256()
def add(*parts):
    for part in parts:
        total.update(len(part).to_bytes(8, "big") + part)
for folder, folders, files in os.walk(b"/src"):
    folders.sort()
    links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
    for name in sorted(files + links):
        path = os.path.join(folder, name)
        mode = os.lstat(path).st_mode
        where = os.path.relpath(path, b"/src")
        if stat.S_ISLNK(mode):
            add(b"link", where, os.readlink(path))
        elif stat.S_ISREG(mode):
            content = hashlib.sha256()
            with open(path, "rb") as file:
                while block := file.read(1 << 20):
                    content.update(block)
            add(b"run" if mode & stat.S_IXUSR else b"file", where, content.digest())
        else:
            add(b"other", where)
print(total.hexdigest())
`;

/**
 * Digests the source by its content, so that two engines with the same source return the same digest. The engine's
 * own digest of a folder does not promise that.
 */
export async function sourceDigest(source: Directory, image: string): Promise<string> {
  const printed = await dag
    .container()
    .from(image)
    .withMountedDirectory("/src", source)
    .withExec(["python", "-I", "-c", script])
    .stdout();
  return printed.trim();
}
