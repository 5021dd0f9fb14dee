import { posix } from "node:path";
import { isWithin } from "#pipelines/text/path.ts";
import type { SourceFacts } from "./source-facts.ts";

/** The listed files by their folders, with each file read at most once. */
export class Tree {
  readonly #facts: SourceFacts;
  readonly #folders = new Map<string, Set<string>>();
  readonly #texts = new Map<string, Promise<string>>();
  #all: Promise<readonly string[]> | undefined;
  #paths: Promise<ReadonlySet<string>> | undefined;

  constructor(facts: SourceFacts) {
    this.#facts = facts;
    // The engine's globs also return folders, with a `/` at the end: a folder may be named Dockerfile.
    for (const file of facts.files.filter((path) => !path.endsWith("/"))) {
      const folder = posix.dirname(file);
      const names = this.#folders.get(folder) ?? new Set();
      this.#folders.set(folder, names.add(posix.basename(file)));
    }
  }

  /** The folders that contain a listed file, in order of the paths. */
  get folders(): readonly string[] {
    return [...this.#folders.keys()].sort();
  }

  /** The names of the listed files of a folder, in order. */
  names(folder: string): readonly string[] {
    return [...(this.#folders.get(folder) ?? [])].sort();
  }

  /** Whether a folder contains a listed file of that name. */
  has(folder: string, name: string): boolean {
    return this.#folders.get(folder)?.has(name) ?? false;
  }

  /** Lists every file of the source, whether it matches `filesOfInterest` or not. */
  all(): Promise<readonly string[]> {
    this.#all ??= this.#facts.all();
    return this.#all;
  }

  /** Every file and folder of the source. */
  paths(): Promise<ReadonlySet<string>> {
    this.#paths ??= this.all().then(withFolders);
    return this.#paths;
  }

  /** Returns the first line of a file, listed or not; empty if the file is too large for a script. */
  firstLine(path: string): Promise<string> {
    return this.#facts.firstLine(path);
  }

  /** Returns the text of a file. */
  read(path: string): Promise<string> {
    const text = this.#texts.get(path) ?? this.#facts.read(path);
    this.#texts.set(path, text);
    return text;
  }

  /** Whether a file exists at that path, listed or not. */
  async hasFile(path: string): Promise<boolean> {
    return this.has(posix.dirname(path), posix.basename(path)) || (await this.#facts.hasFile(path));
  }

  /** Whether a folder exists at that path, with or without listed files below it. */
  async hasFolder(path: string): Promise<boolean> {
    const known = path === "." || this.folders.some((folder) => isWithin(folder, path));
    return known || (await this.#facts.hasFolder(path));
  }
}

function withFolders(files: readonly string[]): ReadonlySet<string> {
  const found = new Set(["."]);
  for (const file of files) {
    for (let at = file; !found.has(at); at = posix.dirname(at)) found.add(at);
  }
  return found;
}

/** Lists a folder and those above it, nearest first, up to the source's root `.`. */
export function upwards(folder: string): readonly string[] {
  return folder === "." ? ["."] : [folder, ...upwards(posix.dirname(folder))];
}
