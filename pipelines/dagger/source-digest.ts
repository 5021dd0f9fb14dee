import { type Directory, dag } from "@dagger.io/dagger";

/** By names, contents and the right to run: what differs between two checkouts of one commit is left out. */
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
 * Digests the source by what is in it, so that two engines that were handed the same say the same. The engine's own digest
 * of a folder is not promised to.
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
