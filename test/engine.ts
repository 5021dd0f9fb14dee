import { ensureEngine } from "../ci/engine/engine.ts";

/** Gives every test that needs one the engine that `npm run ci` would take. Without an engine there is no run. */
export default async function setup(): Promise<void> {
  const engine = await ensureEngine();
  Object.assign(process.env, engine.env, { _EXPERIMENTAL_DAGGER_CLI_BIN: engine.cli });
}
