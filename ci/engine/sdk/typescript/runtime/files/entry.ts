// Answers one call of the engine. Generated; changes are lost.

import { readdirSync } from "node:fs";
import { join } from "node:path";
import { entrypoint } from "@dagger.io/dagger";

const here = import.meta.dirname;

const sources = readdirSync(here, { recursive: true, withFileTypes: true })
  .filter((entry) => !entry.isDirectory() && /\.m?ts$/.test(entry.name))
  .map((entry) => join(entry.parentPath, entry.name))
  .filter((file) => file !== import.meta.filename);

entrypoint([...sources, join(here, "../sdk/client.gen.ts")]);
